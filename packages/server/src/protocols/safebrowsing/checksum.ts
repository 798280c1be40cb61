import type { Sha256 } from '@tocsin/core/base'

/**
 * The checksum of a list of 4-byte prefixes: SHA-256 over all of them in order, big-endian, as the client has them after
 * the update.
 */
export function checksumOf(prefixes: Uint32Array, sha256: Sha256): Uint8Array {
  const bytes = new Uint8Array(4 * prefixes.length)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < prefixes.length; i++) view.setUint32(4 * i, prefixes[i]!)
  return sha256(bytes)
}
