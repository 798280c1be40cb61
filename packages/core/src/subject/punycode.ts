/** RFC 3492 §5: the parameters of Punycode. */
const BASE = 36
const T_MIN = 1
const T_MAX = 26
const SKEW = 38
const DAMP = 700
const INITIAL_BIAS = 72
const INITIAL_N = 128

/**
 * Code points as Punycode, without the prefix `xn--` (RFC 3492 §6.3). Quadratic in their number, which the caller bounds: a
 * label of more than 63 can never fit the DNS.
 */
export function encodePunycode(points: readonly number[]): string {
  const basic = points.filter(point => point < INITIAL_N)
  let output = String.fromCharCode(...basic)
  let handled = basic.length
  if (handled > 0) output += '-'
  let n = INITIAL_N
  let delta = 0
  let bias = INITIAL_BIAS
  while (handled < points.length) {
    let next = Number.POSITIVE_INFINITY
    for (const point of points) if (point >= n && point < next) next = point
    delta += (next - n) * (handled + 1)
    n = next
    for (const point of points) {
      if (point < n) delta++
      if (point !== n) continue
      output += variableLength(delta, bias)
      bias = adapt(delta, handled + 1, handled === basic.length)
      delta = 0
      handled++
    }
    delta++
    n++
  }
  return output
}

/** RFC 3492 §3.3: one delta as digits of changing weight, least first. */
function variableLength(delta: number, bias: number): string {
  let digits = ''
  let rest = delta
  for (let k = BASE; ; k += BASE) {
    const threshold = Math.min(Math.max(k - bias, T_MIN), T_MAX)
    if (rest < threshold) return digits + digitOf(rest)
    const span = BASE - threshold
    digits += digitOf(threshold + ((rest - threshold) % span))
    rest = Math.floor((rest - threshold) / span)
  }
}

/** a–z are 0–25, 0–9 are 26–35. */
function digitOf(value: number): string {
  return String.fromCharCode(value < 26 ? 0x61 + value : 0x30 + value - 26)
}

/** RFC 3492 §6.1: the bias for the next delta. */
function adapt(delta: number, handled: number, first: boolean): number {
  let rest = first ? Math.floor(delta / DAMP) : delta >> 1
  rest += Math.floor(rest / handled)
  let k = 0
  for (; rest > ((BASE - T_MIN) * T_MAX) >> 1; k += BASE) rest = Math.floor(rest / (BASE - T_MIN))
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW))
}
