import { hexDigit } from '../base/index.ts'

/**
 * The four bytes of a strict dotted quad: four decimal numbers 0–255 without leading zeros (RFC 3986 §3.2.2).
 * `undefined` for any other text.
 */
export function parseDottedQuad(text: string): Uint8Array | undefined {
  if (text.length < 7 || text.length > 15) return undefined
  const bytes = new Uint8Array(4)
  let part = 0
  let value = -1
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x2e) {
      if (value < 0 || part === 3) return undefined
      bytes[part++] = value
      value = -1
      continue
    }
    if (code < 0x30 || code > 0x39 || value === 0) return undefined
    value = value < 0 ? code - 0x30 : value * 10 + code - 0x30
    if (value > 255) return undefined
  }
  if (part !== 3 || value < 0) return undefined
  bytes[3] = value
  return bytes
}

/**
 * The four bytes of an IPv4 address in every spelling that `inet_aton` knows (POSIX `inet_addr`): one to four parts, each
 * decimal, octal (leading 0) or hexadecimal (0x), the last one filling what is left. `undefined` for any other text; a
 * part that is too large is not cut down.
 */
export function parseAnyIpv4(text: string): Uint8Array | undefined {
  const first = text.charCodeAt(0)
  if (!(first >= 0x30 && first <= 0x39)) return undefined
  const parts = text.split('.', 5)
  if (parts.length > 4) return undefined
  let address = 0
  for (const [i, part] of parts.entries()) {
    const last = i === parts.length - 1
    const value = parsePart(part)
    if (value === undefined || value >= (last ? 256 ** (5 - parts.length) : 256)) return undefined
    address += last ? value : value * 256 ** (3 - i)
  }
  return Uint8Array.of(address >>> 24, address >>> 16, address >>> 8, address)
}

/** One number in C notation, below 2³², leading zeros allowed to any length. */
function parsePart(part: string): number | undefined {
  let base = 10
  let at = 0
  if (part.charCodeAt(0) === 0x30 && part.length > 1) {
    base = (part.charCodeAt(1) | 0x20) === 0x78 ? 16 : 8
    at = base === 16 ? 2 : 1
  }
  if (at === part.length) return undefined
  let value = 0
  for (; at < part.length; at++) {
    const digit = hexDigit(part.charCodeAt(at))
    if (digit < 0 || digit >= base) return undefined
    value = value * base + digit
    if (value > 0xffffffff) return undefined
  }
  return value
}

/** Four bytes as a dotted quad. */
export function formatIpv4(bytes: Uint8Array): string {
  return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`
}
