/** Protocol Buffers as bytes, read field by field (protobuf.dev, "Encoding"). What is cut off or overlong is refused. */
import { decodeUtf8, ProblemError } from '@tocsin/core/base'

/** How the value of a field is written. Groups (3 and 4) have been out of use since proto3 and are refused. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

/** A varint of 64 bits. */
const VARINT_BYTES_MAX = 10

/** Throws that a message cannot be read; `why` completes "Cannot read the message: …". */
export function malformed(why: string): never {
  throw new ProblemError({ code: 'invalid', message: `Cannot read the message: ${why}` })
}

/**
 * Walks over the fields of one message. Each method reads one value and throws a `ProblemError` of code `invalid` where
 * the bytes do not hold it. Never reads beyond the bytes it was given, and holds nothing but a place in them.
 */
export class FieldReader {
  /** The number of the field that {@link next} met. */
  field = 0
  #wireType = 0
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Goes to the next field; false at the end. The value of the one before must have been read or skipped. */
  next(): boolean {
    if (this.#at === this.#bytes.length) return false
    const tag = this.#varint()
    if (tag > 0xffffffffn) malformed(`a field number must be below 2^29, found tag ${tag}`)
    this.field = Number(tag >> 3n)
    this.#wireType = Number(tag & 7n)
    if (this.field === 0) malformed('a field number must be 1 or more, found 0')
    return true
  }

  /** Passes over the value of a field that means nothing here. */
  skip(): void {
    switch (this.#wireType) {
      case WIRE.varint:
        this.#varint()
        return
      case WIRE.fixed64:
        this.#take(8)
        return
      case WIRE.bytes:
        this.bytes()
        return
      case WIRE.fixed32:
        this.#take(4)
        return
      default:
        malformed(`field ${this.field} has wire type ${this.#wireType}, which is none of 0, 1, 2, 5`)
    }
  }

  /** A `bool`. */
  flag(): boolean {
    return this.uint64() !== 0n
  }

  /** A `uint32`, or an `int32` that must not be negative: 0 to `max`. */
  count(max: number): number {
    const value = this.uint64()
    if (value > BigInt(max)) malformed(`field ${this.field} must be 0 to ${max}, found ${BigInt.asIntN(64, value)}`)
    return Number(value)
  }

  /** A `uint64`, as a varint. */
  uint64(): bigint {
    this.#mustBe(WIRE.varint)
    return this.#varint()
  }

  /** A `fixed64`. */
  fixed64(): bigint {
    this.#mustBe(WIRE.fixed64)
    const part = this.#take(8)
    return new DataView(part.buffer, part.byteOffset, 8).getBigUint64(0, true)
  }

  /** A view of the bytes of a `bytes` field or of a message. */
  bytes(): Uint8Array {
    this.#mustBe(WIRE.bytes)
    const length = this.#varint()
    const left = this.#bytes.length - this.#at
    if (length > BigInt(left)) malformed(`field ${this.field} announces ${length} bytes, ${left} are left`)
    return this.#take(Number(length))
  }

  /** A `string`. */
  text(): string {
    return decodeUtf8(this.bytes()) ?? malformed(`field ${this.field} must be UTF-8`)
  }

  /** The numbers of a repeated enum, written one by one or packed. */
  *numbers(): Iterable<number> {
    if (this.#wireType === WIRE.varint) {
      yield asEnum(this.#varint())
      return
    }
    const packed = new FieldReader(this.bytes())
    while (packed.#at < packed.#bytes.length) yield asEnum(packed.#varint())
  }

  #mustBe(wireType: number): void {
    if (this.#wireType !== wireType) {
      malformed(`field ${this.field} must have wire type ${wireType}, found ${this.#wireType}`)
    }
  }

  #take(count: number): Uint8Array {
    const end = this.#at + count
    if (end > this.#bytes.length) malformed(`it ends in field ${this.field}`)
    const part = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return part
  }

  #varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 7n * BigInt(VARINT_BYTES_MAX); shift += 7n) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) {
        this.#at = this.#bytes.length
        malformed('it ends in a number')
      }
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asUintN(64, value)
    }
    return malformed(`a number must have at most ${VARINT_BYTES_MAX} bytes`)
  }
}

/** Enums are 32 bits with a sign, written as 64. */
function asEnum(value: bigint): number {
  return Number(BigInt.asIntN(32, value))
}
