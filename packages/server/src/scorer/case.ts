/** From what the ledger holds to what a judgment reads. */
import { encodeHex } from '@tocsin/core/base'
import type { Case, SourceStanding } from '@tocsin/core/scoring'
import type { LedgerSubject, SubjectCase } from '../ledger/ledger.ts'
import type { Nature } from './nature.ts'

/** The case of a subject and its neighbours. */
export function caseOf(held: SubjectCase, standingOf: (source: string) => SourceStanding, nature: Nature): Case {
  const { subject, records, relations } = held
  const kase: Case = { records, standingOf, protectedByNature: nature(subject) }
  if (relations === undefined) return kase
  const neighbours = relations.neighbours.map(each => ({
    type: each.subject.type,
    text: textOf(each.subject),
    records: each.records,
    protectedByNature: nature(each.subject),
    degree: each.degree,
    by: each.by,
  }))
  return { ...kase, relations: { type: subject.type, degree: relations.degree, neighbours } }
}

/** Canonical text; where only the digest is known, that. The former has no blank, so the two never meet. */
function textOf({ type, key, value }: LedgerSubject): string {
  return value === undefined ? `${type} with digest ${encodeHex(key)}` : `${type}:${value}`
}
