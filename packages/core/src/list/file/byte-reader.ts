/** Bytes read one after the other. Never past the end: a file from the network may say anything. */
import { ProblemError } from '../../base/index.ts'

/** Characters that are made of bytes at once: an engine takes only so many arguments. */
const CHARACTERS = 4096

/** Refuses a list file: the action, then what is against what must be. */
export function refuse(why: string): never {
  throw new ProblemError({ code: 'invalid', message: `Cannot read the list file: ${why}` })
}

/** Reads what {@link ByteWriter} writes. Every method throws a {@link ProblemError} `invalid` where bytes are missing. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** How many bytes have been read. */
  get at(): number {
    return this.#at
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at
  }

  byte(): number {
    if (this.#at >= this.#bytes.length) refuse(`it must go on after byte ${this.#at}, found its end`)
    return this.#bytes[this.#at++]!
  }

  word(): number {
    const bytes = this.bytes(4)
    return (bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16) | (bytes[3]! << 24)) >>> 0
  }

  /** A whole number of 0 to `max`, written in the shortest way. */
  number(max: number): number {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte()
      value += (byte & 127) * factor
      if (value > max || factor > 2 ** 49) refuse(`the number at byte ${this.#at - 1} must be ${max} or less`)
      if (byte < 128) {
        if (byte === 0 && factor > 1) refuse(`the number at byte ${this.#at - 1} must be written in the shortest way`)
        return value
      }
    }
  }

  /** A view of the next bytes. */
  bytes(count: number): Uint8Array {
    if (count > this.left) refuse(`it must have ${count} bytes after byte ${this.#at}, found ${this.left}`)
    this.#at += count
    return this.#bytes.subarray(this.#at - count, this.#at)
  }

  /** The next bytes as a binary string, a character each. */
  characters(count: number): string {
    const bytes = this.bytes(count)
    let text = ''
    for (let at = 0; at < count; at += CHARACTERS) {
      text += String.fromCharCode(...bytes.subarray(at, at + CHARACTERS))
    }
    return text
  }

  /** Throws where anything is left. */
  end(what: string): void {
    if (this.left > 0) refuse(`${what} must end at byte ${this.#at}, found ${this.left} more`)
  }
}
