/** Cases made up for the property tests: sources over all steps of trust, small enough that they meet in one case. */
import fc from 'fast-check'
import { type EvidenceRecord, HOUR_MS, isEvent, KINDS, type Kind, kindOf, mergeRecords } from '../evidence/index.ts'
import type { SubjectType } from '../subject/index.ts'
import type { Neighbour } from './correlation.ts'
import type { Case } from './judge.ts'
import { type SourceStanding, TRUST_STEPS } from './trust.ts'

export const NOW = Date.UTC(2026, 5, 30)
export const RUNS = { seed: 20261122, numRuns: 3000 }

/** Twelve sources of six organisations over all steps of trust: small, so that they meet in one case. */
export const STANDINGS = new Map<string, SourceStanding>(
  Array.from({ length: 24 }, (_, place) => [
    `source-${place}`,
    { trustStep: (place * 7) % (TRUST_STEPS + 1), organisation: `organisation-${place % 9}` },
  ]),
)
/** Some of them have been silent for a while: what is standing of theirs fades from then. */
const STALE_SINCE = new Map([
  ['source-3', NOW - 100 * HOUR_MS],
  ['source-5', NOW - 9000 * HOUR_MS],
])
export const standingOf = (source: string): SourceStanding => STANDINGS.get(source)!

export const KIND_ROWS: readonly Kind[] = KINDS
export const someRecord = (kinds: readonly Kind[] = KIND_ROWS): fc.Arbitrary<EvidenceRecord> =>
  fc
    .record({
      kind: fc.constantFrom(...kinds.map(kind => kind.name)),
      source: fc.constantFrom(...STANDINGS.keys()),
      confidence: fc.integer({ min: 1, max: 1000 }),
      age: fc.integer({ min: 0, max: 24 * 400 }),
    })
    .map(({ kind, source, confidence, age }) => ({
      kind,
      source,
      confidence,
      at: isEvent(kindOf(kind)) ? NOW - age * HOUR_MS : STALE_SINCE.get(source),
    }))

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

export const someCase = fc
  .record({
    records: fc.array(someRecord(), { maxLength: 24 }).map(merged),
    protectedByNature: fc.constantFrom(undefined, 'popular' as const, 'certified' as const),
  })
  .map((parts): Case => ({ ...parts, standingOf }))

export const BAD = KIND_ROWS.filter(kind => kind.direction === 'bad')
export const GOOD = KIND_ROWS.filter(kind => kind.direction === 'good')

const TYPES: readonly SubjectType[] = ['ip', 'domain', 'url', 'file']

/** Degrees on both sides of each power of two, and of the limit. */
const someDegree = fc.constantFrom(1, 2, 3, 4, 31, 32, 999, 1000, 1001)

const someNeighbour = (place: number): fc.Arbitrary<Neighbour> =>
  fc.record({
    type: fc.constantFrom(...TYPES),
    text: fc.constant(`neighbour-${place}`),
    records: fc.array(someRecord(), { maxLength: 6 }).map(merged),
    protectedByNature: fc.constantFrom(undefined, undefined, undefined, 'popular' as const, 'certified' as const),
    degree: someDegree,
    by: fc.uniqueArray(fc.constantFrom(...STANDINGS.keys()), { minLength: 1, maxLength: 4 }),
  })

/** The same with up to five neighbours, at least one. */
export const someRelatedCase = fc
  .record({
    kase: someCase,
    type: fc.constantFrom(...TYPES),
    degree: fc.oneof({ weight: 3, arbitrary: fc.nat(8) }, someDegree),
    neighbours: fc
      .integer({ min: 1, max: 5 })
      .chain(count => fc.tuple(...Array.from({ length: count }, (_, place) => someNeighbour(place)))),
  })
  .map(({ kase, ...relations }): Case => ({ ...kase, relations }))
