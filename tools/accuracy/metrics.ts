/** How right log-odds are: detection at a share of false alarms, Brier score, calibration. */
import { chance } from './chance.ts'

/** A judged row. */
export interface Judged {
  /** In nats. */
  readonly logOdds: number
  readonly bad: boolean
  readonly weight: number
  /** Rows of one batch are drawn together. */
  readonly batch: string
}

/** A share with the bounds between which 95 % of the drawn samples lie. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** One bin of a reliability diagram. */
export interface Bin {
  readonly rows: number
  /** Shares of the whole weight, of it what is bad, and what was foretold. */
  readonly weight: number
  readonly bad: number
  readonly foretold: number
}

/** Samples that are drawn for an interval. */
const DRAWS = 200

/** The log-odds above which the weight of good rows is at most `share` of theirs. */
export function thresholdAt(rows: readonly Judged[], share: number): number {
  const good = rows.filter(({ bad }) => !bad).toSorted((a, b) => b.logOdds - a.logOdds)
  const allowed = share * good.reduce((sum, { weight }) => sum + weight, 0)
  let alarms = 0
  for (const { logOdds, weight } of good) {
    alarms += weight
    if (alarms > allowed) return logOdds
  }
  return Number.NEGATIVE_INFINITY
}

/**
 * The share of bad rows that are strictly above the threshold for `share` false alarms. The interval draws whole batches of
 * bad rows again and again, the threshold fixed: names of one campaign are caught or missed together.
 */
export function detectionAt(rows: readonly Judged[], share: number): Interval {
  const threshold = thresholdAt(rows, share)
  const batches = new Map<string, { rows: number; caught: number }>()
  for (const { bad, batch, logOdds } of rows) {
    if (!bad) continue
    const known = batches.get(batch) ?? { rows: 0, caught: 0 }
    known.rows++
    if (logOdds > threshold) known.caught++
    batches.set(batch, known)
  }
  const all = [...batches.values()]
  const random = chance(1)
  const draws = Array.from({ length: DRAWS }, () => shareOf(all.map(() => all[Math.floor(random() * all.length)]!)))
  draws.sort((a, b) => a - b)
  return { value: shareOf(all), low: draws[Math.floor(DRAWS * 0.025)]!, high: draws[Math.ceil(DRAWS * 0.975) - 1]! }
}

function shareOf(batches: readonly { readonly rows: number; readonly caught: number }[]): number {
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0)
  return rows === 0 ? Number.NaN : batches.reduce((sum, batch) => sum + batch.caught, 0) / rows
}

/** P(bad) of log-odds. */
export function probabilityOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds))
}

/** The mean square of what was foretold minus what was, by weight: 0 is perfect, 0.206 is what saying 29 % each time gives. */
export function brierOf(rows: readonly Judged[]): number {
  const weight = rows.reduce((sum, row) => sum + row.weight, 0)
  return rows.reduce((sum, row) => sum + row.weight * (probabilityOf(row.logOdds) - (row.bad ? 1 : 0)) ** 2, 0) / weight
}

/** Ten bins of equal weight by what was foretold, ties kept together; fewer where one would have less than `rowsMin` rows. */
export function binsOf(rows: readonly Judged[], count = 10, rowsMin = 200): Bin[] {
  const sorted = rows.toSorted((a, b) => a.logOdds - b.logOdds)
  const whole = sorted.reduce((sum, { weight }) => sum + weight, 0)
  const bins: Bin[] = []
  let open: Judged[] = []
  let weight = 0
  for (const [at, row] of sorted.entries()) {
    open.push(row)
    weight += row.weight
    const isLast = at === sorted.length - 1
    const isTied = !isLast && sorted[at + 1]!.logOdds === row.logOdds
    if (!isLast && (isTied || weight < whole / count || open.length < rowsMin)) continue
    bins.push(binOf(open, whole))
    open = []
    weight = 0
  }
  return bins
}

function binOf(rows: readonly Judged[], whole: number): Bin {
  const weight = rows.reduce((sum, row) => sum + row.weight, 0)
  const bad = rows.reduce((sum, row) => sum + (row.bad ? row.weight : 0), 0)
  const foretold = rows.reduce((sum, row) => sum + row.weight * probabilityOf(row.logOdds), 0)
  return { rows: rows.length, weight: weight / whole, bad: bad / weight, foretold: foretold / weight }
}

/** The mean distance of what was foretold from what was, over bins by weight. */
export function calibrationError(bins: readonly Bin[]): number {
  return bins.reduce((sum, { weight, bad, foretold }) => sum + weight * Math.abs(bad - foretold), 0)
}
