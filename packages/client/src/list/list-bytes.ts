/**
 * A list as bytes, to be kept in a file or a browser's storage.
 *
 *     TCL1 · name and version, each behind its length in a byte · when checked (float64) · count (uint32) ·
 *     SHA-256 of the prefixes (32) · for each prefix what it adds to the one before it, 7 bits a byte, low first
 *
 * All numbers big-endian but the last. A million prefixes take two bytes each.
 */
import { bytesEqual, concatBytes, decodeUtf8, encodeUtf8, ok, type Result } from '@tocsin/core/base'
import { CompactList } from './compact-list.ts'
import { attempt, unreadable } from './wire.ts'

/** What is kept. */
export interface StoredList {
  readonly name: string
  readonly list: CompactList
  readonly version: Uint8Array
  /** Milliseconds since 1970, −Infinity for never. */
  readonly checkedAt: number
}

/** `TCL1`. */
const MAGIC = Uint8Array.of(0x54, 0x43, 0x4c, 0x31)

const CHECKSUM_BYTES = 32

/** Writes a list. A name or a version of more than 255 bytes throws a `RangeError`. */
export function writeStored({ name, list, version, checkedAt }: StoredList): Uint8Array {
  const numbers = new Uint8Array(12)
  const view = new DataView(numbers.buffer)
  view.setFloat64(0, checkedAt)
  view.setUint32(8, list.size)
  const prefixes = list.prefixes()
  const named = withLength(encodeUtf8(name) ?? new Uint8Array())
  return concatBytes([MAGIC, named, withLength(version), numbers, list.checksum(), differences(prefixes)])
}

/** Reads it again; fails as `invalid` for bytes that are not what was written. */
export function readStored(bytes: Uint8Array): Result<StoredList> {
  const read = attempt(() => readParts(bytes))
  if (!read.ok) return read
  const { checksum, ...stored } = read.value
  return bytesEqual(checksum, stored.list.checksum())
    ? ok(stored)
    : attempt(() => unreadable('the prefixes have changed since they were written'))
}

function readParts(bytes: Uint8Array): StoredList & { readonly checksum: Uint8Array } {
  let at = 0
  const part = (length: number): Uint8Array<ArrayBuffer> => {
    if (length > bytes.length - at) unreadable(`a list must have ${length} bytes more, ${bytes.length - at} are left`)
    at += length
    // Not `slice`, which is a view where the bytes are a Buffer of Node.
    return new Uint8Array(bytes.subarray(at - length, at))
  }
  if (!bytesEqual(part(MAGIC.length), MAGIC)) unreadable('a list must begin with "TCL1"')
  const name = decodeUtf8(part(part(1)[0]!)) ?? unreadable('the name of a list must be UTF-8')
  const version = part(part(1)[0]!)
  const numbers = new DataView(part(12).buffer)
  const checkedAt = numbers.getFloat64(0)
  const count = numbers.getUint32(8)
  if (Number.isNaN(checkedAt)) unreadable('the time of a list must be a number')
  const checksum = part(CHECKSUM_BYTES)
  if (count > bytes.length - at) unreadable(`${count} prefixes cannot stand in ${bytes.length - at} bytes`)
  const list = new CompactList(sums(bytes.subarray(at), count))
  return { name, list, version, checkedAt, checksum }
}

function withLength(bytes: Uint8Array): Uint8Array {
  if (bytes.length > 255) throw new RangeError(`Cannot store the list: a name must have at most 255 bytes`)
  return concatBytes([Uint8Array.of(bytes.length), bytes])
}

function differences(prefixes: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(5 * prefixes.length)
  let at = 0
  let last = 0
  for (const prefix of prefixes) {
    let rest = prefix - last
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes[at++] = (rest & 127) | 128
    bytes[at++] = rest
    last = prefix
  }
  return bytes.subarray(0, at)
}

function sums(bytes: Uint8Array, count: number): Uint32Array {
  const prefixes = new Uint32Array(count)
  let at = 0
  let last = 0
  for (let i = 0; i < count; i++) {
    let difference = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] ?? unreadable(`it ends in prefix ${i} of ${count}`)
      difference += (byte & 127) * scale
      if (byte < 128) break
      if (scale >= 2 ** 28) unreadable(`prefix ${i} must have at most 5 bytes`)
    }
    last += difference
    if (last > 0xffffffff || (i > 0 && difference === 0)) unreadable(`prefix ${i} must be above the one before it`)
    prefixes[i] = last
  }
  if (at !== bytes.length) unreadable(`${bytes.length - at} bytes follow the last prefix`)
  return prefixes
}
