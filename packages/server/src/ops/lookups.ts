/** Counts of lookups by door, verdict and action: bounded labels, no subject, no client. */
import type { Action, Verdict } from '@tocsin/core/verdict'
import type { SubjectType } from '@tocsin/core/subject'

/** What a door tells of an answer that it gave. */
export interface Sighting {
  readonly type: SubjectType
  readonly verdict: Verdict
  readonly action: Action
}

/** One count. */
export interface LookupCount {
  readonly door: string
  readonly verdict: Verdict
  readonly action: Action
  readonly count: number
}

/** Write-only for doors, read by the status page. */
export class LookupCounts {
  readonly #counts = new Map<string, LookupCount>()

  /** The function that a door is handed. */
  observerOf(door: string): (sighting: Sighting) => void {
    return ({ verdict, action }) => {
      const label = `${door} ${verdict} ${action}`
      const count = (this.#counts.get(label)?.count ?? 0) + 1
      this.#counts.set(label, { door, verdict, action, count })
    }
  }

  /** All counts, by label. */
  list(): LookupCount[] {
    return [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count)
  }
}
