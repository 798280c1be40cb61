/**
 * Bytes to lines, in pieces of any size and with bounded memory: however the bytes are cut, the lines are the same.
 * Lines end with LF or CR LF; the last one needs no end. A byte order mark at the very beginning is dropped.
 *
 * The whole lines of a piece are decoded at once where nothing in them is broken, which is nearly always: a line is then
 * a slice of one string. Only a piece with a zero byte, or that is not UTF-8, is taken apart line by line.
 */
import { isAscii, isUtf8 } from 'node:buffer'

/** Bytes of a line, at most, without its end, unless a format says otherwise. A longer one is skipped to its end. */
export const LINE_BYTES_MAX = 4096

/** Why a line cannot be read as text. */
export type Breakage = 'too-long' | 'nul' | 'not-utf8'

/** Takes a line: its text, or why it has none. */
export type TakeLine = (text: string, broken: Breakage | undefined) => void

const LF = 10
const CR = 13
const MARK = Buffer.from([0xef, 0xbb, 0xbf])
const NOTHING = Buffer.alloc(0)

/** Splits a stream of bytes into lines. */
export class LineSplitter {
  readonly #lineBytesMax: number
  /** The beginning of a line whose end has not come yet; a few bytes longer than a line may be, at most. */
  #pending: Buffer = NOTHING
  /** Whether the rest of the line is skipped until its end. */
  #skipping = false
  #isFirst = true

  constructor(lineBytesMax = LINE_BYTES_MAX) {
    this.#lineBytesMax = lineBytesMax
  }

  /** Takes the next bytes and gives the lines that they complete. The bytes may be used again afterwards. */
  push(bytes: Uint8Array, take: TakeLine): void {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let from = 0
    if (this.#isFirst || this.#skipping || this.#pending.length > 0) {
      const end = chunk.indexOf(LF)
      if (end < 0) return this.#keep(chunk)
      this.#line(chunk.subarray(0, end), take)
      from = end + 1
    }
    const after = chunk.lastIndexOf(LF) + 1
    if (after > from) this.#block(chunk.subarray(from, after), take)
    return this.#keep(chunk.subarray(Math.max(from, after)))
  }

  /** Gives the last line, if it had no end. */
  end(take: TakeLine): void {
    if (this.#pending.length > 0 || this.#skipping) this.#line(NOTHING, take)
  }

  /** Whole lines, none of them begun before. */
  #block(block: Buffer, take: TakeLine): void {
    if (block.includes(0)) return this.#apart(block, take)
    if (isAscii(block)) return this.#slices(block.toString('latin1'), take)
    if (isUtf8(block)) return this.#slices(block.toString('utf8'), take)
    return this.#apart(block, take)
  }

  #slices(text: string, take: TakeLine): void {
    const max = this.#lineBytesMax
    for (let from = 0, end = text.indexOf('\n'); end >= 0; from = end + 1, end = text.indexOf('\n', from)) {
      const line = text.slice(from, end > from && text.charCodeAt(end - 1) === CR ? end - 1 : end)
      // A character takes three bytes of UTF-8 at most.
      if (line.length * 3 > max && Buffer.byteLength(line) > max) take('', 'too-long')
      else take(line, undefined)
    }
  }

  #apart(block: Buffer, take: TakeLine): void {
    for (let from = 0, end = block.indexOf(LF); end >= 0; from = end + 1, end = block.indexOf(LF, from)) {
      this.#line(block.subarray(from, end), take)
    }
  }

  #line(rest: Buffer, take: TakeLine): void {
    const skipping = this.#skipping
    let bytes = this.#pending.length > 0 ? Buffer.concat([this.#pending, rest]) : rest
    if (this.#isFirst && bytes.subarray(0, MARK.length).equals(MARK)) bytes = bytes.subarray(MARK.length)
    if (bytes.at(-1) === CR) bytes = bytes.subarray(0, -1)
    this.#pending = NOTHING
    this.#skipping = false
    this.#isFirst = false
    if (skipping || bytes.length > this.#lineBytesMax) return take('', 'too-long')
    if (bytes.includes(0)) return take('', 'nul')
    return isUtf8(bytes) ? take(bytes.toString('utf8'), undefined) : take('', 'not-utf8')
  }

  #keep(rest: Buffer): void {
    if (rest.length === 0 || this.#skipping) return
    const slack = 1 + (this.#isFirst ? MARK.length : 0)
    if (this.#pending.length + rest.length > this.#lineBytesMax + slack) {
      this.#pending = NOTHING
      this.#skipping = true
    } else this.#pending = Buffer.concat([this.#pending, rest])
  }
}
