/**
 * Splits a whole number over shares in proportion to their weights so that the parts are integers and add up exactly
 * (largest remainder, Hamilton's method). Ties go to the earlier share. Weights are integers of at least 0; where all
 * are 0, so is `total`.
 */
export function apportion(total: number, weights: readonly number[]): number[] {
  if (weights.length === 1) return [weights[0] === 0 ? 0 : total]
  const sum = weights.reduce((a, b) => a + b, 0)
  if (sum === 0) return weights.map(() => 0)
  const parts = weights.map(weight => Math.floor((total * weight) / sum))
  let left = total - parts.reduce((a, b) => a + b, 0)
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (total * weight) % sum }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
  for (const { index } of byRemainder) {
    if (left === 0) break
    parts[index]! += 1
    left -= 1
  }
  return parts
}
