import type { Instant } from '@tocsin/core/evidence'

/** So many of a name in a stretch of time. Names are of bounded number: sites, that is keys and feeds. */
export class Quota {
  readonly #most: number
  readonly #stretchMs: number
  readonly #taken = new Map<string, { readonly since: Instant; count: number }>()

  constructor(most: number, stretchMs: number) {
    this.#most = most
    this.#stretchMs = stretchMs
  }

  /** Takes one; says whether there was one left. A clock that was set back begins anew. */
  take(name: string, now: Instant): boolean {
    const held = this.#taken.get(name)
    if (held === undefined || now - held.since >= this.#stretchMs || now < held.since) {
      this.#taken.set(name, { since: now, count: 1 })
      return true
    }
    if (held.count >= this.#most) return false
    held.count++
    return true
  }
}
