/**
 * HMAC (RFC 2104) and HKDF (RFC 5869) with SHA-256. Web Cryptography has HKDF only as a whole, and HPKE needs its halves; nor
 * does it take the empty salt everywhere. SHA-256 has neither tables nor branches that depend on what is hashed.
 */
import { concatBytes, sha256 } from '@tocsin/core/base'

const BLOCK_BYTES = 64

/** Bytes of a hash. */
export const HASH_BYTES = 32

function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const short = key.length > BLOCK_BYTES ? sha256(key) : key
  const inner = new Uint8Array(BLOCK_BYTES).fill(0x36)
  const outer = new Uint8Array(BLOCK_BYTES).fill(0x5c)
  short.forEach((byte, at) => {
    inner[at]! ^= byte
    outer[at]! ^= byte
  })
  return sha256(concatBytes([outer, sha256(concatBytes([inner, message]))]))
}

/** RFC 5869 §2.2. */
export function extract(salt: Uint8Array, material: Uint8Array): Uint8Array {
  return hmac(salt, material)
}

/** RFC 5869 §2.3, for up to 255 × 32 bytes. */
export function expand(key: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const parts: Uint8Array[] = []
  let last: Uint8Array = new Uint8Array()
  for (let count = 1; (count - 1) * HASH_BYTES < length; count++) {
    last = hmac(key, concatBytes([last, info, Uint8Array.of(count)]))
    parts.push(last)
  }
  return concatBytes(parts).subarray(0, length)
}
