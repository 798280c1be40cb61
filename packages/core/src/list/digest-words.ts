/**
 * The four words by which a digest is held in memory.
 *
 * Half of a SHA-256 would tell digests apart, were they all made by us. But a file's hash, or that of a page that a site
 * reports without its text, is whatever the reporter says: two that begin alike cost nothing to make up, and the one
 * would be taken for the other. So only the first two words stand as they are; the other two are HalfSipHash-1-3
 * (Aumasson and Bernstein's SipHash in its 32-bit form, with the rounds that the Linux kernel has for its hash tables) of
 * the other 24 bytes, under a secret that each node draws for each segment and shows nobody, nor what comes out of it.
 * Whoever does not know it hits a given digest once in 2^64 tries. It costs a tenth of a microsecond; storing all eight words would cost 21 bytes an entry.
 */
import { wordAt } from './sections.ts'

/** Two random words, drawn anew for each segment. */
export interface Secret {
  readonly low: number
  readonly high: number
}

/** Words of the message: the last 24 bytes of the digest, and their number where SipHash has it. */
const MESSAGE_WORDS = 7

/** SipHash's finishing, once for each word that comes out. */
const FINISHING_ROUNDS = 3

/**
 * Writes the four words of a 32-byte digest. The round stands here twice, because a call or an inner loop around it costs
 * as much as it does.
 */
export function digestWords(digest: Uint8Array, { low, high }: Secret, words: Uint32Array): void {
  let v0 = low | 0
  let v1 = high ^ 0xee
  let v2 = 0x6c796765 ^ low
  let v3 = 0x74656462 ^ high
  for (let turn = 0, at = 8; turn < MESSAGE_WORDS; turn++, at += 4) {
    const message =
      turn < MESSAGE_WORDS - 1
        ? (digest[at]! << 24) | (digest[at + 1]! << 16) | (digest[at + 2]! << 8) | digest[at + 3]!
        : 24 << 24
    v3 ^= message
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
    v0 ^= message
  }
  v2 ^= 0xee
  for (let round = 1; round <= 2 * FINISHING_ROUNDS; round++) {
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
    if (round !== FINISHING_ROUNDS) continue
    words[2] = v1 ^ v3
    v1 ^= 0xdd
  }
  words[0] = wordAt(digest, 0)
  words[1] = wordAt(digest, 4)
  words[3] = v1 ^ v3
}
