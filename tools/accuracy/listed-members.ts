/** How many listed addresses each range has, by list, fading with the days. */

/** Days after which a listed member counts half. Tried on the inner days: found at 2 % are 58.7 % with 10, 56.5 % with 30, 54.4 % with 90. */
const HALF_LIFE_DAYS = 10

interface Count {
  day: number
  readonly bySource: Float64Array
}

/** Counts of members for ranges of one width, which are named by numbers. */
export class ListedMembers {
  readonly #counts = new Map<number, Count>()
  readonly #sources: number

  constructor(sources: number) {
    this.#sources = sources
  }

  /** Adds a member that the list `source` has from `day` on. Days must not go back. */
  add(range: number, day: number, source: number): void {
    const count = this.#counts.get(range) ?? { day, bySource: new Float64Array(this.#sources) }
    const kept = 2 ** ((count.day - day) / HALF_LIFE_DAYS)
    if (kept < 1) for (let at = 0; at < this.#sources; at++) count.bySource[at] = count.bySource[at]! * kept
    count.bySource[source] = count.bySource[source]! + 1
    count.day = day
    this.#counts.set(range, count)
  }

  /** Members on `day` by all lists but those in `without`, a set of bits. */
  at(range: number, day: number, without: number): number {
    const count = this.#counts.get(range)
    if (count === undefined) return 0
    let sum = 0
    for (let at = 0; at < this.#sources; at++) if ((without & (1 << at)) === 0) sum += count.bySource[at]!
    return sum * 2 ** ((count.day - day) / HALF_LIFE_DAYS)
  }
}
