/** Properties 2 and 3 on entries and answers: nothing depends on order, and what fades leaves what stands. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { HOUR_MS } from '../../evidence/index.ts'
import { FAMILIES, STRANGERS } from '../../scoring/properties/families.fixture.ts'
import { runs } from '../../scoring/properties/runs.fixture.ts'
import { isLasting, NOW } from '../../scoring/properties/said.fixture.ts'
import { someWorld, type World } from '../../scoring/properties/world.fixture.ts'
import { VERDICTS } from '../verdict.ts'
import { answerIn, entriesOf, isShielded } from './book.fixture.ts'

const CENTURY = 100 * 365 * 24 * HOUR_MS

const someAsked: fc.Arbitrary<{ readonly question: string; readonly about: readonly string[]; readonly world: World }> =
  fc.constantFrom(...FAMILIES).chain(({ about, nature }) =>
    fc.record({
      question: fc.constant(about[0]!),
      about: fc.constant(about),
      world: someWorld({ subjects: [...about, ...STRANGERS], nature }),
    }),
  )

const lasting = (world: World): World => ({ ...world, said: world.said.filter(({ record }) => isLasting(record)) })

describe('the book of any little world', () => {
  it('is the same whatever was said and seen first (property 2)', () => {
    fc.assert(
      fc.property(someAsked, ({ world }) => {
        const other = { ...world, said: world.said.toReversed(), meetings: world.meetings.toReversed() }
        assert.deepEqual(entriesOf(other), entriesOf(world))
      }),
      runs(500),
    )
  })

  it('comes to the verdict of the standing facts, and to no milder one, where nothing new is heard (property 3)', () => {
    fc.assert(
      fc.property(someAsked, ({ question, about, world }) => {
        const [later, rest] = [world, lasting(world)].map(each => answerIn(each, question, NOW + CENTURY))
        // What a protected net or host holds back is worse in the book of all: see docs/properties.md.
        if (!isShielded(world, about)) assert.equal(later!.verdict, rest!.verdict)
        else assert.ok(VERDICTS.indexOf(later!.verdict) >= VERDICTS.indexOf(rest!.verdict))
      }),
      runs(1000),
    )
  })

  // The known exception, as docs/properties.md has it: whoever mends it finds it here.
  it('still holds by a voice of the quorum that has faded, under a protected net', () => {
    const record = { source: 'feed:one', confidence: 1000, at: undefined }
    const world: World = {
      subjects: ['ip:192.0.2.7', 'net:192.0.2.0/24'],
      said: [
        { about: 'net:192.0.2.0/24', record: { ...record, kind: 'popular' } },
        { about: 'ip:192.0.2.7', record: { ...record, kind: 'listed' } },
        { about: 'ip:192.0.2.7', record: { ...record, kind: 'spam-trap-hit', source: 'feed:two', at: NOW } },
      ],
      meetings: [],
      crowds: new Map(),
      nature: new Map(),
      epoch: 0,
    }
    const [later, rest] = [world, lasting(world)].map(each => answerIn(each, 'ip:192.0.2.7', NOW + CENTURY))
    assert.deepEqual([later!.verdict, rest!.verdict], ['dangerous', 'suspicious'])
  })

  it('shows a verdict that only gets milder with time (property 3)', () => {
    fc.assert(
      fc.property(someAsked, fc.nat(24 * 400), fc.nat(24 * 400), ({ question, world }, hours, more) => {
        const [sooner, later] = [hours, hours + more].map(each => answerIn(world, question, NOW + each * HOUR_MS))
        assert.ok(VERDICTS.indexOf(later!.verdict) <= VERDICTS.indexOf(sooner!.verdict))
      }),
      runs(800),
    )
  })
})
