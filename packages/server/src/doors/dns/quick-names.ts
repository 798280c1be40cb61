/** Names of the usual kinds, read where they lie; what is not usual is not read. */
import { hexDigit } from '@tocsin/core/base'
import type { QueryScan } from '../../protocols/dns/index.ts'

/**
 * The IPv4 address of four labels of decimal octets, the last octet leftmost; −1 for anything else, and for four single
 * digits, which are also where IPv6 names begin.
 */
export function readAddress({ labels }: QueryScan, bytes: Uint8Array): number {
  let address = 0
  let digits = 0
  for (let label = 3; label >= 0; label--) {
    const at = labels[label]!
    const size = bytes[at]!
    if (size > 3 || (size > 1 && bytes[at + 1] === 0x30)) return -1
    let octet = 0
    for (let i = 1; i <= size; i++) {
      const digit = bytes[at + i]! - 0x30
      if (digit < 0 || digit > 9) return -1
      octet = octet * 10 + digit
    }
    if (octet > 255) return -1
    digits += size
    address = address * 256 + octet
  }
  return digits === 4 ? -1 : address
}

/** The labels before a zone's apex as `question.ts` wants them: lower case, a character per byte. */
export function readLabels({ labels }: QueryScan, bytes: Uint8Array, below: number): string[] {
  const texts: string[] = []
  for (let label = 0; label < below; label++) {
    const at = labels[label]!
    texts.push(lowerText(bytes, at + 1, at + 1 + bytes[at]!))
  }
  return texts
}

/** ASCII letters in lower case; other bytes as the characters of the same number. */
export function lowerText(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!
    text += String.fromCharCode(byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte)
  }
  return text
}

const HEX_HALF = 32
/** Base32 of 32 bytes without padding: 256 bits and four more, which are zero. */
const BASE32_DIGITS = 52

/** Reads a SHA-256, in base32 as one label or in hexadecimal as two, into `digest`; false for anything else. */
export function readSha256({ labels }: QueryScan, bytes: Uint8Array, below: number, digest: Uint8Array): boolean {
  const at = labels[0]!
  if (below === 1) return bytes[at] === BASE32_DIGITS && readBase32(bytes, at + 1, digest)
  const second = labels[1]!
  if (below !== 2 || bytes[at] !== HEX_HALF || bytes[second] !== HEX_HALF) return false
  return readHex(bytes, at + 1, digest, 0) && readHex(bytes, second + 1, digest, HEX_HALF / 2)
}

function readHex(bytes: Uint8Array, from: number, digest: Uint8Array, to: number): boolean {
  for (let i = 0; i < HEX_HALF / 2; i++) {
    const high = hexDigit(bytes[from + 2 * i]!)
    const low = hexDigit(bytes[from + 2 * i + 1]!)
    if (high < 0 || low < 0) return false
    digest[to + i] = (high << 4) | low
  }
  return true
}

function readBase32(bytes: Uint8Array, from: number, digest: Uint8Array): boolean {
  let held = 0
  let bits = 0
  let to = 0
  for (let i = 0; i < BASE32_DIGITS; i++) {
    const digit = BASE32[bytes[from + i]!]!
    if (digit < 0) return false
    held = (held << 5) | digit
    bits += 5
    if (bits >= 8) {
      bits -= 8
      digest[to++] = held >> bits
      held &= (1 << bits) - 1
    }
  }
  return held === 0
}

/** The value of each byte as a digit of base32 in either case, −1 for other bytes. */
const BASE32 = Int8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x32 && byte <= 0x37) return byte - 0x32 + 26
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x7a ? lower - 0x61 : -1
})
