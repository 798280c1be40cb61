/**
 * Property 4 on the answer to a lookup: who has no trust cannot have a popular or certified subject blocked at medium,
 * whatever is said of the subject, what it lies in and whom it was met with, and whatever the node derives from that.
 * Stronger than the design asks: not with the help of so many trusted organisations as are one short of the quorum.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { HOUR_MS, type KindName, type Protection } from '../../evidence/index.ts'
import { FAMILIES, STRANGERS } from '../../scoring/properties/families.fixture.ts'
import { runs } from '../../scoring/properties/runs.fixture.ts'
import { ANYTHING, BAD, NOW, type Said } from '../../scoring/properties/said.fixture.ts'
import { SPEAKERS, type Speaker } from '../../scoring/properties/sources.fixture.ts'
import { saying, someWorld, typeOf, type World } from '../../scoring/properties/world.fixture.ts'
import { TRUSTED_STEP } from '../../scoring/trust.ts'
import { isBlockedAt } from '../verdict.ts'
import { answerIn } from './book.fixture.ts'

const isFresh = ({ steps }: Speaker) => Math.max(...steps) < TRUSTED_STEP
const FRESH = SPEAKERS.filter(isFresh)
const isOfNode = ({ role }: Speaker) => role === 'node'

/** Organisations whose word counts and who have turned: one less than the quorum asks for. */
const TURNED: Readonly<Record<Protection, readonly string[]>> = { popular: ['one'], certified: ['one', 'two'] }

interface Guarded {
  readonly question: string
  readonly by: KindName
  readonly protection: Protection
}

/** What may protect a subject, and how much that asks for. */
const GUARDS: readonly (readonly [KindName, Protection])[] = [
  ['popular', 'popular'],
  ['certified', 'certified'],
  ['known-good', 'certified'],
  ['shared-host', 'certified'],
]

const someGuarded = (about: readonly string[]): fc.Arbitrary<Guarded> =>
  fc
    .constantFrom(...GUARDS)
    .map(([by, protection]) => ({ question: about[0]!, by, protection }))
    .filter(({ question, by }) =>
      ANYTHING.kinds.some(kind => kind.name === by && kind.types.includes(typeOf(question))),
    )

/** A world in which those speak who may have turned, after a guard has spoken for what is asked about. */
function someAttack(turned: (protection: Protection) => readonly string[]) {
  return fc
    .constantFrom(...FAMILIES)
    .chain(({ about, nature }) => someGuarded(about).map(guarded => ({ about, nature, guarded })))
    .chain(({ about, nature, guarded }) => {
      const organisations = turned(guarded.protection)
      const speakers = SPEAKERS.filter(
        each => isFresh(each) || isOfNode(each) || organisations.includes(each.organisation),
      )
      const seenBy = speakers.filter(each => !isOfNode(each)).map(({ name }) => name)
      const range = { kinds: BAD, speakers, ages: 24 * 30 }
      const record = { kind: guarded.by, source: 'feed:line', confidence: 1000, at: undefined }
      const guard: Said = { about: guarded.question, record }
      return fc.record({
        guarded: fc.constant(guarded),
        world: someWorld({ subjects: [...about, ...STRANGERS], nature, range, saidMax: 30, seenBy }).map(world =>
          saying(world, guard),
        ),
        hours: fc.oneof(fc.constant(0), fc.nat(24 * 60)),
      })
    })
}

function holds({ guarded, world, hours }: { guarded: Guarded; world: World; hours: number }): void {
  const { verdict } = answerIn(world, guarded.question, NOW + hours * HOUR_MS)
  assert.ok(!isBlockedAt(verdict, 'medium'), verdict)
}

describe('an answer about a protected subject', () => {
  it('is not blocked at medium by one fresh key, or any number of them (property 4)', () => {
    assert.ok(new Set(FRESH.map(({ organisation }) => organisation)).size > 3)
    fc.assert(
      fc.property(
        someAttack(() => []),
        holds,
      ),
      runs(1500),
    )
  })

  it('is not blocked at medium by them and one organisation less than its quorum (property 4)', () => {
    fc.assert(
      fc.property(
        someAttack(protection => TURNED[protection]),
        holds,
      ),
      runs(1500),
    )
  })

  it('is held for a popular host whose domain too few speak against, and for nothing beside it', () => {
    const said = (about: string, kind: KindName, source: string): Said => ({
      about,
      record: { kind, source, confidence: 1000, at: undefined },
    })
    const domain = 'domain:example.com'
    const reports = [said(domain, 'listed', 'key:fresh@1'), said(domain, 'listed', 'key:newer@1')]
    const world: World = {
      subjects: [domain, 'domain:b.example.com'],
      said: [...reports, said('domain:b.example.com', 'popular', 'feed:line')],
      meetings: [],
      crowds: new Map(),
      nature: new Map(),
      epoch: 0,
    }
    const seen = (about: World, question: string) => {
      const { verdict, matched, heldBy } = answerIn(about, question, NOW)
      return [verdict, matched, heldBy]
    }
    const held = ['suspicious', domain, 'domain:b.example.com']
    assert.deepEqual(seen(world, 'domain:a.b.example.com'), held)
    assert.deepEqual(seen(world, 'url:b.example.com/x'), held)
    assert.deepEqual(seen(world, 'domain:c.example.com'), ['highly-suspicious', domain, undefined])
    const lists = [said(domain, 'listed', 'feed:one'), said(domain, 'listed', 'feed:two')]
    assert.deepEqual(seen(saying(world, ...lists), 'domain:b.example.com'), ['dangerous', domain, undefined])
  })
})
