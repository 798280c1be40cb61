/**
 * What the word of a site is worth where it is the only one: how often others bore out whom it blamed, and how often
 * they had seen mostly good mail of that sender. Looked at as often as there is news of such a sender, and fading.
 */

/** Half-life in hours. */
const HALF_LIFE_HOURS = 24

/** Contradictions that anyone may meet with. */
const CONTRADICTED_MIN = 5

/** Sites that are remembered, at most. */
const SITES_MAX = 10_000

/** A site's record, as it is kept. */
export type CreditRow = readonly [site: number, borneOut: number, contradicted: number]

interface Record {
  borneOut: number
  contradicted: number
}

/** See above. */
export class Credit {
  readonly #bySite = new Map<number, Record>()

  /** Another site saw the same. */
  borneOut(site: number): void {
    const record = this.#recordOf(site)
    if (record !== undefined) record.borneOut += 1
  }

  /** The others saw mostly good mail. */
  contradicted(site: number): void {
    const record = this.#recordOf(site)
    if (record !== undefined) record.contradicted += 1
  }

  /** Whether a site may be believed alone: it is contradicted rarely, or less than it is borne out. */
  isGood(site: number): boolean {
    const record = this.#bySite.get(site)
    return record === undefined || record.contradicted <= CONTRADICTED_MIN || record.contradicted <= record.borneOut
  }

  /** Lets time pass. */
  fade(hours: number): void {
    const kept = 2 ** (-hours / HALF_LIFE_HOURS)
    for (const [site, record] of this.#bySite) {
      record.borneOut *= kept
      record.contradicted *= kept
      if (record.borneOut + record.contradicted < 0.1) this.#bySite.delete(site)
    }
  }

  /** For the state. */
  rows(): CreditRow[] {
    return Array.from(this.#bySite, ([site, { borneOut, contradicted }]) => [site, borneOut, contradicted])
  }

  /** From the state. */
  restore(rows: readonly CreditRow[]): void {
    for (const [site, borneOut, contradicted] of rows.slice(0, SITES_MAX)) {
      this.#bySite.set(site, { borneOut, contradicted })
    }
  }

  #recordOf(site: number): Record | undefined {
    const known = this.#bySite.get(site)
    if (known !== undefined || this.#bySite.size >= SITES_MAX) return known
    const record = { borneOut: 0, contradicted: 0 }
    this.#bySite.set(site, record)
    return record
  }
}
