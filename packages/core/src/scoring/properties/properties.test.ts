/**
 * What must always hold of a judgment (properties 1, 2, 3 and 5 of the design), in whole little worlds: lists, keys and
 * the node itself, two epochs of trust, company, hubs, protected subjects, stale lists, any time.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { HOUR_MS } from '../../evidence/index.ts'
import { audible } from '../correlation.ts'
import { assess, type Case, judge } from '../judge.ts'
import { BOUND } from '../scale.ts'
import { FAMILIES, STRANGERS } from './families.fixture.ts'
import { runs } from './runs.fixture.ts'
import { ANYTHING, BAD, GOOD, isLasting, NOW, type Said, someSaid } from './said.fixture.ts'
import { caseOf, saying, someWorld, type World } from './world.fixture.ts'

/** The world, one of its subjects, one more piece of evidence about any, and a time. */
interface Trial {
  readonly world: World
  readonly text: string
  readonly more: Said
  readonly now: number
}

const someTrial = (kinds = ANYTHING.kinds): fc.Arbitrary<Trial> =>
  fc.constantFrom(...FAMILIES).chain(({ about, nature }) => {
    const subjects = [...about, ...STRANGERS]
    return fc.record({
      world: someWorld({ subjects, nature }),
      text: fc.constantFrom(...subjects),
      more: someSaid(subjects, { ...ANYTHING, kinds }),
      now: fc.nat(24 * 400).map(hours => NOW + hours * HOUR_MS),
    })
  })

const logOddsOf = (world: World, text: string, now: number) => assess(caseOf(world, text), now).logOdds

describe('a judgment in any little world', () => {
  it('is never better for incriminating evidence about anything, at any time (property 1)', () => {
    fc.assert(
      fc.property(someTrial(BAD), ({ world, text, more, now }) => {
        assert.ok(logOddsOf(saying(world, more), text, now) >= logOddsOf(world, text, now))
      }),
      runs(2000),
    )
  })

  it('is never worse for exculpating evidence about anything, at any time (property 1)', () => {
    fc.assert(
      fc.property(someTrial(GOOD), ({ world, text, more, now }) => {
        assert.ok(logOddsOf(saying(world, more), text, now) <= logOddsOf(world, text, now))
      }),
      runs(2000),
    )
  })

  it('does not depend on the order of what was said and seen, or on repeats (property 2)', () => {
    const someOrder = fc.infiniteStream(fc.nat(1e6))
    fc.assert(
      fc.property(someTrial(), someOrder, ({ world, text, now }, dice) => {
        const shuffled = <T>(items: readonly T[]): T[] =>
          items
            .map(item => ({ item, place: dice.next().value as number }))
            .sort((a, b) => a.place - b.place)
            .map(({ item }) => item)
        const other = { ...world, said: shuffled([...world.said, ...world.said]), meetings: shuffled(world.meetings) }
        assert.deepEqual(judge(caseOf(other, text), now), judge(caseOf(world, text), now))
      }),
      runs(1000),
    )
  })

  it('only gets better by time, and ends where the standing facts are (property 3)', () => {
    const centuries = 300 * 365 * 24 * HOUR_MS
    fc.assert(
      fc.property(someTrial(), fc.nat(24 * 400), ({ world, text, now }, hours) => {
        assert.ok(logOddsOf(world, text, now + hours * HOUR_MS) <= logOddsOf(world, text, now))
        const rest = { ...world, said: world.said.filter(({ record }) => isLasting(record)) }
        assert.equal(logOddsOf(world, text, now + centuries), logOddsOf(rest, text, now))
      }),
      runs(1000),
    )
  })

  it('is explained by lines that add up, one for each record and each neighbour heard (property 5)', () => {
    fc.assert(
      fc.property(someTrial(), ({ world, text, now }) => {
        const kase = caseOf(world, text)
        const { contributions, ...assessment } = judge(kase, now)
        assert.deepEqual(assess(kase, now), assessment)
        assert.equal(sum(contributions.map(({ value }) => value)), assessment.logOdds)
        assert.ok(contributions.every(({ value }) => Number.isInteger(value)) && Math.abs(assessment.logOdds) <= BOUND)
        const told = contributions.flatMap(({ record }) =>
          record === undefined ? [] : [`${record.source} ${record.kind}`],
        )
        assert.deepEqual(told.sort(), kase.records.map(({ source, kind }) => `${source} ${kind}`).sort())
        const heard = contributions.flatMap(({ via }) => (via === undefined ? [] : [via.subject]))
        assert.equal(new Set(heard).size, heard.length)
        const met = new Set(audible(kase.relations).map(each => each.text))
        assert.ok(heard.every(each => met.has(each)))
        assert.ok(weighing(kase, now).every(each => heard.includes(each)))
      }),
      runs(2000),
    )
  })
})

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** The neighbours without whom the judgment would be another one. */
function weighing(kase: Case, now: number): readonly string[] {
  const { relations } = kase
  if (relations === undefined) return []
  const { logOdds } = assess(kase, now)
  return relations.neighbours
    .filter(each => {
      const neighbours = relations.neighbours.filter(other => other !== each)
      return assess({ ...kase, relations: { ...relations, neighbours } }, now).logOdds !== logOdds
    })
    .map(({ text }) => text)
}
