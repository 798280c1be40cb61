/**
 * The prefix length of the reserved range that holds an address (4 or 16 bytes, as `parseAddress` gives them), or
 * `undefined` if it is an ordinary one. Reserved is what names something else on every network, or no host at all, so
 * that nobody's evidence about it means anything to another site. Documentation and test nets are ordinary.
 */
export function reservedPrefix(address: Uint8Array): number | undefined {
  return address.length === 4 ? reservedIpv4(address) : reservedIpv6(address)
}

function reservedIpv4(address: Uint8Array): number | undefined {
  const first = address[0] as number
  const second = address[1] as number
  switch (first) {
    case 0: // "this network", RFC 1122 §3.2.1.3
    case 10: // private, RFC 1918
    case 127: // loopback, RFC 1122 §3.2.1.3
      return 8
    case 169: // link-local, RFC 3927
      return second === 254 ? 16 : undefined
    case 172: // private, RFC 1918
      return second >= 16 && second < 32 ? 12 : undefined
    case 192: // private, RFC 1918
      return second === 168 ? 16 : undefined
    case 255: // limited broadcast, RFC 919
      return address.every(byte => byte === 255) ? 32 : undefined
    default: // multicast, RFC 5771
      return first >= 224 && first < 240 ? 4 : undefined
  }
}

function reservedIpv6(address: Uint8Array): number | undefined {
  const first = address[0] as number
  const second = address[1] as number
  if (first === 0xff) return 8 // multicast, RFC 4291 §2.7
  if (first === 0xfe && second >> 6 === 2) return 10 // link-local fe80::/10, RFC 4291 §2.5.6
  if (first >> 1 === 0x7e) return 7 // unique local fc00::/7, RFC 4193
  const lastBytes = address.findIndex(byte => byte !== 0)
  const alone = lastBytes < 0 || (lastBytes === 15 && address[15] === 1)
  return alone ? 128 : undefined // unspecified :: and loopback ::1, RFC 4291 §2.5.2 and §2.5.3
}
