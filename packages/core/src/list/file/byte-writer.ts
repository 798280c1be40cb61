/** Bytes written one after the other, as list files have them. */

/** A growing array of bytes. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1024)
  #length = 0

  get length(): number {
    return this.#length
  }

  byte(value: number): void {
    this.#makeRoom(1)
    this.#bytes[this.#length++] = value
  }

  /** 32 bits, little-endian. */
  word(value: number): void {
    this.#makeRoom(4)
    for (let shift = 0; shift < 32; shift += 8) this.#bytes[this.#length++] = (value >>> shift) & 255
  }

  /** A whole number of 0 to 2^53 − 1 in groups of seven bits, the lowest first; the top bit says that more follow (LEB128). */
  number(value: number): void {
    this.#makeRoom(8)
    let rest = value
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.#length++] = rest
  }

  bytes(value: Uint8Array): void {
    this.#makeRoom(value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
  }

  /** The characters of a binary string from `from` on, a byte each. */
  characters(text: string, from = 0): void {
    this.#makeRoom(text.length - from)
    for (let at = from; at < text.length; at++) this.#bytes[this.#length++] = text.charCodeAt(at)
  }

  /** What was written; the writer is of no use afterwards. */
  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length)
  }

  #makeRoom(count: number): void {
    if (this.#length + count <= this.#bytes.length) return
    const grown = new Uint8Array(2 * (this.#bytes.length + count))
    grown.set(this.#bytes)
    this.#bytes = grown
  }
}
