/** Answers, from values to bytes. */
import { CLASS, type ExtendedError, type RCODE, type Rcode, TYPE } from './codes.ts'
import { MessageWriter } from './message-writer.ts'
import { HEADER_BYTES, type Query, type QueryHead } from './query.ts'
import type { ResourceRecord } from './records.ts'

/** How a query came. */
export type Transport = 'udp' | 'tcp'

/** What is answered. Records are written in their order. */
export interface Response {
  readonly rcode: Rcode
  /** The AA bit: the answer is about a zone of ours. */
  readonly authoritative: boolean
  readonly answer: readonly ResourceRecord[]
  readonly authority: readonly ResourceRecord[]
  /** What may be left out where there is no room. */
  readonly additional: readonly ResourceRecord[]
  /** Said only to those who speak EDNS (RFC 8914). */
  readonly extendedError?: ExtendedError
}

/** RFC 1035 §2.3.4: what every UDP client takes. */
const PLAIN_UDP_BYTES_MAX = 512

/** What passes all usual links in one piece (DNS flag day 2020); also what we advertise. */
export const UDP_BYTES_MAX = 1232

const TCP_BYTES_MAX = 65_535
const OPT_BYTES = 11
const EXTENDED_ERROR_BYTES = 6
/** RFC 8914 §2. */
const EXTENDED_ERROR_OPTION = 15

const QR = 0x8000
const AA = 0x0400
const TC = 0x0200
const RD = 0x0100

/**
 * The most bytes that an answer may have: 512 by UDP without EDNS, else what the client takes up to 1,232; 65,535 by
 * TCP.
 */
export function sizeMaxFor(query: Query, transport: Transport): number {
  if (transport === 'tcp') return TCP_BYTES_MAX
  return Math.max(PLAIN_UDP_BYTES_MAX, Math.min(query.edns?.udpSize ?? 0, UDP_BYTES_MAX))
}

/**
 * Writes the answer to a query, the question repeated as it was sent, in at most `sizeMax` bytes (512 or more). If
 * answer or authority do not fit, all sections stay empty and TC says so; if additional records do not, they are left
 * out (RFC 2181 §9). OPT is there if and only if the query had it.
 */
export function writeResponse(query: Query, response: Response, sizeMax: number): Uint8Array {
  const optBytes = optBytesFor(query, response)
  const writer = new MessageWriter(query.question.name, sizeMax - optBytes)
  writeHead(writer, query, (response.authoritative ? AA : 0) | (response.rcode & 15))
  writer.uint16At(4, 1)
  writer.bytes(query.question.name)
  writer.uint16(query.question.type)
  writer.uint16(query.question.class)
  const afterQuestion = writer.mark
  let additional = 0
  for (const record of response.answer) writeRecord(writer, record)
  for (const record of response.authority) writeRecord(writer, record)
  if (writer.overflowed) {
    writer.rewind(afterQuestion)
    writer.uint16At(2, flagsOf(query) | TC | (response.authoritative ? AA : 0) | (response.rcode & 15))
  } else {
    writer.uint16At(6, response.answer.length)
    writer.uint16At(8, response.authority.length)
    additional = writeWhatFits(writer, response.additional)
  }
  if (optBytes > 0) {
    writer.allow(sizeMax)
    writeOpt(writer, query, response)
    additional++
  }
  writer.uint16At(10, additional)
  return writer.finish()
}

/** An answer without any section, to what has no question that could be repeated. */
export function writeBareResponse(head: QueryHead, rcode: typeof RCODE.FORMERR | typeof RCODE.NOTIMP): Uint8Array {
  const writer = new MessageWriter(Uint8Array.of(0), PLAIN_UDP_BYTES_MAX)
  writeHead(writer, head, rcode)
  return writer.finish()
}

function flagsOf(head: QueryHead): number {
  return QR | (head.opcode << 11) | (head.recursionDesired ? RD : 0)
}

/** The header with its counts at zero. RA, AD and CD stay off: nothing is resolved or validated here. */
function writeHead(writer: MessageWriter, head: QueryHead, flags: number): void {
  writer.uint16(head.id)
  writer.uint16(flagsOf(head) | flags)
  writer.zeros(HEADER_BYTES - 4)
}

function writeWhatFits(writer: MessageWriter, records: readonly ResourceRecord[]): number {
  let written = 0
  for (const record of records) {
    const mark = writer.mark
    writeRecord(writer, record)
    if (writer.overflowed) {
      writer.rewind(mark)
      break
    }
    written++
  }
  return written
}

function writeRecord(writer: MessageWriter, record: ResourceRecord): void {
  writer.name(record.name)
  writer.uint16(TYPE[record.type])
  writer.uint16(CLASS.IN)
  writer.uint32(record.ttl)
  const lengthAt = writer.mark
  writer.uint16(0)
  writeData(writer, record)
  if (!writer.overflowed) writer.uint16At(lengthAt, writer.mark - lengthAt - 2)
}

function writeData(writer: MessageWriter, record: ResourceRecord): void {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return writer.bytes(record.address)
    case 'NS':
      return writer.name(record.target)
    case 'SOA':
      writer.name(record.primary)
      writer.name(record.mailbox)
      for (const value of [record.serial, record.refresh, record.retry, record.expire, record.minimum]) {
        writer.uint32(value)
      }
      return
    case 'TXT':
      for (const string of record.strings) {
        writer.uint8(string.length)
        writer.bytes(string)
      }
  }
}

function optBytesFor(query: Query, response: Response): number {
  if (query.edns === undefined) return 0
  return OPT_BYTES + (response.extendedError === undefined ? 0 : EXTENDED_ERROR_BYTES)
}

/** OPT, the last record, in the room that was kept for it. */
function writeOpt(writer: MessageWriter, query: Query, response: Response): void {
  writer.uint8(0)
  writer.uint16(TYPE.OPT)
  writer.uint16(UDP_BYTES_MAX)
  writer.uint8(response.rcode >> 4)
  writer.uint8(0)
  writer.uint16(query.edns?.dnssecOk === true ? 0x8000 : 0)
  if (response.extendedError === undefined) return writer.uint16(0)
  writer.uint16(EXTENDED_ERROR_BYTES)
  writer.uint16(EXTENDED_ERROR_OPTION)
  writer.uint16(2)
  writer.uint16(response.extendedError)
}
