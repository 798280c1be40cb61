/**
 * The file of the pictures, which survives a restart.
 *
 *     8 bytes   "tocsinS1"
 *     4 bytes   0x0a0b0c0d in the byte order of the machine that wrote it
 *     4 bytes   length of the header
 *     4 bytes   CRC-32 of everything after these twenty bytes
 *     header    JSON: figures, names of IPv6 senders, statements; filled up with blanks to 4 bytes
 *     columns   of as many senders as the header says, one after the other
 *
 * It is written aside and renamed. A file that is damaged or of another version is nobody's picture.
 */
import { crc32 } from 'node:zlib'
import { fail, ok, type Result } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { CELLS, type Columns, makeColumns, SLOTS } from './columns.ts'
import type { CreditRow } from './credit.ts'
import type { SenderPictures } from './pictures.ts'
import type { Kept } from './statements.ts'
import type { SenderKey } from './store.ts'

const MAGIC = 'tocsinS1'
const ORDER = 0x0a0b0c0d
const HEAD_BYTES = 20

/** What is kept, in this order; the chains of the ranges are made anew. */
const KEPT = ['cells', 'sites', 'hour', 'firstSeen', 'breadthLow', 'breadthHigh', 'sole'] as const
const WIDTHS: Readonly<Record<(typeof KEPT)[number], number>> = {
  cells: CELLS,
  sites: SLOTS,
  hour: 1,
  firstSeen: 1,
  breadthLow: 1,
  breadthHigh: 1,
  sole: 1,
}

/** The columns above, and the key of an IPv4 sender. */
const KEPT_BYTES = 4 * (CELLS + SLOTS + 5 + 1)

interface Header {
  readonly savedAt: Instant
  readonly observingSince: Instant | null
  readonly senders: number
  /** IPv6 senders by their place; the others are a column of numbers. */
  readonly sixes: readonly (readonly [place: number, address: string])[]
  readonly usual: readonly number[]
  readonly statements: readonly Kept[]
  readonly credit: readonly CreditRow[]
}

/** The bytes of the file. */
export function writeSnapshot(pictures: SenderPictures, now: Instant): Buffer {
  const { store } = pictures
  const places: number[] = []
  for (let place = 0; place < store.places; place++) if (store.keys[place] !== undefined) places.push(place)
  const sixes: [number, string][] = []
  const fours = new Uint32Array(places.length)
  for (const [at, place] of places.entries()) {
    const key = store.keys[place] as SenderKey
    if (typeof key === 'number') fours[at] = key
    else sixes.push([at, key])
  }
  const header: Header = {
    savedAt: now,
    observingSince: pictures.observingSince ?? null,
    senders: places.length,
    sixes,
    usual: [...pictures.crowds.usual],
    statements: pictures.statements.kept(),
    credit: pictures.credit.rows(),
  }
  const text = Buffer.from(JSON.stringify(header))
  const headerBytes = Math.ceil(text.length / 4) * 4
  const file = Buffer.alloc(HEAD_BYTES + headerBytes + places.length * KEPT_BYTES, ' ')
  file.set(text, HEAD_BYTES)
  let at = HEAD_BYTES + headerBytes
  const put = (part: Uint32Array | Float32Array) => {
    file.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at)
    at += part.byteLength
  }
  put(fours)
  for (const name of KEPT) {
    const width = WIDTHS[name]
    for (const place of places) put(store.columns[name].subarray(place * width, (place + 1) * width))
  }
  file.write(MAGIC, 'latin1')
  new Uint32Array(file.buffer, file.byteOffset + 8, 2).set([ORDER, headerBytes])
  file.writeUInt32LE(crc32(file.subarray(HEAD_BYTES)), 16)
  return file
}

/** Puts what a file holds into pictures that are empty. Fails, having changed nothing, where it cannot be used. */
export function readSnapshot(file: Uint8Array, pictures: SenderPictures): Result<{ readonly savedAt: Instant }> {
  // A copy begins at an address that numbers of four bytes can be read from.
  const bytes = Uint8Array.from(file)
  const refuse = (why: string) => fail('invalid', `Cannot read the state of the senders: ${why}`)
  if (bytes.length < HEAD_BYTES || Buffer.from(bytes.buffer, 0, 8).toString('latin1') !== MAGIC) {
    return refuse(`it must begin with "${MAGIC}"`)
  }
  const [order, headerBytes = 0] = new Uint32Array(bytes.buffer, 8, 2)
  if (order !== ORDER) return refuse('it was written on a machine of another byte order')
  if (new DataView(bytes.buffer).getUint32(16, true) !== crc32(bytes.subarray(HEAD_BYTES))) {
    return refuse('its checksum is wrong')
  }
  const header = JSON.parse(Buffer.from(bytes.buffer, HEAD_BYTES, headerBytes).toString()) as Header
  const at = HEAD_BYTES + headerBytes
  if (bytes.length !== at + header.senders * KEPT_BYTES) return refuse('its length is wrong')
  fill(pictures, header, bytes.buffer, at)
  return ok({ savedAt: header.savedAt })
}

function fill(pictures: SenderPictures, header: Header, buffer: ArrayBuffer, from: number): void {
  const { senders } = header
  const fours = new Uint32Array(buffer, from, senders)
  const columns: Columns = makeColumns(senders)
  let at = from + 4 * senders
  for (const name of KEPT) {
    const length = senders * WIDTHS[name]
    columns[name].set(name === 'cells' ? new Float32Array(buffer, at, length) : new Uint32Array(buffer, at, length))
    at += 4 * length
  }
  const sixes = new Map(header.sixes)
  // A limit that was lowered since keeps the first ones.
  const most = Math.min(senders, pictures.store.limit)
  for (let place = 0; place < most; place++) {
    pictures.store.restore(sixes.get(place) ?? (fours[place] as number), columns, place)
  }
  pictures.observingSince = header.observingSince ?? undefined
  pictures.crowds.usual.set(header.usual.slice(0, pictures.crowds.usual.length))
  pictures.credit.restore(header.credit)
  for (const subject of pictures.statements.restore(header.statements)) pictures.store.noteSaid(subject)
  pictures.noteAll()
}
