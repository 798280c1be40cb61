import { hash } from 'node:crypto'
import { sha256 as portable } from '@tocsin/core/base'

/** A message of up to so many bytes fits in one block with its padding. */
const ONE_BLOCK = 55

/**
 * SHA-256, the faster of two: the portable one where a single block is enough (1.6 µs against 2.7 for the runtime's,
 * whose call costs more than its work), the runtime's beyond (2.1 µs against 3.4 at 120 bytes).
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  return bytes.length <= ONE_BLOCK ? portable(bytes) : hash('sha256', bytes, 'buffer')
}
