/**
 * Hashes that are remembered between scans, as a table that all threads read.
 *
 * One record a file, sorted by inode and device, so that no index has to be built: 20 steps find one of a million, and
 * 20,000 files load in 5 ms. In 32-bit words, in the order of this machine, which is the only one that reads them:
 *
 *     0 device  2 inode  4 size  6 mtime  8 ctime (nanoseconds)  10 SHA-256  18 day  19 kind  20 contents: place  22 length
 *
 * A record counts only where all five of size, times, device and inode are as they were. `ctime` cannot be set by programs, so
 * a file that was replaced by one of the same size and mtime is hashed again. SQLite was set aside: no queries but this one,
 * and 20,000 of them would cost more than the `lstat` of the files.
 */
import type { BigIntStats } from 'node:fs'

/** Words and bytes of a record. */
export const RECORD_WORDS = 24
export const RECORD_BYTES = 4 * RECORD_WORDS

/** Words of the header: mark 0–1, version 2, count 3, bytes of contents 4–5, check sum 6–13, touched 15. */
export const HEADER_WORDS = 16
const TOUCHED = 15

const DIGEST_WORD = 10
const DAY = 18
const KIND = 19
const CONTENTS = 20

/** What a record says beside the hash: no archive, one with what was found in it, one that was not looked into. */
export const KINDS = { plain: 0, lookedInto: 1, unopened: 2 } as const

/** One of {@link KINDS}. */
export type Kind = (typeof KINDS)[keyof typeof KINDS]

/** What a file was when it was looked at, as the first ten words of a record. Reused: one for each reader. */
export class FileKey {
  readonly words = new Uint32Array(10)
  readonly #wide = new BigUint64Array(this.words.buffer)

  /** Takes the key of a file over. */
  take({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): this {
    this.#wide[0] = dev
    this.#wide[1] = ino
    this.#wide[2] = size
    this.#wide[3] = BigInt.asUintN(64, mtimeNs)
    this.#wide[4] = BigInt.asUintN(64, ctimeNs)
    return this
  }
}

/** A record's bytes; where its contents lie is written when the table is. */
export function recordOf(key: FileKey, digest: Uint8Array, kind: Kind, day: number): Uint8Array {
  const record = new Uint32Array(RECORD_WORDS)
  record.set(key.words)
  record[DAY] = day
  record[KIND] = kind
  const recordBytes = new Uint8Array(record.buffer)
  recordBytes.set(digest, 4 * DIGEST_WORD)
  return recordBytes
}

/** A table in shared memory. */
export class CacheTable {
  readonly count: number
  readonly #words: Uint32Array
  readonly #bytes: Uint8Array

  /** @param memory what `cache-file.ts` has loaded and checked */
  constructor(memory: SharedArrayBuffer) {
    this.#words = new Uint32Array(memory, 0, Math.floor(memory.byteLength / 4))
    this.#bytes = new Uint8Array(memory)
    this.count = this.#words[3]!
  }

  /** Where the record of a file is that has not changed since; −1 where there is none. */
  find({ words: key }: FileKey): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#isBefore(middle, key)) low = middle + 1
      else high = middle
    }
    if (low === this.count) return -1
    const at = HEADER_WORDS + low * RECORD_WORDS
    for (let word = 0; word < key.length; word++) if (this.#words[at + word] !== key[word]) return -1
    return low
  }

  /** The SHA-256 of a record, in memory that is not shared. */
  digest(index: number): Uint8Array {
    const begin = 4 * (HEADER_WORDS + index * RECORD_WORDS + DIGEST_WORD)
    return this.#bytes.slice(begin, begin + 32)
  }

  kind(index: number): Kind {
    return this.#word(index, KIND) as Kind
  }

  day(index: number): number {
    return this.#word(index, DAY)
  }

  /** What was found in an archive, as it was written. */
  contents(index: number): string {
    const place = this.#word(index, CONTENTS) + 2 ** 32 * this.#word(index, CONTENTS + 1)
    const begin = 4 * (HEADER_WORDS + this.count * RECORD_WORDS) + place
    return Buffer.from(this.#bytes.slice(begin, begin + this.#word(index, CONTENTS + 2))).toString('utf8')
  }

  /** Notes that the file is still there, so that its record is kept. */
  touch(index: number, day: number): void {
    const at = HEADER_WORDS + index * RECORD_WORDS + DAY
    if (this.#words[at] === day) return
    this.#words[at] = day
    this.#words[TOUCHED] = 1
  }

  /** Whether {@link touch} changed anything. */
  get isTouched(): boolean {
    return this.#words[TOUCHED] === 1
  }

  /** A copy of a record's words. */
  record(index: number): Uint32Array {
    const at = HEADER_WORDS + index * RECORD_WORDS
    return this.#words.slice(at, at + RECORD_WORDS)
  }

  #word(index: number, word: number): number {
    return this.#words[HEADER_WORDS + index * RECORD_WORDS + word]!
  }

  #isBefore(index: number, key: Uint32Array): boolean {
    const at = HEADER_WORDS + index * RECORD_WORDS
    return comparePlaces(this.#words, at, key, 0) < 0
  }
}

/** The order of records: inode, then device. Negative, 0 or positive. */
export function comparePlaces(a: Uint32Array, atA: number, b: Uint32Array, atB: number): number {
  return a[atA + 3]! - b[atB + 3]! || a[atA + 2]! - b[atB + 2]! || a[atA + 1]! - b[atB + 1]! || a[atA]! - b[atB]!
}

/** Writes where a record's contents lie. */
export function placeContents(record: Uint32Array, place: number, length: number): void {
  record[CONTENTS] = place >>> 0
  record[CONTENTS + 1] = Math.floor(place / 2 ** 32)
  record[CONTENTS + 2] = length
}
