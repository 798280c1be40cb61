/** Answers, from bytes to values: the client's side, for whoever asks a DNS server (`tocsin doctor`, tests). */
import { decodeUtf8, encodeHex } from '@tocsin/core/base'
import { TYPE } from './codes.ts'
import { NAME_BYTES_MAX, textOfName, type WireName } from './name.ts'
import { HEADER_BYTES } from './query.ts'

/** A record of an answer. */
export interface ReadRecord {
  readonly name: string
  /** A name of {@link TYPE} or `TYPE<n>`. */
  readonly type: string
  readonly class: number
  readonly ttl: number
  /** As a zone file has it, but for TXT: its strings joined. Hexadecimal for types that are not known here. */
  readonly data: string
}

/** An answer. */
export interface ReadResponse {
  readonly id: number
  readonly authoritative: boolean
  readonly truncated: boolean
  readonly recursionDesired: boolean
  readonly recursionAvailable: boolean
  /** With the upper bits of OPT. */
  readonly rcode: number
  /** The first question as it is on the wire; `undefined` if there is none. */
  readonly question: { readonly name: WireName; readonly type: number; readonly class: number } | undefined
  readonly answer: readonly ReadRecord[]
  readonly authority: readonly ReadRecord[]
  /** Without OPT. */
  readonly additional: readonly ReadRecord[]
  readonly edns:
    | { readonly udpSize: number; readonly version: number; readonly dnssecOk: boolean; readonly options: Uint8Array }
    | undefined
}

/** Reads an answer; `undefined` for whatever is not one: cut off, a query, a pointer that does not lead backwards. */
export function readResponse(message: Uint8Array): ReadResponse | undefined {
  if (message.length < HEADER_BYTES || ((message[2] as number) & 0x80) === 0) return undefined
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength)
  const questions = view.getUint16(4)
  if (questions > 1) return undefined
  let at = HEADER_BYTES
  let question: ReadResponse['question']
  if (questions === 1) {
    const name = readName(message, at)
    if (name === undefined || name.end + 4 > message.length) return undefined
    question = { name: name.wire, type: view.getUint16(name.end), class: view.getUint16(name.end + 2) }
    at = name.end + 4
  }
  const sections: ReadRecord[][] = [[], [], []]
  let edns: ReadResponse['edns']
  let extendedRcode = 0
  for (const [index, section] of sections.entries()) {
    for (let left = view.getUint16(6 + 2 * index); left > 0; left--) {
      const found = readRecord(message, view, at)
      if (found === undefined) return undefined
      at = found.end
      section.push(found.record)
      if (found.record.type !== 'OPT') continue
      section.pop()
      extendedRcode = found.record.ttl >>> 24
      const dnssecOk = (found.record.ttl & 0x8000) !== 0
      const version = (found.record.ttl >>> 16) & 255
      edns = { udpSize: found.record.class, version, dnssecOk, options: found.data }
    }
  }
  if (at !== message.length) return undefined
  const flags = view.getUint16(2)
  return {
    id: view.getUint16(0),
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    rcode: (extendedRcode << 4) | (flags & 15),
    question,
    answer: sections[0] as ReadRecord[],
    authority: sections[1] as ReadRecord[],
    additional: sections[2] as ReadRecord[],
    edns,
  }
}

/** Follows pointers, each of which must lead to before the piece that it ends, so that no chain of them can loop. */
function readName(message: Uint8Array, from: number): { readonly wire: WireName; readonly end: number } | undefined {
  const wire: number[] = []
  let pieceAt = from
  let at = from
  let end = -1
  for (;;) {
    const length = message[at]
    if (length === undefined) return undefined
    if (length === 0) break
    if (length >= 0xc0) {
      const target = ((length & 0x3f) << 8) | (message[at + 1] ?? 0xff)
      if (at + 2 > message.length || target >= pieceAt || target < HEADER_BYTES) return undefined
      if (end < 0) end = at + 2
      pieceAt = target
      at = target
      continue
    }
    if (length > 63 || at + 1 + length > message.length) return undefined
    for (const byte of message.subarray(at, at + 1 + length)) wire.push(byte)
    if (wire.length >= NAME_BYTES_MAX) return undefined
    at += length + 1
  }
  wire.push(0)
  return { wire: Uint8Array.from(wire), end: end < 0 ? at + 1 : end }
}

function readRecord(message: Uint8Array, view: DataView, from: number) {
  const name = readName(message, from)
  if (name === undefined || name.end + 10 > message.length) return undefined
  const end = name.end + 10 + view.getUint16(name.end + 8)
  if (end > message.length) return undefined
  const type = view.getUint16(name.end)
  const text = readData(message, view, type, name.end + 10, end)
  if (text === undefined) return undefined
  const record: ReadRecord = {
    name: textOfName(name.wire),
    type: Object.entries(TYPE).find(([, number]) => number === type)?.[0] ?? `TYPE${type}`,
    class: view.getUint16(name.end + 2),
    ttl: view.getUint32(name.end + 4),
    data: text,
  }
  return { record, data: Uint8Array.from(message.subarray(name.end + 10, end)), end }
}

function readData(message: Uint8Array, view: DataView, type: number, at: number, end: number): string | undefined {
  const data = message.subarray(at, end)
  switch (type) {
    case TYPE.A:
      return data.length === 4 ? data.join('.') : undefined
    case TYPE.AAAA:
      return data.length === 16 ? (encodeHex(data).match(/.{4}/g) as string[]).join(':') : undefined
    case TYPE.NS:
      return readNames(message, at, 1, end)?.text
    case TYPE.SOA: {
      const names = readNames(message, at, 2, end - 20)
      if (names === undefined) return undefined
      return [names.text, ...[0, 4, 8, 12, 16].map(offset => view.getUint32(names.end + offset))].join(' ')
    }
    case TYPE.TXT:
      return readStrings(data)
    default:
      return encodeHex(data)
  }
}

/** So many names that fill the bytes up to `end` exactly. */
function readNames(message: Uint8Array, from: number, count: number, end: number) {
  const texts: string[] = []
  let at = from
  for (let i = 0; i < count; i++) {
    const name = readName(message, at)
    if (name === undefined) return undefined
    texts.push(textOfName(name.wire))
    at = name.end
  }
  return at === end ? { text: texts.join(' '), end: at } : undefined
}

function readStrings(data: Uint8Array): string | undefined {
  const joined: number[] = []
  let at = 0
  while (at < data.length) {
    const next = at + 1 + (data[at] as number)
    if (next > data.length) return undefined
    for (const byte of data.subarray(at + 1, next)) joined.push(byte)
    at = next
  }
  return decodeUtf8(Uint8Array.from(joined))
}
