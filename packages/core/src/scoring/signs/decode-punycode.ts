/** RFC 3492 §5: the parameters of Punycode. */
const BASE = 36
const T_MIN = 1
const T_MAX = 26
const SKEW = 38
const DAMP = 700

/** The largest code point of Unicode. */
const POINT_MAX = 0x10ffff

/**
 * The text of a label that begins with `xn--`; any other label as it is. A label that is no valid Punycode (RFC 3492 §6.2)
 * comes back unchanged: what a browser would not show in another script cannot deceive by it. Quadratic in the label's
 * length, of which it reads 63 characters at most.
 */
export function unicodeLabel(label: string): string {
  if (!label.startsWith('xn--') || label.length > 63) return label
  const points = decode(label.slice(4))
  return points === undefined ? label : String.fromCodePoint(...points)
}

function decode(encoded: string): number[] | undefined {
  const split = encoded.lastIndexOf('-')
  const points = Array.from(encoded.slice(0, Math.max(0, split)), character => character.charCodeAt(0))
  let n = 128
  let bias = 72
  let index = 0
  for (let at = split < 0 ? 0 : split + 1; at < encoded.length; ) {
    const delta = readDelta(encoded, at, bias)
    if (delta === undefined) return undefined
    at = delta.next
    const count = points.length + 1
    bias = adapt(delta.value, count, index === 0 && n === 128)
    index += delta.value
    n += Math.floor(index / count)
    index %= count
    if (n > POINT_MAX || (n >= 0xd800 && n <= 0xdfff)) return undefined
    points.splice(index++, 0, n)
  }
  return points
}

/** One generalised variable-length integer (RFC 3492 §3.3); `undefined` for a character that is no digit, or where it ends early. */
function readDelta(encoded: string, start: number, bias: number): { value: number; next: number } | undefined {
  let value = 0
  let weight = 1
  let at = start
  for (let k = BASE; at < encoded.length; k += BASE) {
    const digit = digitValue(encoded.charCodeAt(at++))
    if (digit === undefined) return undefined
    value += digit * weight
    const threshold = Math.min(Math.max(k - bias, T_MIN), T_MAX)
    if (digit < threshold) return { value, next: at }
    weight *= BASE - threshold
    if (value > POINT_MAX * 64) return undefined
  }
  return undefined
}

/** a–z are 0–25, 0–9 are 26–35. */
function digitValue(code: number): number | undefined {
  if (code >= 0x61 && code <= 0x7a) return code - 0x61
  return code >= 0x30 && code <= 0x39 ? code - 0x30 + 26 : undefined
}

/** RFC 3492 §6.1. */
function adapt(delta: number, count: number, first: boolean): number {
  let rest = Math.floor(delta / (first ? DAMP : 2))
  rest += Math.floor(rest / count)
  let k = 0
  for (; rest > ((BASE - T_MIN) * T_MAX) >> 1; k += BASE) rest = Math.floor(rest / (BASE - T_MIN))
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW))
}
