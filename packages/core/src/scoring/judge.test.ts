import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type EvidenceRecord, HOUR_MS, type Kind, kindOf } from '../evidence/index.ts'
import { BAD, GOOD, merged, NOW, RUNS, STANDINGS, someCase, someRecord, standingOf } from './case.fixture.ts'
import { type Case, judge } from './judge.ts'
import { BOUND, PRIOR, QUORUM_CEILING } from './scale.ts'
import { type SourceStanding, trustStepOf } from './trust.ts'

const withRecord = (kase: Case, record: EvidenceRecord): Case => ({
  ...kase,
  records: merged([...kase.records, record]),
})
const by = (trust: number, organisation: string): SourceStanding => ({ trustStep: trustStepOf(trust), organisation })

describe('judge()', () => {
  it('never raises a score for incriminating evidence (property 1)', () => {
    fc.assert(
      fc.property(someCase, someRecord(BAD), (kase, record) => {
        assert.ok(judge(withRecord(kase, record), NOW).score <= judge(kase, NOW).score)
      }),
      RUNS,
    )
  })

  it('never lowers a score for exculpating evidence (property 1)', () => {
    fc.assert(
      fc.property(someCase, someRecord(GOOD), (kase, record) => {
        assert.ok(judge(withRecord(kase, record), NOW).score >= judge(kase, NOW).score)
      }),
      RUNS,
    )
  })

  it('gives the same judgment for any order and grouping of the same evidence (property 2)', () => {
    fc.assert(
      fc.property(fc.array(someRecord(), { maxLength: 16 }), fc.infiniteStream(fc.nat(1e6)), (records, dice) => {
        const shuffled = records
          .map(record => ({ record, place: dice.next().value! }))
          .sort((a, b) => a.place - b.place)
          .map(({ record }) => record)
        const half = shuffled.length >>> 1
        const grouped = [...merged(shuffled.slice(half)), ...merged(shuffled.slice(0, half))]
        const of = (some: EvidenceRecord[]) => judge({ records: merged(some), standingOf }, NOW)
        assert.deepEqual(of(grouped), of(records))
      }),
      RUNS,
    )
  })

  it('returns to the standing facts alone when nothing new is heard (property 3)', () => {
    fc.assert(
      fc.property(someCase, kase => {
        const standing = kase.records.filter(({ at, kind }) => at === undefined || kindOf(kind).direction === 'good')
        const centuriesLater = NOW + 300 * 365 * 24 * HOUR_MS
        assert.equal(judge(kase, centuriesLater).logOdds, judge({ ...kase, records: standing }, NOW).logOdds)
      }),
      RUNS,
    )
  })

  it('never gets worse by time alone', () => {
    fc.assert(
      fc.property(someCase, fc.nat(24 * 2000), fc.nat(24 * 2000), (kase, a, b) => {
        const [sooner, later] = a < b ? [a, b] : [b, a]
        assert.ok(judge(kase, NOW + later * HOUR_MS).logOdds <= judge(kase, NOW + sooner * HOUR_MS).logOdds)
      }),
      RUNS,
    )
  })

  it('does not let untrusted reporters, however many, block a protected subject at medium (property 4)', () => {
    const untrusted = [...STANDINGS].filter(([, standing]) => standing.trustStep < 8).map(([name]) => name)
    const crowd = fc.array(fc.tuple(someRecord(BAD), fc.constantFrom(...untrusted)), { maxLength: 60 })
    fc.assert(
      fc.property(crowd, fc.constantFrom('popular' as const, 'certified' as const), (said, protectedByNature) => {
        const records = merged(said.map(([record, source]) => ({ ...record, source })))
        assert.ok(judge({ records, standingOf, protectedByNature }, NOW).logOdds <= QUORUM_CEILING)
      }),
      RUNS,
    )
  })

  it('explains every record and adds up exactly (property 5)', () => {
    fc.assert(
      fc.property(someCase, kase => {
        const { logOdds, contributions } = judge(kase, NOW)
        assert.equal(
          contributions.reduce((sum, { value }) => sum + value, 0),
          logOdds,
        )
        const explained = contributions.filter(({ term }) => term === 'evidence')
        const told = explained.map(({ record }) => `${record!.source} ${record!.kind}`).sort()
        assert.deepEqual(told, kase.records.map(({ source, kind }) => `${source} ${kind}`).sort())
      }),
      RUNS,
    )
  })

  it('stays within the bounds and says 71 untested for nothing', () => {
    assert.deepEqual(judge({ records: [], standingOf }, NOW), {
      logOdds: PRIOR,
      score: 71,
      incriminated: false,
      stops: false,
      protection: undefined,
      organisations: 0,
      reason: 'none',
      contributions: [{ term: 'prior', value: PRIOR }],
    })
    fc.assert(
      fc.property(someCase, kase => Math.abs(judge(kase, NOW).logOdds) <= BOUND),
      RUNS,
    )
  })

  const scoreOf = (said: readonly [string, SourceStanding][], kind: Kind['name'] = 'listed') => {
    const standings = new Map(said)
    const records = said.map(([source]) => ({ kind, source, confidence: 1000, at: undefined }))
    return judge({ records, standingOf: source => standings.get(source)! }, NOW).score
  }

  it('meets the marks: one configured listing 50 or less, one fresh reporter 66, two fresh organisations 52', () => {
    assert.ok(scoreOf([['feed', by(0.8, 'a')]]) <= 50)
    assert.equal(scoreOf([['new', by(0.3, 'a')]]), 66)
    assert.equal(
      scoreOf([
        ['new', by(0.3, 'a')],
        ['newer', by(0.3, 'a')],
      ]),
      66,
    )
    assert.equal(
      scoreOf([
        ['new', by(0.3, 'a')],
        ['newer', by(0.3, 'b')],
      ]),
      52,
    )
    assert.equal(scoreOf(Array.from({ length: 500 }, (_, n) => [`new-${n}`, by(0.3, `o-${n}`)])), 52)
  })

  it('needs two trusted organisations against a popular subject, three against a certified one', () => {
    const said = (count: number): [string, SourceStanding][] =>
      Array.from({ length: count }, (_, n) => [`feed-${n}`, by(0.8, `o-${n}`)])
    const against = (count: number, protectedByNature: 'popular' | 'certified') => {
      const standings = new Map(said(count))
      const records = [...standings.keys()].map(source => ({
        kind: 'listed' as const,
        source,
        confidence: 1000,
        at: undefined,
      }))
      return judge({ records, standingOf: source => standings.get(source)!, protectedByNature }, NOW).score
    }
    assert.deepEqual(
      [1, 2].map(count => against(count, 'popular') <= 50),
      [false, true],
    )
    assert.deepEqual(
      [1, 2, 3].map(count => against(count, 'certified') <= 50),
      [false, false, true],
    )
  })

  it('names what speaks against a subject as its reason, up to where it is safe', () => {
    const reasonOf = (confidence: number) => {
      const records: EvidenceRecord[] = [
        { kind: 'popular', source: 'a', confidence, at: undefined },
        { kind: 'listed-spam', source: 'a', confidence: 20, at: undefined },
      ]
      const { score, reason } = judge({ records, standingOf: () => by(1, 'a') }, NOW)
      return [score >= 71, score >= 81, reason]
    }
    assert.deepEqual([100, 400, 1000].map(reasonOf), [
      [true, false, 'spam'],
      [true, false, 'spam'],
      [true, true, 'popular'],
    ])
  })

  it('does not let an untrusted source exculpate', () => {
    const standings = new Map([
      ['feed', by(0.8, 'a')],
      ['liar', by(0.3, 'b')],
    ])
    const records: EvidenceRecord[] = [
      { kind: 'listed', source: 'feed', confidence: 1000, at: undefined },
      { kind: 'certified', source: 'liar', confidence: 1000, at: undefined },
    ]
    const judgment = judge({ records, standingOf: source => standings.get(source)! }, NOW)
    assert.ok(judgment.score <= 50)
    assert.equal(judgment.stops, false)
    assert.equal(judgment.protection, undefined)
  })
})
