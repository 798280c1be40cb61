/** How far two TLSH digests lie apart. */
import { AT, TLSH_BYTES, TLSH_HEADER_BYTES, type Tlsh } from './tlsh.ts'

/**
 * The largest distance: 128 buckets of 6, 84 for each of the two ratios, 128 codes of length of 12 each, 1 for the
 * checksum. (Codes above 169 do not occur, so that their largest difference is 128 the short way round.)
 */
export const TLSH_DISTANCE_MAX = 128 * 6 + 2 * 84 + 128 * 12 + 1

/**
 * How near is near. Oliver, Cheng, Chen 2013, table II, over 8,766 pairs of variants of one file and 55,822 pairs of files
 * that had nothing to do with each other: up to 30 apart are 32 % of the variants and 1 of the others; up to 70, 84 % and
 * 1.8 %; up to 100, 95 % and 6.4 %. So `same` may speak for a file by itself, `similar` is worth telling an analyst and
 * weighs a little, and `related` is for looking around only.
 */
export const NEAR = { same: 30, similar: 70, related: 100 } as const

/** What counts. */
export interface DistanceOptions {
  /** Whether the lengths of the files count; default true. Without it a file and the same file padded may be near. */
  readonly withLength?: boolean
}

/**
 * The distance of the reference (`diff`, or `diffxlen` without the length): 0 for equal digests, at most
 * {@link TLSH_DISTANCE_MAX}. Symmetric. It is not a metric: the triangle inequality does not hold, because a difference
 * of 3 in a bucket counts 6.
 */
export function tlshDistance(a: Tlsh, b: Tlsh, { withLength = true }: DistanceOptions = {}): number {
  const table = byteDistances()
  let distance = a[AT.checksum] === b[AT.checksum] ? 0 : 1
  if (withLength) distance += lengthDistance(a[AT.length]!, b[AT.length]!)
  distance += quartilesDistance(a[AT.quartiles]!, b[AT.quartiles]!)
  for (let at = TLSH_HEADER_BYTES; at < TLSH_BYTES; at++) distance += table[(a[at]! << 8) | b[at]!]!
  return distance
}

/** The part of the distance that two codes of length give. */
export function lengthDistance(a: number, b: number): number {
  const steps = around(a, b, 256)
  return steps <= 1 ? steps : steps * 12
}

/** The part of the distance that two bytes of ratios give. */
export function quartilesDistance(a: number, b: number): number {
  return ratioDistance(a >>> 4, b >>> 4) + ratioDistance(a & 15, b & 15)
}

function ratioDistance(a: number, b: number): number {
  const steps = around(a, b, 16)
  return steps <= 1 ? steps : (steps - 1) * 12
}

/** The shorter way from a to b on a ring. */
function around(a: number, b: number, size: number): number {
  const steps = Math.abs(a - b)
  return Math.min(steps, size - steps)
}

let table: Uint8Array | undefined

/** The distance of two bytes of buckets, at `a << 8 | b`: 64 KiB, computed once when first needed. */
export function byteDistances(): Uint8Array {
  table ??= computeByteDistances()
  return table
}

function computeByteDistances(): Uint8Array {
  const distances = new Uint8Array(0x10000)
  for (let pair = 0; pair < distances.length; pair++) {
    let distance = 0
    for (let shift = 0; shift < 8; shift += 2) {
      const steps = Math.abs(((pair >>> (8 + shift)) & 3) - ((pair >>> shift) & 3))
      distance += steps === 3 ? 6 : steps
    }
    distances[pair] = distance
  }
  return distances
}
