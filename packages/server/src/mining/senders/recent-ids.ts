/** Ids of sightings that were taken of late, so that what is sent again counts once. Bounded: two generations. */

/** Ids of one generation; the older generation goes when the younger is full. */
const GENERATION = 100_000

/** See above. Between {@link GENERATION} and twice as many ids are known. */
export class RecentIds {
  readonly #generation: number
  #young = new Set<string>()
  #old = new Set<string>()

  constructor(generation = GENERATION) {
    this.#generation = generation
  }

  /** Whether an id of an organisation is new; it is not any more thereafter. */
  take(organisation: string, id: string): boolean {
    const name = JSON.stringify([organisation, id])
    if (this.#young.has(name) || this.#old.has(name)) return false
    if (this.#young.size >= this.#generation) {
      this.#old = this.#young
      this.#young = new Set()
    }
    this.#young.add(name)
    return true
  }
}
