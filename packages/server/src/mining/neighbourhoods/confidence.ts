/** How sure it is that a range is a bad neighbourhood, by how many of its addresses are bad. Pure. */
import { CATEGORY_CAPS, CONFIDENCE_MAX } from '@tocsin/core/evidence'
import { weighNeighbours } from '@tocsin/core/scoring'

/**
 * Bad addresses of a /24, and the confidence in thousandths; between them by the logarithm of the number. Assumed: fewer than 8
 * of 256 say nothing of the others, as large hosters have them; from 32 on, an eighth, the range is highly suspicious
 * (⌊0.8 · 800 · 0.4⌋ = 256 beside −895 is a score of 65); from 128 on nothing is added.
 */
const BY_COUNT_24 = [
  [8, 100],
  [32, 400],
  [64, 950],
  [128, 1000],
] as const

/**
 * The same of a /64, which is one network, mostly one machine: whoever is in it can have any address of it. Fewer than 4 say
 * nothing, so that two reports of one visitor do not condemn who comes after him.
 */
const BY_COUNT_64 = [
  [4, 100],
  [8, 400],
  [64, 1000],
] as const

/** What is counted around a /24. */
export interface Around24 {
  /** Bad addresses in the /24. */
  readonly in24: number
  /** In its /16, the /24 included. */
  readonly in16: number
  /** In all IPv4. */
  readonly inAll: number
}

/**
 * Thousandths; 0 says nothing. Never more than what the weights fitted on neighbours allow: where lists have much of all
 * addresses, a few in a range are what any range has.
 */
export function confidenceOf24({ in24, in16, inAll }: Around24): number {
  const sure = interpolated(BY_COUNT_24, in24)
  if (sure === 0) return 0
  // Whose network it is, is not asked: beside eight neighbours in the /24 the rate of the network changes nothing.
  const { shift } = weighNeighbours({ in24, in16, inNetwork: 0, networkSize: 0, inAll })
  return Math.min(sure, Math.floor((CONFIDENCE_MAX * shift) / CATEGORY_CAPS.neighbourhood))
}

/** Thousandths; 0 says nothing. */
export function confidenceOf64(in64: number): number {
  return interpolated(BY_COUNT_64, in64)
}

function interpolated(points: readonly (readonly [number, number])[], count: number): number {
  const after = points.findIndex(([at]) => count < at)
  if (after === 0) return 0
  const [from, low] = points.at(after < 0 ? -1 : after - 1)!
  if (after < 0) return low
  const [to, high] = points[after]!
  return Math.round(low + ((high - low) * Math.log2(count / from)) / Math.log2(to / from))
}
