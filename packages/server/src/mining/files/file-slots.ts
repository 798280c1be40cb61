/**
 * Files by SHA-256, each with a place of its own in arrays: 32 bytes of key, 35 of digest, 4 to 8 of table. A map of
 * objects would take five times as much, and there may be millions.
 *
 * Open addressing with linear probing over the first four bytes of the key, half full at most. A file keeps its slot for
 * good: only what trusted sources describe comes here, and a restart begins anew.
 */
import { brandTlsh, TLSH_BYTES, type Tlsh } from '@tocsin/core/similarity'

const KEY_BYTES = 32
const FREE = -1

/** See above. */
export class FileSlots {
  readonly #most: number
  #keys = new Uint8Array(1024 * KEY_BYTES)
  #digests = new Uint8Array(1024 * TLSH_BYTES)
  #isDescribed = new Uint8Array(1024)
  #table = new Int32Array(2048).fill(FREE)
  #size = 0

  /** @param most files that are held at most */
  constructor(most: number) {
    this.#most = most
  }

  /** How many files it holds; slots are the numbers below. */
  get size(): number {
    return this.#size
  }

  /** The slot of a file (32 bytes); −1 where it has none. */
  find(key: Uint8Array): number {
    return this.#table[this.#place(key)]!
  }

  /** The slot of a file, a new one where it has none; −1 where there is no room. */
  add(key: Uint8Array): number {
    const known = this.find(key)
    if (known !== FREE || this.#size === this.#most) return known
    if (this.#size * 2 >= this.#table.length) this.#grow()
    const slot = this.#size++
    this.#keys.set(key, slot * KEY_BYTES)
    this.#table[this.#place(key)] = slot
    return slot
  }

  /** The key of a slot. */
  key(slot: number): Uint8Array {
    return this.#keys.slice(slot * KEY_BYTES, (slot + 1) * KEY_BYTES)
  }

  /** What the file of a slot is like, where that is known. */
  digest(slot: number): Tlsh | undefined {
    if (this.#isDescribed[slot] !== 1) return undefined
    return brandTlsh(this.#digests.slice(slot * TLSH_BYTES, (slot + 1) * TLSH_BYTES))
  }

  setDigest(slot: number, digest: Tlsh | undefined): void {
    this.#isDescribed[slot] = digest === undefined ? 0 : 1
    if (digest !== undefined) this.#digests.set(digest, slot * TLSH_BYTES)
  }

  /** The place in the table where a key stands or would stand. */
  #place(key: Uint8Array): number {
    const last = this.#table.length - 1
    let place = ((key[0]! << 24) | (key[1]! << 16) | (key[2]! << 8) | key[3]!) & last
    for (; ; place = (place + 1) & last) {
      const slot = this.#table[place]!
      if (slot === FREE || this.#isKey(slot, key)) return place
    }
  }

  #isKey(slot: number, key: Uint8Array): boolean {
    const from = slot * KEY_BYTES
    for (let at = 0; at < KEY_BYTES; at++) if (this.#keys[from + at] !== key[at]) return false
    return true
  }

  #grow(): void {
    this.#keys = doubled(this.#keys)
    this.#digests = doubled(this.#digests)
    this.#isDescribed = doubled(this.#isDescribed)
    this.#table = new Int32Array(this.#table.length * 2).fill(FREE)
    for (let slot = 0; slot < this.#size; slot++) this.#table[this.#place(this.key(slot))] = slot
  }
}

function doubled(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const more = new Uint8Array(bytes.length * 2)
  more.set(bytes)
  return more
}
