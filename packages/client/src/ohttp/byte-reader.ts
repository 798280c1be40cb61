/** Bytes from front to end, with the numbers of QUIC (RFC 9000 §16). */
import { concatBytes, ProblemError } from '@tocsin/core/base'

/** Throws that something cannot be read; `why` completes "Cannot read the message: …". */
export function unreadable(why: string): never {
  throw new ProblemError({ code: 'invalid', message: `Cannot read the message: ${why}` })
}

/** Reads on from where it is; what it gives are views. Every method throws a `ProblemError` where the bytes end. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#bytes.length - this.#at
  }

  take(length: number): Uint8Array {
    if (length > this.left) unreadable(`it announces ${length} bytes, ${this.left} are left`)
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  /** A whole number in so many bytes, at most 6. */
  number(length: number): number {
    return this.take(length).reduce((value, byte) => value * 256 + byte, 0)
  }

  /** A number of 1, 2, 4 or 8 bytes, which its two highest bits tell. Beyond 2^53 it loses its last digits. */
  varint(): number {
    const first = this.number(1)
    const more = this.take(2 ** (first >>> 6) - 1)
    return more.reduce((value, byte) => value * 256 + byte, first & 63)
  }

  /** As many bytes as a number in front of them says. */
  part(): Uint8Array {
    return this.take(this.varint())
  }
}

/** The shortest form of a number below 2^30. */
export function varint(value: number): Uint8Array {
  if (value < 0x40) return Uint8Array.of(value)
  if (value < 0x4000) return Uint8Array.of(0x40 | (value >>> 8), value & 255)
  return Uint8Array.of(0x80 | (value >>> 24), (value >>> 16) & 255, (value >>> 8) & 255, value & 255)
}

/** Bytes with their length in front. */
export function withLength(bytes: Uint8Array): Uint8Array {
  return concatBytes([varint(bytes.length), bytes])
}
