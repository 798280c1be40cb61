/**
 * The file of a compiled table: what it is, its columns, and a checksum over all of it.
 *
 *     8 bytes   "tocsinE1"
 *     4 bytes   0x0a0b0c0d in the byte order of the machine that wrote it
 *     4 bytes   length of the header
 *     header    JSON, filled up with blanks so that the columns are aligned to 8 bytes
 *     columns   one after the other, each filled up to 8 bytes
 *     32 bytes  SHA-256 of everything before
 *
 * A file is written aside and renamed; it is read whole into memory and never changed there.
 */
import { hash } from 'node:crypto'
import { fail, ok, type Result } from '@tocsin/core/base'
import type { Attribution, TableName } from './enrichment.ts'

/** A column, by its name in the header. */
export type Column = Uint32Array | Uint8Array

/** What a file holds beside its columns. */
export interface TableHeader {
  readonly table: TableName
  readonly attribution: Attribution
  /** Milliseconds since 1970. */
  readonly madeAt: number
  /** Ranges or names, as they were read. */
  readonly entries: number
}

/** A file in memory. */
export interface TableFile {
  readonly header: TableHeader
  readonly columns: Readonly<Record<string, Column>>
}

interface Place {
  readonly name: string
  readonly words: boolean
  readonly offset: number
  readonly bytes: number
}

const MAGIC = 'tocsinE1'
const ORDER = 0x0a0b0c0d
const CHECKSUM_BYTES = 32

/** The bytes of a table's file. */
export function encodeTable({ header, columns }: TableFile): Uint8Array {
  let offset = 0
  const places: Place[] = Object.entries(columns).map(([name, column]) => {
    const place = { name, words: column instanceof Uint32Array, offset, bytes: column.byteLength }
    offset = aligned(offset + column.byteLength)
    return place
  })
  const text = Buffer.from(JSON.stringify({ ...header, places }))
  const begin = aligned(16 + text.length)
  const file = new Uint8Array(begin + offset + CHECKSUM_BYTES).fill(0x20, 16, begin)
  file.set(Buffer.from(MAGIC))
  new Uint32Array(file.buffer, 8, 2).set([ORDER, begin - 16])
  file.set(text, 16)
  for (const [at, column] of Object.values(columns).entries()) {
    file.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), begin + places[at]!.offset)
  }
  file.set(checksum(file.subarray(0, -CHECKSUM_BYTES)), file.length - CHECKSUM_BYTES)
  return file
}

/** Reads a file of a table; fails as `invalid` for one that is cut short, damaged, of another table or of another machine. */
export function decodeTable(bytes: Uint8Array, table: TableName): Result<TableFile> {
  // A copy of its own, so that the columns are aligned wherever the bytes came from.
  const file = bytes.byteOffset === 0 ? bytes : bytes.slice()
  const why = faultOf(file)
  if (why !== undefined) return fail('invalid', `Cannot read table "${table}": ${why}`)
  const begin = 16 + new Uint32Array(file.buffer, 12, 1)[0]!
  // Past the checksum these are our own words.
  const { places, ...header } = JSON.parse(Buffer.from(file.subarray(16, begin)).toString()) as TableHeader & {
    readonly places: readonly Place[]
  }
  if (header.table !== table) return fail('invalid', `Cannot read table "${table}": it must not be "${header.table}"`)
  const columns = places.map(({ name, words, offset, bytes: length }): [string, Column] => [
    name,
    words
      ? new Uint32Array(file.buffer, begin + offset, length / 4)
      : new Uint8Array(file.buffer, begin + offset, length),
  ])
  return ok({ header, columns: Object.fromEntries(columns) })
}

function faultOf(file: Uint8Array): string | undefined {
  if (file.length < 16 + CHECKSUM_BYTES)
    return `it must have ${16 + CHECKSUM_BYTES} bytes or more, found ${file.length}`
  if (Buffer.from(file.subarray(0, 8)).toString('latin1') !== MAGIC) return `it must begin with "${MAGIC}"`
  if (new Uint32Array(file.buffer, 8, 1)[0] !== ORDER) return 'it must be of a machine with the same byte order'
  const body = file.subarray(0, -CHECKSUM_BYTES)
  if (!checksum(body).equals(file.subarray(-CHECKSUM_BYTES))) return 'its checksum must be that of its content'
  return undefined
}

function checksum(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer')
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8
}
