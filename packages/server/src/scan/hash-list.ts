/**
 * A list of SHA-256 hashes, to be asked without a node: 32 bytes a hash, and 4 for each of as many buckets.
 *
 * Hashes are spread by their first bits, one bucket for about one hash, and lie behind one another in the order of their
 * buckets (a counting sort: two passes, no comparison). A million take 36 MB, and half a second and 100 MB while they are read
 * from text. Hashes are words and not buffers: calls into Node for each of them took three times as long. A list that was made
 * so that all hashes share a bucket is sorted within it, and searched by halves.
 */
import { open } from 'node:fs/promises'
import { ProblemError } from '@tocsin/core/base'

const DIGEST_BYTES = 32

/** 32-bit words of a hash. */
const WORDS = 8

/** Bytes of the file that are read at a time. */
const PIECE_BYTES = 2 ** 20

/** Hashes at most: 4 GB. */
const HASHES_MAX = 2 ** 27

/** The share of lines that may be no hash before the file is taken for something else. */
const REFUSED_SHARE_MAX = 0.1

/** A set of hashes that does not change; each is eight words, the first byte in the highest bits of the first. */
export class HashList {
  readonly size: number
  readonly #words: Uint32Array
  readonly #begins: Uint32Array
  readonly #shift: number

  private constructor(words: Uint32Array, begins: Uint32Array, shift: number) {
    this.#words = words
    this.#begins = begins
    this.#shift = shift
    this.size = words.length / WORDS
  }

  /** @param digests one behind the other; in any order, and twice the same does no harm */
  static of(digests: Buffer): HashList {
    const words = new Uint32Array(digests.length / 4)
    for (let word = 0; word < words.length; word++) words[word] = digests.readUInt32BE(4 * word)
    return HashList.ofWords(words)
  }

  /** As {@link HashList.of}, of words. */
  static ofWords(words: Uint32Array): HashList {
    const bits = Math.min(24, Math.max(1, Math.ceil(Math.log2(words.length / WORDS + 1))))
    const shift = 32 - bits
    const begins = new Uint32Array(2 ** bits + 1)
    for (let at = 0; at < words.length; at += WORDS) begins[(words[at]! >>> shift) + 1]!++
    for (let bucket = 1; bucket < begins.length; bucket++) begins[bucket]! += begins[bucket - 1]!
    const next = begins.slice()
    const sorted = new Uint32Array(words.length)
    for (let at = 0; at < words.length; at += WORDS) {
      const to = next[words[at]! >>> shift]!++ * WORDS
      for (let word = 0; word < WORDS; word++) sorted[to + word] = words[at + word]!
    }
    for (let bucket = 0; bucket + 1 < begins.length; bucket++) {
      sortBucket(sorted, begins[bucket]! * WORDS, begins[bucket + 1]! * WORDS)
    }
    return new HashList(sorted, begins, shift)
  }

  /** Whether a hash, of 32 bytes, is in it. */
  has(digest: Uint8Array): boolean {
    const wanted = new Uint32Array(WORDS)
    for (let byte = 0; byte < DIGEST_BYTES; byte++) wanted[byte >> 2] = (wanted[byte >> 2]! << 8) | digest[byte]!
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

/** Hashes of a bucket that are sorted in place; nearly all buckets have fewer than four. */
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
export interface ReadList {
  readonly list: HashList
  readonly refused: number
  /** The number of the first line that was refused. */
  readonly firstRefused: number | undefined
}

/**
 * Reads a list: a hash in hexadecimal at the beginning of each line, with or without `sha256:` or `file:` before it; behind it
 * may stand a name, or size and name as in ClamAV's `.hsb`, after a blank, a comma, a semicolon or a colon. Empty lines and
 * those that begin with `#` are passed over. Rejects with `invalid` where more than a tenth of the lines hold no hash.
 */
export async function readHashList(path: string): Promise<ReadList> {
  const unreadable = (error: unknown): never => {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new ProblemError({ code: 'invalid', message: `Cannot read the list "${path}": ${code}` }, { cause: error })
  }
  const file = await open(path).catch(unreadable)
  const lines = new ListLines(path)
  try {
    const piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, PIECE_BYTES, null)
      if (bytesRead === 0) break
      lines.take(piece.subarray(0, bytesRead))
    }
  } catch (error) {
    unreadable(error)
  } finally {
    await file.close()
  }
  return lines.end()
}

const LF = 10
const NOT_HEX = 255
const NIBBLES = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = Number.parseInt(String.fromCharCode(byte), 16)
  return Number.isNaN(digit) ? NOT_HEX : digit
})

