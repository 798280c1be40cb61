/**
 * Bytes to rows of RFC 4180, in pieces of any size and with bounded memory: quotes, doubled quotes, separators and line ends
 * in quotes. Beyond the RFC, as feeds are: blanks before a quote (`"a", "b"`), quotes inside a field that does not begin with
 * one, LF alone. Most rows have no quote and are found by the native search for LF.
 */
import { isUtf8 } from 'node:buffer'
import { ProblemError } from '@tocsin/core/base'
import type { RefusalCause } from '../../format.ts'

/** Bytes of a row, at most, without its end. A longer one is refused and skipped to the end of the line. */
export const ROW_BYTES_MAX = 65_536

/** A row's text, without its end, or why it has none. */
export interface Row {
  readonly text: string
  readonly broken?: Extract<RefusalCause, 'too-long' | 'nul' | 'not-utf8'>
}

const LF = 10
const CR = 13
const QUOTE = 34
const BLANK = 32
const NUMBER_SIGN = 35
const MARK = Buffer.from([0xef, 0xbb, 0xbf])
const NOTHING = Buffer.alloc(0)

/** Where in a field a byte stands: at its beginning, in a bare one, inside of quotes, or behind the quote that may end it. */
const BEGINS = 0
const BARE = 1
const QUOTED = 2
const CLOSED = 3

/** Splits a stream of bytes into rows, whose fields are parted by the separator (one ASCII character). */
export class RowSplitter {
  readonly #separator: number
  #pending: Buffer = NOTHING
  #state = BEGINS
  #skipping = false
  #isFirst = true

  constructor(separator: string) {
    this.#separator = separator.charCodeAt(0)
  }

  /** Takes the next bytes and gives the rows that they complete. The bytes may be used again afterwards. */
  push(bytes: Uint8Array): readonly Row[] {
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const chunk = this.#pending.length === 0 ? piece : Buffer.concat([this.#pending, piece])
    let at = this.#pending.length
    let start = 0
    if (this.#isFirst) {
      const beginning = chunk.subarray(0, MARK.length)
      if (chunk.length < MARK.length && MARK.subarray(0, chunk.length).equals(chunk)) return this.#wait(chunk)
      this.#isFirst = false
      start = beginning.equals(MARK) ? MARK.length : 0
      at = start
    }
    return this.#rows(chunk, start, at)
  }

  /** Gives the last row, if it had no end. Throws a `ProblemError` (`invalid`) where it ends inside of quotes. */
  end(): readonly Row[] {
    if (this.#state === QUOTED) {
      const message =
        'Cannot read CSV: a field that begins with a quote must end with one, but the text breaks off in it'
      throw new ProblemError({ code: 'invalid', message })
    }
    const rows: Row[] = []
    if (this.#pending.length > 0) this.#take(this.#pending, 0, this.#pending.length, rows)
    this.#pending = NOTHING
    return rows
  }

  #wait(chunk: Buffer): readonly Row[] {
    this.#pending = Buffer.from(chunk)
    return []
  }

  #rows(chunk: Buffer, first: number, seen: number): readonly Row[] {
    const rows: Row[] = []
    let start = first
    let at = seen
    let quote = chunk.indexOf(QUOTE, at)
    while (at < chunk.length) {
      at = this.#endOfRow(chunk, start, at, quote)
      if (!this.#skipping && at - start === ROW_BYTES_MAX + 2 && this.#state === QUOTED) {
        rows.push({ text: '', broken: 'too-long' })
        this.#skipping = true
        this.#state = BARE
        start = at
      } else if (at < chunk.length) {
        this.#take(chunk, start, at, rows)
        start = ++at
      }
      if (quote >= 0 && quote < at) quote = chunk.indexOf(QUOTE, at)
    }
    this.#keep(chunk.subarray(start), rows)
    return rows
  }

  /**
   * The LF that ends the row, or the end of the bytes; in a quoted field that makes the row too long, the place where it
   * does, so that one lone quote does not swallow the rest of the file.
   */
  #endOfRow(chunk: Buffer, start: number, from: number, quote: number): number {
    // A comment may hold a lone quote; its line is a row whatever stands in it.
    if (this.#skipping || chunk[start] === NUMBER_SIGN) return lineEnd(chunk, from)
    const end = this.#state === QUOTED || this.#state === CLOSED ? -2 : lineEnd(chunk, from)
    if (end >= 0 && (quote < 0 || quote > end)) {
      this.#state = end === chunk.length ? this.#stateAt(chunk, from, end) : BEGINS
      return end
    }
    return this.#walk(chunk, from, Math.min(chunk.length, start + ROW_BYTES_MAX + 2))
  }

  /** The state behind bare bytes. */
  #stateAt(chunk: Buffer, from: number, to: number): number {
    let at = to
    while (at > from && chunk[at - 1] === BLANK) at--
    if (at > from) return chunk[at - 1] === this.#separator ? BEGINS : BARE
    return this.#state
  }

  #walk(chunk: Buffer, from: number, limit: number): number {
    const separator = this.#separator
    let state = this.#state
    let at = from
    for (; at < limit; at++) {
      const byte = chunk[at]
      if (byte === QUOTE) state = state === BEGINS || state === CLOSED ? QUOTED : state === QUOTED ? CLOSED : BARE
      else if (state === QUOTED) continue
      else if (byte === LF) break
      else if (byte === separator) state = BEGINS
      else if (byte !== BLANK || state !== BEGINS) state = BARE
    }
    this.#state = state
    if (at < limit || at === chunk.length || state === QUOTED) return at
    return lineEnd(chunk, at)
  }

  #take(chunk: Buffer, start: number, end: number, rows: Row[]): void {
    this.#state = BEGINS
    if (this.#skipping) this.#skipping = false
    else rows.push(rowOf(chunk, start, end))
  }

  #keep(rest: Buffer, rows: Row[]): void {
    if (rest.length > ROW_BYTES_MAX + 1 && !this.#skipping) {
      rows.push({ text: '', broken: 'too-long' })
      this.#skipping = true
      this.#state = BARE
    }
    this.#pending = this.#skipping ? NOTHING : Buffer.from(rest)
  }
}

function lineEnd(chunk: Buffer, from: number): number {
  const end = chunk.indexOf(LF, from)
  return end < 0 ? chunk.length : end
}

function rowOf(chunk: Buffer, from: number, end: number): Row {
  const to = end > from && chunk[end - 1] === CR ? end - 1 : end
  if (to - from > ROW_BYTES_MAX) return { text: '', broken: 'too-long' }
  const text = chunk.toString('latin1', from, to)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII but NUL is meant
  if (/^[\x01-\x7f]*$/.test(text)) return { text }
  if (text.includes('\0')) return { text: '', broken: 'nul' }
  const bytes = chunk.subarray(from, to)
  return isUtf8(bytes) ? { text: bytes.toString('utf8') } : { text: '', broken: 'not-utf8' }
}
