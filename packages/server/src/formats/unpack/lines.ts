/** Lines of an input that comes in pieces, each with its end; those too long to be held come in pieces themselves. */

/** Bytes of a line; RFC 5322 §2.1.1 allows 998. */
const LINE_BYTES_MAX = 64 * 1024

const LF = 10

/** A line, or a piece of one. */
export interface Line {
  readonly bytes: Buffer
  /** Whether it begins a line. */
  readonly isBegin: boolean
}

/** Reads forward. A line may be given back once. */
export class Lines {
  readonly #input: AsyncIterator<Uint8Array>
  #piece: Buffer = Buffer.alloc(0)
  #isBegin = true
  #again: Line | undefined

  constructor(input: AsyncIterable<Uint8Array>) {
    this.#input = input[Symbol.asyncIterator]()
  }

  /** The next line; undefined at the end. Rejects with the input's own error. */
  async next(): Promise<Line | undefined> {
    const ready = this.ready()
    if (ready !== undefined) return ready
    for (;;) {
      const more = await this.#input.next()
      if (more.done === true) return this.#piece.length === 0 ? undefined : this.#take(this.#piece.length)
      this.#piece = this.#piece.length === 0 ? Buffer.from(more.value) : Buffer.concat([this.#piece, more.value])
      const line = this.ready()
      if (line !== undefined) return line
    }
  }

  /** The next line, where no more input is needed for it: most come so, without a wait for each. */
  ready(): Line | undefined {
    const again = this.#again
    if (again !== undefined) {
      this.#again = undefined
      return again
    }
    const end = this.#piece.indexOf(LF)
    if (end >= 0 && end < LINE_BYTES_MAX) return this.#take(end + 1)
    return this.#piece.length >= LINE_BYTES_MAX ? this.#take(LINE_BYTES_MAX) : undefined
  }

  giveBack(line: Line): void {
    this.#again = line
  }

  /** Closes the input. */
  async close(): Promise<void> {
    await this.#input.return?.()
  }

  #take(length: number): Line {
    const bytes = this.#piece.subarray(0, length)
    const isBegin = this.#isBegin
    this.#piece = this.#piece.subarray(length)
    this.#isBegin = bytes[length - 1] === LF
    return { bytes, isBegin }
  }
}

/** The bytes of a line without its end, as text of one character a byte. */
export function textOf({ bytes }: Line): string {
  let end = bytes.length
  if (bytes[end - 1] === LF) end--
  if (bytes[end - 1] === 13) end--
  return bytes.toString('latin1', 0, end)
}
