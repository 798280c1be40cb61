/** One thing that a name, a path or an address shows by itself. */
export interface Sign {
  /** Names its weight: `homograph`, `suffix:top`, `word:login`. */
  readonly name: string
  /** How strongly it shows, in thousandths: an integer from 1 to 1000. */
  readonly amount: number
  /** For the explanation, after "because": `it imitates "paypal" by look-alike letters`. */
  readonly phrase: string
}

/** The most that the amount of a sign can be. */
export const AMOUNT_MAX = 1000

/** A sign that is there or not. */
export function sign(name: string, phrase: string): Sign {
  return { name, amount: AMOUNT_MAX, phrase }
}

/** A sign with an amount, cut to 0 … 1000; nothing where it is 0. */
export function graded(name: string, amount: number, phrase: string): Sign[] {
  const whole = Math.round(Math.min(AMOUNT_MAX, Math.max(0, amount)))
  return whole > 0 ? [{ name, amount: whole, phrase }] : []
}
