/**
 * The senders that trusted sites met for the first time of late, in the order in which they came: a ring of bounded
 * size, of which one site cannot take more than a quarter.
 */

const PLACES = 65_536
const SITE_PLACES_MAX = PLACES / 4

/** See above. */
export class Newcomers {
  readonly #senders = new Int32Array(PLACES)
  readonly #minutes = new Uint32Array(PLACES)
  readonly #sites = new Uint32Array(PLACES)
  readonly #bySite = new Map<number, number>()
  #first = 0
  #count = 0
  /** Newcomers that found no place. */
  passedOver = 0

  /** Takes in a sender that a site has just met for the first time. */
  add(sender: number, site: number, minute: number): void {
    const theirs = this.#bySite.get(site) ?? 0
    if (this.#count === PLACES || theirs >= SITE_PLACES_MAX) {
      this.passedOver += 1
      return
    }
    const place = (this.#first + this.#count) % PLACES
    this.#senders[place] = sender
    this.#minutes[place] = minute
    this.#sites[place] = site
    this.#count += 1
    this.#bySite.set(site, theirs + 1)
  }

  /** Lets those go that came before a minute. */
  expire(minute: number): void {
    while (this.#count > 0 && (this.#minutes[this.#first] as number) < minute) {
      const site = this.#sites[this.#first] as number
      const rest = (this.#bySite.get(site) ?? 1) - 1
      if (rest > 0) this.#bySite.set(site, rest)
      else this.#bySite.delete(site)
      this.#first = (this.#first + 1) % PLACES
      this.#count -= 1
    }
  }

  /** All of them; a place may have another sender by now. */
  *senders(): Generator<number> {
    for (let at = 0; at < this.#count; at++) yield this.#senders[(this.#first + at) % PLACES] as number
  }
}
