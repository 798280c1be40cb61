/** From signs to log-odds: integers in millinats, whose parts add up. */
import { PRIOR } from '../scale.ts'
import { type Neighbourhood, neighbourLogOdds } from './neighbours.ts'
import { AMOUNT_MAX, type Sign } from './sign.ts'
import { INTERCEPT, NEIGHBOURS, WEIGHTS } from './weights.ts'

/** What one sign adds. */
export interface WeighedSign {
  readonly name: string
  /** Millinats, positive towards bad; all of a weighing add up to its `shift`. */
  readonly value: number
  readonly phrase: string
}

/** What text or neighbours alone say of a subject. */
export interface Weighing {
  /** Millinats to be added to the prior, from {@link SHIFT_MIN} to {@link SHIFT_MAX}. */
  readonly shift: number
  /** The strongest first. Signs without a weight are left out. */
  readonly signs: readonly WeighedSign[]
}

/** An ordinary name is no proof of innocence: by its signs alone a score is 80 at most, still `untested`. Millinats. */
export const SHIFT_MIN = -500

/** A strange name is no proof of guilt: by its signs alone no score is below 17. Millinats. */
export const SHIFT_MAX = 2500

/** Weighs the signs of a host or a page. Signs that the fit gave no weight count nothing. */
export function weighSigns(signs: readonly Sign[]): Weighing {
  const weighed = signs.flatMap(({ name, amount, phrase }) => {
    const weight = Object.hasOwn(WEIGHTS, name) ? WEIGHTS[name]! : 0
    const value = Math.round((weight * amount) / AMOUNT_MAX)
    return value === 0 ? [] : [{ name, value, phrase }]
  })
  return within([{ name: 'plain', value: INTERCEPT - PRIOR, phrase: 'of what is ordinary about it' }, ...weighed])
}

/** Weighs the neighbours of an address. Never exculpates: an address nobody knows in a quiet range is untested. */
export function weighNeighbours(neighbourhood: Neighbourhood): Weighing {
  const { intercept, slope } = NEIGHBOURS
  const value = intercept - PRIOR + Math.round((slope * neighbourLogOdds(neighbourhood)) / 1000)
  if (value <= 0) return { shift: 0, signs: [] }
  const { in24, in16 } = neighbourhood
  const where = in24 >= 1 ? `about ${Math.round(in24)} of its /24` : `about ${Math.round(in16)} of its /16`
  return within([{ name: 'listed-neighbours', value, phrase: `lists have ${where}` }])
}

function within(signs: readonly WeighedSign[]): Weighing {
  const sum = signs.reduce((total, { value }) => total + value, 0)
  const shift = Math.min(SHIFT_MAX, Math.max(SHIFT_MIN, sum))
  const sorted = signs
    .filter(({ value }) => value !== 0)
    .toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value) || (a.name < b.name ? -1 : 1))
  if (shift === sum) return { shift, signs: sorted }
  return {
    shift,
    signs: [...sorted, { name: 'bound', value: shift - sum, phrase: 'of the bound for what is no evidence' }],
  }
}
