/**
 * The table of trust in its file: JSON, readable by its owner only, for it names reporters. It is replaced as a whole,
 * written aside and renamed, so that a crash leaves the old epoch or the new one. A damaged file is never replaced: an empty
 * table in its place would trust again whoever had lost it, and look like order.
 */
import { readFile } from 'node:fs/promises'
import { ProblemError } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { type Agreement, EPOCH_REASONS, type EpochReason, TRUST_STEPS } from '@tocsin/core/scoring'
import { replaceFile } from '../../storage/replace-file.ts'

/** A source in the table; steps are 0 to 15. */
export interface TrustEntry {
  readonly name: string
  /** As the operator gave it. */
  readonly start: number
  readonly before: number
  readonly after: number
  /** Where the counts alone point. */
  readonly advice: number
  readonly why: EpochReason
  readonly counts: Agreement
  /** The operator's last word; absent where the source learns. */
  readonly pinned?: number
}

/** The table of one epoch. */
export interface TrustEpoch {
  /** 0 before the first. */
  readonly epoch: number
  /** When it was made; absent before the first. */
  readonly at?: Instant
  readonly sources: readonly TrustEntry[]
}

const VERSION = 1
const COUNTS = ['confirmed', 'contradicted', 'revoked', 'open', 'confirmers', 'days'] as const

/** The table in a file; epoch 0 where there is none. Throws a {@link ProblemError} for one that cannot be read. */
export async function readTrustFile(path: string): Promise<TrustEpoch> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { epoch: 0, sources: [] }
    throw damaged(path, 'it cannot be read', error)
  }
  const file = objectIn(path, text)
  if (file['version'] !== VERSION) {
    throw damaged(path, `its version must be ${VERSION}, found ${JSON.stringify(file['version'])}`)
  }
  const { epoch, at, sources } = file
  if (!isCount(epoch) || !(at === undefined || isCount(at)) || !Array.isArray(sources)) {
    throw damaged(path, 'it must hold an epoch, its time and a list of sources')
  }
  const wrong = sources.findIndex(source => !isEntry(source))
  if (wrong >= 0) throw damaged(path, `source ${wrong + 1} of ${sources.length} is not whole`)
  return { epoch, ...(at === undefined ? {} : { at }), sources: sources as readonly TrustEntry[] }
}

/** Replaces the file; resolves when the new one is on the disk. */
export async function writeTrustFile(path: string, table: TrustEpoch): Promise<void> {
  await replaceFile(path, `${JSON.stringify({ version: VERSION, ...table }, undefined, 1)}\n`)
}

function objectIn(path: string, text: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>
  } catch (error) {
    throw damaged(path, 'it must be JSON', error)
  }
}

function isEntry(value: unknown): value is TrustEntry {
  const { name, start, before, after, advice, why, counts, pinned } = (value ?? {}) as Partial<
    Record<keyof TrustEntry, unknown>
  >
  const fields = (counts ?? {}) as Partial<Record<keyof Agreement, unknown>>
  return (
    typeof name === 'string' &&
    [start, before, after, advice].every(isStep) &&
    EPOCH_REASONS.some(reason => reason === why) &&
    COUNTS.every(field => isCount(fields[field])) &&
    (pinned === undefined || isStep(pinned))
  )
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isStep(value: unknown): boolean {
  return isCount(value) && value <= TRUST_STEPS
}

function damaged(path: string, why: string, cause?: unknown): ProblemError {
  const message = `Cannot open trust table "${path}": ${why}; mend it, restore it from a backup or take it away, it is left as it is`
  return new ProblemError({ code: 'internal', message }, { cause })
}
