import type { Result } from '../base/index.ts'
import { ok, ProblemError } from '../base/index.ts'
import { addressSubject, formatAddress } from './address.ts'
import { parseDottedQuad } from './ipv4.ts'
import { isMappedIpv4, parseIpv6 } from './ipv6.ts'
import { quote, refuse } from './refusal.ts'
import type { Subject } from './subject.ts'
import { brandSubject, subjectText } from './subject.ts'

/** A range of addresses: its first one (4 or 16 bytes) and how many leading bits all share (0–32 or 0–128). */
export interface NetRange {
  readonly address: Uint8Array
  readonly prefixLength: number
}

/**
 * Parses the value of a `net` subject, `address/length`. Host bits are cleared; a range of one address gives the `ip`
 * subject; ::ffff:a.b.c.d/96+n gives the IPv4 net of length n. The address must be a strict dotted quad or IPv6 and the
 * length decimal without leading zeros, else `invalid`.
 */
export function parseNet(text: string): Result<Subject> {
  const slash = text.indexOf('/')
  if (slash < 0) return refuse('net', text, 'it must have a prefix length, as in "192.0.2.0/24"')
  const address = parseDottedQuad(text.slice(0, slash)) ?? parseIpv6(text.slice(0, slash))
  if (address === undefined) return refuse('net', text, 'it must begin with a dotted quad or an IPv6 address')
  const bits = 8 * address.length
  const length = text.slice(slash + 1)
  const prefixLength = /^(?:0|[1-9]\d{0,2})$/.test(length) ? Number(length) : Number.POSITIVE_INFINITY
  if (prefixLength > bits) return refuse('net', text, `the prefix length must be 0–${bits}, found ${quote(length)}`)
  return ok(netSubject(address, prefixLength))
}

/**
 * The subject of a range around an address of 4 or 16 bytes: a `net`, or an `ip` if the prefix length is full. Throws a
 * RangeError for a length that is not a whole number of 0–32 or 0–128.
 */
export function netSubject(address: Uint8Array, prefixLength: number): Subject {
  const bits = 8 * address.length
  if (!Number.isInteger(prefixLength) || prefixLength < 0 || prefixLength > bits) {
    throw new RangeError(`Cannot make a net: the prefix length must be 0–${bits}, found ${prefixLength}`)
  }
  if (bits === 128 && prefixLength >= 96 && isMappedIpv4(address)) {
    return netSubject(address.subarray(12), prefixLength - 96)
  }
  if (prefixLength === bits) return addressSubject(address)
  return brandSubject('net', `${formatAddress(clearHostBits(address, prefixLength))}/${prefixLength}`)
}

function clearHostBits(address: Uint8Array, prefixLength: number): Uint8Array {
  return address.map((byte, i) => byte & prefixMask(prefixLength - 8 * i))
}

/** The mask of one byte of which the first `bits` count; 0 or less is none, 8 or more is all. */
function prefixMask(bits: number): number {
  if (bits >= 8) return 255
  return bits <= 0 ? 0 : (255 << (8 - bits)) & 255
}

/** The range of an `ip` (full length) or `net` subject. Any other type is the caller's mistake and throws `internal`. */
export function netRange(subject: Subject): NetRange {
  const slash = subject.type === 'net' ? subject.value.indexOf('/') : subject.value.length
  const address = parseDottedQuad(subject.value.slice(0, slash)) ?? parseIpv6(subject.value.slice(0, slash))
  if ((subject.type !== 'ip' && subject.type !== 'net') || address === undefined) {
    const message = `Cannot take the range of ${quote(subjectText(subject))}: it must be an ip or a net`
    throw new ProblemError({ code: 'internal', message })
  }
  if (subject.type === 'ip') return { address, prefixLength: 8 * address.length }
  return { address, prefixLength: Number(subject.value.slice(slash + 1)) }
}

/** True if the range holds the address (4 or 16 bytes). IPv4 and IPv6 never hold each other. */
export function containsAddress(range: NetRange, address: Uint8Array): boolean {
  if (range.address.length !== address.length) return false
  for (let i = 0; 8 * i < range.prefixLength; i++) {
    const different = (range.address[i] as number) ^ (address[i] as number)
    if ((different & prefixMask(range.prefixLength - 8 * i)) !== 0) return false
  }
  return true
}
