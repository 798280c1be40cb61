/** Lines of a list to hashes, byte by byte. */
import { readSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { ProblemError } from '@tocsin/core/base'

/** 32-bit words of a hash: each stands for eight of its digits, in an order of their own. */
export const WORDS = 8

/** Bytes of the file that are held, and above which a line is too long: they fit into the cache of a core. */
const PIECE_BYTES = 2 ** 19

/** Hashes that are handed on at a time. */
const HANDFUL = 8192

/** The share of lines that may be no hash before the file is taken for something else. */
const REFUSED_SHARE_MAX = 0.1

/** Takes hashes, {@link WORDS} words each, which are overwritten afterwards. */
export type TakeHashes = (words: Uint32Array, count: number) => void

/** What was not taken for a hash. */
export interface Refusals {
  readonly refused: number
  /** The number of the first line that was refused. */
  readonly firstRefused: number | undefined
}

/**
 * Reads a list: a hash in hexadecimal at the beginning of each line, with or without `sha256:` or `file:` before it; behind it
 * may stand a name, or size and name as in ClamAV's `.hsb`, after a blank, a comma, a semicolon or a colon. Empty lines and
 * those that begin with `#` are passed over. Rejects with `invalid` where more than a tenth of the lines hold no hash.
 *
 * @param begin told of the file's bytes, 0 where nobody knows, and gives who takes the hashes
 */
export async function readHashLines(path: string, begin: (sizeBytes: number) => TakeHashes): Promise<Refusals> {
  const unreadable = (error: unknown): never => {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new ProblemError({ code: 'invalid', message: `Cannot read the list "${path}": ${code}` }, { cause: error })
  }
  const file = await open(path).catch(unreadable)
  try {
    const about = await file.stat()
    const lines = new HashLines(path, begin(about.isFile() ? about.size : 0))
    for (;;) {
      // A file is read while we wait: going to another thread for each piece and back took as long again.
      const { room } = lines
      const bytesRead = about.isFile() ? readSync(file.fd, room) : (await file.read(room)).bytesRead
      if (bytesRead === 0) break
      lines.take(bytesRead)
    }
    return lines.end()
  } catch (error) {
    return unreadable(error)
  } finally {
    await file.close()
  }
}

const LF = 10
const NOT_HEX = 255
const NIBBLES = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = Number.parseInt(String.fromCharCode(byte), 16)
  return Number.isNaN(digit) ? NOT_HEX : digit
})

class HashLines {
  readonly #path: string
  readonly #into: TakeHashes
  readonly #words = new Uint32Array(WORDS * HANDFUL)
  /** Hashes that were not handed on yet, and all. */
  #held = 0
  #count = 0
  #refused = 0
  #firstRefused: number | undefined
  #line = 0
  readonly #bytes = Buffer.allocUnsafeSlow(PIECE_BYTES)
  readonly #text = new DataView(this.#bytes.buffer)
  /** Bytes that are there and have not been taken: the beginning of a line. */
  #length = 0
  /** Within a line too long to be held, of which only its beginning matters. */
  #isOverlong = false

  constructor(path: string, into: TakeHashes) {
    this.#path = path
    this.#into = into
  }

  /** Where the next bytes of the file belong; never empty. */
  get room(): Buffer {
    return this.#bytes.subarray(this.#length)
  }

