/** Numbers in an APK, low byte first, with every place checked: what lies outside is a refusal and never a zero. */
import { ProblemError } from '@tocsin/core/base'

/** `invalid`: the file cannot be read, however often one tries. */
export function cannotRead(why: string): ProblemError {
  return new ProblemError({ code: 'invalid', message: `Cannot read the APK: ${why}` })
}

/** A run of bytes with bounds. All methods throw `invalid` for a place outside. */
export class Span {
  readonly #view: DataView
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get length(): number {
    return this.bytes.length
  }

  u8(at: number): number {
    return this.#view.getUint8(this.#checked(at, 1))
  }

  u16(at: number): number {
    return this.#view.getUint16(this.#checked(at, 2), true)
  }

  u32(at: number): number {
    return this.#view.getUint32(this.#checked(at, 4), true)
  }

  /** A length of 64 bits, which must fit the bytes that there are. */
  length64(at: number): number {
    const length = this.u32(at)
    if (this.u32(at + 4) !== 0 || length > this.length)
      throw cannotRead('a length must be within the file, and is beyond')
    return length
  }

  /** The bytes from `at` on, `length` of them, as a span of their own. */
  part(at: number, length: number): Span {
    return new Span(this.bytes.subarray(this.#checked(at, length), at + length))
  }

  #checked(at: number, length: number): number {
    if (at >= 0 && length >= 0 && at + length <= this.bytes.length) return at
    throw cannotRead(`it must have ${at + length} bytes in a part of it that has ${this.bytes.length}`)
  }
}
