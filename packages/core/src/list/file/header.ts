/** The beginning of a list file: what it is, of which book, from where to where. */
import { decodeHex, encodeHex } from '../../base/index.ts'
import { SUBJECT_TYPES, type SubjectType } from '../../subject/index.ts'
import { type ByteReader, refuse } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'

/** What a list file is: all entries as of a sequence, or what changed between two. */
export type ListKind = 'delta' | 'snapshot'

/** What a list file says of itself. Nobody has signed it: what it holds is measured by the state hash of a signed head. */
export interface ListHeader {
  readonly kind: ListKind
  /** 1 to 64 characters of ASCII. */
  readonly bookId: string
  /** The sequence after which the changes begin; 0 for a snapshot. */
  readonly from: number
  /** The sequence that the book is at with them. */
  readonly to: number
  /** When `to` was published, in milliseconds since 1970. */
  readonly publishedAt: number
  /** The state at `to`, 64 hex digits a type: all types in a snapshot, those that are known in a delta. */
  readonly stateHash: Readonly<Partial<Record<SubjectType, string>>>
}

/** Bytes of a header, at most. */
export const HEADER_BYTES_MAX = 512

/** The first eight bytes; the digit is the version of the format. */
const MAGIC: Readonly<Record<ListKind, string>> = { delta: 'TOCDLT1\n', snapshot: 'TOCSNP1\n' }

const BOOK_ID_MAX = 64
const HASH_BYTES = 32
const EACH_TYPE = 2 ** SUBJECT_TYPES.length - 1

/** Writes a header; a book id that is not ASCII or too long is the caller's mistake and throws a RangeError. */
export function writeHeader({ kind, bookId, from, to, publishedAt, stateHash }: ListHeader): Uint8Array {
  if (!isBookId(bookId)) throw new RangeError(`Cannot write a list of book "${bookId}": its id must be short ASCII`)
  const writer = new ByteWriter()
  writer.characters(MAGIC[kind])
  writer.number(bookId.length)
  writer.characters(bookId)
  for (const number of [from, to, publishedAt]) writer.number(number)
  const hashes = SUBJECT_TYPES.map(type => stateHash[type])
  writer.byte(hashes.reduce((bits, hash, at) => (hash === undefined ? bits : bits | (1 << at)), 0))
  for (const hash of hashes) if (hash !== undefined) writer.bytes(decodeHex(hash)!)
  return writer.done()
}

/** Reads a header; throws a `ProblemError` `invalid`. */
export function readHeader(reader: ByteReader): ListHeader {
  const magic = reader.characters(MAGIC.delta.length)
  const kind = magic === MAGIC.delta ? 'delta' : magic === MAGIC.snapshot ? 'snapshot' : undefined
  if (kind === undefined) refuse(`it must begin as a delta or snapshot of version 1, found ${JSON.stringify(magic)}`)
  const bookId = reader.characters(reader.number(BOOK_ID_MAX))
  if (!isBookId(bookId)) refuse('the id of its book must be printable ASCII')
  const from = reader.number(Number.MAX_SAFE_INTEGER)
  const to = reader.number(Number.MAX_SAFE_INTEGER)
  if (kind === 'delta' ? from >= to : from !== 0) refuse(`a ${kind} must not go from ${from} to ${to}`)
  const publishedAt = reader.number(Number.MAX_SAFE_INTEGER)
  const bits = reader.byte()
  if (bits > EACH_TYPE || (kind === 'snapshot' && bits !== EACH_TYPE)) refuse(`a ${kind} must have other state hashes`)
  const stateHash: Partial<Record<SubjectType, string>> = {}
  for (const [at, type] of SUBJECT_TYPES.entries()) {
    if ((bits & (1 << at)) !== 0) stateHash[type] = encodeHex(reader.bytes(HASH_BYTES))
  }
  return { kind, bookId, from, to, publishedAt, stateHash }
}

function isBookId(text: string): boolean {
  return text.length <= BOOK_ID_MAX && /^[\x21-\x7e]+$/.test(text)
}
