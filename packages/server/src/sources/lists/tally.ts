import type { RefusalCause } from '../../formats/format.ts'

/** Refused records that are told of one by one; the rest is only counted. */
const REFUSALS_KEPT = 20

/** A refused record: a line, or an object or row by its number. */
export interface LineRefusal {
  readonly line: number
  readonly reason: string
}

/** The outcome of an import. `lines` is the sum of `accepted`, `refused` and `skipped`. */
export interface ImportCounts {
  /** The name of the format. */
  readonly format: string
  readonly bytes: number
  /** Records: lines, or objects or rows where the format has such. */
  readonly lines: number
  /** Records that named subjects, repeats included. */
  readonly accepted: number
  readonly refused: number
  /** Blank lines, comments, and what says nothing on purpose. */
  readonly skipped: number
  /** What the source held before and does not hold any more. */
  readonly retracted: number
  /** The first refused records. */
  readonly refusals: readonly LineRefusal[]
  readonly causes: Readonly<Partial<Record<RefusalCause, number>>>
}

/** The counts of an import while it runs. */
export class Tally {
  lines = 0
  bytes = 0
  accepted = 0
  /** Those of the accepted that the intake has taken: `accepted` also counts what took something back. */
  received = 0
  refused = 0
  skipped = 0
  readonly #refusals: LineRefusal[] = []
  readonly #causes: Partial<Record<RefusalCause, number>> = {}

  /** Counts a refused line. */
  refuse(line: number, cause: RefusalCause, reason: string): void {
    this.refused++
    this.#causes[cause] = (this.#causes[cause] ?? 0) + 1
    // The intake refuses a batch later than the reader, so that lines do not come in order.
    if (this.#refusals.length === REFUSALS_KEPT && line > this.#refusals.at(-1)!.line) return
    this.#refusals.push({ line, reason })
    this.#refusals.sort((a, b) => a.line - b.line)
    this.#refusals.splice(REFUSALS_KEPT)
  }

  /** Counts a batch by the intake's receipt; `lineOf` is the line of each offer. One refused offer refuses its line. */
  receive(lineOf: readonly number[], refused: readonly { readonly index: number; readonly reason: string }[]): void {
    const bad = new Map(refused.map(({ index, reason }) => [lineOf[index]!, reason]))
    for (const [line, reason] of bad) this.refuse(line, 'not-taken', reason)
    const taken = new Set(lineOf).size - bad.size
    this.received += taken
    this.accepted += taken
  }

  /** The whole, when all is done. */
  counts(format: string, retracted: number): ImportCounts {
    const { bytes, lines, accepted, refused, skipped } = this
    return {
      format,
      bytes,
      lines,
      accepted,
      refused,
      skipped,
      retracted,
      refusals: this.#refusals,
      causes: this.#causes,
    }
  }

  /** Why an import of which nothing was accepted fails, for people. */
  nothingAccepted(): string {
    const first = this.#refusals[0]
    const because = first === undefined ? '' : `; the first refused is line ${first.line}: ${first.reason}`
    return `Cannot import list: it must hold at least one subject, found none in ${this.lines} lines${because}`
  }
}
