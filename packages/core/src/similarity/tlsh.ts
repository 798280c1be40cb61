/**
 * A TLSH digest: the Trend Micro locality sensitive hash, in the form that is in use everywhere: 128 buckets, a checksum
 * of one byte, 35 bytes in all, written `T1` and 70 hexadecimal digits.
 *
 *     byte 0      checksum of all bytes
 *     byte 1      code of the length, 0 to 169 (see length-code.ts)
 *     byte 2      q1 ratio in the high four bits, q2 ratio in the low four
 *     byte 3–34   two bits for each bucket, which say in which quarter of all buckets its count lies; bucket 127 first
 *
 * In text the two digits of bytes 0 and 1 stand in reverse; of all others as usual. Source: J. Oliver, C. Cheng,
 * Y. Chen, "TLSH – A Locality Sensitive Hash", Cybercrime and Trustworthy Computing Workshop 2013, and the behaviour of
 * the reference implementation, versions 4.12.1 and later.
 */
import { decodeHex, encodeHex, fail, ok, type Result } from '../base/index.ts'
import { LENGTH_CODES } from './length-code.ts'

declare const brand: unique symbol

/** A digest of {@link TLSH_BYTES} bytes, laid out as above. Made by {@link parseTlsh} and by hashing; never changed. */
export type Tlsh = Uint8Array & { readonly [brand]: 'tlsh' }

/** Bytes of a digest. */
export const TLSH_BYTES = 35

/** Bytes before the buckets. */
export const TLSH_HEADER_BYTES = 3

/** Where each part of the header lies. */
export const AT = { checksum: 0, length: 1, quartiles: 2 } as const

const TEXT = /^(?:T1)?[0-9a-f]{70}$/i

/**
 * Parses a digest as text: 70 hexadecimal digits of either case, with or without `T1` before them (versions before 4.0
 * wrote none). Fails with `invalid` for anything else, other variants of TLSH among it, and for a length that no file
 * can have.
 */
export function parseTlsh(text: string): Result<Tlsh> {
  if (text.length > 2 * TLSH_BYTES + 2 || !TEXT.test(text)) {
    return refuse(text, 'it must be 70 hexadecimal digits, with or without "T1" before them')
  }
  const bytes = decodeHex(text.slice(-2 * TLSH_BYTES))!
  bytes[AT.checksum] = swapped(bytes[AT.checksum]!)
  bytes[AT.length] = swapped(bytes[AT.length]!)
  if (bytes[AT.length]! >= LENGTH_CODES) {
    return refuse(text, `its code of the length must be below ${LENGTH_CODES}, found ${bytes[AT.length]}`)
  }
  return ok(brandTlsh(bytes))
}

/** The canonical text: `T1` and 70 digits, upper case as the reference writes them. */
export function formatTlsh(digest: Tlsh): string {
  const bytes = digest.slice()
  bytes[AT.checksum] = swapped(bytes[AT.checksum]!)
  bytes[AT.length] = swapped(bytes[AT.length]!)
  return `T1${encodeHex(bytes).toUpperCase()}`
}

/**
 * The digest that lies in these 35 bytes, as they were saved. Fails with `invalid` for another number of bytes or a
 * length code that no file can have.
 */
export function tlshFromBytes(bytes: Uint8Array): Result<Tlsh> {
  if (bytes.length !== TLSH_BYTES) {
    return fail('invalid', `Cannot read a TLSH digest: it must have ${TLSH_BYTES} bytes, found ${bytes.length}`)
  }
  if (bytes[AT.length]! >= LENGTH_CODES) {
    const found = bytes[AT.length]
    return fail(
      'invalid',
      `Cannot read a TLSH digest: its code of the length must be below ${LENGTH_CODES}, found ${found}`,
    )
  }
  return ok(brandTlsh(bytes.slice()))
}

/** Says that these bytes are a digest. Only for code that has just made them. */
export function brandTlsh(bytes: Uint8Array): Tlsh {
  return bytes as Tlsh
}

function swapped(byte: number): number {
  return ((byte << 4) | (byte >>> 4)) & 0xff
}

function refuse(text: string, why: string): Result<never> {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text
  return fail('invalid', `Cannot parse TLSH "${shown}": ${why}`)
}