/** Lines to hashes, byte by byte. */
class ListLines {
  readonly #path: string
  #words = new Uint32Array(WORDS * 65_536)
  #count = 0
  #refused = 0
  #firstRefused: number | undefined
  #line = 0
  /** What is left of a piece: the beginning of a line. */
  #rest = Buffer.alloc(0)
  /** Within a line too long to be held, of which only its beginning matters. */
  #isOverlong = false

  constructor(path: string) {
    this.#path = path
  }

  take(piece: Buffer): void {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    let begin = 0
    for (;;) {
      // Nearly all lines are a hash and nothing else.
      if (bytes[begin + 64] === LF && !this.#isOverlong && this.#add(bytes, begin)) {
        this.#line++
        begin += 65
        continue
      }
      const end = bytes.indexOf(LF, begin)
      if (end < 0) break
      if (this.#isOverlong) this.#isOverlong = false
      else this.#take(bytes, begin, end)
      begin = end + 1
    }
    this.#rest = Buffer.from(bytes.subarray(begin))
    if (this.#isOverlong) this.#rest = Buffer.alloc(0)
    else if (this.#rest.length > PIECE_BYTES) {
      this.#take(this.#rest, 0, this.#rest.length)
      this.#isOverlong = true
      this.#rest = Buffer.alloc(0)
    }
  }

  end(): ReadList {
    if (this.#rest.length > 0) this.#take(this.#rest, 0, this.#rest.length)
    if (this.#refused > REFUSED_SHARE_MAX * (this.#refused + this.#count)) {
      const found = `${this.#refused} of ${this.#refused + this.#count} lines are none, the first is line ${this.#firstRefused}`
      throw this.#invalid(`its lines must begin with a SHA-256 of 64 hex digits, and ${found}`)
    }
    const list = HashList.ofWords(this.#words.subarray(0, this.#count * WORDS))
    return { list, refused: this.#refused, firstRefused: this.#firstRefused }
  }

  #take(bytes: Buffer, lineBegin: number, end: number): void {
    this.#line++
    let begin = lineBegin
    while (begin < end && isBlank(bytes[begin]!)) begin++
    if (begin === end || bytes[begin] === 0x23) return
    // "sha256:" or "file:"; both end in a colon before the seventh place.
    if (NIBBLES[bytes[begin]!] === NOT_HEX || NIBBLES[bytes[begin + 1] ?? 0] === NOT_HEX) {
      const prefix = /^(?:file:)?(?:sha256:)?/i.exec(bytes.toString('latin1', begin, Math.min(end, begin + 12)))![0]
      begin += prefix.length
    }
    if (end - begin >= 64 && isEndAt(bytes, begin + 64, end) && this.#add(bytes, begin)) return
    this.#refused++
    this.#firstRefused ??= this.#line
  }

  /** Adds 64 digits; false where one of them is none. */
  #add(bytes: Buffer, begin: number): boolean {
    const place = this.#count * WORDS
    if (place === this.#words.length) this.#grow()
    const words = this.#words
    // A digit that is none sets a bit above those of digits.
    let all = 0
    for (let word = 0, at = begin; word < WORDS; word++) {
      let value = 0
      for (const end = at + 8; at < end; at++) {
        const digit = NIBBLES[bytes[at]!]!
        all |= digit
        value = (value << 4) | digit
      }
      words[place + word] = value
    }
    if (all > 15) return false
    this.#count++
    return true
  }

  #grow(): void {
    if (this.#count >= HASHES_MAX) throw this.#invalid(`it must have at most ${HASHES_MAX} hashes, found more`)
    const larger = new Uint32Array(2 * this.#words.length)
    larger.set(this.#words)
    this.#words = larger
  }

  #invalid(why: string): ProblemError {
    return new ProblemError({ code: 'invalid', message: `Cannot use the list "${this.#path}": ${why}` })
  }
}

/** Blank, tab, carriage return, or the byte order mark's bytes. */
function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0xef || byte === 0xbb || byte === 0xbf
}

/** Whether the hash ends here: at the end of the line, a blank, or one of `, : ; " * |`. */
function isEndAt(bytes: Buffer, at: number, end: number): boolean {
  if (at >= end) return true
  const byte = bytes[at]!
  return (
    isBlank(byte) || byte === 0x2c || byte === 0x3a || byte === 0x3b || byte === 0x22 || byte === 0x2a || byte === 0x7c
  )
}
