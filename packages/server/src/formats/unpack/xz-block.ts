/** Blocks of `.xz` (§3): LZMA2, and what was done to the bytes before. */
import { crc32 } from 'node:zlib'
import type { ByteReader } from './byte-reader.ts'
import { deltaUndone, x86Undone } from './filters.ts'
import { type Budget, cannotUnpack } from './limits.ts'
import { lzma2Content, lzma2WindowBytes } from './lzma2.ts'
import { LzmaDamage } from './range-decoder.ts'
import { numberOf } from './xz-number.ts'

/** §5.3: filters that are undone here. */
const LZMA2 = 0x21
const DELTA = 0x03
const X86 = 0x04

interface Filter {
  readonly id: number
  readonly properties: Buffer
}

/** What a block says of itself. */
export interface BlockHeader {
  readonly packedBytes: number | undefined
  readonly unpackedBytes: number | undefined
  readonly windowBytes: number
  /** In the order in which they were applied, LZMA2 left out. */
  readonly filters: readonly Filter[]
}

/** Reads the header of a block. Throws {@link LzmaDamage}, and `invalid` for a filter that is not undone here. */
export function blockHeader(name: string, bytes: Buffer): BlockHeader {
  const end = bytes.length - 4
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32LE(end)) throw new LzmaDamage('a wrong block header')
  const flags = bytes[1]!
  if ((flags & 0x3c) !== 0) throw new LzmaDamage('a block header with unknown flags')
  const fields = bytes.subarray(0, end)
  let at = 2
  const next = () => {
    const number = numberOf(fields, at)
    at = number.end
    return number.value
  }
  const packedBytes = (flags & 0x40) === 0 ? undefined : next()
  const unpackedBytes = (flags & 0x80) === 0 ? undefined : next()
  const filters: Filter[] = []
  for (let count = (flags & 3) + 1; count > 0; count--) {
    const id = next()
    const size = next()
    if (at + size > end) throw new LzmaDamage('a filter beyond its header')
    filters.push({ id, properties: fields.subarray(at, at + size) })
    at += size
  }
  const last = filters.pop()!
  const unknown = filters.find(({ id }) => id !== DELTA && id !== X86) ?? (last.id === LZMA2 ? undefined : last)
  if (unknown !== undefined) {
    throw cannotUnpack(name, `its xz filters must be LZMA2, delta and x86, found ${unknown.id}, which is not read here`)
  }
  const windowBytes = lzma2WindowBytes(last.properties[0] ?? 255)
  if (last.properties.length !== 1 || windowBytes === undefined) throw new LzmaDamage('a window of no size')
  return { packedBytes, unpackedBytes, windowBytes, filters }
}

/** What a block holds. */
export async function* blockContent(
  name: string,
  reader: ByteReader,
  { windowBytes, unpackedBytes, filters }: BlockHeader,
  budget: Budget,
): AsyncGenerator<Uint8Array, void> {
  using window = budget.holdWindow(name, Math.min(windowBytes, unpackedBytes ?? windowBytes))
  let content: AsyncIterable<Uint8Array> = lzma2Content(reader, window.bytes)
  for (const { id, properties } of filters.toReversed()) {
    if (id === X86) content = x86Undone(content, properties.length === 4 ? properties.readUInt32LE() : 0)
    else content = deltaUndone(content, (properties[0] ?? 0) + 1)
  }
  yield* content
}
