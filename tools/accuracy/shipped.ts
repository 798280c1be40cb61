/** The weights that are shipped: fitted on lists with a free licence, as a file of source code. */

import type { AddressModel } from './addresses.ts'
import { dateOf, LEARN_UNTIL } from './days.ts'
import type { NameModel } from './name-model.ts'

/** Weights nearer to nothing than this are left out: millinats. */
const WEIGHT_MIN = 20

/** Characters of a row of the file. */
const ROW_LENGTH_MAX = 116

/** The shipped model back in the form of a fitted one. */
export function modelOf(intercept: number, weights: Readonly<Record<string, number>>): NameModel {
  return {
    intercept: intercept / 1000,
    weights: new Map(Object.entries(weights).map(([name, weight]) => [name, weight / 1000])),
  }
}

/** The text of `weights.ts`. */
export function weightsSource(model: NameModel, neighbours: AddressModel): string {
  const weights = [...model.weights]
    .map(([name, weight]) => [name, Math.round(1000 * weight)] as const)
    .filter(([, weight]) => Math.abs(weight) >= WEIGHT_MIN)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  const entries = weights.map(([name, weight]) => `${/^[a-z]+$/.test(name) ? name : `'${name}'`}: ${weight},`)
  return `/**
 * What each sign weighs, in millinats at its full amount; positive is towards bad. Written by \`npm run accuracy:fit\`, not by hand.
 *
 * Names and pages: fitted on what these lists first had from 2025-06-01 to ${dateOf(LEARN_UNTIL)}: Maltrail (MIT), URLhaus (CC0),
 * ScamBlocklist (MIT), Polkadot's phishing list (Apache-2.0); against popular names of Cisco's, Alexa's and Moz's lists as in the MISP warning lists (CC0) and home
 * pages of Debian packages, and their labels under suffixes drawn by the number of registrations. Sums only: no row of any list.
 * Homographs, look-alikes, mixed scripts and a brand's domain before another are too rare there: their least weight is assumed.
 */

/** What a name without any sign has, instead of the prior. */
export const INTERCEPT = ${Math.round(1000 * model.intercept)}

// biome-ignore format: some hundred figures, several in a row
/** By name of the sign; what is not here weighs nothing. */
export const WEIGHTS: Readonly<Record<string, number>> = {
${rowsOf(entries).join('\n')}
}

/** Log-odds of an address: intercept, and how much of the log-odds of its neighbours counts, in thousandths. Lists with a free licence. */
export const NEIGHBOURS = { intercept: ${Math.round(1000 * neighbours.intercept)}, slope: ${Math.round(1000 * neighbours.slope)} } as const
`
}

/** Entries in rows of at most 116 characters. */
function rowsOf(entries: readonly string[]): string[] {
  const rows: string[] = []
  for (const entry of entries) {
    const row = rows.at(-1)
    if (row !== undefined && row.length + entry.length < ROW_LENGTH_MAX) rows[rows.length - 1] = `${row} ${entry}`
    else rows.push(`  ${entry}`)
  }
  return rows
}
