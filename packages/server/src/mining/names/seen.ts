/**
 * What was asked about lately, in fixed memory: two Bloom filters that take turns. A text is seen where either has it; it
 * is added to the younger, and when that has taken its share the older is emptied and becomes the younger. So a text is
 * remembered for one to two shares, whoever floods the set with others.
 *
 * 2^20 bits (128 KiB) and 4 hashes for a share of 65,536 texts: at most one in 420 that was never seen passes for seen
 * ((1 − e^(−4·65536/2^20))^4 = 0.24 %, twice for two filters), and is looked at some other time.
 */

const BITS = 1 << 20
const HASHES = 4

/** Texts that one filter takes. */
export const SEEN_SHARE = 65_536

/** See above. */
export class SeenLately {
  readonly #seed: number
  #younger = new Uint8Array(BITS / 8)
  #older = new Uint8Array(BITS / 8)
  #held = 0

  /** @param seed any integer; random, so that nobody can choose names that hide others */
  constructor(seed: number) {
    this.#seed = seed | 0
  }

  /** Notes a text; says whether it is new. */
  add(text: string): boolean {
    const first = hashOf(text, this.#seed)
    // Odd, so that the steps visit different bits.
    const step = hashOf(text, ~first) | 1
    if (has(this.#younger, first, step)) return false
    const isNew = !has(this.#older, first, step)
    if (this.#held >= SEEN_SHARE) this.#rotate()
    set(this.#younger, first, step)
    this.#held++
    return isNew
  }

  #rotate(): void {
    const emptied = this.#older
    emptied.fill(0)
    this.#older = this.#younger
    this.#younger = emptied
    this.#held = 0
  }
}

function has(bits: Uint8Array, first: number, step: number): boolean {
  for (let turn = 0; turn < HASHES; turn++) {
    const at = (first + turn * step) & (BITS - 1)
    if ((bits[at >> 3]! & (1 << (at & 7))) === 0) return false
  }
  return true
}

function set(bits: Uint8Array, first: number, step: number): void {
  for (let turn = 0; turn < HASHES; turn++) {
    const at = (first + turn * step) & (BITS - 1)
    bits[at >> 3]! |= 1 << (at & 7)
  }
}

/** FNV-1a over UTF-16 units, begun with a seed and mixed at its end (the finaliser of MurmurHash3, public domain). */
function hashOf(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
