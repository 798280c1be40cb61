/** The header of a `.7z` (`7zFormat.txt` of the LZMA SDK 26): its files, and how they are packed. */
import { SevenDamage, type SevenFields } from './seven-fields.ts'
import { readStreams, type SevenStreams } from './seven-streams.ts'

// `7zFormat.txt`, "Property IDs".
const END = 0x00
const HEADER = 0x01
const ARCHIVE_PROPERTIES = 0x02
const MAIN_STREAMS = 0x04
const FILES = 0x05
const EMPTY_STREAM = 0x0e
const EMPTY_FILE = 0x0f
const NAMES = 0x11
const ENCODED_HEADER = 0x17

/** A file of the archive, in the order of the packed data. */
export interface SevenFile {
  readonly name: string
  /** Whether it has packed data. */
  readonly hasContent: boolean
  /** Folders, which have none, and marks of deleted files. */
  readonly isFolder: boolean
}

/** A header, or the streams in which the header itself is packed. */
export type SevenHeader =
  | { readonly is: 'header'; readonly streams: SevenStreams | undefined; readonly files: readonly SevenFile[] }
  | { readonly is: 'packed'; readonly streams: SevenStreams }

/** Reads a header. Throws {@link SevenDamage}. @param filesMax how many files it may have */
export function readSevenHeader(fields: SevenFields, filesMax: number): SevenHeader {
  const kind = fields.byte()
  if (kind === ENCODED_HEADER) return { is: 'packed', streams: readStreams(fields, filesMax) }
  if (kind !== HEADER) throw new SevenDamage(`part ${kind} where the header must be`)
  let streams: SevenStreams | undefined
  let files: readonly SevenFile[] = []
  for (let id = fields.byte(); id !== END; id = fields.byte()) {
    if (id === ARCHIVE_PROPERTIES) skipProperties(fields)
    else if (id === MAIN_STREAMS) streams = readStreams(fields, filesMax)
    else if (id === FILES) files = readFiles(fields, filesMax)
    else throw new SevenDamage(`an unknown part ${id}`)
  }
  return { is: 'header', streams, files }
}

function skipProperties(fields: SevenFields): void {
  while (fields.byte() !== END) fields.bytes(fields.count())
}

function readFiles(fields: SevenFields, filesMax: number): readonly SevenFile[] {
  const count = fields.count(filesMax)
  const empty = { streams: [] as readonly boolean[], files: [] as readonly boolean[] }
  let names: readonly string[] = []
  for (let id = fields.byte(); id !== END; id = fields.byte()) {
    const size = fields.count()
    const leftAfter = fields.left - size
    if (id === EMPTY_STREAM) empty.streams = fields.flags(count)
    else if (id === EMPTY_FILE) empty.files = fields.flags(empty.streams.filter(Boolean).length)
    else if (id === NAMES) names = readNames(fields, size, count)
    // Times and attributes do not matter here.
    if (fields.left < leftAfter) throw new SevenDamage(`part ${id} is longer than it says`)
    fields.bytes(fields.left - leftAfter)
  }
  let emptyFiles = 0
  return Array.from({ length: count }, (_, at) => {
    const hasContent = empty.streams[at] !== true
    const isFolder = !hasContent && empty.files[emptyFiles++] !== true
    return { name: names[at] ?? `file ${at + 1}`, hasContent, isFolder }
  })
}

/** Names in UTF-16, each with a zero behind it. */
function readNames(fields: SevenFields, size: number, count: number): readonly string[] {
  // Nobody keeps names in another stream.
  fields.expect(0)
  const names = fields
    .bytes(size - 1)
    .toString('utf16le')
    .split('\0')
  if (names.length !== count + 1) throw new SevenDamage(`${names.length - 1} names of ${count} files`)
  return names
}
