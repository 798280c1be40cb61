/**
 * A write to the ledger on its way between threads. Cloned piece by piece, each key would become a buffer of its own, and
 * the lines of a list repeat all but their subject: as columns a list costs a fifth of the time and of the memory.
 */
import { SUBJECT_TYPES } from '@tocsin/core/subject'
import type { EvidenceWrite, LedgerSubject, LedgerWrite } from '../ledger/ledger.ts'

const KEY_BYTES = 32

/** What a piece of evidence says, but of whom. */
type Statement = Omit<EvidenceWrite, 'subject'>

/** See above. */
export interface PackedWrite extends Omit<LedgerWrite, 'evidence'> {
  readonly types: Uint8Array
  /** 32 bytes each. */
  readonly keys: Uint8Array
  readonly values: readonly LedgerSubject['value'][]
  /** One for each run of the same words. */
  readonly statements: readonly Statement[]
  /** How many subjects each of them is said of, in their order. */
  readonly runs: readonly number[]
}

/** Makes columns. */
export function packWrite({ evidence, ...write }: LedgerWrite): PackedWrite {
  const types = new Uint8Array(evidence.length)
  const keys = new Uint8Array(KEY_BYTES * evidence.length)
  const statements: Statement[] = []
  const runs: number[] = []
  for (const [place, { subject, ...statement }] of evidence.entries()) {
    types[place] = SUBJECT_TYPES.indexOf(subject.type)
    keys.set(subject.key, KEY_BYTES * place)
    const last = statements.at(-1)
    if (last !== undefined && isSame(last, statement)) runs[runs.length - 1]! += 1
    else {
      statements.push(statement)
      runs.push(1)
    }
  }
  return { ...write, types, keys, values: evidence.map(({ subject }) => subject.value), statements, runs }
}

/** The write again. */
export function unpackWrite({ types, keys, values, statements, runs, ...write }: PackedWrite): LedgerWrite {
  const evidence: EvidenceWrite[] = []
  for (const [run, statement] of statements.entries()) {
    for (let left = runs[run]!; left > 0; left--) {
      const place = evidence.length
      const key = keys.subarray(KEY_BYTES * place, KEY_BYTES * (place + 1))
      const subject = { type: SUBJECT_TYPES[types[place]!]!, key, value: values[place] }
      evidence.push({ subject, ...statement })
    }
  }
  return { ...write, evidence }
}

/** What has an id or company of its own is like no other. */
function isSame(a: Statement, b: Statement): boolean {
  return a.kind === b.kind && a.confidence === b.confidence && a.at === b.at && isPlain(a) && isPlain(b)
}

function isPlain({ id, relation, digests }: Statement): boolean {
  return id === undefined && relation === undefined && digests === undefined
}
