/** The UTF-8 bytes of a text (RFC 3629); `undefined` if it holds half of a surrogate pair, which UTF-8 cannot say. */
export function encodeUtf8(text: string): Uint8Array | undefined {
  const ascii = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0x80) return encodeBeyondAscii(text)
    ascii[i] = unit
  }
  return ascii
}

function encodeBeyondAscii(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length * 3)
  let at = 0
  for (const character of text) {
    const point = character.codePointAt(0) as number
    if (point < 0x80) {
      bytes[at++] = point
      continue
    }
    if (point < 0x800) {
      bytes[at++] = 0xc0 | (point >> 6)
    } else {
      if (point < 0x10000) {
        if (isSurrogate(point)) return undefined
        bytes[at++] = 0xe0 | (point >> 12)
      } else {
        bytes[at++] = 0xf0 | (point >> 18)
        bytes[at++] = 0x80 | ((point >> 12) & 63)
      }
      bytes[at++] = 0x80 | ((point >> 6) & 63)
    }
    bytes[at++] = 0x80 | (point & 63)
  }
  return bytes.slice(0, at)
}

/**
 * The text of UTF-8 bytes (RFC 3629), `undefined` if they are not valid: overlong forms, surrogates, values above
 * U+10FFFF and cut-off sequences are all refused. A byte order mark is kept as the character it is.
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  let text = ''
  let at = 0
  while (at < bytes.length) {
    const lead = bytes[at++] as number
    const following = followingBytes(lead)
    if (following < 0 || at + following > bytes.length) return undefined
    let point = following === 0 ? lead : lead & (0x3f >> following)
    for (let i = 0; i < following; i++) {
      const next = bytes[at++] as number
      if ((next & 0xc0) !== 0x80) return undefined
      point = (point << 6) | (next & 63)
    }
    if (following === 2 && (point < 0x800 || isSurrogate(point))) return undefined
    if (following === 3 && (point < 0x10000 || point > 0x10ffff)) return undefined
    text += String.fromCodePoint(point)
  }
  return text
}

/** How many bytes follow this lead byte, −1 if it is none. C0 and C1 would only lead overlong forms. */
function followingBytes(lead: number): number {
  if (lead < 0x80) return 0
  if (lead < 0xc2) return -1
  if (lead < 0xe0) return 1
  if (lead < 0xf0) return 2
  return lead < 0xf5 ? 3 : -1
}

function isSurrogate(point: number): boolean {
  return point >= 0xd800 && point <= 0xdfff
}
