/**
 * The text of pages that the network asks for by their hash. What was met lately is remembered in memory, without user,
 * query and fragment; whether a text leaves is the site's policy, and by default an administrator's word.
 */
import type { SubmitPolicy } from '@tocsin/core/wire'

/** Pages whose text is remembered; the one that was met longest ago goes first. */
export const TEXTS_MAX = 10_000

/** Longer texts are not remembered, in characters: addresses that people meet are shorter, and memory is bounded by it. */
const TEXT_LENGTH_MAX = 2048

/** Texts that wait for a word; what is asked for beyond is asked for again. */
const PENDING_MAX = 1000

/** See above. */
export class Submissions {
  readonly policy: SubmitPolicy
  readonly #texts = new Map<string, string>()
  readonly #pending = new Map<string, string>()

  constructor(policy: SubmitPolicy) {
    this.policy = policy
  }

  /** A page was met. @param hash as `url:sha256:…` */
  met(hash: string, text: string): void {
    if (this.policy === 'never' || text.length > TEXT_LENGTH_MAX) return
    this.#texts.delete(hash)
    if (this.#texts.size >= TEXTS_MAX) this.#texts.delete(this.#texts.keys().next().value!)
    this.#texts.set(hash, text)
  }

  /** Whether the text is remembered, or waits for a word. */
  knows(hash: string): boolean {
    return this.#texts.has(hash) || this.#pending.has(hash)
  }

  /** The network would like some texts; gives those that leave at once. */
  wanted(hashes: readonly string[]): readonly string[] {
    const leaving: string[] = []
    for (const hash of hashes) {
      const text = this.#texts.get(hash)
      if (text === undefined) continue
      if (this.policy === 'auto') {
        leaving.push(text)
        // Asked for again when it is met again.
        this.#texts.delete(hash)
      } else if (this.policy === 'ask' && this.#pending.size < PENDING_MAX) this.#pending.set(hash, text)
    }
    return leaving
  }

  /** Texts that wait for a word. */
  pending(): readonly string[] {
    return [...this.#pending.values()]
  }

  /** An administrator agrees to texts; gives those that wait among them, which are taken out. */
  agree(texts: readonly string[]): readonly string[] {
    const agreed = new Set(texts)
    const leaving: string[] = []
    for (const [hash, text] of this.#pending) {
      if (!agreed.has(text)) continue
      leaving.push(text)
      this.#pending.delete(hash)
    }
    return leaving
  }

  clear(): void {
    this.#texts.clear()
    this.#pending.clear()
  }
}
