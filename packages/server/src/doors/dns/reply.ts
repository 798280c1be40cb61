/**
 * Answers written over the query that they answer, without a copy: the header is changed where it is, the question stays
 * (so its letter case is repeated by itself), and what follows is put behind it.
 */
import { EXTENDED_ERROR, type QueryScan, RCODE, type Rcode, TYPE, UDP_BYTES_MAX } from '../../protocols/dns/index.ts'
import type { Listing } from './answer.ts'
import { SOA_TIMES, type TtlSettings } from './zones.ts'

/** Behind a question at most: SOA, OPT and an extended error. */
export const REPLY_TAIL_BYTES = 96

const QR_AND_AA = 0x84
const QR = 0x80

/**
 * The SOA of a zone as it follows a question below it. Pointers lead into the question, so they depend on it:
 *
 *     0 owner → apex · 2 type, class, TTL, length · 12 "ns" → base · 17 "hostmaster" → base · 30 serial · 34 times
 */
const SOA_BYTES = 50
const SOA_AT = { owner: 0, ttl: 6, primary: 15, mailbox: 28, serial: 30 } as const

/** The SOA as it is but for its pointers and its serial, which each use writes into it. */
export function soaTemplate({ negativeSeconds }: TtlSettings): Uint8Array {
  const bytes = new Uint8Array(SOA_BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint16(2, TYPE.SOA)
  view.setUint16(4, 1)
  view.setUint32(SOA_AT.ttl, negativeSeconds)
  view.setUint16(10, SOA_BYTES - 12)
  bytes.set([2, ...letters('ns')], 12)
  bytes.set([10, ...letters('hostmaster')], 17)
  view.setUint32(34, SOA_TIMES.refresh)
  view.setUint32(38, SOA_TIMES.retry)
  view.setUint32(42, SOA_TIMES.expire)
  view.setUint32(46, negativeSeconds)
  return bytes
}

/** NXDOMAIN with the SOA of the zone whose apex and base lie where it is said; gives the answer's length. */
export function writeNameError(
  bytes: Uint8Array,
  scan: QueryScan,
  soa: Uint8Array,
  apexAt: number,
  baseAt: number,
  serial: number,
): number {
  writeHead(bytes, QR_AND_AA, RCODE.NXDOMAIN, 1, scan.hasEdns ? 1 : 0)
  writePointer(soa, SOA_AT.owner, apexAt)
  writePointer(soa, SOA_AT.primary, baseAt)
  writePointer(soa, SOA_AT.mailbox, baseAt)
  soa[SOA_AT.serial] = serial >>> 24
  soa[SOA_AT.serial + 1] = serial >>> 16
  soa[SOA_AT.serial + 2] = serial >>> 8
  soa[SOA_AT.serial + 3] = serial
  bytes.set(soa, scan.questionEnd)
  const at = scan.questionEnd + SOA_BYTES
  return scan.hasEdns ? writeOpt(bytes, at, scan.dnssecOk) : at
}

/** So many bytes does an A record take whose name is a pointer to the question. */
const A_BYTES = 16

/** The A records of a listing; gives the answer's length. */
export function writeListing(bytes: Uint8Array, scan: QueryScan, third: number, { codes, ttl }: Listing): number {
  writeHead(bytes, QR_AND_AA, RCODE.NOERROR, 0, scan.hasEdns ? 1 : 0)
  bytes[7] = codes.length
  let at = scan.questionEnd
  for (const code of codes) {
    bytes[at] = 0xc0
    bytes[at + 1] = 12
    bytes[at + 2] = 0
    bytes[at + 3] = TYPE.A
    bytes[at + 4] = 0
    bytes[at + 5] = 1
    bytes[at + 6] = ttl >>> 24
    bytes[at + 7] = ttl >>> 16
    bytes[at + 8] = ttl >>> 8
    bytes[at + 9] = ttl
    bytes[at + 10] = 0
    bytes[at + 11] = 4
    bytes[at + 12] = 127
    bytes[at + 13] = 0
    bytes[at + 14] = third
    bytes[at + 15] = code
    at += A_BYTES
  }
  return scan.hasEdns ? writeOpt(bytes, at, scan.dnssecOk) : at
}

/** REFUSED with the question alone and, to those who speak EDNS, why; gives the answer's length. */
export function writeRefusal(bytes: Uint8Array, scan: QueryScan, why: keyof typeof EXTENDED_ERROR): number {
  writeHead(bytes, QR, RCODE.REFUSED, 0, scan.hasEdns ? 1 : 0)
  if (!scan.hasEdns) return scan.questionEnd
  const at = writeOpt(bytes, scan.questionEnd, scan.dnssecOk)
  bytes[at - 1] = 6
  bytes[at] = 0
  bytes[at + 1] = 15
  bytes[at + 2] = 0
  bytes[at + 3] = 2
  bytes[at + 4] = 0
  bytes[at + 5] = EXTENDED_ERROR[why]
  return at + 6
}

/** A header alone, for what has no question that could be repeated; gives the answer's length. */
export function writeBare(bytes: Uint8Array, rcode: Rcode): number {
  // The opcode is repeated: whoever sent another one knows it.
  bytes[2] = QR | (bytes[2]! & 0x79)
  bytes[3] = rcode
  for (let at = 4; at < 12; at++) bytes[at] = 0
  return 12
}

/** Nothing but TC: come by TCP. Gives the answer's length. */
export function writeTruncated(bytes: Uint8Array, scan: QueryScan): number {
  writeHead(bytes, QR | 2, RCODE.NOERROR, 0, scan.hasEdns ? 1 : 0)
  return scan.hasEdns ? writeOpt(bytes, scan.questionEnd, scan.dnssecOk) : scan.questionEnd
}

function writeHead(bytes: Uint8Array, flags: number, rcode: Rcode, authority: number, additional: number): void {
  bytes[2] = flags | (bytes[2]! & 1)
  bytes[3] = rcode
  bytes[4] = 0
  bytes[5] = 1
  bytes[6] = 0
  bytes[7] = 0
  bytes[8] = 0
  bytes[9] = authority
  bytes[10] = 0
  bytes[11] = additional
}

function writeOpt(bytes: Uint8Array, at: number, dnssecOk: boolean): number {
  bytes[at] = 0
  bytes[at + 1] = 0
  bytes[at + 2] = TYPE.OPT
  bytes[at + 3] = UDP_BYTES_MAX >>> 8
  bytes[at + 4] = UDP_BYTES_MAX & 255
  bytes[at + 5] = 0
  bytes[at + 6] = 0
  bytes[at + 7] = dnssecOk ? 0x80 : 0
  bytes[at + 8] = 0
  bytes[at + 9] = 0
  bytes[at + 10] = 0
  return at + 11
}

function writePointer(bytes: Uint8Array, at: number, to: number): void {
  bytes[at] = 0xc0 | (to >>> 8)
  bytes[at + 1] = to
}

function letters(text: string): number[] {
  return Array.from(text, letter => letter.charCodeAt(0))
}
