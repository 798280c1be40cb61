import { encodeUtf8 } from '@tocsin/core/base'
import type { WireName } from './name.ts'

/** What all records have; the class is IN. */
interface Owned {
  readonly name: WireName
  /** Seconds, 0 to 2³¹ − 1 (RFC 2181 §8). */
  readonly ttl: number
}

/** An IPv4 address, 4 bytes. */
export interface ARecord extends Owned {
  readonly type: 'A'
  readonly address: Uint8Array
}

/** An IPv6 address, 16 bytes. */
export interface AaaaRecord extends Owned {
  readonly type: 'AAAA'
  readonly address: Uint8Array
}

/** A name server of a zone. */
export interface NsRecord extends Owned {
  readonly type: 'NS'
  readonly target: WireName
}

/** The start of a zone (RFC 1035 §3.3.13); times in seconds. */
export interface SoaRecord extends Owned {
  readonly type: 'SOA'
  readonly primary: WireName
  /** The mailbox of whoever is responsible, its first dot for the @. */
  readonly mailbox: WireName
  /** Compared by RFC 1982; unsigned, 32 bits. */
  readonly serial: number
  readonly refresh: number
  readonly retry: number
  readonly expire: number
  /** How long a negative answer may be kept (RFC 2308 §4). */
  readonly minimum: number
}

/** Text for people, made by {@link textStrings}. */
export interface TxtRecord extends Owned {
  readonly type: 'TXT'
  /** At least one, each of at most 255 bytes. */
  readonly strings: readonly Uint8Array[]
}

/** A record that we write. */
export type ResourceRecord = ARecord | AaaaRecord | NsRecord | SoaRecord | TxtRecord

/** RFC 1035 §3.3: a length byte before each. */
const STRING_BYTES_MAX = 255

/** Of TXT data in all; keeps an answer with EDNS or not well below 512 bytes for names of usual length. */
export const TEXT_BYTES_MAX = 400

/**
 * A text as the strings of a TXT record: UTF-8, cut between characters to at most {@link TEXT_BYTES_MAX} bytes, split
 * into strings of 255. A control character becomes a space, so that what a client logs stays on its line; half of a
 * surrogate pair becomes U+FFFD.
 */
export function textStrings(text: string): Uint8Array[] {
  const tidy = text.replace(/[\0-\x1f\x7f]/g, ' ').toWellFormed()
  const whole = encodeUtf8(tidy) ?? new Uint8Array()
  let end = Math.min(whole.length, TEXT_BYTES_MAX)
  if (end < whole.length) while (((whole[end] as number) & 0xc0) === 0x80) end--
  const strings: Uint8Array[] = []
  for (let at = 0; at < end || at === 0; at += STRING_BYTES_MAX) {
    strings.push(whole.subarray(at, Math.min(end, at + STRING_BYTES_MAX)))
  }
  return strings
}
