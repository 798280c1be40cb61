/**
 * A look at what sources say: follows the statements of those that learn both ways, counts how they fared, and counts
 * lists from a sample. It reads the ledger and writes its own memory; nothing that it finds is evidence.
 *
 * What it costs grows with what is new and what is open, not with the ledger: some 30 µs for each
 * statement (50,000 of them: 1.1 s to look at, 1.8 s to learn). Lists are sampled for an epoch alone.
 */
import { HOUR_MS, type Instant } from '@tocsin/core/evidence'
import {
  type Agreement,
  agreementOf,
  followed,
  type Learning,
  type OtherVoice,
  REMEMBERED_DAYS,
  type Statement,
} from '@tocsin/core/scoring'
import type { LedgerAgreement, SubjectVoices } from '../../ledger/agreement.ts'
import type { TrustMemory } from './memory.ts'

/** Statements that are followed for one source, at most. Who says more has said enough to be judged by. */
export const STATEMENTS_MAX = 50_000

/** What a look is asked. All of it may cross to another thread. */
export interface LookRequest {
  readonly at: Instant
  /** All sources that the ledger knows. */
  readonly sources: readonly SourceToLookAt[]
  /** Whether lists are sampled as well. */
  readonly withLists: boolean
}

/** A source, and what it is for the look. */
export interface SourceToLookAt {
  readonly name: string
  readonly organisation: string
  readonly learning: Learning
  /** Whether what it says confirms and contradicts others. */
  readonly isWitness: boolean
}

/** How a source fared. */
export interface SourceAgreement {
  readonly name: string
  readonly agreement: Agreement
}

/** What a look works with. */
export interface LookParts {
  readonly agreement: LedgerAgreement
  readonly memory: TrustMemory
}

/** Looks, and tells how each source fared that learns; lists only where they were asked for. */
export async function lookAround(request: LookRequest, { agreement, memory }: LookParts): Promise<SourceAgreement[]> {
  const world = worldOf(request)
  const learners = request.sources.filter(({ learning }) => learning === 'both-ways')
  const newest = await agreement.newestSubject()
  const before = memory.newestSubject
  // Numbers that went back are those of another ledger, as after a restore: nothing in it is known to be new, and what is
  // missing from it was not taken back.
  const isAnother = before !== undefined && before > newest
  const after = before === undefined || isAnother ? newest : before
  memory.inTransaction(() => {
    memory.forgetBefore(request.at - REMEMBERED_DAYS * 24 * HOUR_MS)
    if (isAnother) memory.forgetOpen()
  })
  for (const { name } of learners) await follow(name, after, world, { agreement, memory })
  await contradict(new Set(learners.map(({ name }) => name)), world, { agreement, memory })
  memory.newestSubject = newest
  const told = learners.map(({ name }) => ({ name, agreement: agreementOf(memory.of(name)) }))
  if (!request.withLists) return told
  for (const { name, learning } of request.sources) {
    if (learning === 'downwards') told.push({ name, agreement: sampled(name, await agreement.sampleOf(name), world) })
  }
  return told
}

interface World {
  readonly at: Instant
  readonly sources: ReadonlyMap<string, SourceToLookAt>
}

function worldOf({ at, sources }: LookRequest): World {
  return { at, sources: new Map(sources.map(source => [source.name, source])) }
}

/** What is followed of a source, and what is new of it. */
async function follow(name: string, after: number, world: World, { agreement, memory }: LookParts): Promise<void> {
  const kept = memory.of(name)
  const voices = await agreement.of(kept)
  const fresh = await agreement.newOf(name, after)
  memory.inTransaction(() => {
    for (const [index, statement] of kept.entries()) {
      const now = next(name, statement, voices[index]!, world, false)
      if (now !== statement) memory.put(name, statement.type, statement.key, now)
    }
    let room = STATEMENTS_MAX - kept.length
    // The oldest first: where there is no room for all, it is the later ones that are not followed.
    for (const subject of fresh.toReversed()) {
      if (room <= 0) break
      if (memory.find(name, subject.type, subject.key) !== undefined) continue
      const now = next(name, undefined, subject, world, true)
      if (now === undefined) continue
      memory.put(name, subject.type, subject.key, now)
      room -= 1
    }
  })
}

/** What witnesses have cleared, whoever was first to say it: an echo of what is wrong is wrong as well. */
async function contradict(
  learners: ReadonlySet<string>,
  world: World,
  { agreement, memory }: LookParts,
): Promise<void> {
  for (const { name: witness, isWitness } of world.sources.values()) {
    if (!isWitness) continue
    const cleared = await agreement.clearedBy(witness)
    memory.inTransaction(() => {
      for (const subject of cleared) {
        for (const { source, says } of subject.voices) {
          if (says !== 'bad' || !learners.has(source)) continue
          // What is followed was looked at already.
          if (memory.find(source, subject.type, subject.key) !== undefined) continue
          const now = next(source, undefined, subject, world, false)
          if (now !== undefined) memory.put(source, subject.type, subject.key, now)
        }
      }
    })
  }
}

/** A list by its sample: cleared, or said by a witness of another organisation later, or neither. */
function sampled(name: string, subjects: readonly SubjectVoices[], world: World): Agreement {
  return agreementOf(
    subjects.map(subject => {
      const said = saidBy(name, subject) ?? world.at
      const open: Statement = { state: 'open', saidAt: said, confirmedBy: [] }
      const later = { ...subject, voices: subject.voices.filter(({ says, at }) => says === 'cleared' || at >= said) }
      return next(name, open, later, { ...world, at: said }, false) ?? open
    }),
  )
}

function next(
  name: string,
  before: Statement | undefined,
  subject: SubjectVoices,
  { at, sources }: World,
  isNewSubject: boolean,
): Statement | undefined {
  const organisation = sources.get(name)?.organisation ?? name
  const others = subject.voices
    .filter(({ source }) => source !== name)
    .map(({ source, says, at: heardAt }): OtherVoice => {
      const other = sources.get(source)
      // Who is not known yet came while the look went on.
      return { organisation: other?.organisation ?? source, isWitness: other?.isWitness ?? false, says, at: heardAt }
    })
  return followed(before, { at, organisation, said: saidBy(name, subject), isNewSubject, others })
}

function saidBy(name: string, { voices }: SubjectVoices): Instant | undefined {
  return voices.find(({ source, says }) => source === name && says === 'bad')?.at
}
