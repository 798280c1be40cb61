/** What is told about one group of rows. */
import { type Bin, binsOf, brierOf, calibrationError, detectionAt, type Interval, type Judged } from './metrics.ts'

/** The figures. */
export interface Figures {
  readonly title: string
  readonly bad: number
  readonly good: number
  /** By share of false alarms. */
  readonly detection: readonly { readonly alarms: number; readonly caught: Interval }[]
  readonly brier: number
  readonly calibration: number
  readonly bins: readonly Bin[]
}

/** All figures for judged rows, whose weights make 29 % of them bad. */
export function figuresOf(title: string, rows: readonly Judged[], alarms: readonly number[]): Figures {
  const bins = binsOf(rows)
  const bad = rows.filter(row => row.bad).length
  return {
    title,
    bad,
    good: rows.length - bad,
    detection: alarms.map(share => ({ alarms: share, caught: detectionAt(rows, share) })),
    brier: brierOf(rows),
    calibration: calibrationError(bins),
    bins,
  }
}
