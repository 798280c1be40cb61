/**
 * A block: changes of one type, as columns, so that like stands beside like when it is compressed.
 *
 *     changes of form 0, 1, 2 · dictionary and earliest minute (see `entries.ts`) · bytes of each column · columns:
 *     rows · minutes · gaps · shared · lengths · rest
 *
 * Changes stand in the order of form and name. IPv4 addresses are `gaps`: how many addresses lie between one and the next.
 * Any other name has how many characters it shares with the one before, the `length` of the rest where the form does not
 * give it, and the `rest`. All numbers are of {@link ByteWriter.number}.
 *
 * 1.5 million entries of public feeds (most of them domains) come to 5.7 bytes each when blocks are compressed, a day's
 * changes of them to 4.4 (`npm run bench -- distribution`).
 */
import type { Sha256 } from '../../base/index.ts'
import type { SubjectType } from '../../subject/index.ts'
import type { PackedEntry } from '../../verdict/index.ts'
import type { MemoryChange } from '../memory-writer.ts'
import { ByteReader, refuse } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { readEntries, writeEntries } from './entries.ts'
import { FORMS, type Name, nameBytes, nameOf, subjectNamed, TEXT_MAX } from './names.ts'

/** Changes of a block, at most. */
export const BLOCK_CHANGES_MAX = 65_536

/** Bytes of a block before compression, at most. */
export const BLOCK_BYTES_MAX = 16 * 2 ** 20

/** Characters of all texts of a block, at most: names that share almost all would otherwise unfold without end. */
export const BLOCK_TEXT_MAX = 4 * 2 ** 20

/** Addresses of IPv4. */
const ADDRESSES = 2 ** 32

/** A change by its name. */
export interface NamedChange extends Name {
  readonly entry: PackedEntry | undefined
}

/** Names a change: most of the work of writing it. */
export function named(change: MemoryChange, sha256: Sha256): NamedChange {
  const { form, name } = nameOf(change.type, change, sha256)
  return { form, name, entry: change.entry }
}

/** Writes a block; the changes may come in any order, each subject once. */
export function writeBlock(type: SubjectType, changes: readonly NamedChange[]): Uint8Array {
  const inOrder = changes.toSorted((a, b) => a.form - b.form || (a.name < b.name ? -1 : 1))
  const head = new ByteWriter()
  for (let form = 0; form < FORMS; form++) head.number(inOrder.filter(each => each.form === form).length)
  const [rows, minutes, gaps, shared, lengths, rest] = columns()
  writeEntries(
    inOrder.map(({ entry }) => entry),
    { head, rows, minutes },
  )
  let before = ''
  let next = 0
  let form = 0
  for (const each of inOrder) {
    if (each.form !== form) before = ''
    form = each.form
    if (isGap(type, form)) {
      const address = addressIn(each.name)
      gaps.number(address - next)
      next = address + 1
      continue
    }
    const common = sharedLength(before, each.name)
    shared.number(common)
    if (nameBytes(type, form) === 0) lengths.number(each.name.length - common)
    rest.characters(each.name, common)
    before = each.name
  }
  const written = [rows, minutes, gaps, shared, lengths, rest]
  for (const column of written) head.number(column.length)
  for (const column of written) head.bytes(column.done())
  return head.done()
}

/** Reads a block; throws a `ProblemError` `invalid` for anything that {@link writeBlock} does not write. */
export function readBlock(type: SubjectType, bytes: Uint8Array, sha256: Sha256): MemoryChange[] {
  const head = new ByteReader(bytes)
  const counts = Array.from({ length: FORMS }, () => head.number(BLOCK_CHANGES_MAX))
  const count = counts.reduce((sum, each) => sum + each, 0)
  if (count === 0 || count > BLOCK_CHANGES_MAX)
    refuse(`a block must have 1–${BLOCK_CHANGES_MAX} changes, found ${count}`)
  const entryOf = readEntries(head, count)
  const sizes = Array.from({ length: 6 }, () => head.number(bytes.length))
  const parts = sizes.map(size => new ByteReader(head.bytes(size)))
  head.end('a block')
  const [rows, minutes, gaps, shared, lengths, rest] = parts as unknown as Columns<ByteReader>

  const changes: MemoryChange[] = []
  let characters = 0
  for (const [form, ofForm] of counts.entries()) {
    const nextName = isGap(type, form) ? addresses(gaps) : texts(nameBytes(type, form), { shared, lengths, rest })
    for (let left = ofForm; left > 0; left--) {
      const name: Name = { form, name: nextName() }
      characters += name.name.length
      if (characters > BLOCK_TEXT_MAX) refuse(`the names of a block must have ${BLOCK_TEXT_MAX} characters at most`)
      const { key, value } = subjectNamed(type, name, sha256)
      changes.push({ type, key, value, entry: entryOf(rows, minutes) })
    }
  }
  for (const part of parts) part.end('a column')
  return changes
}

type Columns<T> = readonly [rows: T, minutes: T, gaps: T, shared: T, lengths: T, rest: T]

function columns(): Columns<ByteWriter> {
  const one = () => new ByteWriter()
  return [one(), one(), one(), one(), one(), one()]
}

/** Gives one address after the other, each above the one before. */
function addresses(gaps: ByteReader): () => string {
  let next = 0
  return () => {
    if (next >= ADDRESSES) refuse('no address must come after the last one')
    const address = next + gaps.number(ADDRESSES - 1 - next)
    next = address + 1
    return String.fromCharCode(address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255)
  }
}

/** Gives one name after the other, each above the one before. */
function texts(
  fixed: number,
  { shared, lengths, rest }: { readonly shared: ByteReader; readonly lengths: ByteReader; readonly rest: ByteReader },
): () => string {
  let before: string | undefined
  return () => {
    const common = shared.number(before?.length ?? 0)
    if (fixed > 0 && common > fixed) refuse(`a name must share ${fixed} characters at most, found ${common}`)
    const length = fixed > 0 ? fixed - common : lengths.number(TEXT_MAX - Math.min(TEXT_MAX, common))
    const name = (before ?? '').slice(0, common) + rest.characters(length)
    if (before !== undefined && name <= before) refuse('names must come in their order, each once')
    before = name
    return name
  }
}

function isGap(type: SubjectType, form: number): boolean {
  return type === 'ip' && form === 0
}

function addressIn(name: string): number {
  return (
    ((name.charCodeAt(0) << 24) | (name.charCodeAt(1) << 16) | (name.charCodeAt(2) << 8) | name.charCodeAt(3)) >>> 0
  )
}

function sharedLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length)
  let length = 0
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length += 1
  return length
}
