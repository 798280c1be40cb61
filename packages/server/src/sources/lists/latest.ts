import { ProblemError } from '@tocsin/core/base'
import type { Offer } from '../../intake/intake.ts'

/** Subjects that a history may come to, at most: a few hundred bytes each are held. */
const SUBJECTS_MAX = 4_000_000

/** An offer and the record it comes from. */
export interface Placed {
  readonly offer: Offer
  readonly place: number
}

/** What the history of a list comes to: what was added last and not taken away since, in order of records. */
export class LatestState {
  readonly #bySubject = new Map<string, Placed>()

  /** Notes that a record adds the offer. Throws a `ProblemError` (`invalid`) beyond 4 million subjects. */
  add(offer: Offer, place: number): void {
    this.#bySubject.delete(offer.subject)
    this.#bySubject.set(offer.subject, { offer, place })
    if (this.#bySubject.size <= SUBJECTS_MAX) return
    const message = `Cannot import list: a history must come to at most ${SUBJECTS_MAX} subjects`
    throw new ProblemError({ code: 'invalid', message })
  }

  /** Notes that a record takes the subject away. */
  remove(subject: string): void {
    this.#bySubject.delete(subject)
  }

  /** What is left. */
  left(): Iterable<Placed> {
    return this.#bySubject.values()
  }

  /** Records of which something is left. */
  places(): number {
    let count = 0
    let last = 0
    for (const { place } of this.#bySubject.values()) {
      if (place !== last) count++
      last = place
    }
    return count
  }
}
