/**
 * Which names may be known: a blocked Bloom filter over one `Uint32Array`. "No" is certain; "yes" is wrong for about one
 * unknown name in eighty at the load it is sized for.
 *
 *     block = 16 words (512 bits, one cache line), chosen by the low lane; seven bits in it, chosen by the high lane
 *
 * 12 bits a name. It exists because a host's key is a SHA-256: a DNS list answers "no" nine times of ten, and should not
 * pay a digest for each suffix of each name to say so. A binary fuse filter would be a third smaller but cannot take
 * changes.
 */
import type { NameHash } from './name-hash.ts'

const WORDS_A_BLOCK = 16
const BITS_A_NAME = 12
const BITS_SET = 7

/** Words that a filter for so many names takes. */
export function filterWords(names: number): number {
  return Math.max(1, Math.ceil((names * BITS_A_NAME) / (WORDS_A_BLOCK * 32))) * WORDS_A_BLOCK
}

/** Adds a name. Safe beside readers in other threads. */
export function addToFilter(words: Uint32Array, hash: NameHash): void {
  const base = blockOf(words, hash.low)
  let bits = hash.high
  let step = (Math.imul(hash.low, 0x9e3779b1) >>> 0) | 1
  for (let n = 0; n < BITS_SET; n++) {
    const bit = bits & 511
    Atomics.or(words, base + (bit >>> 5), 1 << (bit & 31))
    bits = (bits + step) >>> 0
    step = (step >>> 3) | 1
    bits ^= bits >>> 9
  }
}

/** From here on no name is denied: something is known whose name is not. */
export function admitAll(words: Uint32Array): void {
  words.fill(0xffffffff)
}

/** Whether a name may have been added. */
export function mayHold(words: Uint32Array, hash: NameHash): boolean {
  const base = blockOf(words, hash.low)
  let bits = hash.high
  let step = (Math.imul(hash.low, 0x9e3779b1) >>> 0) | 1
  for (let n = 0; n < BITS_SET; n++) {
    const bit = bits & 511
    if ((words[base + (bit >>> 5)]! & (1 << (bit & 31))) === 0) return false
    bits = (bits + step) >>> 0
    step = (step >>> 3) | 1
    bits ^= bits >>> 9
  }
  return true
}

function blockOf(words: Uint32Array, low: number): number {
  const blocks = words.length / WORDS_A_BLOCK
  return Math.floor((low / 0x1_0000_0000) * blocks) * WORDS_A_BLOCK
}