  /** Takes so many bytes, which are in the {@link room} now. */
  take(length: number): void {
    this.#length += length
    const bytes = this.#bytes.subarray(0, this.#length)
    let begin = 0
    for (;;) {
      // Nearly all lines are a hash and nothing else.
      if (bytes[begin + 64] === LF && !this.#isOverlong && this.#add(begin)) {
        this.#line++
        begin += 65
        continue
      }
      const end = bytes.indexOf(LF, begin)
      if (end < 0) break
      if (this.#isOverlong) this.#isOverlong = false
      else this.#one(begin, end)
      begin = end + 1
    }
    this.#keep(begin)
  }

  /** Moves the beginning of a line, whose end has not come, to the front. */
  #keep(begin: number): void {
    this.#bytes.copyWithin(0, begin, this.#length)
    this.#length -= begin
    if (!this.#isOverlong && this.#length === PIECE_BYTES) {
      this.#one(0, this.#length)
      this.#isOverlong = true
    }
    if (this.#isOverlong) this.#length = 0
  }

  end(): Refusals {
    if (this.#length > 0) this.#one(0, this.#length)
    this.#handOn()
    if (this.#refused > REFUSED_SHARE_MAX * (this.#refused + this.#count)) {
      const found = `${this.#refused} of ${this.#refused + this.#count} lines are none, the first is line ${this.#firstRefused}`
      const message = `Cannot use the list "${this.#path}": its lines must begin with a SHA-256 of 64 hex digits, and ${found}`
      throw new ProblemError({ code: 'invalid', message })
    }
    return { refused: this.#refused, firstRefused: this.#firstRefused }
  }

  /** Takes a line that is not just a hash. */
  #one(lineBegin: number, end: number): void {
    const bytes = this.#bytes
    this.#line++
    let begin = lineBegin
    while (begin < end && isBlank(bytes[begin]!)) begin++
    if (begin === end || bytes[begin] === 0x23) return
    // "sha256:" or "file:"; both end in a colon before the seventh place.
    if (NIBBLES[bytes[begin]!] === NOT_HEX || NIBBLES[bytes[begin + 1] ?? 0] === NOT_HEX) {
      const prefix = /^(?:file:)?(?:sha256:)?/i.exec(bytes.toString('latin1', begin, Math.min(end, begin + 12)))![0]
      begin += prefix.length
    }
    if (end - begin >= 64 && isEndAt(bytes, begin + 64, end) && this.#add(begin)) return
    this.#refused++
    this.#firstRefused ??= this.#line
  }

  /** Adds 64 digits; false where one of them is none. */
  #add(begin: number): boolean {
    if (!parseDigits(this.#text, begin, this.#words, this.#held * WORDS)) return false
    if (++this.#held === HANDFUL) this.#handOn()
    return true
  }

  #handOn(): void {
    this.#into(this.#words, this.#held)
    this.#count += this.#held
    this.#held = 0
  }
}

/** The words of a hash of 64 hexadecimal digits, as lists give them. */
export function wordsOf(hash: string): Uint32Array {
  const words = new Uint32Array(WORDS)
  const { buffer, byteOffset, byteLength } = Buffer.from(hash, 'latin1')
  parseDigits(new DataView(buffer, byteOffset, byteLength), 0, words, 0)
  return words
}

/** The highest bit of each byte. */
const HIGH = 0x80808080 | 0

/**
 * Parses 64 digits; false where one of them is none. Four digits at a time: bytes below 128 stand an addition that sets the
 * highest bit of those from a bound on. A table for each digit took twice as long.
 */
function parseDigits(text: DataView, begin: number, words: Uint32Array, place: number): boolean {
  let good = HIGH
  let bad = 0
  for (let word = 0, at = begin; word < WORDS; word++, at += 8) {
    const one = text.getInt32(at, true)
    const two = text.getInt32(at + 4, true)
    good &= digitsAmong(one) & digitsAmong(two)
    bad |= one | two
    words[place + word] = nibblesOf(one) | (nibblesOf(two) << 4)
  }
  return good === HIGH && (bad & HIGH) === 0
}

/** The highest bit of each byte that is a digit or, of either case, a letter from A to F. */
function digitsAmong(four: number): number {
  const small = four | 0x20202020
  const isFigure = (four + 0x50505050) & ~(four + 0x46464646)
  const isLetter = (small + 0x1f1f1f1f) & ~(small + 0x19191919)
  return (isFigure | isLetter) & HIGH
}

/** What four digits stand for, one in each byte. */
function nibblesOf(four: number): number {
  return (four & 0x0f0f0f0f) + 9 * ((four >>> 6) & 0x01010101)
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
