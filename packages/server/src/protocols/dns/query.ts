/**
 * Queries, from bytes to values (RFC 1035 §4, EDNS by RFC 6891). Nothing here throws, whatever arrives.
 *
 *     header    id (16) · QR opcode(4) AA TC RD · RA Z AD CD rcode(4) · four counts (16 each)       12 bytes
 *     question  name · type (16) · class (16)
 *     records   name · type (16) · class (16) · TTL (32) · length (16) · data; of these only OPT is read
 */

import { TYPE } from './codes.ts'
import { LABEL_BYTES_MAX, lowerByte, NAME_BYTES_MAX, skipName, type WireName } from './name.ts'

/** RFC 1035 §4.1.1. */
export const HEADER_BYTES = 12

/** What a query asks. */
export interface Question {
  /** As it was sent, letter case included: an answer must repeat it to the bit (draft-vixie-dnsext-dns0x20). */
  readonly name: WireName
  /** The labels, the leftmost first, a character per byte, ASCII letters in lower case; empty for the root. */
  readonly labels: readonly string[]
  readonly type: number
  readonly class: number
}

/** What an OPT record says (RFC 6891 §6.1.3). Options are not read: none changes our answers. */
export interface Edns {
  /** The largest UDP answer that the sender takes, in bytes, as advertised. */
  readonly udpSize: number
  readonly version: number
  /** The DO bit, which an answer repeats (RFC 3225 §3). */
  readonly dnssecOk: boolean
}

/** What of the header an answer repeats. */
export interface QueryHead {
  readonly id: number
  readonly opcode: number
  readonly recursionDesired: boolean
}

/** A well-formed query of one question. */
export interface Query extends QueryHead {
  readonly kind: 'query'
  readonly question: Question
  readonly edns: Edns | undefined
}

/**
 * What a packet is.
 *
 * - `query`: to be answered.
 * - `malformed`: to be answered with FORMERR: cut off, an impossible name, not one question, a broken or second OPT.
 * - `unsupported`: to be answered with NOTIMP: another opcode than QUERY (NOTIFY, UPDATE, …).
 * - `ignore`: to be left alone: shorter than a header, or itself an answer, so that two servers can never loop.
 */
export type ParsedQuery =
  | Query
  | ({ readonly kind: 'malformed' | 'unsupported' } & QueryHead)
  | { readonly kind: 'ignore' }

/** Reads one message of at most 65,535 bytes. The result keeps a view of `packet` for the name. */
export function parseQuery(packet: Uint8Array): ParsedQuery {
  if (packet.length < HEADER_BYTES || (packet[2] as number) & 0x80) return { kind: 'ignore' }
  const flags = packet[2] as number
  const head = { id: uint16(packet, 0), opcode: (flags >> 3) & 15, recursionDesired: (flags & 1) !== 0 }
  if (head.opcode !== 0) return { kind: 'unsupported', ...head }
  const question = uint16(packet, 4) === 1 ? readQuestion(packet) : undefined
  if (question === undefined) return { kind: 'malformed', ...head }
  const edns = readEdns(packet, HEADER_BYTES + question.name.length + 4)
  if (edns === 'malformed') return { kind: 'malformed', ...head }
  return { kind: 'query', ...head, question, edns }
}

/** No pointer is valid in the first name of a message: there is no earlier name that it could point to. */
function readQuestion(packet: Uint8Array): Question | undefined {
  const labels: string[] = []
  let at = HEADER_BYTES
  for (;;) {
    const length = packet[at++]
    if (length === undefined || length > LABEL_BYTES_MAX) return undefined
    if (length === 0) break
    const end = at + length
    if (end >= packet.length || end - HEADER_BYTES >= NAME_BYTES_MAX) return undefined
    let label = ''
    while (at < end) label += String.fromCharCode(lowerByte(packet[at++] as number))
    labels.push(label)
  }
  if (at + 4 > packet.length) return undefined
  return {
    name: packet.subarray(HEADER_BYTES, at),
    labels,
    type: uint16(packet, at),
    class: uint16(packet, at + 2),
  }
}

/** Walks all records to the exact end of the message and reads OPT on the way, if there is one. */
function readEdns(packet: Uint8Array, from: number): Edns | undefined | 'malformed' {
  const others = uint16(packet, 6) + uint16(packet, 8)
  const records = others + uint16(packet, 10)
  let edns: Edns | undefined
  let at = from
  for (let record = 0; record < records; record++) {
    const nameAt = at
    at = skipName(packet, at)
    if (at < 0 || at + 10 > packet.length) return 'malformed'
    if (uint16(packet, at) === TYPE.OPT) {
      const rootName = packet[nameAt] === 0
      if (edns !== undefined || !rootName || record < others) return 'malformed'
      edns = {
        udpSize: uint16(packet, at + 2),
        version: packet[at + 5] as number,
        dnssecOk: ((packet[at + 6] as number) & 0x80) !== 0,
      }
    }
    at += 10 + uint16(packet, at + 8)
    if (at > packet.length) return 'malformed'
  }
  return at === packet.length ? edns : 'malformed'
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
}
