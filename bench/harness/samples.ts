/** Several runs of one thing: the middle of them, and how far they lie apart. */

/** What was measured, run by run. */
export interface Sample {
  readonly runs: readonly number[]
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Sums up at least one run. */
export function sampleOf(runs: readonly number[]): Sample {
  if (runs.length === 0) throw new Error('Cannot take a median: there was no run, at least one is needed')
  return { runs, median: quantile(runs, 0.5), min: Math.min(...runs), max: Math.max(...runs) }
}

/** Ours ÷ the rival's of the same round, for each round: what both suffered alike cancels out. */
export function ratioOf(ours: Sample, rival: Sample): Sample {
  const pairs = Math.min(ours.runs.length, rival.runs.length)
  return sampleOf(ours.runs.slice(0, pairs).map((run, round) => run / rival.runs[round]!))
}

/** The value below which a share (0–1) of the values lies; the mean of the two middle ones for an even number's 0.5. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  if (share === 0.5 && sorted.length % 2 === 0) return (sorted[sorted.length / 2 - 1]! + sorted[sorted.length / 2]!) / 2
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
}
