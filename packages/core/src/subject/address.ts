import type { Result } from '../base/index.ts'
import { ok } from '../base/index.ts'
import { formatIpv4, parseAnyIpv4, parseDottedQuad } from './ipv4.ts'
import { formatIpv6, isMappedIpv4, parseIpv6 } from './ipv6.ts'
import { refuse } from './refusal.ts'
import type { Subject } from './subject.ts'
import { brandSubject } from './subject.ts'

/**
 * The bytes of an address: 4 for a strict dotted quad, 16 for IPv6 in any form of RFC 4291; IPv4-mapped IPv6
 * (::ffff:0:0/96) gives the 4 bytes it maps. Refuses all else as `invalid`: zone ids, brackets, other IPv4 spellings.
 */
export function parseAddress(text: string): Result<Uint8Array> {
  const quad = parseDottedQuad(text)
  if (quad !== undefined) return ok(quad)
  const sixteen = parseIpv6(text)
  if (sixteen !== undefined) return ok(isMappedIpv4(sixteen) ? sixteen.slice(12) : sixteen)
  const why = text.includes('%') ? 'it must have no zone id' : 'it must be a dotted quad or an IPv6 address'
  return refuse('address', text, why)
}

/** The canonical text of 4 or 16 bytes: a dotted quad, or RFC 5952. Throws a RangeError for any other length. */
export function formatAddress(address: Uint8Array): string {
  if (address.length === 4) return formatIpv4(address)
  if (address.length === 16) return isMappedIpv4(address) ? formatIpv4(address.subarray(12)) : formatIpv6(address)
  throw new RangeError(`Cannot format address: it must have 4 or 16 bytes, found ${address.length}`)
}

/** The `ip` subject of an address of 4 or 16 bytes, as sockets and DNS names give it. */
export function addressSubject(address: Uint8Array): Subject {
  return brandSubject('ip', formatAddress(address))
}

/** Parses the value of an `ip` subject: as {@link parseAddress}, and IPv4 in every spelling of `inet_aton`. */
export function parseIp(text: string): Result<Subject> {
  const quad = parseDottedQuad(text)
  if (quad !== undefined) return ok(brandSubject('ip', text))
  const other = parseAnyIpv4(text)
  if (other !== undefined) return ok(brandSubject('ip', formatIpv4(other)))
  const address = parseAddress(text)
  if (address.ok) return ok(addressSubject(address.value))
  return refuse('ip', text, text.includes('/') ? 'a range is a net, say "net:" before it' : reasonOf(text))
}

function reasonOf(text: string): string {
  return text.includes('%') ? 'it must have no zone id' : 'it must be an IPv4 or IPv6 address'
}
