/**
 * Writes a list file, piece by piece, in the memory of one block:
 *
 *     header (see `header.ts`)
 *     blocks: type (u8) · bytes · packed bytes · the block, compressed (or as it is, where both numbers are the same)
 *     end: 255 · changes of each type
 *
 * Blocks come by type, and within a type each block holds a range of keys above the one before, so that files of any size
 * are written, merged and read a block at a time, no subject stands in two of them, and a replica's table, which lies in
 * the order of keys, is written from one end to the other. Within a block the order is that of names, for size's sake.
 *
 * Compression is handed in: Zstandard in the node.
 */
import { encodeHex, type Sha256 } from '../../base/index.ts'
import { SUBJECT_TYPES, type SubjectType } from '../../subject/index.ts'
import type { MemoryChange } from '../memory-writer.ts'
import { BLOCK_CHANGES_MAX, BLOCK_TEXT_MAX, type NamedChange, named, writeBlock } from './block.ts'
import { ByteWriter } from './byte-writer.ts'
import { type ListHeader, writeHeader } from './header.ts'
import { TEXT_MAX } from './names.ts'

/** The type of what is no block but the end. */
export const END = 255

/** Changes after which an empty piece is given: some hundredths of a second of work. Smaller blocks would make files larger. */
const PAUSE_CHANGES = 4096

const PAUSE = new Uint8Array()

/** What every name has at least, in characters of its block. */
const NAME_MAX_FIXED = 32

/** What writing needs from outside. */
export interface ListPacking {
  readonly sha256: Sha256
  /** Any result that is not smaller is set aside. */
  readonly compress: (bytes: Uint8Array) => Uint8Array
}

/**
 * The pieces of a file: header, blocks, end; some are empty, so that whoever writes may do other things between. `changes` must come in the order of type and key, each subject once; anything
 * else is the caller's mistake and throws a RangeError. A snapshot has no removals.
 */
export function* writeList(
  header: ListHeader,
  changes: Iterable<MemoryChange>,
  packing: ListPacking,
): Generator<Uint8Array> {
  yield writeHeader(header)
  const counts = new Map<SubjectType, number>()
  for (const block of blocksOf(changes, packing.sha256)) {
    if (block === 'pause') {
      yield PAUSE
      continue
    }
    counts.set(block.type, (counts.get(block.type) ?? 0) + block.changes.length)
    yield packed(block.type, writeBlock(block.type, block.changes), packing)
  }
  const end = new ByteWriter()
  end.byte(END)
  for (const type of SUBJECT_TYPES) end.number(counts.get(type) ?? 0)
  yield end.done()
}

/** Changes gathered to blocks of one type, within the bounds of a block. */
function* blocksOf(changes: Iterable<MemoryChange>, sha256: Sha256): Generator<Block | 'pause'> {
  let block: NamedChange[] = []
  let characters = 0
  let before: MemoryChange | undefined
  for (const change of changes) {
    if (before !== undefined && !comesAfter(before, change)) {
      throw new RangeError(`Cannot write a list: ${change.type} ${encodeHex(change.key)} must come in its order, once`)
    }
    const length = Math.max(NAME_MAX_FIXED, Math.min(TEXT_MAX, change.value?.length ?? 0))
    const isFull = block.length >= BLOCK_CHANGES_MAX || characters + length > BLOCK_TEXT_MAX
    if (before !== undefined && (isFull || before.type !== change.type)) {
      yield { type: before.type, changes: block }
      block = []
      characters = 0
    }
    block.push(named(change, sha256))
    characters += length
    before = change
    if (block.length % PAUSE_CHANGES === 0) yield 'pause'
  }
  if (before !== undefined) yield { type: before.type, changes: block }
}

interface Block {
  readonly type: SubjectType
  readonly changes: readonly NamedChange[]
}

/** Whether a change comes after another in the order of type and key. */
export function comesAfter(before: MemoryChange, after: MemoryChange): boolean {
  return compareChanges(before, after) < 0
}

/** The order of type and key: below 0, 0 for the same subject, or above. */
export function compareChanges(a: Pick<MemoryChange, 'type' | 'key'>, b: Pick<MemoryChange, 'type' | 'key'>): number {
  if (a.type !== b.type) return SUBJECT_TYPES.indexOf(a.type) - SUBJECT_TYPES.indexOf(b.type)
  const [left, right] = [a.key, b.key]
  for (let at = 0; at < left.length; at++) {
    const difference = left[at]! - right[at]!
    if (difference !== 0) return difference
  }
  return 0
}

function packed(type: SubjectType, block: Uint8Array, { compress }: ListPacking): Uint8Array {
  const smaller = compress(block)
  const content = smaller.length < block.length ? smaller : block
  const writer = new ByteWriter()
  writer.byte(SUBJECT_TYPES.indexOf(type))
  writer.number(block.length)
  writer.number(content.length)
  writer.bytes(content)
  return writer.done()
}
