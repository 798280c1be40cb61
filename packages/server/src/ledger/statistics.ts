/** What the ledger knows of a source beside the others: for people who choose among lists, never for a score. */

/** A source among the others, from a sample of its subjects. */
export interface SourceStatistics {
  /** All of its records. */
  readonly evidence: number
  /** Records that were received, or changed, in the last seven days; estimated from the sample. */
  readonly newInWeek: number
  /** Subjects of the sample, at most {@link SAMPLE_MAX}. */
  readonly sampled: number
  /** 0 to 1: subjects that no other source knows. */
  readonly uniqueShare: number
  /** 0 to 1: of the subjects that others know too, those that came from this source first. */
  readonly firstShare: number
  /** The other sources that share most, at most ten; all who report by key are one, `reporters`. */
  readonly overlaps: readonly { readonly source: string; readonly share: number }[]
}

/** Subjects that are looked at. Their shares are then known to ±0.7 percent points. */
export const SAMPLE_MAX = 20_000

/** The port, beside that of the ledger: it reads alone, and not where the engine writes. */
export interface LedgerStatistics extends AsyncDisposable {
  /** `undefined` for a source that the ledger does not know. */
  ofSource(name: string, now: number): Promise<SourceStatistics | undefined>
}
