/** Takes exact numbers of bytes from an input that comes in pieces. */

/** The input ended before what it must have. */
export class CutOff extends Error {
  constructor() {
    super('it must not end here')
  }
}

/** Reads forward; what is taken is gone. */
export class ByteReader {
  readonly #input: AsyncIterator<Uint8Array>
  #piece: Buffer = Buffer.alloc(0)
  /** Bytes that were taken. */
  taken = 0

  constructor(input: AsyncIterable<Uint8Array>) {
    this.#input = input[Symbol.asyncIterator]()
  }

  /** So many bytes. Rejects with {@link CutOff} where there are fewer, and with the input's own error. */
  async take(count: number): Promise<Buffer> {
    const parts: Uint8Array[] = []
    for (let left = count; left > 0; ) {
      const part = await this.some(left)
      if (part.length === 0) throw new CutOff()
      if (part.length === count) return part
      parts.push(part)
      left -= part.length
    }
    return Buffer.concat(parts)
  }

  /** At least one byte and at most so many; none at the end. */
  async some(countMax: number): Promise<Buffer> {
    while (this.#piece.length === 0) {
      const next = await this.#input.next()
      if (next.done === true) return Buffer.alloc(0)
      const { buffer, byteOffset, byteLength } = next.value
      this.#piece = Buffer.from(buffer, byteOffset, byteLength)
    }
    const part = this.#piece.subarray(0, countMax)
    this.#piece = this.#piece.subarray(part.length)
    this.taken += part.length
    return part
  }

  /** Closes the input. */
  async close(): Promise<void> {
    await this.#input.return?.()
  }
}
