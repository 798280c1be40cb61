import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type EvidenceRecord, HOUR_MS, isEvent, KINDS, kindOf, REASONS } from '../evidence/index.ts'
import { type Case, judge } from '../scoring/index.ts'
import { type Entry, entryOf, lapsesAt, packEntry, unpackEntry, verdictAt } from './entry.ts'
import { lapseHours } from './lapse-hours.ts'
import { VERDICTS, verdictOf } from './verdict.ts'

const NOW = Date.UTC(2026, 5, 30)
const RUNS = { seed: 20261122, numRuns: 2000 }

const someEntry: fc.Arbitrary<Entry> = fc.record(
  {
    score: fc.integer({ min: 0, max: 100 }),
    reason: fc.constantFrom(...REASONS),
    incriminated: fc.boolean(),
    stops: fc.boolean(),
    scoredAt: fc.integer({ min: 0, max: 2 ** 26 - 1 }).map(minutes => minutes * 60_000),
    lapses: fc.tuple(fc.nat(63), fc.nat(63), fc.nat(63)),
    restsSafe: fc.boolean(),
    protection: fc.constantFrom(undefined, 'popular' as const, 'certified' as const),
    organisations: fc.nat(3),
  },
  { noNullPrototype: true },
)

const someCase = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...KINDS.map(kind => kind.name)),
      source: fc.constantFrom('a', 'b', 'c', 'd'),
      confidence: fc.integer({ min: 1, max: 1000 }),
      age: fc.nat(24 * 60),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((said): Case => {
    const records = new Map<string, EvidenceRecord>()
    for (const { kind, source, confidence, age } of said) {
      const at = isEvent(kindOf(kind)) ? NOW - age * HOUR_MS : undefined
      records.set(`${kind} ${source}`, { kind, source, confidence, at })
    }
    const standingOf = (source: string) => ({ trustStep: source === 'd' ? 4 : 12, organisation: source })
    return { records: [...records.values()], standingOf }
  })

describe('packEntry()', () => {
  it('loses nothing', () => {
    fc.assert(
      fc.property(someEntry, entry => assert.deepEqual(unpackEntry(packEntry(entry)), entry)),
      RUNS,
    )
  })

  it('gives two unsigned 32-bit words', () => {
    fc.assert(
      fc.property(someEntry, entry => {
        const { when, what } = packEntry(entry)
        for (const word of [when, what]) assert.ok(Number.isInteger(word) && word >= 0 && word < 2 ** 32)
      }),
      RUNS,
    )
  })
})

describe('packEntry() at the ends of time', () => {
  it('takes a time beyond its 26 bits for the nearest that they hold', () => {
    const entry: Entry = {
      score: 12,
      reason: 'listed',
      incriminated: true,
      stops: false,
      scoredAt: 0,
      lapses: [3, 9, 12],
      restsSafe: false,
      protection: undefined,
      organisations: 0,
    }
    const read = (year: number) =>
      new Date(unpackEntry(packEntry({ ...entry, scoredAt: Date.UTC(year, 0) })).scoredAt).getUTCFullYear()
    assert.deepEqual([1950, 1970, 2026, 2097, 2150].map(read), [1970, 1970, 2026, 2097, 2097])
  })
})

describe('verdictAt()', () => {
  it('never shows more than 71 for what is suspicious, whatever speaks for it', () => {
    const standingOf = () => ({ trustStep: 12, organisation: 'a' })
    const records: EvidenceRecord[] = [
      { kind: 'popular', source: 'a', confidence: 700, at: undefined },
      { kind: 'listed', source: 'a', confidence: 1, at: undefined },
    ]
    const entry = entryOf({ records, standingOf })!
    assert.ok(entry.score > 71)
    assert.deepEqual(verdictAt(entry, NOW), { verdict: 'suspicious', score: 71 })
  })

  it('never claims a worse verdict than the judgment at that time, and at most 19 % less long', () => {
    fc.assert(
      fc.property(someCase, fc.nat(24 * 1000), (kase, hours) => {
        const entry = entryOf(kase)
        if (entry === undefined) return
        const now = entry.scoredAt + hours * HOUR_MS
        const exact = (at: number) => {
          const { score, incriminated } = judge(kase, at)
          return VERDICTS.indexOf(verdictOf(score, incriminated))
        }
        const shown = VERDICTS.indexOf(verdictAt(entry, now).verdict)
        assert.ok(shown <= Math.max(exact(now), VERDICTS.indexOf('untested')))
        const laterByAStep = entry.scoredAt + (hours + 1) * 1.2 * HOUR_MS
        assert.ok(shown >= exact(laterByAStep))
      }),
      RUNS,
    )
  })

  it('shows a score that lies in the band of the verdict', () => {
    fc.assert(
      fc.property(someCase, fc.nat(24 * 1000), (kase, hours) => {
        const entry = entryOf(kase)
        if (entry === undefined) return
        const { verdict, score } = verdictAt(entry, entry.scoredAt + hours * HOUR_MS)
        assert.equal(verdictOf(score, verdict === 'suspicious'), verdict)
      }),
      RUNS,
    )
  })
})

describe('entryOf()', () => {
  const standingOf = () => ({ trustStep: 12, organisation: 'a' })

  it('has no time and holds for good where only standing facts speak, so that a new import changes nothing', () => {
    const entry = entryOf({ records: [{ kind: 'listed', source: 'a', confidence: 1000, at: undefined }], standingOf })!
    assert.equal(entry.scoredAt, 0)
    assert.equal(lapsesAt(entry, NOW), undefined)
    assert.equal(verdictAt(entry, NOW).verdict, 'dangerous')
  })

  it('is nothing where nothing is known', () => {
    assert.equal(entryOf({ records: [], standingOf }), undefined)
  })

  it('tells when an event lapses, band by band, down to untested', () => {
    const entry = entryOf({ records: [{ kind: 'spam-trap-hit', source: 'a', confidence: 1000, at: NOW }], standingOf })!
    const seen: string[] = []
    let now: number | undefined = NOW
    while (now !== undefined) {
      seen.push(verdictAt(entry, now).verdict)
      const next = lapsesAt(entry, now)
      now = next === undefined ? undefined : next + 1
    }
    assert.deepEqual(seen, ['dangerous', 'highly-suspicious', 'suspicious', 'untested'])
  })
})

describe('lapseHours()', () => {
  it('grows with the level, from nothing to five years and for good', () => {
    assert.equal(lapseHours(0), 0)
    for (let level = 1; level < 63; level++) assert.ok(lapseHours(level) > lapseHours(level - 1))
    assert.equal(lapseHours(62), 5 * 365 * 24)
    assert.equal(lapseHours(63), Number.POSITIVE_INFINITY)
  })
})
