/**
 * A list as bytes, to be kept in a file or a browser's storage.
 *
 *     TCL2 · name and version, each behind its length in a byte · when checked (float64) · count (uint32) ·
 *     for each prefix what it adds to the one before it, 7 bits a byte, low first · SHA-256 of all before it (32)
 *
 * All numbers big-endian but those of the prefixes. A million prefixes take two bytes each. The hash is over all, for a time
 * that has changed could make a list of last year look checked.
 */
import { attempt, bytesEqual, concatBytes, decodeUtf8, encodeUtf8, type Result, sha256 } from '@tocsin/core/base'
import { CompactList } from './compact-list.ts'
import { unreadable } from './wire.ts'

/** What is kept. */
export interface StoredList {
  readonly name: string
  readonly list: CompactList
  readonly version: Uint8Array
  /** Milliseconds since 1970, −Infinity for never. */
  readonly checkedAt: number
}

/** `TCL2`. */
const MAGIC = Uint8Array.of(0x54, 0x43, 0x4c, 0x32)

const CHECKSUM_BYTES = 32

/** Writes a list. A name or a version of more than 255 bytes throws a `RangeError`. */
export function writeStored({ name, list, version, checkedAt }: StoredList): Uint8Array {
  const numbers = new Uint8Array(12)
  const view = new DataView(numbers.buffer)
  view.setFloat64(0, checkedAt)
  view.setUint32(8, list.size)
  const named = withLength(encodeUtf8(name) ?? new Uint8Array())
  const said = concatBytes([MAGIC, named, withLength(version), numbers, differences(list.prefixes())])
  return concatBytes([said, sha256(said)])
}

/** Reads it again; fails as `invalid` for bytes that are not what was written. */
export function readStored(bytes: Uint8Array): Result<StoredList> {
  return attempt(() => {
    if (!bytesEqual(bytes.subarray(0, MAGIC.length), MAGIC)) unreadable('a list must begin with "TCL2"')
    const end = Math.max(MAGIC.length, bytes.length - CHECKSUM_BYTES)
    const said = bytes.subarray(0, end)
    if (!bytesEqual(sha256(said), bytes.subarray(end)))
      unreadable('the list is cut off, or has changed since it was written')
    return readParts(said)
  })
}

function readParts(bytes: Uint8Array): StoredList {
  let at = MAGIC.length
  const part = (length: number): Uint8Array<ArrayBuffer> => {
    if (length > bytes.length - at) unreadable(`a list must have ${length} bytes more, ${bytes.length - at} are left`)
    at += length
    // Not `slice`, which is a view where the bytes are a Buffer of Node.
    return new Uint8Array(bytes.subarray(at - length, at))
  }
  const name = decodeUtf8(part(part(1)[0]!)) ?? unreadable('the name of a list must be UTF-8')
  const version = part(part(1)[0]!)
  const numbers = new DataView(part(12).buffer)
  const checkedAt = numbers.getFloat64(0)
  const count = numbers.getUint32(8)
  if (Number.isNaN(checkedAt)) unreadable('the time of a list must be a number')
  if (count > bytes.length - at) unreadable(`${count} prefixes cannot stand in ${bytes.length - at} bytes`)
  const list = new CompactList(sums(bytes.subarray(at), count))
  return { name, list, version, checkedAt }
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
