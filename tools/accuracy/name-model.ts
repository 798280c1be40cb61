/** The model of names: a weight for each sign, fitted so that three in ten rows are bad. */

import { urlSigns } from '@tocsin/core/scoring'
import type { PublicSuffixes } from '@tocsin/core/subject'
import { fit, type Model, matrixOf } from './logistic.ts'
import type { NameRow } from './name-rows.ts'

/** Of what is judged 29 % is bad: the prior of the score (`DESIGN` §3). */
export const BAD_SHARE = 0.29

/**
 * Of the good names that are asked about, this share is taken to be newly registered; the rest is established. Assumed: a
 * month's registrations are about one name in fifty of all that are registered, and unknown names are asked about more often.
 * The report gives the figures for each of the two alone as well.
 */
export const NEW_SHARE = 0.1

/** In a fit they weigh more, so that no suffix or word is taken for a proof because popular names do without it. Tried on the inner days. */
const NEW_SHARE_OF_FIT = 0.3

/**
 * Of the bad rows, this share is about pages on bare addresses, and of the good ones that one: assumed; among the lists of good
 * pages here it is less than one in a thousand, and what is in use inside of networks is not asked about.
 */
const BARE_SHARE_OF_BAD = 0.2
const BARE_SHARE_OF_GOOD = 0.01

/** Signs that never speak for a subject, whatever a sample says: else one more would help who makes bad names. */
const NEVER_GOOD =
  /^(?:homograph|look-alike|near-brand|brand-|mixed-scripts|generated|unusual-letters|bare-address|bot-file|processor|ends:(?:shell|program|package)|hidden-folder|address-inside|bins|hex-token)/

/**
 * The least that signs of plain deception weigh, in nats. Assumed: they are too rare in the lists with a free licence to be fitted,
 * and must outweigh the ordinary suffix that whoever deceives chooses.
 */
const DECEPTION: ReadonlyMap<string, number> = new Map([
  ['homograph', 2.5],
  ['look-alike', 2],
  ['mixed-scripts', 1.5],
  ['brand-domain-before', 2],
])

/** Signs that fewer learnt rows have than this get no weight, but for those of deception. */
const ROWS_MIN = 20

/** What the weight of a sign costs, tried on the inner days: 1, 5 and 20 differ by less than a point. */
const PENALTY = 5
const ROUNDS = 150

/** The sum of the weights of a fit, in rows. */
const TOTAL = 50_000

/** Weights by sign, in nats. */
export interface NameModel {
  readonly intercept: number
  readonly weights: ReadonlyMap<string, number>
}

/** Signs of a row with amounts of 0 to 1. */
export type SignRow = readonly (readonly [string, number])[]

/** The signs of all rows, once for all fits. */
export function signRows(rows: readonly NameRow[], suffixes: PublicSuffixes): Map<NameRow, SignRow> {
  return new Map(
    rows.map(row => [row, urlSigns(row.value, suffixes).map(({ name, amount }) => [name, amount / 1000] as const)]),
  )
}

/** Fits on `rows`. Where there are no newly registered names, those by zone stand for them. */
export function fitNames(rows: readonly NameRow[], signs: ReadonlyMap<NameRow, SignRow>): NameModel {
  const names = vocabulary(rows, signs)
  const columns = new Map(names.map((name, column) => [name, column]))
  const encoded = rows.map(row =>
    signs.get(row)!.flatMap(([name, amount]) => {
      const column = columns.get(name)
      return column === undefined ? [] : [[column, amount] as const]
    }),
  )
  const labels = Uint8Array.from(rows, row => (row.bad ? 1 : 0))
  const sample = { matrix: matrixOf(encoded, names.length), labels, weights: weightsOf(rows, TOTAL, NEW_SHARE_OF_FIT) }
  const model: Model = fit(sample, PENALTY, ROUNDS, column => floorOf(names[column]!))
  return { intercept: model.intercept, weights: new Map(names.map((name, column) => [name, model.weights[column]!])) }
}

/** The log-odds of a row, in nats. */
export function nameLogOdds(model: NameModel, signs: SignRow): number {
  let sum = model.intercept
  for (const [name, amount] of signs) sum += (model.weights.get(name) ?? 0) * amount
  return sum
}

/** What each row counts, so that bad, established and new, and those on bare addresses, have their shares of `total`. */
export function weightsOf(rows: readonly NameRow[], total: number, fresh = NEW_SHARE): Float64Array {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(kindOf(row), (counts.get(kindOf(row)) ?? 0) + 1)
  const newShare = counts.has('new') ? (counts.has('established') ? fresh : 1) : 0
  const goodBare = counts.has('bare') ? (counts.has('established') ? BARE_SHARE_OF_GOOD : 1) : 0
  const badBare = counts.has('bad-bare') ? (counts.has('bad') ? BARE_SHARE_OF_BAD : 1) : 0
  const shares: Readonly<Record<string, number>> = {
    bad: BAD_SHARE * (1 - badBare),
    'bad-bare': BAD_SHARE * badBare,
    established: (1 - BAD_SHARE) * (1 - goodBare) * (1 - newShare),
    new: (1 - BAD_SHARE) * (1 - goodBare) * newShare,
    bare: (1 - BAD_SHARE) * goodBare,
  }
  return Float64Array.from(rows, row => (shares[kindOf(row)]! * total) / counts.get(kindOf(row))!)
}

/** Names by zone stand for newly registered ones. */
function kindOf({ group }: NameRow): string {
  return group === 'zone' ? 'new' : group
}

function floorOf(name: string): number {
  return DECEPTION.get(name) ?? (NEVER_GOOD.test(name) ? 0 : Number.NEGATIVE_INFINITY)
}

function vocabulary(rows: readonly NameRow[], signs: ReadonlyMap<NameRow, SignRow>): string[] {
  const counts = new Map<string, number>()
  for (const row of rows) for (const [name] of signs.get(row)!) counts.set(name, (counts.get(name) ?? 0) + 1)
  const common = [...counts].filter(([, count]) => count >= ROWS_MIN).map(([name]) => name)
  return [...new Set([...common, ...DECEPTION.keys()])].toSorted()
}
