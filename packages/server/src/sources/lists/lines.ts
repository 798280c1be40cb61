/**
 * Bytes to lines, in pieces of any size and with bounded memory: however the bytes are cut, the lines are the same.
 * Lines end with LF or CR LF; the last one needs no end. A byte order mark at the very beginning is dropped.
 */
import { isUtf8 } from 'node:buffer'

/** Bytes of a line, at most, without its end. A longer one is refused and skipped to its end. */
export const LINE_BYTES_MAX = 4096

/** Why a line cannot be read as text. */
export type Breakage = 'too-long' | 'nul' | 'not-utf8'

/** A line by its number, from 1: its text, or why it has none. */
export interface Line {
  readonly number: number
  readonly text: string
  readonly broken?: Breakage
}

const LF = 10
const CR = 13
const MARK = Buffer.from([0xef, 0xbb, 0xbf])
const NOTHING = Buffer.alloc(0)

/** Splits a stream of bytes into lines. */
export class LineSplitter {
  /** The beginning of a line whose end has not come yet; at most one byte longer than a line may be. */
  #pending: Buffer = NOTHING
  /** Whether the rest of the line is skipped until its end. */
  #skipping = false
  #number = 0

  /** Takes the next bytes and gives the lines that they complete. The bytes may be used again afterwards. */
  push(bytes: Uint8Array): readonly Line[] {
    const lines: Line[] = []
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let from = 0
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      lines.push(this.#line(chunk, from, end))
      from = end + 1
    }
    this.#keep(chunk.subarray(from))
    return lines
  }

  /** Gives the last line, if it had no end. */
  end(): readonly Line[] {
    return this.#pending.length > 0 || this.#skipping ? [this.#line(NOTHING, 0, 0)] : []
  }

  #line(chunk: Buffer, from: number, to: number): Line {
    const number = ++this.#number
    const skipping = this.#skipping
    this.#skipping = false
    let bytes = chunk.subarray(from, to)
    if (this.#pending.length > 0) {
      bytes = Buffer.concat([this.#pending, bytes])
      this.#pending = NOTHING
    }
    if (number === 1 && bytes.subarray(0, MARK.length).equals(MARK)) bytes = bytes.subarray(MARK.length)
    if (bytes.at(-1) === CR) bytes = bytes.subarray(0, -1)
    if (skipping || bytes.length > LINE_BYTES_MAX) return { number, text: '', broken: 'too-long' }
    if (bytes.includes(0)) return { number, text: '', broken: 'nul' }
    return isUtf8(bytes) ? { number, text: bytes.toString('utf8') } : { number, text: '', broken: 'not-utf8' }
  }

  #keep(rest: Buffer): void {
    if (rest.length === 0 || this.#skipping) return
    const slack = 1 + (this.#number === 0 ? MARK.length : 0)
    if (this.#pending.length + rest.length > LINE_BYTES_MAX + slack) {
      this.#pending = NOTHING
      this.#skipping = true
    } else this.#pending = Buffer.concat([this.#pending, rest])
  }
}
