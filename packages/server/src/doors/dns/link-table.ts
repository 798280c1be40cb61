/**
 * A map from 64-bit hashes to a 64-bit link and a count, in one typed array: 20 bytes a slot, open addressing with
 * linear probing, at most 3/4 full. Removing shifts what follows back (Knuth, TAOCP 6.4, algorithm R), so there are no
 * tombstones and a table that is changed all day stays as fast as a new one.
 *
 *     slot   hash high · hash low · link high · link low · count        five 32-bit words; hash 0 is an empty slot
 *
 * A `Map` of strings would take some 150 bytes where this takes 27 to 53.
 */

/** A 64-bit number in two unsigned halves; `{ high: 0, low: 0 }` stands for none and is no key. */
export interface Hash64 {
  readonly high: number
  readonly low: number
}

/** What a slot holds beside its hash. */
export interface Link {
  readonly link: Hash64
  readonly count: number
}

const WORDS = 5
const FIRST_SLOTS = 16

export class LinkTable {
  #words = new Uint32Array(FIRST_SLOTS * WORDS)
  #mask = FIRST_SLOTS - 1
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Memory of the table in bytes. */
  get sizeBytes(): number {
    return this.#words.byteLength
  }

  has(hash: Hash64): boolean {
    return !this.#isEmpty(this.#find(hash))
  }

  get(hash: Hash64): Link | undefined {
    const at = this.#find(hash)
    if (this.#isEmpty(at)) return undefined
    const words = this.#words
    return { link: { high: words[at + 2] as number, low: words[at + 3] as number }, count: words[at + 4] as number }
  }

  set(hash: Hash64, { link, count }: Link): void {
    let at = this.#find(hash)
    if (this.#isEmpty(at)) {
      if ((this.#size + 1) * 4 > (this.#mask + 1) * 3) {
        this.#grow()
        at = this.#find(hash)
      }
      this.#size++
    }
    const words = this.#words
    words[at] = hash.high
    words[at + 1] = hash.low
    words[at + 2] = link.high
    words[at + 3] = link.low
    words[at + 4] = count
  }

  /** Says whether it was there. */
  delete(hash: Hash64): boolean {
    let gap = this.#find(hash)
    if (this.#isEmpty(gap)) return false
    this.#size--
    for (let at = this.#next(gap); !this.#isEmpty(at); at = this.#next(at)) {
      const home = this.#home(this.#words[at + 1] as number)
      // An entry may move back into the gap unless its home lies behind the gap, cyclically.
      const stays = gap <= at ? gap < home && home <= at : gap < home || home <= at
      if (stays) continue
      this.#words.copyWithin(gap, at, at + WORDS)
      gap = at
    }
    this.#words.fill(0, gap, gap + WORDS)
    return true
  }

  /** Where the hash is, or the empty slot where it would go; an offset in words. */
  #find({ high, low }: Hash64): number {
    let at = this.#home(low)
    while (!this.#isEmpty(at) && !(this.#words[at + 1] === low && this.#words[at] === high)) at = this.#next(at)
    return at
  }

  #home(low: number): number {
    return (low & this.#mask) * WORDS
  }

  #next(at: number): number {
    return at + WORDS === this.#words.length ? 0 : at + WORDS
  }

  #isEmpty(at: number): boolean {
    return this.#words[at] === 0 && this.#words[at + 1] === 0
  }

  #grow(): void {
    const old = this.#words
    this.#words = new Uint32Array(old.length * 2)
    this.#mask = this.#mask * 2 + 1
    for (let at = 0; at < old.length; at += WORDS) {
      const hash = { high: old[at] as number, low: old[at + 1] as number }
      if (hash.high !== 0 || hash.low !== 0) this.#words.set(old.subarray(at, at + WORDS), this.#find(hash))
    }
  }
}
