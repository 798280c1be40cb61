/** How much the book is worth, for threads that cannot be told: a few numbers in shared memory. */
import type { Instant } from '@tocsin/core/evidence'
import type { Freshness } from '@tocsin/core/verdict'

/** What is in the place of a time where there is nothing to ask yet. */
const NOTHING = -1

/**
 * Two numbers: since when nobody can say that the book keeps up (0 while all is well), and for how long that is borne
 * before answers are stale. One thread writes; a double is read and written whole.
 */
export class SharedFreshness {
  /** To be handed to other threads. */
  readonly buffer: SharedArrayBuffer
  readonly #words: Float64Array

  /**
   * @param buffer another's, to look at the same
   * @param borneMs milliseconds for which a book is fresh after it was last known to keep up; 0 by default
   */
  constructor(buffer = new SharedArrayBuffer(16), borneMs?: number) {
    this.buffer = buffer
    this.#words = new Float64Array(buffer)
    if (borneMs !== undefined) this.#words[1] = borneMs
  }

  /** The book was last known to keep up then; `undefined`: it keeps up. */
  tell(since: Instant | undefined): void {
    this.#words[0] = since ?? 0
  }

  /** There is no book yet. */
  tellNothing(): void {
    this.#words[0] = NOTHING
  }

  at(now: Instant): Freshness {
    const since = this.#words[0]!
    if (since === 0) return FRESH
    if (since === NOTHING) return UNAVAILABLE
    // A clock that was set back says nothing of what is between: nobody knows how old a book is from a time to come.
    const age = Math.abs(now - since)
    return { state: age < this.#words[1]! ? 'fresh' : 'stale', ageSeconds: Math.floor(age / 1000) }
  }
}

const FRESH: Freshness = { state: 'fresh', ageSeconds: 0 }
const UNAVAILABLE: Freshness = { state: 'unavailable', ageSeconds: 0 }
