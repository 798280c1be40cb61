import { encodeUtf8 } from '@tocsin/core/base'
import { WIRE } from './wire-reader.ts'

const FIRST_BYTES = 256

/**
 * Puts a message together, field by field (protobuf.dev, "Encoding"). A value that is the zero of its type is not
 * written, as proto3 wants it.
 */
export class FieldWriter {
  #bytes = new Uint8Array(FIRST_BYTES)
  #at = 0

  /** A `bool`. */
  flag(field: number, value: boolean): void {
    if (value) this.number(field, 1)
  }

  /** A `uint32`, `int32` or enum of 0 to 2^53 − 1. */
  number(field: number, value: number): void {
    this.uint64(field, BigInt(value))
  }

  /** A `uint64`. */
  uint64(field: number, value: bigint): void {
    if (value === 0n) return
    this.#tag(field, WIRE.varint)
    this.#varint(value)
  }

  /** A `fixed64`. */
  fixed64(field: number, value: bigint): void {
    if (value === 0n) return
    this.#tag(field, WIRE.fixed64)
    this.#room(8)
    new DataView(this.#bytes.buffer).setBigUint64(this.#at, value, true)
    this.#at += 8
  }

  /** A `bytes` field that is left out where it is empty. */
  bytes(field: number, value: Uint8Array): void {
    if (value.length > 0) this.message(field, value)
  }

  /** A `string`, likewise. Half of a surrogate pair cannot be written and throws a `RangeError`. */
  text(field: number, value: string): void {
    const bytes = encodeUtf8(value)
    if (bytes === undefined) throw new RangeError(`Cannot write field ${field}: it must be valid Unicode`)
    this.bytes(field, bytes)
  }

  /** A message, or one item of a repeated `bytes` field: written even where it is empty. */
  message(field: number, value: Uint8Array): void {
    this.#tag(field, WIRE.bytes)
    this.#varint(BigInt(value.length))
    this.#room(value.length)
    this.#bytes.set(value, this.#at)
    this.#at += value.length
  }

  /** A repeated enum, packed. */
  numbers(field: number, values: readonly number[]): void {
    if (values.length === 0) return
    const packed = new FieldWriter()
    for (const value of values) packed.#varint(BigInt(value))
    this.message(field, packed.finish())
  }

  /** The message so far; a view of memory that nothing else uses. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#at)
  }

  #tag(field: number, wireType: number): void {
    this.#varint(BigInt(field * 8 + wireType))
  }

  #varint(value: bigint): void {
    this.#room(10)
    let rest = value
    while (rest > 127n) {
      this.#bytes[this.#at++] = Number(rest & 127n) | 128
      rest >>= 7n
    }
    this.#bytes[this.#at++] = Number(rest)
  }

  #room(count: number): void {
    const needed = this.#at + count
    if (needed <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length))
    larger.set(this.#bytes.subarray(0, this.#at))
    this.#bytes = larger
  }
}
