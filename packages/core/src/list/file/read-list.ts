/** Reads a list file, block by block, from wherever its bytes are. It may come from anybody: every number is bounded. */
import type { Sha256 } from '../../base/index.ts'
import { SUBJECT_TYPES, type SubjectType } from '../../subject/index.ts'
import type { MemoryChange } from '../memory-writer.ts'
import { BLOCK_BYTES_MAX, readBlock } from './block.ts'
import { ByteReader, refuse } from './byte-reader.ts'
import { HEADER_BYTES_MAX, type ListHeader, readHeader } from './header.ts'
import { comesAfter, compareChanges, END } from './write-list.ts'

/** Bytes at hand: memory, or a file that is read where it is asked. */
export interface ByteSource {
  readonly length: number
  /** The bytes from `at` on; never asked past the end. */
  read(at: number, count: number): Uint8Array
}

/** What reading needs from outside. */
export interface ListUnpacking {
  readonly sha256: Sha256
  /** Undoes {@link ListPacking.compress}; throws, before it has made more, where the result would not have `size` bytes. */
  readonly decompress: (bytes: Uint8Array, size: number) => Uint8Array
}

/** A list file whose header is read. */
export interface ListFile {
  readonly header: ListHeader
  /**
   * The changes, block by block, in the order of type and key, no subject twice. Throws a `ProblemError` `invalid` for
   * whatever is wrong; what was given before it is not to be trusted either, and the end of the file is part of it.
   */
  blocks(): Generator<readonly MemoryChange[]>
}

/** More than the beginning of a block or the end of a file takes. */
const BEGINNING_BYTES = 64

/** Memory as a source. */
export function inMemory(bytes: Uint8Array): ByteSource {
  return { length: bytes.length, read: (at, count) => bytes.subarray(at, at + count) }
}

/** Opens a list file; throws a `ProblemError` `invalid` where it does not begin as one. */
export function openList(source: ByteSource, unpacking: ListUnpacking): ListFile {
  const start = new ByteReader(source.read(0, Math.min(source.length, HEADER_BYTES_MAX)))
  const header = readHeader(start)
  const at = start.at
  return { header, blocks: () => blocksFrom(at, header, source, unpacking) }
}

/** The changes of a list file, one by one; see {@link ListFile.blocks}. */
export function* changesOf(list: ListFile): Generator<MemoryChange> {
  for (const block of list.blocks()) yield* block
}

function* blocksFrom(
  start: number,
  { kind }: ListHeader,
  source: ByteSource,
  unpacking: ListUnpacking,
): Generator<readonly MemoryChange[]> {
  const counts = new Map<SubjectType, number>()
  let last: MemoryChange | undefined
  for (let at = start; ; ) {
    const beginning = new ByteReader(source.read(at, Math.min(source.length - at, BEGINNING_BYTES)))
    const mark = beginning.byte()
    if (mark === END) {
      for (const type of SUBJECT_TYPES) expectCount(type, beginning.number(Number.MAX_SAFE_INTEGER), counts)
      at += beginning.at
      if (at !== source.length) refuse(`it must end at byte ${at}, found ${source.length} bytes`)
      return
    }
    const type = SUBJECT_TYPES[mark] ?? refuse(`a block must be of one of ${SUBJECT_TYPES.length} types, found ${mark}`)
    const size = beginning.number(BLOCK_BYTES_MAX)
    const packedSize = beginning.number(size)
    at += beginning.at
    if (packedSize > source.length - at) refuse(`a block must have ${packedSize} bytes, found ${source.length - at}`)
    const content = source.read(at, packedSize)
    at += packedSize
    const block = readBlock(type, unpacked(content, size, unpacking), unpacking.sha256).sort(compareChanges)
    for (const change of block) {
      if (last !== undefined && !comesAfter(last, change))
        refuse('each subject must stand once, and blocks in their order')
      if (kind === 'snapshot' && change.entry === undefined)
        refuse('a snapshot must hold entries alone, found a removal')
      last = change
    }
    counts.set(type, (counts.get(type) ?? 0) + block.length)
    yield block
  }
}

function unpacked(content: Uint8Array, size: number, { decompress }: ListUnpacking): Uint8Array {
  if (content.length === size) return content
  let bytes: Uint8Array
  try {
    bytes = decompress(content, size)
  } catch (error) {
    return refuse(`a block must decompress to ${size} bytes: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (bytes.length !== size) refuse(`a block must have ${size} bytes, found ${bytes.length}`)
  return bytes
}

function expectCount(type: SubjectType, said: number, counts: ReadonlyMap<SubjectType, number>): void {
  const found = counts.get(type) ?? 0
  if (said !== found) refuse(`it must hold ${said} changes of type ${type}, found ${found}`)
}
