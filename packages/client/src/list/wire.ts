/**
 * Protocol Buffers, read as far as this client needs it (protobuf.dev, "Encoding"). The node has a reader of its own, for
 * every message in both directions; this one is a tenth of it, for it is loaded by web pages.
 */
import { ProblemError } from '@tocsin/core/base'

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

/** Throws that an answer cannot be read; `why` completes "Cannot read the answer: …". */
export function unreadable(why: string): never {
  throw new ProblemError({ code: 'invalid', message: `Cannot read the answer: ${why}` })
}

/** The value of a field: a number, or the bytes of text, bytes or a message. */
export type FieldValue = number | Uint8Array

/**
 * Calls back with each field of a message and its value; bytes are views. Numbers beyond 2^53 lose their last digits,
 * and fields of fixed length are passed over: no message that we read has either. Throws for bytes that are no message.
 */
export function eachField(bytes: Uint8Array, take: (field: number, value: FieldValue) => void): void {
  let at = 0
  const number = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]
      if (byte === undefined || scale > 2 ** 63) return unreadable('it ends in a number')
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  const part = (length: number): Uint8Array => {
    if (length > bytes.length - at) unreadable(`it announces ${length} bytes, ${bytes.length - at} are left`)
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const tag = number()
    const field = Math.floor(tag / 8)
    const wireType = tag % 8
    if (wireType === VARINT) take(field, number())
    else if (wireType === BYTES) take(field, part(number()))
    else if (wireType === FIXED64) part(8)
    else if (wireType === FIXED32) part(4)
    else unreadable(`field ${field} has wire type ${wireType}`)
  }
}

/** A value that must be bytes. */
export function bytesOf(value: FieldValue): Uint8Array {
  return typeof value === 'number' ? unreadable('found a number in the place of bytes') : value
}

/** A value that must be a whole number of 0 to `max`. */
export function numberOf(value: FieldValue, max: number): number {
  return typeof value === 'number' && value <= max ? value : unreadable(`a number must be 0 to ${max}`)
}
