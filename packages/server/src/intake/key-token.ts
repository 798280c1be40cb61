/**
 * What a key's holder shows: `tocsin_` and 256 random bits in base32. It is kept as a plain SHA-256: nobody guesses it, and
 * salting or stretching, which passwords need, would only make each request slower. The label that DNS questions carry is
 * derived from the token by another hash, for it travels in clear text and must not reveal the token.
 */
import { createHash } from 'node:crypto'
import { encodeBase32, encodeHex } from '@tocsin/core/base'

const TOKEN_PREFIX = 'tocsin_'
const TOKEN_BYTES = 32
/** Base32 characters of a DNS label after `tk-`: 130 bits. */
const LABEL_LENGTH = 26

/** A new token. @param random so many cryptographically random bytes */
export function newToken(random: (length: number) => Uint8Array): string {
  return TOKEN_PREFIX + encodeBase32(random(TOKEN_BYTES))
}

/** 64 hex digits: SHA-256 of a secret's text. */
export function hashOf(secret: string): string {
  return encodeHex(sha256(secret))
}

/** What stands in DNS questions for a token. */
export function dnsLabelOf(token: string): string {
  return `tk-${encodeBase32(sha256(`dns:${token}`)).slice(0, LABEL_LENGTH)}`
}

function sha256(text: string): Uint8Array {
  return createHash('sha256').update(text).digest()
}
