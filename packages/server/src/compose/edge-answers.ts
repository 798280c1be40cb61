/**
 * The answers of an edge: from its mirror, and where that does not hold a type or holds nothing yet, by asking its upstream.
 * What the mirror holds it answers by itself, stale though it may be: nobody signs what is asked for, so an edge on the way
 * that withheld the news for long enough could otherwise put its own word in the place of the cloud's.
 */
import type { Instant } from '@tocsin/core/evidence'
import type { Subject, SubjectType } from '@tocsin/core/subject'
import type { Answer, EntryReader, Freshness, Policy } from '@tocsin/core/verdict'
import type { Config } from '../config/index.ts'
import { AskedEntries, type AskedEntriesParts } from '../upstream/asking/asked-entries.ts'
import type { Later } from '../upstream/following.ts'
import { answering } from './answering.ts'
import { sha256 } from './sha256.ts'
import { packagedSuffixes } from './suffixes.ts'
import { systemLater } from './upstream.ts'

/** What answers are put together from. */
export interface EdgeAnswersParts {
  readonly book: EntryReader
  readonly policy: Policy
  readonly clock: () => Instant
  /** What the mirror is worth. */
  readonly freshness: (now: Instant) => Freshness
  /** The types that the mirror holds; all, where absent. */
  readonly types: readonly SubjectType[] | undefined
  /** Absent where the upstream is not to be asked. */
  readonly asked: AskedEntries | undefined
}

/** What the door for lookups is handed. */
export interface EdgeAnswers {
  readonly answer: (subject: Subject) => Answer
  /** Asks upstream for what answers lack; `undefined` where there is nothing to wait for. */
  readonly learn: (subjects: readonly Subject[]) => Promise<void> | undefined
}

/** Binds them together. */
export function edgeAnswers({ asked, ...parts }: EdgeAnswersParts): EdgeAnswers {
  const { policy, clock, freshness, types } = parts
  const mirrored = answering(parts)
  if (asked === undefined) return { answer: mirrored, learn: () => undefined }
  const isMirrored = (subject: Subject) => types === undefined || types.includes(subject.type)
  const isHere = (subject: Subject) => isMirrored(subject) && freshness(clock()).state !== 'unavailable'
  return {
    answer: subject =>
      (isHere(subject) ? undefined : asked.answer(subject, { policy, now: clock() })) ?? mirrored(subject),
    learn(subjects) {
      const lacking = subjects.filter(subject => !isHere(subject))
      return lacking.length === 0 ? undefined : asked.learn(lacking)
    },
  }
}

/** What upstreams are asked by. */
export interface AskingParts {
  readonly entries: AskedEntriesParts['ask']
  readonly clock: () => Instant
  /** Default: the runtime's. */
  readonly later: Later | undefined
}

/** The memory of what upstreams were asked, as the settings say. */
export function askedEntries(config: Config, { entries, clock, later = systemLater }: AskingParts): AskedEntries {
  return new AskedEntries({
    ask: entries,
    suffixes: packagedSuffixes,
    sha256,
    clock,
    later,
    listedMs: config.ask.listedSeconds * 1000,
    unlistedMs: config.ask.unlistedSeconds * 1000,
    staleAfterMs: config.staleAfterSeconds * 1000,
    entriesMax: config.ask.entriesMax,
  })
}
