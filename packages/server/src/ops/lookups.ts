/** Counts of lookups by door, verdict and action: bounded labels, no subject, no client. */
import type { Action, Verdict } from '@tocsin/core/verdict'

/** What a door tells of an answer that it gave. */
export interface Sighting {
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
  readonly #counts = new Map<string, { -readonly [Field in keyof LookupCount]: LookupCount[Field] }>()

  /** The function that a door is handed. */
  observerOf(door: string): (sighting: Sighting) => void {
    // Asked a hundred thousand times a second, so it neither makes labels nor objects but for the first of a sort.
    const known = { allow: new Map<Verdict, { count: number }>(), block: new Map<Verdict, { count: number }>() }
    return ({ verdict, action }) => {
      const seen = known[action].get(verdict)
      if (seen !== undefined) {
        seen.count++
        return
      }
      const label = `${door} ${verdict} ${action}`
      const count = this.#counts.get(label) ?? { door, verdict, action, count: 0 }
      count.count++
      this.#counts.set(label, count)
      known[action].set(verdict, count)
    }
  }

  /** All counts, by label. */
  list(): LookupCount[] {
    return [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => ({ ...count }))
  }
}
