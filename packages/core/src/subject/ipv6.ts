import { hexDigit } from '../base/index.ts'
import { parseDottedQuad } from './ipv4.ts'

const COLON = 0x3a

/**
 * The 16 bytes of an IPv6 address in any form of RFC 4291 §2.2: full, with `::`, with a dotted quad at its end.
 * `undefined` for any other text, zone ids (`%eth0`) and brackets among them.
 */
export function parseIpv6(text: string): Uint8Array | undefined {
  if (text.length < 2 || text.length > 45) return undefined
  const bytes = new Uint8Array(16)
  let at = 0
  let gapAt = -1
  let i = 0
  if (text.charCodeAt(0) === COLON) {
    if (text.charCodeAt(1) !== COLON) return undefined
    gapAt = 0
    i = 2
  }
  while (i < text.length) {
    if (at === 16) return undefined
    const start = i
    let value = 0
    for (; i < text.length; i++) {
      const digit = hexDigit(text.charCodeAt(i))
      if (digit < 0) break
      value = value * 16 + digit
    }
    if (text.charCodeAt(i) === 0x2e) {
      const quad = at <= 12 ? parseDottedQuad(text.slice(start)) : undefined
      if (quad === undefined) return undefined
      bytes.set(quad, at)
      at += 4
      break
    }
    if (i === start || i - start > 4) return undefined
    bytes[at++] = value >> 8
    bytes[at++] = value & 255
    if (i === text.length) break
    if (text.charCodeAt(i) !== COLON || ++i === text.length) return undefined
    if (text.charCodeAt(i) === COLON) {
      if (gapAt >= 0) return undefined
      gapAt = at
      i++
    }
  }
  if (gapAt < 0) return at === 16 ? bytes : undefined
  if (at > 14) return undefined
  bytes.copyWithin(16 - (at - gapAt), gapAt, at)
  bytes.fill(0, gapAt, 16 - (at - gapAt))
  return bytes
}

/**
 * 16 bytes as RFC 5952 writes them: lower case, no leading zeros, the longest run of two or more zero groups (the first
 * of equals) as `::`. Never a dotted quad: what holds an IPv4 address is an IPv4 subject by then.
 */
export function formatIpv6(bytes: Uint8Array): string {
  let bestStart = -1
  let bestLength = 1
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (start + length < 8 && group(bytes, start + length) === 0) length++
    if (length > bestLength) {
      bestStart = start
      bestLength = length
    }
    start += length
  }
  let text = ''
  for (let i = 0; i < 8; i++) {
    if (i === bestStart) {
      text += '::'
      i += bestLength - 1
      continue
    }
    if (text !== '' && !text.endsWith(':')) text += ':'
    text += group(bytes, i).toString(16)
  }
  return text
}

function group(bytes: Uint8Array, index: number): number {
  return ((bytes[2 * index] as number) << 8) | (bytes[2 * index + 1] as number)
}

/** ::ffff:0:0/96, IPv4-mapped (RFC 4291 §2.5.5.2). */
export function isMappedIpv4(bytes: Uint8Array): boolean {
  return startsWithZeros(bytes, 0, 10) && bytes[10] === 0xff && bytes[11] === 0xff
}

/** 64:ff9b::/96, the well-known prefix of NAT64 (RFC 6052 §2.1). */
export function isTranslatedIpv4(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0x64 && bytes[2] === 0xff && bytes[3] === 0x9b && startsWithZeros(bytes, 4, 12)
}

function startsWithZeros(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== 0) return false
  return true
}
