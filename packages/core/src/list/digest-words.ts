/**
 * The four words by which a digest is held in memory.
 *
 * Half of a SHA-256 would tell digests apart, were they all made by us. But a file's hash, or that of a page that a site
 * reports without its text, is whatever the reporter says: two that begin alike cost nothing to make up, and the one
 * would be taken for the other. So only the first two words stand as they are; the other two are HalfSipHash-2-4
 * (Aumasson and Bernstein's SipHash in its 32-bit form, as in the Linux kernel) of the other 24 bytes, under a secret
 * that each node draws for each segment. Whoever does not know it hits a given digest once in 2^64 tries. It costs a
 * tenth of a microsecond; storing all eight words would cost 21 bytes an entry.
 */
import { wordAt } from './sections.ts'

/** Two random words, drawn anew for each segment. */
export interface Secret {
  readonly low: number
  readonly high: number
}

/** Writes the four words of a 32-byte digest. */
export function digestWords(digest: Uint8Array, { low, high }: Secret, words: Uint32Array): void {
  let v0 = low
  let v1 = high ^ 0xee
  let v2 = 0x6c796765 ^ low
  let v3 = 0x74656462 ^ high
  // Six words of message, the length, and two finishing turns of four rounds: SipHash's own order of things.
  for (let turn = 0; turn < 9; turn++) {
    const message = turn < 6 ? wordAt(digest, 8 + turn * 4) : turn === 6 ? 0x18000000 : 0
    if (turn === 7) v2 ^= 0xee
    if (turn === 8) {
      words[2] = v1 ^ v3
      v1 ^= 0xdd
    }
    v3 ^= message
    for (let round = turn < 7 ? 2 : 4; round > 0; round--) {
      v0 = (v0 + v1) | 0
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
      v0 = (v0 << 16) | (v0 >>> 16)
      v2 = (v2 + v3) | 0
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
      v0 = (v0 + v3) | 0
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
      v2 = (v2 + v1) | 0
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
      v2 = (v2 << 16) | (v2 >>> 16)
    }
    v0 ^= message
  }
  words[0] = wordAt(digest, 0)
  words[1] = wordAt(digest, 4)
  words[3] = v1 ^ v3
}
