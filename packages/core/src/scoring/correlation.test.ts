import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type EvidenceRecord, HOUR_MS, kindOf } from '../evidence/index.ts'
import { BAD, GOOD, merged, NOW, RUNS, STANDINGS, someRecord, someRelatedCase, standingOf } from './case.fixture.ts'
import { NEIGHBOURS_MAX, type Neighbour, type Relations } from './correlation.ts'
import { type Case, judge } from './judge.ts'
import { BOUND, QUORUM_CEILING } from './scale.ts'
import { type SourceStanding, trustStepOf } from './trust.ts'

/** The case with one more record: of the subject itself where `place` is −1, else of that neighbour. */
function withRecord(kase: Case, place: number, record: EvidenceRecord): Case {
  const relations = kase.relations!
  if (place < 0) return { ...kase, records: merged([...kase.records, record]) }
  const neighbours = relations.neighbours.map((each, index) =>
    index === place % relations.neighbours.length ? { ...each, records: merged([...each.records, record]) } : each,
  )
  return { ...kase, relations: { ...relations, neighbours } }
}

const shuffled = <T>(items: readonly T[], dice: Iterator<number>): T[] =>
  items
    .map(item => ({ item, place: dice.next().value as number }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)

const standingOnly = (records: readonly EvidenceRecord[]) =>
  records.filter(({ at, kind }) => at === undefined || kindOf(kind).direction === 'good')

const somePlace = fc.integer({ min: -1, max: 5 })

describe('judge() with neighbours', () => {
  it('never raises a score for incriminating evidence about the subject or a neighbour (property 1)', () => {
    fc.assert(
      fc.property(someRelatedCase, somePlace, someRecord(BAD), (kase, place, record) => {
        assert.ok(judge(withRecord(kase, place, record), NOW).logOdds >= judge(kase, NOW).logOdds)
      }),
      RUNS,
    )
  })

  it('never lowers a score for exculpating evidence about the subject or a neighbour (property 1)', () => {
    fc.assert(
      fc.property(someRelatedCase, somePlace, someRecord(GOOD), (kase, place, record) => {
        assert.ok(judge(withRecord(kase, place, record), NOW).logOdds <= judge(kase, NOW).logOdds)
      }),
      RUNS,
    )
  })

  it('gives the same judgment for any order of neighbours, their records and who saw them (property 2)', () => {
    fc.assert(
      fc.property(someRelatedCase, fc.infiniteStream(fc.nat(1e6)), (kase, dice) => {
        const relations = kase.relations!
        const neighbours = shuffled(relations.neighbours, dice).map(each => ({
          ...each,
          by: shuffled(each.by, dice),
          records: shuffled(each.records, dice),
        }))
        const other = { ...kase, records: shuffled(kase.records, dice), relations: { ...relations, neighbours } }
        assert.deepEqual(judge(other, NOW), judge(kase, NOW))
      }),
      RUNS,
    )
  })

  it('returns to the standing facts alone, of neighbours too, when nothing new is heard (property 3)', () => {
    fc.assert(
      fc.property(someRelatedCase, kase => {
        const relations = kase.relations!
        const neighbours = relations.neighbours.map(each => ({ ...each, records: standingOnly(each.records) }))
        const rest = { ...kase, records: standingOnly(kase.records), relations: { ...relations, neighbours } }
        const centuriesLater = NOW + 300 * 365 * 24 * HOUR_MS
        assert.equal(judge(kase, centuriesLater).logOdds, judge(rest, NOW).logOdds)
      }),
      RUNS,
    )
  })

  it('never gets worse by time alone', () => {
    fc.assert(
      fc.property(someRelatedCase, fc.nat(24 * 2000), fc.nat(24 * 2000), (kase, a, b) => {
        const [sooner, later] = a < b ? [a, b] : [b, a]
        assert.ok(judge(kase, NOW + later * HOUR_MS).logOdds <= judge(kase, NOW + sooner * HOUR_MS).logOdds)
      }),
      RUNS,
    )
  })

  it('does not let company, whoever saw it, block a protected subject at medium (property 4)', () => {
    fc.assert(
      fc.property(someRelatedCase, fc.constantFrom('popular' as const, 'certified' as const), (kase, protection) => {
        const alone = { ...kase, records: [], protectedByNature: protection }
        const { logOdds, incriminated } = judge(alone, NOW)
        assert.ok(logOdds <= QUORUM_CEILING)
        assert.equal(incriminated, false)
      }),
      RUNS,
    )
  })

  it('does not let fresh reporters do more with relations and evidence than with evidence alone (property 4)', () => {
    const fresh = new Set([...STANDINGS].filter(([, { trustStep }]) => trustStep < 8).map(([name]) => name))
    fc.assert(
      fc.property(someRelatedCase, kase => {
        const relations = kase.relations!
        const neighbours = relations.neighbours.map(each => ({ ...each, by: each.by.filter(name => fresh.has(name)) }))
        const records = kase.records.filter(({ source }) => fresh.has(source))
        const crowd: Case = { records, standingOf, relations: { ...relations, neighbours } }
        assert.ok(judge(crowd, NOW).score >= 52)
      }),
      RUNS,
    )
  })

  it('explains each neighbour in one line, and adds up exactly (property 5)', () => {
    fc.assert(
      fc.property(someRelatedCase, kase => {
        const { logOdds, contributions } = judge(kase, NOW)
        assert.equal(
          contributions.reduce((sum, { value }) => sum + value, 0),
          logOdds,
        )
        assert.ok(Math.abs(logOdds) <= BOUND)
        const told = contributions.flatMap(({ via }) => (via === undefined ? [] : [via.subject]))
        assert.equal(new Set(told).size, told.length)
        const met = new Set(kase.relations!.neighbours.map(({ text }) => text))
        assert.ok(told.every(text => met.has(text)))
        assert.equal(contributions.filter(({ term }) => term === 'evidence').length, kase.records.length)
      }),
      RUNS,
    )
  })
})

describe('a mail with a bad attachment', () => {
  const trusted = (organisation: string): SourceStanding => ({ trustStep: trustStepOf(0.8), organisation })
  const standings = new Map([
    ['site', trusted('site')],
    ['other', trusted('other')],
    ['fresh', { trustStep: trustStepOf(0.3), organisation: 'fresh' }],
    ['newer', { trustStep: trustStepOf(0.3), organisation: 'newer' }],
  ])
  const file = (more: Partial<Neighbour> = {}): Neighbour => ({
    type: 'file',
    text: `file:${'a'.repeat(64)}`,
    records: [{ kind: 'malware-detected', source: 'site', confidence: 1000, at: NOW }],
    degree: 3,
    by: ['site'],
    ...more,
  })
  const scored = (type: Relations['type'], neighbour: Neighbour, degree = 3, more: Partial<Case> = {}) =>
    judge(
      {
        records: [],
        standingOf: name => standings.get(name)!,
        relations: { type, degree, neighbours: [neighbour] },
        ...more,
      },
      NOW,
    )

  it('makes link and sender highly suspicious and the host suspicious, with a reason', () => {
    const score = (type: Relations['type']) => scored(type, file()).score
    assert.deepEqual([score('url'), score('ip'), score('domain'), score('net')], [61, 64, 67, 71])
    const { reason, organisations, contributions } = scored('url', file())
    assert.deepEqual([reason, organisations], ['malware', 0])
    assert.deepEqual(contributions[1], {
      term: 'relation',
      value: 440,
      via: { subject: file().text, reason: 'malware', organisations: 1 },
    })
  })

  it('makes the host highly suspicious once a second organisation met them too', () => {
    assert.ok(scored('domain', file({ by: ['site', 'other'] })).score <= 65)
  })

  it('says nothing of a hub, and nothing from one', () => {
    assert.equal(scored('ip', file(), NEIGHBOURS_MAX + 1).score, 71)
    assert.equal(scored('ip', file({ degree: NEIGHBOURS_MAX + 1 })).score, 71)
    assert.ok(scored('ip', file({ degree: NEIGHBOURS_MAX })).score < 71)
  })

  it('says nothing of a popular subject, and nothing from one that too few speak against', () => {
    assert.equal(scored('ip', file(), 3, { protectedByNature: 'popular' }).score, 71)
    assert.equal(scored('ip', file({ protectedByNature: 'popular' })).score, 71)
  })

  it('lets a fresh reporter who makes it up reach 66, and any number of them 52', () => {
    assert.equal(scored('url', file({ by: ['fresh'] })).score, 67)
    assert.ok(scored('url', file({ by: ['fresh', 'newer'] })).score >= 52)
  })

  it('ends with the evidence that it rests on', () => {
    assert.equal(scored('url', file({ records: [] })).score, 71)
  })
})
