import type { Instant } from '@tocsin/core/evidence'
import type { Freshness } from '@tocsin/core/verdict'

/**
 * Whether the scorer keeps up. While it cannot score or publish, the book falls behind the world: answers go on, but
 * they say `stale` and since when.
 */
export class Health {
  #troubleSince: Instant | undefined
  #dead = false
  readonly #changed: (troubleSince: Instant | undefined) => void

  /** @param changed told since when the book falls behind, and (`undefined`) that it keeps up again */
  constructor(changed: (troubleSince: Instant | undefined) => void = () => undefined) {
    this.#changed = changed
  }

  /** The scorer failed, or its thread did: `forGood` when it will not try again. */
  failed(now: Instant, forGood: boolean): void {
    this.#troubleSince ??= now
    this.#dead ||= forGood
    this.#changed(this.#troubleSince)
  }

  /** The scorer works again. */
  recovered(): void {
    if (!this.#dead) this.#troubleSince = undefined
    this.#changed(this.#troubleSince)
  }

  /** What an answer has to say about the book. */
  freshness(now: Instant): Freshness {
    if (this.#troubleSince === undefined) return { state: 'fresh', ageSeconds: 0 }
    return { state: 'stale', ageSeconds: Math.max(0, Math.floor((now - this.#troubleSince) / 1000)) }
  }

  /** Whether a load balancer should send anybody here. */
  readiness(): { readonly ready: boolean; readonly reason?: string } {
    if (!this.#dead) return { ready: true }
    return { ready: false, reason: 'the ledger thread has ended: answers are stale and reports are refused' }
  }
}
