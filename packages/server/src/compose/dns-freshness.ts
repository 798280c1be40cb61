/** How much the book is worth, for threads that cannot be told: one number in shared memory. */
import type { Instant } from '@tocsin/core/evidence'
import type { Freshness } from '@tocsin/core/verdict'

/** 0 while all is well, else since when it is not. One thread writes; a double is read and written whole. */
export class SharedFreshness {
  /** To be handed to other threads. */
  readonly buffer: SharedArrayBuffer
  readonly #troubleSince: Float64Array

  constructor(buffer = new SharedArrayBuffer(8)) {
    this.buffer = buffer
    this.#troubleSince = new Float64Array(buffer)
  }

  /** The book has been falling behind since then; `undefined`: it keeps up again. */
  tell(troubleSince: Instant | undefined): void {
    this.#troubleSince[0] = troubleSince ?? 0
  }

  at(now: Instant): Freshness {
    const since = this.#troubleSince[0]!
    if (since === 0) return FRESH
    return { state: 'stale', ageSeconds: Math.max(0, Math.floor((now - since) / 1000)) }
  }
}

const FRESH: Freshness = { state: 'fresh', ageSeconds: 0 }
