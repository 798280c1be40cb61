/**
 * Which addresses lie on the public internet. Stricter than what counts as a subject: here an address that merely might
 * lead inward is refused, documentation and test nets among them.
 */
import { fail, ok, type Result } from '@tocsin/core/base'
import { formatAddress, parseAddress } from '@tocsin/core/subject'

/** A network that is not public, and what to call it. */
type Net = readonly [first: readonly number[], prefixLength: number, about: string]

/** IANA IPv4 Special-Purpose Address Registry (RFC 6890 and what followed), but for what is globally reachable. */
const NETS_V4: readonly Net[] = [
  [[0], 8, 'this network'],
  [[10], 8, 'private'],
  [[100, 64], 10, 'shared by a provider'],
  [[127], 8, 'loopback'],
  [[169, 254], 16, 'link-local'],
  [[172, 16], 12, 'private'],
  [[192, 0, 0], 24, 'protocol assignments'],
  [[192, 0, 2], 24, 'documentation'],
  [[192, 88, 99], 24, '6to4 relays'],
  [[192, 168], 16, 'private'],
  [[198, 18], 15, 'benchmarks'],
  [[198, 51, 100], 24, 'documentation'],
  [[203, 0, 113], 24, 'documentation'],
  [[224], 4, 'multicast'],
  [[240], 4, 'reserved'],
]

/** Within 2000::/3, the only global unicast space (IANA IPv6 Address Space; Special-Purpose Address Registry). */
const NETS_V6: readonly Net[] = [
  [[0x20, 0x01, 0x00], 23, 'protocol assignments, Teredo'],
  [[0x20, 0x01, 0x0d, 0xb8], 32, 'documentation'],
  [[0x3f, 0xff, 0x00], 20, 'documentation'],
]

/** 64:ff9b::/96, NAT64 (RFC 6052 §2.1): the IPv4 address is in the last four bytes. */
const NAT64 = [0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]
/** 2002::/16, 6to4 (RFC 3056 §2): the IPv4 address follows. */
const SIX_TO_FOUR = [0x20, 0x02]

/**
 * The canonical text of an address on the public internet; for an IPv4 address mapped into IPv6, that of the IPv4
 * address. Refuses as `invalid` all else: other spellings (a URL parser resolves those first), zone ids, and whatever is
 * private, local, reserved or for documentation, also where it is wrapped in NAT64 or 6to4. IPv6 outside of 2000::/3 is
 * not public, with it the old ways to wrap IPv4 (`::a.b.c.d`, `::ffff:0:a.b.c.d`, 64:ff9b:1::/48).
 */
export function publicAddress(text: string): Result<string> {
  const parsed = parseAddress(text)
  if (!parsed.ok) return parsed
  const why = parsed.value.length === 4 ? notPublicV4(parsed.value) : notPublicV6(parsed.value)
  if (why === undefined) return ok(formatAddress(parsed.value))
  return fail('invalid', `Cannot connect to "${text}": it must be on the public internet, and it is not (${why})`)
}

function notPublicV4(address: Uint8Array): string | undefined {
  return aboutOf(NETS_V4, address)
}

function notPublicV6(address: Uint8Array): string | undefined {
  if (inside(address, NAT64, 96)) return notPublicV4(address.subarray(12))
  if (address[0]! >> 5 !== 1) return 'outside of 2000::/3'
  if (inside(address, SIX_TO_FOUR, 16)) return notPublicV4(address.subarray(2, 6))
  return aboutOf(NETS_V6, address)
}

function aboutOf(nets: readonly Net[], address: Uint8Array): string | undefined {
  return nets.find(([first, prefixLength]) => inside(address, first, prefixLength))?.[2]
}

/** Whether the address begins as the network does. `first` has all bytes that the prefix touches. */
function inside(address: Uint8Array, first: readonly number[], prefixLength: number): boolean {
  for (let bit = 0; bit < prefixLength; bit += 8) {
    const kept = prefixLength - bit
    const mask = kept >= 8 ? 0xff : (0xff << (8 - kept)) & 0xff
    if ((address[bit >> 3]! & mask) !== (first[bit >> 3]! & mask)) return false
  }
  return true
}
