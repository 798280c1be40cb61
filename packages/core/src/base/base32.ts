/** RFC 4648 §6. */
const LOWER = 'abcdefghijklmnopqrstuvwxyz234567'

/** RFC 4648 base32 without padding. `lower`, the default, is what DNS labels and our own names use. */
export function encodeBase32(bytes: Uint8Array, letters: 'lower' | 'upper' = 'lower'): string {
  let text = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += LOWER[(held >> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  if (bits > 0) text += LOWER[(held << (5 - bits)) & 31]
  return letters === 'lower' ? text : text.toUpperCase()
}

/**
 * The bytes of RFC 4648 base32 without padding, in either case or a mixture (resolvers play with the case of DNS names).
 * `undefined` for another character, a length that no byte string has, or left-over bits that are not zero, so that
 * each byte string has one spelling but for case.
 */
export function decodeBase32(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8))
  let held = 0
  let bits = 0
  let at = 0
  for (let i = 0; i < text.length; i++) {
    const digit = base32Digit(text.charCodeAt(i))
    if (digit < 0) return undefined
    held = (held << 5) | digit
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = held >> bits
      held &= (1 << bits) - 1
    }
  }
  return bits < 5 && held === 0 ? bytes : undefined
}

function base32Digit(code: number): number {
  if (code >= 0x32 && code <= 0x37) return code - 0x32 + 26
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x7a ? lower - 0x61 : -1
}
