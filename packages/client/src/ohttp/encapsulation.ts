/** Encapsulated requests and responses (RFC 9458 §4): a binary HTTP message that the gateway alone can read, and its answer. */
import { concatBytes, fail, ok, type Result } from '@tocsin/core/base'
import { ByteReader } from './byte-reader.ts'
import { expand, extract } from './hkdf.ts'
import {
  AEAD_BYTES,
  ascii,
  type Cipher,
  decrypt,
  encrypt,
  type KeyPair,
  KEY_BYTES,
  open,
  type Sealed,
  seal,
  SUITE,
  twoBytes,
} from './hpke.ts'
import type { KeyConfig } from './key-config.ts'
import { randomBytes } from './web-crypto.ts'

/** The media types of both. */
export const REQUEST_TYPE = 'message/ohttp-req'
export const RESPONSE_TYPE = 'message/ohttp-res'

/** Bytes of an encapsulated request and response, at most: bounds of this network's gateways and relays, not of the RFC. */
export const REQUEST_BYTES_MAX = 64 * 1024
export const RESPONSE_BYTES_MAX = 1024 * 1024

const HEADER_BYTES = 7

/** Bytes that encapsulation adds to a message. */
export const REQUEST_OVERHEAD = HEADER_BYTES + KEY_BYTES + AEAD_BYTES.tag

/** The longer of the AEAD's key and nonce. */
const SECRET_BYTES = Math.max(AEAD_BYTES.key, AEAD_BYTES.nonce)
export const RESPONSE_OVERHEAD = SECRET_BYTES + AEAD_BYTES.tag

const NOTHING = new Uint8Array()
const REQUEST_LABEL = ascii('message/bhttp request')
const RESPONSE_LABEL = ascii('message/bhttp response')

/** A request on its way, and how its answer is opened. */
export interface EncapsulatedRequest {
  readonly bytes: Uint8Array
  /** The binary HTTP message of the answer; `invalid` for what does not answer this very request. */
  openResponse(bytes: Uint8Array): Promise<Result<Uint8Array>>
}

/** A request that has arrived, and how its answer is sealed. */
export interface DecapsulatedRequest {
  /** The binary HTTP message. */
  readonly message: Uint8Array
  /** @param nonce 16 bytes that were never used before; random ones by default */
  sealResponse(message: Uint8Array, nonce?: Uint8Array): Promise<Uint8Array>
}

/**
 * Seals a binary HTTP request for a gateway. Rejects for a public key that is none.
 *
 * @param ephemeral a key pair for this request alone; tests give one
 */
export async function encapsulateRequest(
  { id, publicKey }: KeyConfig,
  message: Uint8Array,
  ephemeral?: KeyPair,
): Promise<EncapsulatedRequest> {
  const header = concatBytes([Uint8Array.of(id), twoBytes(SUITE.kem), twoBytes(SUITE.kdf), twoBytes(SUITE.aead)])
  const sealed = await seal(publicKey, message, { info: infoOf(header), additional: NOTHING }, ephemeral)
  return {
    bytes: concatBytes([header, sealed.encapsulated, sealed.bytes]),
    async openResponse(bytes) {
      if (bytes.length < RESPONSE_OVERHEAD) return unanswered()
      const cipher = responseCipher(sealed, bytes.subarray(0, SECRET_BYTES))
      try {
        return ok(await decrypt(cipher, bytes.subarray(SECRET_BYTES)))
      } catch {
        return unanswered()
      }
    },
  }
}

/**
 * Opens an encapsulated request. `undefined` for whatever cannot be opened, be it the key's id, the algorithms, the length or
 * the message itself: nobody shall learn which.
 */
export async function decapsulateRequest(
  keyOf: (id: number) => KeyPair | undefined,
  bytes: Uint8Array,
): Promise<DecapsulatedRequest | undefined> {
  if (bytes.length < REQUEST_OVERHEAD) return undefined
  const reader = new ByteReader(bytes)
  const header = reader.take(HEADER_BYTES)
  const numbers = new ByteReader(header)
  const key = keyOf(numbers.number(1))
  const fits = [SUITE.kem, SUITE.kdf, SUITE.aead].every(wanted => numbers.number(2) === wanted)
  if (key === undefined || !fits) return undefined
  const encapsulated = reader.take(KEY_BYTES)
  let opened: Sealed
  try {
    opened = await open(key, encapsulated, reader.take(reader.left), { info: infoOf(header), additional: NOTHING })
  } catch {
    return undefined
  }
  return {
    message: opened.bytes,
    async sealResponse(message, nonce = randomBytes(SECRET_BYTES)) {
      return concatBytes([nonce, await encrypt(responseCipher(opened, nonce), message)])
    },
  }
}

/** The padded length of a message: the next power of two from 512 on, so that lengths tell little, but never over `max`. */
export function paddedLength(length: number, max: number): number {
  let padded = 512
  while (padded < length) padded *= 2
  return Math.max(length, Math.min(padded, max))
}

function infoOf(header: Uint8Array): Uint8Array {
  return concatBytes([REQUEST_LABEL, Uint8Array.of(0), header])
}

/** RFC 9458 §4.4. */
function responseCipher(request: Sealed, nonce: Uint8Array): Cipher {
  const secret = request.exportSecret(RESPONSE_LABEL, SECRET_BYTES)
  const key = extract(concatBytes([request.encapsulated, nonce]), secret)
  return {
    key: expand(key, ascii('key'), AEAD_BYTES.key),
    nonce: expand(key, ascii('nonce'), AEAD_BYTES.nonce),
    additional: NOTHING,
  }
}

function unanswered(): Result<Uint8Array> {
  return fail('invalid', 'Cannot open the answer: it is not sealed for this request')
}
