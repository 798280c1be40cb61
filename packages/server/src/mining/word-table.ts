/**
 * A map from a few 32-bit words to a few others, in one typed array: what a miner remembers of a million entries.
 *
 * Open addressing with linear probing; what is removed is closed up by moving back what lies behind it, so that there are
 * no tombstones. The first word of a value is never 0, which is how a free slot is known. A million addresses with two
 * words of value are 2²¹ slots of 12 bytes, 25 MB; a `Map` of texts takes 100 to 150 MB.
 */

/** The share of slots in use from which the table doubles. */
const FULL = 0.7

/** See the module. */
export class WordTable {
  readonly #keyWords: number
  readonly #width: number
  readonly #seed: number
  #slots: Uint32Array
  #mask: number
  #size = 0

  /**
   * @param keyWords words of a key, 1 to 4
   * @param valueWords words of a value, 1 or more
   * @param seed any 32 bits that nobody outside can know: with it, keys that collide cannot be chosen
   */
  constructor(keyWords: number, valueWords: number, seed: number) {
    this.#keyWords = keyWords
    this.#width = keyWords + valueWords
    this.#seed = seed
    this.#mask = 1023
    this.#slots = new Uint32Array(1024 * this.#width)
  }

  get size(): number {
    return this.#size
  }

  /** Bytes of the array. */
  get bytes(): number {
    return this.#slots.byteLength
  }

  /** One word of the value of a key; 0 where the key is not there. */
  get(key: ArrayLike<number>, word = 0): number {
    const at = this.#find(key)
    return this.#valueAt(at) === 0 ? 0 : this.#slots[at + this.#keyWords + word]!
  }

  /** Sets a value, whose first word must not be 0. */
  set(key: ArrayLike<number>, ...value: readonly number[]): void {
    let at = this.#find(key)
    if (this.#valueAt(at) === 0) {
      if (this.#size + 1 > FULL * (this.#mask + 1)) {
        this.#grow()
        at = this.#find(key)
      }
      for (let word = 0; word < this.#keyWords; word++) this.#slots[at + word] = key[word]!
      this.#size += 1
    }
    for (let word = 0; word < value.length; word++) this.#slots[at + this.#keyWords + word] = value[word]!
  }

  /** Removes a key; says whether it was there. */
  delete(key: ArrayLike<number>): boolean {
    const found = this.#find(key)
    if (this.#valueAt(found) === 0) return false
    this.#size -= 1
    let free = found / this.#width
    for (let slot = (free + 1) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * this.#width
      if (this.#valueAt(at) === 0) break
      // It stays where its own place lies behind the free slot, in the order of probing.
      const home = this.#home(this.#slots, at)
      if (((slot - home) & this.#mask) < ((slot - free) & this.#mask)) continue
      this.#slots.copyWithin(free * this.#width, at, at + this.#width)
      free = slot
    }
    this.#slots.fill(0, free * this.#width, (free + 1) * this.#width)
    return true
  }

  /** Adds to the first word of a value; a key whose word becomes 0 is gone. Answers the word. */
  add(key: ArrayLike<number>, difference: number): number {
    const sum = this.get(key) + difference
    if (sum <= 0) this.delete(key)
    else this.set(key, sum)
    return Math.max(0, sum)
  }

  /** Tells each key and value, in no order. The table must not change meanwhile. */
  forEach(tell: (key: Uint32Array, value: Uint32Array) => void): void {
    for (let at = 0; at < this.#slots.length; at += this.#width) {
      if (this.#valueAt(at) === 0) continue
      const middle = at + this.#keyWords
      tell(this.#slots.subarray(at, middle), this.#slots.subarray(middle, at + this.#width))
    }
  }

  clear(): void {
    this.#mask = 1023
    this.#slots = new Uint32Array(1024 * this.#width)
    this.#size = 0
  }

  #valueAt(at: number): number {
    return this.#slots[at + this.#keyWords]!
  }

  /** Where the key is, or the free slot where it would be. */
  #find(key: ArrayLike<number>): number {
    for (let slot = this.#home(key, 0); ; slot = (slot + 1) & this.#mask) {
      const at = slot * this.#width
      if (this.#valueAt(at) === 0) return at
      let word = 0
      while (word < this.#keyWords && this.#slots[at + word] === key[word]) word++
      if (word === this.#keyWords) return at
    }
  }

  /** The slot that a key would have to itself: the finalizer of MurmurHash3 over its words (public domain, A. Appleby). */
  #home(words: ArrayLike<number>, at: number): number {
    let hash = this.#seed | 0
    for (let word = 0; word < this.#keyWords; word++) {
      hash ^= words[at + word]!
      hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
      hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
      hash ^= hash >>> 16
    }
    return hash & this.#mask
  }

  #grow(): void {
    const before = this.#slots
    this.#mask = 2 * this.#mask + 1
    this.#slots = new Uint32Array((this.#mask + 1) * this.#width)
    for (let from = 0; from < before.length; from += this.#width) {
      if (before[from + this.#keyWords] === 0) continue
      const slot = before.subarray(from, from + this.#width)
      this.#slots.set(slot, this.#find(slot))
    }
  }
}
