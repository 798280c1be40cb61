import { lowerByte, type WireName } from './name.ts'
import { HEADER_BYTES } from './query.ts'

/** Enough for nearly every answer; grows by doubling. */
const FIRST_BYTES = 512

/**
 * Puts a message together within a limit. What would go beyond it is not written; `overflowed` says so, and `rewind`
 * goes back to a mark. Names are compressed (RFC 1035 §4.1.4) against the name of the question, which every answer
 * begins with.
 */
export class MessageWriter {
  #bytes: Uint8Array
  #at = 0
  #overflowed = false
  #sizeMax: number
  readonly #questionName: WireName

  constructor(questionName: WireName, sizeMax: number) {
    this.#questionName = questionName
    this.#sizeMax = sizeMax
    this.#bytes = new Uint8Array(Math.min(FIRST_BYTES, sizeMax))
  }

  get overflowed(): boolean {
    return this.#overflowed
  }

  /** Where the next byte goes. */
  get mark(): number {
    return this.#at
  }

  /** Forgets what was written after a mark, an overflow included. */
  rewind(mark: number): void {
    this.#at = mark
    this.#overflowed = false
  }

  /** Changes the limit: what was kept free until now may be used. */
  allow(sizeMax: number): void {
    this.#sizeMax = sizeMax
  }

  /** The message so far; a view of memory that nothing else uses. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#at)
  }

  uint8(value: number): void {
    if (this.#room(1)) this.#bytes[this.#at++] = value
  }

  uint16(value: number): void {
    if (!this.#room(2)) return
    this.#bytes[this.#at++] = value >>> 8
    this.#bytes[this.#at++] = value
  }

  uint32(value: number): void {
    this.uint16(value >>> 16)
    this.uint16(value & 0xffff)
  }

  bytes(values: Uint8Array): void {
    if (!this.#room(values.length)) return
    this.#bytes.set(values, this.#at)
    this.#at += values.length
  }

  /** Zeros. */
  zeros(count: number): void {
    if (!this.#room(count)) return
    this.#bytes.fill(0, this.#at, this.#at + count)
    this.#at += count
  }

  /** Overwrites two bytes that are written already. */
  uint16At(at: number, value: number): void {
    this.#bytes[at] = value >>> 8
    this.#bytes[at + 1] = value
  }

  /** Writes a name: the labels that the question does not end with, then a pointer to the rest. */
  name(name: WireName): void {
    let at = 0
    while (name[at] !== 0) {
      const shared = this.#questionName.length - (name.length - at)
      if (shared >= 0 && endsAlike(this.#questionName, shared, name, at)) break
      at += (name[at] as number) + 1
    }
    this.bytes(name.subarray(0, at))
    if (name[at] === 0) this.uint8(0)
    else this.uint16(0xc000 | (HEADER_BYTES + this.#questionName.length - (name.length - at)))
  }

  #room(count: number): boolean {
    const needed = this.#at + count
    if (needed > this.#sizeMax) this.#overflowed = true
    if (this.#overflowed) return false
    if (needed > this.#bytes.length) this.#grow(needed)
    return true
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.min(this.#sizeMax, Math.max(needed, 2 * this.#bytes.length)))
    larger.set(this.#bytes.subarray(0, this.#at))
    this.#bytes = larger
  }
}

/** Length bytes are below 64, so comparing them without case is comparing them. */
function endsAlike(a: Uint8Array, aFrom: number, b: Uint8Array, bFrom: number): boolean {
  for (let i = 0; aFrom + i < a.length; i++) {
    if (lowerByte(a[aFrom + i] as number) !== lowerByte(b[bFrom + i] as number)) return false
  }
  return true
}
