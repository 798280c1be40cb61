/** What is said in the little worlds: any kind by whoever may say it, at any time. */
import fc from 'fast-check'
import { type EvidenceRecord, HOUR_MS, isEvent, KINDS, type Kind, kindOf, mergeRecords } from '../../evidence/index.ts'
import type { SubjectType } from '../../subject/index.ts'
import { SPEAKERS, type Speaker, speakerOf } from './sources.fixture.ts'

/** The newest time at which anything is said; what is asked is asked then or later. A whole minute. */
export const NOW = Date.UTC(2026, 5, 30)

/** A piece of evidence about a subject, by its canonical text. */
export interface Said {
  readonly about: string
  readonly record: EvidenceRecord
}

/** What may be said of a subject. */
export interface Range {
  readonly kinds: readonly Kind[]
  readonly speakers: readonly Speaker[]
  /** Hours before {@link NOW}, at most. 0: all at one time. */
  readonly ages: number
}

export const KIND_ROWS: readonly Kind[] = KINDS
export const BAD = KIND_ROWS.filter(kind => kind.direction === 'bad')
export const GOOD = KIND_ROWS.filter(kind => kind.direction === 'good')

/** Everybody, everything, over the last year. */
export const ANYTHING: Range = { kinds: KIND_ROWS, speakers: SPEAKERS, ages: 24 * 365 }

/** Who sends a kind: what is derived the node alone. Keys say what lists say, for whose word counts is not the intake's. */
function maySay(kind: Kind, { role }: Speaker): boolean {
  if (role === 'node' || kind.authority === 'derived') return role === 'node' && kind.authority === 'derived'
  return kind.authority !== 'analyst' || role === 'analyst'
}

/** When it was so: of a standing fact not at all, but where its list is stale. */
function timeOf(kind: Kind, { staleDays }: Speaker, ageHours: number): number | undefined {
  if (isEvent(kind)) return NOW - ageHours * HOUR_MS
  return staleDays === undefined ? undefined : NOW - staleDays * 24 * HOUR_MS
}

/** Evidence about one of these subjects; each of them must have a kind in the range that may be said of its type. */
export function someSaid(about: readonly string[], { kinds, speakers, ages }: Range): fc.Arbitrary<Said> {
  const pairs = about.flatMap(text => {
    const type = text.slice(0, text.indexOf(':')) as SubjectType
    return kinds
      .filter(kind => kind.types.includes(type) && speakers.some(each => maySay(kind, each)))
      .map(kind => ({ text, kind }))
  })
  return fc.constantFrom(...pairs).chain(({ text, kind }) =>
    fc
      .record({
        source: fc.constantFrom(...speakers.filter(each => maySay(kind, each)).map(each => each.name)),
        confidence: fc.oneof(fc.constant(1000), fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 60 })),
        ageHours: ages === 0 ? fc.constant(0) : fc.oneof(fc.nat(ages), fc.nat(Math.min(ages, 24 * 14))),
      })
      .map(({ source, confidence, ageHours }) => ({
        about: text,
        record: { kind: kind.name, source, confidence, at: timeOf(kind, speakerOf(source), ageHours) },
      })),
  )
}

/** Repeats merged, as the ledger keeps them. */
export function merged(records: readonly EvidenceRecord[]): EvidenceRecord[] {
  const kept = new Map<string, EvidenceRecord>()
  for (const record of records) {
    const name = `${record.source} ${record.kind}`
    const before = kept.get(name)
    kept.set(name, before === undefined ? record : mergeRecords(before, record))
  }
  return [...kept.values()]
}

/** Whether a record is what is left when all that fades has faded. */
export function isLasting({ kind, at }: EvidenceRecord): boolean {
  return at === undefined || kindOf(kind).direction === 'good'
}
