/** IPv4 inside IPv6: what stands in such an address is as private, or as much a site's own, as the IPv4 address itself. */
import type { NetRange } from '@tocsin/core/subject'

/** Bytes that an address begins with, and where in it the IPv4 address stands. */
const BEGINNINGS: readonly (readonly [begins: readonly number[], at: number])[] = [
  // 6to4, RFC 3056.
  [[0x20, 0x02], 2],
  // NAT64, RFC 6052; RFC 8215 has more of 64:ff9b, with the address at its end as well.
  [[0, 0x64, 0xff, 0x9b], 12],
  // IPv4-compatible (RFC 4291 §2.5.5.1), IPv4-translated (RFC 2765), IPv4-mapped.
  [Array.from({ length: 12 }, () => 0), 12],
  [[0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0], 12],
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff], 12],
  // The server of Teredo, RFC 4380; its client stands at the end, with all bits turned.
  [[0x20, 0x01, 0, 0], 4],
]

/** The IPv4 networks inside a network; none where it is IPv4 itself. */
export function embeddedIn({ address, prefixLength }: NetRange): NetRange[] {
  if (address.length === 4) return []
  const places = BEGINNINGS.flatMap(([begins, at]) => (begins.every((byte, n) => address[n] === byte) ? [at] : []))
  // ISATAP, RFC 5214 §6.1, under any prefix.
  if ((address[8]! & 0xfd) === 0 && address[9] === 0 && address[10] === 0x5e && address[11] === 0xfe) places.push(12)
  const found = places.map(at => at4(address, prefixLength, at))
  if (!places.includes(4)) return found
  const client = at4(address, prefixLength, 12)
  return [...found, { ...client, address: client.address.map(byte => byte ^ 0xff) }]
}

function at4(address: Uint8Array, prefixLength: number, at: number): NetRange {
  return { address: address.slice(at, at + 4), prefixLength: Math.min(32, Math.max(0, prefixLength - 8 * at)) }
}
