/** The table that a run fills. */
import { ratioOf, type Sample } from './samples.ts'

/** Who ours is held against: measured in the same run, or missing, which is never a victory. */
export type Rival =
  | { readonly name: string; readonly sample: Sample }
  | { readonly name: string; readonly missing: string }

/** What a row must reach; units are those of the row. */
export interface Target {
  /** Of our own value, or of ours ÷ the rival's. */
  readonly of: 'ours' | 'ratio'
  readonly atLeast?: number
  readonly atMost?: number
}

/** One line of the table. */
export interface Row {
  readonly what: string
  readonly unit: string
  readonly ours: Sample
  readonly rival?: Rival
  readonly target?: Target
  readonly note?: string
}

/** What a figure came to. */
export interface Result {
  readonly figure: string
  readonly rows: readonly Row[]
  /** Why it could not be measured, or not to its end. */
  readonly failure?: string
}

/** Ours ÷ the rival's; `undefined` without a rival that ran. */
export function rowRatio({ ours, rival }: Row): Sample | undefined {
  return rival === undefined || 'missing' in rival ? undefined : ratioOf(ours, rival.sample)
}

/** Whether the target was reached; `undefined` where there is none, or where the rival is missing. */
export function isReached(row: Row): boolean | undefined {
  if (row.target === undefined) return undefined
  const value = row.target.of === 'ours' ? row.ours.median : rowRatio(row)?.median
  if (value === undefined) return undefined
  return value >= (row.target.atLeast ?? -Infinity) && value <= (row.target.atMost ?? Infinity)
}
