/**
 * Little worlds: a few subjects that lie in one another, what is said of them, and who met whom. A case of it is what
 * the ledger would give; the server's test of the same properties has the ledger itself.
 */
import fc from 'fast-check'
import type { EvidenceRecord, Protection } from '../../evidence/index.ts'
import type { SubjectType } from '../../subject/index.ts'
import type { Neighbour } from '../correlation.ts'
import type { Case } from '../judge.ts'
import { isTrusted } from '../trust.ts'
import { ANYTHING, merged, type Range, type Said, someSaid } from './said.fixture.ts'
import { type EpochNumber, SPEAKERS, standingsOf } from './sources.fixture.ts'

/** Who were met together, and by whom. */
export interface Meeting {
  readonly source: string
  readonly members: readonly string[]
}

/** See above. All subjects are canonical texts. */
export interface World {
  readonly subjects: readonly string[]
  readonly said: readonly Said[]
  readonly meetings: readonly Meeting[]
  /** Credible neighbours of a subject outside this world, of whom nobody says anything: what makes a hub. */
  readonly crowds: ReadonlyMap<string, number>
  /** Protected without anyone saying so. */
  readonly nature: ReadonlyMap<string, Protection>
  readonly epoch: EpochNumber
}

export const typeOf = (text: string): SubjectType => text.slice(0, text.indexOf(':')) as SubjectType

/** What is said of a subject, repeats merged. */
export function recordsOf({ said }: World, text: string): EvidenceRecord[] {
  return merged(said.filter(({ about }) => about === text).map(({ record }) => record))
}

/** The case of a subject, with those of its neighbours of whom something is said. */
export function caseOf(world: World, text: string): Case {
  const standingOf = standingsOf(world.epoch)
  const kase: Case = { records: recordsOf(world, text), standingOf, protectedByNature: world.nature.get(text) }
  const neighbours = [...metBy(world, text)]
    .map(
      ([other, by]): Neighbour => ({
        type: typeOf(other),
        text: other,
        records: recordsOf(world, other),
        protectedByNature: world.nature.get(other),
        degree: degreeOf(world, other),
        by: [...by],
      }),
    )
    .filter(({ records }) => records.length > 0)
  if (neighbours.length === 0) return kase
  return { ...kase, relations: { type: typeOf(text), degree: degreeOf(world, text), neighbours } }
}

/** Everybody who was met with a subject, and the sources that saw it. */
function metBy({ meetings }: World, text: string): Map<string, Set<string>> {
  const met = new Map<string, Set<string>>()
  for (const { source, members } of meetings) {
    if (!members.includes(text)) continue
    for (const other of members) if (other !== text) met.set(other, (met.get(other) ?? new Set()).add(source))
  }
  return met
}

/** Credible neighbours: seen by a trusted source or two organisations. */
function degreeOf(world: World, text: string): number {
  const standingOf = standingsOf(world.epoch)
  const credible = [...metBy(world, text).values()].filter(by => {
    const standings = [...by].map(standingOf)
    return standings.some(isTrusted) || new Set(standings.map(each => each.organisation)).size > 1
  })
  return credible.length + (world.crowds.get(text) ?? 0)
}

/** What a world is made of. */
export interface WorldParts {
  readonly subjects: readonly string[]
  readonly nature?: ReadonlyMap<string, Protection>
  readonly range?: Range
  readonly saidMax?: number
  /** Whoever may say who met whom; all by default. */
  readonly seenBy?: readonly string[]
}

const NAMES = SPEAKERS.map(({ name }) => name)

/** Companies on both sides of each step of the damping that matters, and of the limit of a hub. */
const someCrowd = fc.constantFrom(0, 0, 0, 0, 6, 30, 999, 1001)

export function someWorld(parts: WorldParts): fc.Arbitrary<World> {
  const { subjects, nature = new Map(), range = ANYTHING, saidMax = 14, seenBy = NAMES } = parts
  // A net is not met: addresses are.
  const met = subjects.filter(text => typeOf(text) !== 'net')
  const someMeeting = fc.record({
    source: fc.constantFrom(...seenBy),
    members: fc.uniqueArray(fc.constantFrom(...met), { minLength: 2, maxLength: 4 }),
  })
  return fc.record({
    subjects: fc.constant(subjects),
    said: fc.array(someSaid(subjects, range), { maxLength: saidMax }),
    meetings: met.length < 2 ? fc.constant([]) : fc.array(someMeeting, { maxLength: 4 }),
    crowds: fc
      .tuple(...subjects.map(() => someCrowd))
      .map(crowds => new Map(subjects.map((text, n) => [text, crowds[n]!]))),
    nature: fc.constant(nature),
    epoch: fc.constantFrom<EpochNumber>(0, 1),
  })
}

/** The same world in which something else is said. */
export function saying(world: World, ...said: readonly Said[]): World {
  return { ...world, said: [...world.said, ...said] }
}
