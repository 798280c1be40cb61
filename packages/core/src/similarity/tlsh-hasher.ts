/**
 * From bytes to a TLSH digest: a window of five bytes runs over the input, six of its triples are counted in 128 of 256
 * buckets, and for each bucket the digest says in which quarter of all counts its own lies.
 */
import { lengthCode } from './length-code.ts'
import { AT, brandTlsh, TLSH_BYTES, TLSH_HEADER_BYTES, type Tlsh } from './tlsh.ts'

/** Fewer bytes have no digest (reference: minimum of the default mode since 3.17). */
export const TLSH_INPUT_BYTES_MIN = 50

const BUCKETS = 128
const WINDOW_BYTES = 5

/**
 * P. K. Pearson, "Fast hashing of variable-length text strings", CACM 33(6), 1990, table I: a permutation of the bytes,
 * which TLSH uses as it stands.
 */
const PEARSON = [
  1, 87, 49, 12, 176, 178, 102, 166, 121, 193, 6, 84, 249, 230, 44, 163, 14, 197, 213, 181, 161, 85, 218, 80, 64, 239,
  24, 226, 236, 142, 38, 200, 110, 177, 104, 103, 141, 253, 255, 50, 77, 101, 81, 18, 45, 96, 31, 222, 25, 107, 190, 70,
  86, 237, 240, 34, 72, 242, 20, 214, 244, 227, 149, 235, 97, 234, 57, 22, 60, 250, 82, 175, 208, 5, 127, 199, 111, 62,
  135, 248, 174, 169, 211, 58, 66, 154, 106, 195, 245, 171, 17, 187, 182, 179, 0, 243, 132, 56, 148, 75, 128, 133, 158,
  100, 130, 126, 91, 13, 153, 246, 216, 219, 119, 68, 223, 78, 83, 88, 201, 99, 122, 11, 92, 32, 136, 114, 52, 10, 138,
  30, 48, 183, 156, 35, 61, 26, 143, 74, 251, 94, 129, 162, 63, 152, 170, 7, 115, 167, 241, 206, 3, 150, 55, 59, 151,
  220, 90, 53, 23, 131, 125, 173, 15, 238, 79, 95, 89, 16, 105, 137, 225, 224, 217, 160, 37, 123, 118, 73, 2, 157, 46,
  116, 9, 145, 134, 228, 207, 212, 202, 215, 69, 229, 27, 188, 67, 124, 168, 252, 42, 4, 29, 108, 21, 247, 19, 205, 39,
  203, 233, 40, 186, 147, 198, 192, 155, 33, 164, 191, 98, 204, 165, 180, 117, 76, 140, 36, 210, 172, 41, 54, 159, 8,
  185, 232, 113, 196, 231, 47, 146, 120, 51, 65, 28, 144, 254, 221, 93, 189, 194, 139, 112, 43, 71, 109, 184, 209,
] as const

/** The permutation applied to the salts 0 (checksum) and 2, 3, 5, 7, 11, 13 (the six triples). */
const SALTED = { checksum: 1, s2: 49, s3: 12, s5: 178, s7: 166, s11: 84, s13: 230 } as const

/**
 * Takes an input in pieces of any length; the digest depends on the bytes alone. 2 KiB of memory; about 55 MB/s on one
 * core here (the npm package tlsh 1.0.8: 0.9).
 */
export class TlshHasher {
  readonly #pearson = Uint8Array.from(PEARSON)
  readonly #counts = new Uint32Array(256)
  readonly #window = new Uint8Array(WINDOW_BYTES - 1)
  #checksum = 0
  #lengthBytes = 0

  /** Adds the next bytes. */
  update(bytes: Uint8Array): this {
    const taken = Math.max(0, Math.min(bytes.length, WINDOW_BYTES - 1 - this.#lengthBytes))
    this.#window.set(bytes.subarray(0, taken), Math.min(this.#lengthBytes, WINDOW_BYTES - 1))
    this.#lengthBytes += bytes.length
    if (taken < bytes.length) this.#count(bytes, taken)
    return this
  }

  /**
   * The digest of what was added so far; more may be added afterwards. `undefined` for fewer than
   * {@link TLSH_INPUT_BYTES_MIN} bytes, for more than `TLSH_INPUT_BYTES_MAX`, and for too uniform an input: half of the
   * buckets or more are empty.
   */
  digest(): Tlsh | undefined {
    const length = lengthCode(this.#lengthBytes)
    if (length === undefined || this.#lengthBytes < TLSH_INPUT_BYTES_MIN) return undefined
    const counts = this.#counts.subarray(0, BUCKETS)
    const sorted = counts.slice().sort()
    // The 64th smallest is 0 exactly when half of the buckets are.
    if (sorted[BUCKETS / 2 - 1] === 0) return undefined
    const quarters = [sorted[BUCKETS / 4 - 1]!, sorted[BUCKETS / 2 - 1]!, sorted[(BUCKETS * 3) / 4 - 1]!] as const
    const bytes = new Uint8Array(TLSH_BYTES)
    bytes[AT.checksum] = this.#checksum
    bytes[AT.length] = length
    bytes[AT.quartiles] = (ratio(quarters[0], quarters[2]) << 4) | ratio(quarters[1], quarters[2])
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const at = TLSH_HEADER_BYTES + ((BUCKETS - 1 - bucket) >>> 2)
      bytes[at] = bytes[at]! | (quarterOf(counts[bucket]!, quarters) << (2 * (bucket & 3)))
    }
    return brandTlsh(bytes)
  }

  #count(bytes: Uint8Array, from: number): void {
    const p = this.#pearson
    const counts = this.#counts
    let checksum = this.#checksum
    let [e, d, c, b] = this.#window as unknown as [number, number, number, number]
    for (let at = from; at < bytes.length; at++) {
      const a = bytes[at]!
      checksum = p[p[p[SALTED.checksum ^ a]! ^ b]! ^ checksum]!
      increment(counts, p[p[p[SALTED.s2 ^ a]! ^ b]! ^ c]!)
      increment(counts, p[p[p[SALTED.s3 ^ a]! ^ b]! ^ d]!)
      increment(counts, p[p[p[SALTED.s5 ^ a]! ^ c]! ^ d]!)
      increment(counts, p[p[p[SALTED.s7 ^ a]! ^ c]! ^ e]!)
      increment(counts, p[p[p[SALTED.s11 ^ a]! ^ b]! ^ e]!)
      increment(counts, p[p[p[SALTED.s13 ^ a]! ^ d]! ^ e]!)
      e = d
      d = c
      c = b
      b = a
    }
    this.#checksum = checksum
    this.#window.set([e, d, c, b])
  }
}

/** The digest of whole bytes; `undefined` as {@link TlshHasher.digest} says. */
export function tlshOf(bytes: Uint8Array): Tlsh | undefined {
  return new TlshHasher().update(bytes).digest()
}

function increment(counts: Uint32Array, bucket: number): void {
  counts[bucket] = counts[bucket]! + 1
}

/**
 * Percent of a quartile in the third one, modulo 16, in whole numbers: as the reference has it since 4.12.1. Earlier
 * versions divided in single precision, which gives another digit for some files of more than some 10 MB.
 */
function ratio(quartile: number, third: number): number {
  return Math.floor((100 * quartile) / third) & 15
}

function quarterOf(count: number, [first, second, third]: readonly [number, number, number]): number {
  if (count > third) return 3
  if (count > second) return 2
  return count > first ? 1 : 0
}
