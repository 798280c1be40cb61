/**
 * The natural logarithm by the four basic operations alone, which IEEE 754 fixes to the bit; `Math.log` may differ between
 * engines in its last digit, and a score must not. For `value` > 0; accurate to 10⁻¹².
 */
export function naturalLog(value: number): number {
  let exponent = 0
  let rest = value
  while (rest > 1.5) {
    rest /= 2
    exponent++
  }
  while (rest < 0.75) {
    rest *= 2
    exponent--
  }
  // ln x = 2 · artanh((x − 1)/(x + 1)); |z| ≤ 0.2, so that twelve terms suffice.
  const z = (rest - 1) / (rest + 1)
  const square = z * z
  let sum = 0
  for (let term = 23; term >= 1; term -= 2) sum = sum * square + 1 / term
  return exponent * 0.6931471805599453 + 2 * z * sum
}
