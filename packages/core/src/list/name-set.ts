/**
 * A set of host names by their 64-bit hash, over one `Uint32Array` that may lie in shared memory: which names have known
 * names below them, so that a DNS list can say "nothing here, but below" (NODATA) where it must not say NXDOMAIN.
 *
 * Two words a slot, linear probing, free where the second is 0. Names are only ever added; one that is left behind makes
 * an answer NODATA that could be NXDOMAIN, until the next segment. Two names share a hash once in 2^64.
 */
import type { NameHash } from './name-hash.ts'

const LOAD_MAX = 0.75

/** Words of memory for a set of so many names. */
export function nameSetWords(names: number): number {
  return 2 * Math.max(16, Math.ceil(names / LOAD_MAX) + 1)
}

/** Adds a name; says whether it is new. Never call it on a set that is full: count what it says. */
export function addName(words: Uint32Array, hash: NameHash): boolean {
  const high = hash.high || 1
  let at = homeOf(words, hash.low)
  for (;;) {
    if (words[at + 1] === 0) {
      words[at] = hash.low
      Atomics.store(words, at + 1, high)
      return true
    }
    if (words[at] === hash.low && words[at + 1] === high) return false
    at = at + 2 === words.length ? 0 : at + 2
  }
}

/** Whether a name is in the set. */
export function hasName(words: Uint32Array, hash: NameHash): boolean {
  const high = hash.high || 1
  let at = homeOf(words, hash.low)
  for (;;) {
    const found = words[at + 1]
    if (found === 0) return false
    if (words[at] === hash.low && found === high) return true
    at = at + 2 === words.length ? 0 : at + 2
  }
}

function homeOf(words: Uint32Array, low: number): number {
  return 2 * Math.floor((low / 0x1_0000_0000) * (words.length / 2))
}
