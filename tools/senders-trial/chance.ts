/** Chance from a seed: the same seed gives the same traffic on every machine. */

/** Draws. */
export interface Chance {
  /** At least 0, less than 1. */
  unit(): number
  /** A whole number, 0 to below. */
  below(below: number): number
  /** Between two figures. */
  between(low: number, high: number): number
  /** How many of something that comes `mean` times on average (Poisson; from 30 on a normal distribution rounded). */
  count(mean: number): number
  /** How many of `n` have what a share of all has. */
  among(n: number, share: number): number
}

/** Mulberry32: 32 bits of state, enough for made-up traffic. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let word = Math.imul(state ^ (state >>> 15), state | 1)
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
    return ((word ^ (word >>> 14)) >>> 0) / 4_294_967_296
  }
  const normal = () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit())
  const count = (mean: number) => {
    if (mean <= 0) return 0
    if (mean >= 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()))
    let product = unit()
    let found = 0
    for (const least = Math.exp(-mean); product > least; product *= unit()) found += 1
    return found
  }
  const among = (n: number, share: number) => {
    if (n > 50) return Math.min(n, count(n * share))
    let found = 0
    for (let one = 0; one < n; one++) if (unit() < share) found += 1
    return found
  }
  return {
    unit,
    below: below => Math.floor(unit() * below),
    between: (low, high) => low + (high - low) * unit(),
    count,
    among,
  }
}
