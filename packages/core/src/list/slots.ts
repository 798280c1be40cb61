/**
 * Entries by key: open addressing with linear probing over one `Uint32Array`, which may lie in shared memory.
 *
 *     slot = key words · when · what          free where all key words are 0 and `what` is 0
 *
 * Keys have four words (the first 128 bits of a SHA-256, or an IPv6 address) or five (a network: address and prefix
 * length). 128 bits tell keys apart: among 100 million the chance that any two share them is 1.5e-23. Nothing is ever
 * taken out of a slot: an entry that goes away leaves its key with `what` {@link GONE}, so that a reader in another
 * thread never sees a chain of probes broken. Whoever removes much builds a new table.
 *
 * A home slot is the key's mixed words scaled to the capacity, which need not be a power of two: a table is built for
 * the number of entries that it holds, at a load of 0.62, which is 39 bytes per entry: a miss
 * looks at four slots. (At 0.75 it would be 32 bytes, and eight slots.)
 */

/** The `what` of a key that is in the table and has no entry. No entry looks so: its score would be 127. */
export const GONE = 0xffffffff

const LOAD = 0.62

/** A key under construction: reused, so that a lookup allocates nothing. */
export type KeyWords = Uint32Array

/** A table over memory that somebody else owns. */
export interface Slots {
  readonly words: Uint32Array
  /** 4 or 5. */
  readonly keyWords: number
  readonly capacity: number
  /** Secret: who chooses keys (addresses of IPv6, nets) cannot choose where they pile up. */
  readonly salt: number
}

/** Words of memory that a table for so many entries takes. */
export function slotWords(entries: number, keyWords: number): number {
  return Math.max(8, Math.ceil(entries / LOAD) + 1) * (keyWords + 2)
}

/** A table over zeroed or filled memory. */
export function slotsOver(words: Uint32Array, keyWords: number, salt: number): Slots {
  return { words, keyWords, capacity: Math.floor(words.length / (keyWords + 2)), salt }
}

/** The index of the slot that holds the key, or `−1 − index` of the free slot where it belongs. */
export function findSlot({ words, keyWords, capacity, salt }: Slots, key: KeyWords): number {
  const size = keyWords + 2
  const [k0, k1, k2, k3] = [key[0]!, key[1]!, key[2]!, key[3]!]
  const k4 = keyWords === 5 ? key[4]! : 0
  let slot = homeOf(k0 ^ salt, k1, k2 + salt, k3, k4, capacity)
  for (;;) {
    const base = slot * size
    if (
      words[base] === k0 &&
      words[base + 1] === k1 &&
      words[base + 2] === k2 &&
      words[base + 3] === k3 &&
      (keyWords === 4 || words[base + 4] === k4)
    ) {
      // All-zero keys look like a free slot: an entry tells them apart.
      return words[base + size - 1] === 0 && (k0 | k1 | k2 | k3 | k4) === 0 ? -1 - base : base
    }
    if (words[base + size - 1] === 0 && isFree(words, base, keyWords)) return -1 - base
    slot += 1
    if (slot === capacity) slot = 0
  }
}

/** Writes an entry where {@link findSlot} says; the key goes last, so that a reader never sees it without the rest. */
export function fillSlot({ words, keyWords }: Slots, found: number, key: KeyWords, when: number, what: number): void {
  const isNew = found < 0
  const base = isNew ? -1 - found : found
  words[base + keyWords] = when
  Atomics.store(words, base + keyWords + 1, what)
  if (!isNew) return
  for (let word = keyWords - 1; word >= 0; word--) Atomics.store(words, base + word, key[word]!)
}

function isFree(words: Uint32Array, base: number, keyWords: number): boolean {
  for (let word = 0; word < keyWords; word++) if (words[base + word] !== 0) return false
  return true
}

/**
 * Addresses are not digests: their words are mixed, so that neighbours do not pile up, and twice over, so that a difference
 * between two keys does not show where they go without the salt.
 */
function homeOf(k0: number, k1: number, k2: number, k3: number, k4: number, capacity: number): number {
  let mixed = Math.imul(k0 ^ (k0 >>> 16), 0x7feb352d)
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ k1, 0x846ca68b)
  mixed = Math.imul(mixed ^ (mixed >>> 16) ^ k2, 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ k3, 0x85ebca77)
  mixed = Math.imul(mixed ^ (mixed >>> 13) ^ k4, 0x2c1b3c6d)
  return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * capacity)
}
