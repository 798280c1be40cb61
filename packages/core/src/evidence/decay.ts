/**
 * Decay in arithmetic that gives the same bits everywhere. `Math.pow`, `Math.exp2` and `Math.log2` may differ between
 * engines in the last place (ECMA-262 calls them implementation-approximated), and a score has to agree on every node.
 * So both functions here use only `+ − × ÷`, which IEEE 754 fixes to the bit.
 */

/** A point in time: milliseconds since 1970-01-01T00:00:00Z, an integer. */
export type Instant = number

/** Milliseconds in an hour. */
export const HOUR_MS = 3_600_000

const LN2 = 0.6931471805599453

/** 2^(−x) for x ≥ 0; relative error below 1e-14; 0 beyond x = 64, where no weight of ours survives rounding. */
export function halved(x: number): number {
  if (x >= 64) return 0
  const whole = Math.floor(x)
  let power = 1
  // e^(−y), y in [0, ln 2): seventeen terms of the Taylor series, innermost first.
  const y = (x - whole) * LN2
  for (let term = 17; term >= 1; term--) power = 1 - (y * power) / term
  for (let halvings = 0; halvings < whole; halvings++) power *= 0.5
  return power
}

/** log2(x) for x in (0, 1]; absolute error below 1e-12. */
export function log2(x: number): number {
  let mantissa = x
  let exponent = 0
  while (mantissa < 0.75) {
    mantissa *= 2
    exponent -= 1
  }
  // ln m = 2·artanh((m−1)/(m+1)), |z| ≤ 1/7, so eight terms are enough.
  const z = (mantissa - 1) / (mantissa + 1)
  const zz = z * z
  let series = 0
  for (let odd = 17; odd >= 1; odd -= 2) series = series * zz + 1 / odd
  return exponent + (2 * z * series) / LN2
}
