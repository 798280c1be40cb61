/** What a server said of prefixes, for as long as it said: found or not (Safe Browsing v5, "cache_duration"). */
import type { FoundHash, FoundHashes } from './messages.ts'
import { prefixOf } from './url-hashes.ts'

interface Kept {
  readonly since: number
  readonly until: number
  readonly hashes: readonly FoundHash[]
}

/** Bounded: where it is full, what came in first goes first. */
export class AnswerCache {
  readonly #kept = new Map<number, Kept>()
  readonly #prefixesMax: number

  constructor(prefixesMax: number) {
    this.#prefixesMax = prefixesMax
  }

  /** The full hashes behind a prefix, none for one of which there are none; `undefined` where it has to be asked. */
  find(prefix: number, now: number): readonly FoundHash[] | undefined {
    const kept = this.#kept.get(prefix)
    if (kept === undefined) return undefined
    // Before it was kept: the clock was set back, and nobody knows how long ago that was.
    if (now >= kept.since && now < kept.until) return kept.hashes
    this.#kept.delete(prefix)
    return undefined
  }

  /** Keeps an answer about all prefixes that were asked. */
  put(prefixes: readonly number[], { hashes, cacheSeconds }: FoundHashes, now: number): void {
    if (cacheSeconds <= 0) return
    for (const prefix of prefixes) {
      this.#kept.delete(prefix)
      const first = this.#kept.keys().next()
      if (this.#kept.size >= this.#prefixesMax && !first.done) this.#kept.delete(first.value)
      this.#kept.set(prefix, {
        since: now,
        until: now + cacheSeconds * 1000,
        hashes: hashes.filter(({ hash }) => prefixOf(hash) === prefix),
      })
    }
  }
}
