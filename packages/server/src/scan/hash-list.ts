/**
 * A list of SHA-256 hashes, to be asked without a node: 16 bytes a hash, and 4 for each of a quarter as many buckets.
 *
 * Half of a hash is kept. Whoever wanted a harmless file to be taken for a listed one would have to meet 128 given bits, and a
 * million hashes to choose from make that 108: as far out of reach as for the whole, in half the memory.
 *
 * Hashes are spread by their first bits, one bucket for two to four, and lie behind one another in the order of their buckets; each
 * is moved to where it belongs without a second array. A million take 17 MB, also while they are read, and 0.2 s; with a
 * second array and whole hashes it was 100 MB and 0.5 s. Hashes are words and not buffers: calls into Node for each of them took three
 * times as long. A list that was made so that all hashes share a bucket is sorted within it, and searched by halves.
 */
import { ProblemError } from '@tocsin/core/base'
import { WORDS as DIGEST_WORDS, type Refusals, readHashLines, wordsOf } from './hash-lines.ts'

/** 32-bit words that are kept of a hash. */
const WORDS = 4

/** Bytes of a line that is nothing but a hash: what a file's size says about how many it has. */
const LINE_BYTES = 65

/** Hashes at most: 2 GB. */
const HASHES_MAX = 2 ** 27

/** A set of hashes that does not change. */
export class HashList {
  readonly size: number
  readonly #words: Uint32Array
  readonly #begins: Uint32Array
  readonly #shift: number

  /** @param words {@link WORDS} for each hash, one behind the other; they are put into order where they are */
  constructor(words: Uint32Array) {
    this.size = words.length / WORDS
    this.#words = words
    const bits = Math.min(24, Math.max(1, Math.floor(Math.log2(this.size + 1)) - 1))
    this.#shift = 32 - bits
    this.#begins = spread(words, bits)
    for (let bucket = 0; bucket < 2 ** bits; bucket++) {
      sortBucket(words, this.#begins[bucket]! * WORDS, this.#begins[bucket + 1]! * WORDS)
    }
  }

  /** @param hashes in hexadecimal, in any order; twice the same does no harm */
  static of(hashes: readonly string[]): HashList {
    const words = new Uint32Array(WORDS * hashes.length)
    for (const [at, hash] of hashes.entries()) words.set(wordsOf(hash).subarray(0, WORDS), WORDS * at)
    return new HashList(words)
  }

  /** Whether a hash, in hexadecimal, is in it. */
  has(hash: string): boolean {
    const wanted = wordsOf(hash)
    const bucket = wanted[0]! >>> this.#shift
    let low = this.#begins[bucket]!
    let high = this.#begins[bucket + 1]!
    while (low < high) {
      const middle = (low + high) >>> 1
      const order = compare(this.#words, middle * WORDS, wanted, 0)
      if (order === 0) return true
      if (order < 0) low = middle + 1
      else high = middle
    }
    return false
  }
}

/** Brings hashes into the order of their first bits, and gives where each bucket begins, and the end. */
function spread(words: Uint32Array, bits: number): Uint32Array {
  const shift = 32 - bits
  const begins = new Uint32Array(2 ** bits + 1)
  for (let at = 0; at < words.length; at += WORDS) begins[(words[at]! >>> shift) + 1]!++
  for (let bucket = 1; bucket < begins.length; bucket++) begins[bucket]! += begins[bucket - 1]!
  const next = begins.slice()
  for (let bucket = 0; bucket + 1 < begins.length; bucket++) {
    // What lies here goes where it belongs, and what lay there is next, until one belongs here.
    for (const end = begins[bucket + 1]!; next[bucket]! < end; ) {
      const at = next[bucket]!
      const own = words[at * WORDS]! >>> shift
      const to = next[own]!++
      if (to !== at) swap(words, at * WORDS, to * WORDS)
    }
  }
  return begins
}

/** Hashes of a bucket that are sorted in place; nearly all buckets have fewer than ten. */
const PLAIN_BUCKET_MAX = 16

function sortBucket(words: Uint32Array, begin: number, end: number): void {
  if (end - begin > PLAIN_BUCKET_MAX * WORDS) return sortLarge(words, begin, end)
  for (let at = begin + WORDS; at < end; at += WORDS) {
    for (let to = at; to > begin && compare(words, to - WORDS, words, to) > 0; to -= WORDS) swap(words, to - WORDS, to)
  }
}

function sortLarge(words: Uint32Array, begin: number, end: number): void {
  const hashes: Uint32Array[] = []
  for (let at = begin; at < end; at += WORDS) hashes.push(words.slice(at, at + WORDS))
  hashes.sort((a, b) => compare(a, 0, b, 0))
  for (const [at, hash] of hashes.entries()) words.set(hash, begin + at * WORDS)
}

function compare(a: Uint32Array, atA: number, b: Uint32Array, atB: number): number {
  for (let word = 0; word < WORDS; word++) {
    const difference = a[atA + word]! - b[atB + word]!
    if (difference !== 0) return difference
  }
  return 0
}

function swap(words: Uint32Array, one: number, other: number): void {
  for (let word = 0; word < WORDS; word++) {
    const held = words[one + word]!
    words[one + word] = words[other + word]!
    words[other + word] = held
  }
}

/** A list as it was read. */
export interface ReadList extends Refusals {
  readonly list: HashList
}

/** Reads a list as `hash-lines.ts` says. Rejects with `invalid` also where it has more than {@link HASHES_MAX} hashes. */
export async function readHashList(path: string): Promise<ReadList> {
  let words = new Uint32Array(0)
  let length = 0
  const refusals = await readHashLines(path, sizeBytes => {
    // Memory that is never written to is none.
    words = new Uint32Array(WORDS * Math.min(HASHES_MAX, Math.ceil(sizeBytes / LINE_BYTES) + 1))
    return (some, count) => {
      if (length + WORDS * count > words.length) words = larger(path, words, length + WORDS * count)
      for (let at = 0; at < DIGEST_WORDS * count; at += DIGEST_WORDS) {
        for (let word = 0; word < WORDS; word++) words[length++] = some[at + word]!
      }
    }
  })
  return { list: new HashList(words.subarray(0, length)), ...refusals }
}

function larger(path: string, words: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  if (length > WORDS * HASHES_MAX) {
    const message = `Cannot use the list "${path}": it must have at most ${HASHES_MAX} hashes, found more`
    throw new ProblemError({ code: 'invalid', message })
  }
  const more = new Uint32Array(Math.max(2 * words.length, length))
  more.set(words)
  return more
}

/** Which of a few hashes a list has. */
export interface FoundInList extends Refusals {
  readonly found: ReadonlySet<string>
}

/**
 * Looks for hashes, in hexadecimal, while a list is read, as `hash-lines.ts` says: for a few it takes half the time and none of the memory
 * of {@link readHashList}.
 */
export async function findInList(path: string, hashes: readonly string[]): Promise<FoundInList> {
  const byWords = new Map(hashes.map(hash => [wordsOf(hash).join(), hash]))
  const firstBits = new Uint8Array(2 ** 16)
  for (const hash of hashes) firstBits[wordsOf(hash)[0]! >>> 16] = 1
  const found = new Set<string>()
  const refusals = await readHashLines(path, () => (words, count) => {
    for (let at = 0; at < DIGEST_WORDS * count; at += DIGEST_WORDS) {
      if (firstBits[words[at]! >>> 16] === 0) continue
      const hash = byWords.get(words.subarray(at, at + DIGEST_WORDS).join())
      if (hash !== undefined) found.add(hash)
    }
  })
  return { found, ...refusals }
}
