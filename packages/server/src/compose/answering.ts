/** What binds the answer to everything that it depends on, so that a door only has to ask. */
import type { Instant } from '@tocsin/core/evidence'
import type { Subject, SubjectType } from '@tocsin/core/subject'
import { type Answer, answerFor, type EntryReader, type Freshness, type Policy } from '@tocsin/core/verdict'
import { sha256 } from './sha256.ts'
import { packagedSuffixes } from './suffixes.ts'

/** What answers depend on beside the subject. */
export interface AnsweringParts {
  readonly book: EntryReader
  readonly policy: Policy
  readonly clock: () => Instant
  /** How much the book is worth now. */
  readonly freshness: (now: Instant) => Freshness
  /** The types that the book holds; all, where absent. Of others nobody can say anything here. */
  readonly types?: readonly SubjectType[] | undefined
}

const UNHEARD: Freshness = { state: 'unavailable', ageSeconds: 0 }

/** The function that doors are handed. */
export function answering({ book, policy, clock, freshness, types }: AnsweringParts): (subject: Subject) => Answer {
  return subject => {
    const now = clock()
    const worth = types === undefined || types.includes(subject.type) ? freshness(now) : UNHEARD
    return answerFor(subject, book, { suffixes: packagedSuffixes, policy, freshness: worth, now, sha256 })
  }
}
