/**
 * The one-time token by which an edge enrols: a secret for the node, and the public key by which the edge will know that
 * node. Whoever carries it from one operator to the other carries both, so nothing is trusted on first use.
 *
 * As text: `tocsin-enrol_` and 92 letters of base32 (RFC 4648, without padding) for 57 bytes:
 *
 *     1   version, 1
 *     20  secret: 160 random bits
 *     32  public key, Ed25519 (RFC 8032)
 *     4   the first bytes of the SHA-256 of all that stands before: a token that was not copied whole is told from one that
 *         the node does not know
 */
import { bytesEqual, concatBytes, decodeBase32, encodeBase32, fail, ok, type Result, sha256 } from '../base/index.ts'

/** Bytes of the secret. Nobody guesses 160 random bits. */
export const ENROLMENT_SECRET_BYTES = 20

/** What a token says. */
export interface EnrolmentToken {
  /** 32 letters of base32, lower case. */
  readonly secret: string
  /** 32 bytes: the key by which the node signs its heads. */
  readonly publicKey: Uint8Array
}

const PREFIX = 'tocsin-enrol_'
const VERSION = 1
const KEY_BYTES = 32
const SUM_BYTES = 4
const LETTERS = Math.ceil(((1 + ENROLMENT_SECRET_BYTES + KEY_BYTES + SUM_BYTES) * 8) / 5)

/** The text of a token. Throws a `RangeError` for a secret or a key of another length: a mistake of the program. */
export function enrolmentTokenText({ secret, publicKey }: EnrolmentToken): string {
  const secretBytes = decodeBase32(secret)
  if (secretBytes?.length !== ENROLMENT_SECRET_BYTES || publicKey.length !== KEY_BYTES) {
    throw new RangeError(`A token holds a secret of ${ENROLMENT_SECRET_BYTES} bytes and a key of ${KEY_BYTES}`)
  }
  const said = concatBytes([Uint8Array.of(VERSION), secretBytes, publicKey])
  return PREFIX + encodeBase32(concatBytes([said, sumOf(said)]))
}

/**
 * Reads a token; white space around it does not matter, nor does the case of its letters. Fails as `invalid`, in words that
 * do not repeat the token.
 */
export function parseEnrolmentToken(text: string): Result<EnrolmentToken> {
  const wrong = (why: string) => fail('invalid', `Cannot read the enrolment token: ${why}`)
  const trimmed = text.trim()
  if (!trimmed.startsWith(PREFIX)) return wrong(`it must begin with "${PREFIX}"`)
  const letters = trimmed.slice(PREFIX.length)
  if (letters.length !== LETTERS) {
    return wrong(`it must have ${LETTERS} letters and digits after "${PREFIX}", found ${letters.length}`)
  }
  const bytes = decodeBase32(letters)
  if (bytes === undefined) return wrong(`it must have letters and digits of base32 (a-z, 2-7) after "${PREFIX}"`)
  const said = bytes.subarray(0, -SUM_BYTES)
  if (!bytesEqual(bytes.subarray(-SUM_BYTES), sumOf(said))) {
    return wrong('its check sum must be right: it was changed, or is not all of one token')
  }
  if (said[0] !== VERSION) return wrong(`its version must be ${VERSION}, found ${said[0]}`)
  const key = 1 + ENROLMENT_SECRET_BYTES
  return ok({ secret: encodeBase32(said.subarray(1, key)), publicKey: said.slice(key) })
}

function sumOf(bytes: Uint8Array): Uint8Array {
  return sha256(bytes).subarray(0, SUM_BYTES)
}
