/** The few nearest of many. */

/** A digest that is near the one asked about. */
export interface Neighbour {
  readonly label: number
  readonly distance: number
}

/** Keeps the nearest so many, and says how near another must be to matter: once full, as near as the farthest kept. */
export class Nearest {
  readonly #limit: number
  readonly #found: Neighbour[] = []
  #radius: number

  constructor(within: number, limit: number) {
    this.#radius = within
    this.#limit = limit
  }

  /** The largest distance that can still get in. */
  get radius(): number {
    return this.#radius
  }

  /** Nearest first, equals by label: so the answer does not depend on the order of additions. */
  get found(): readonly Neighbour[] {
    return this.#found
  }

  /** Adds one whose distance is at most the radius. */
  add(label: number, distance: number): void {
    let low = 0
    let high = this.#found.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#found[middle]!
      if (other.distance < distance || (other.distance === distance && other.label <= label)) low = middle + 1
      else high = middle
    }
    if (low === this.#limit) return
    this.#found.splice(low, 0, { label, distance })
    if (this.#found.length > this.#limit) this.#found.pop()
    if (this.#found.length === this.#limit) this.#radius = this.#found[this.#limit - 1]!.distance
  }
}
