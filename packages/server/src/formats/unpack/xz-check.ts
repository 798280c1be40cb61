/** Check sums of `.xz` blocks (§2.1.1.2). */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Crc64 } from './crc64.ts'

/** Bytes of a check sum, by its number. */
export const CHECK_BYTES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64] as const

/** Takes the sum of what comes in pieces. */
export interface Sum {
  update(bytes: Uint8Array): unknown
  digest(): Buffer
}

/** The sum of a number: CRC-32, CRC-64 or SHA-256; undefined for none, and for those that nobody has defined. */
export function sumOf(check: number): Sum | undefined {
  if (check === 1) return new Crc32()
  if (check === 4) return new Crc64()
  return check === 10 ? createHash('sha256') : undefined
}

class Crc32 implements Sum {
  #sum = 0

  update(bytes: Uint8Array): void {
    this.#sum = crc32(bytes, this.#sum)
  }

  digest(): Buffer {
    const sum = Buffer.alloc(4)
    sum.writeUInt32LE(this.#sum)
    return sum
  }
}
