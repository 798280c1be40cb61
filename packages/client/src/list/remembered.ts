/** What could not be decided, until it can be: bounded, the oldest go first and are counted. */
export class Remembered {
  /** How many gave way to later ones. */
  forgotten = 0
  readonly #urls = new Map<string, string>()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  /** Remembers a URL by its subject; one that is remembered already keeps its place. */
  add(subject: string, url: string): void {
    if (this.#urls.has(subject)) return
    const oldest = this.#urls.keys().next()
    if (this.#urls.size >= this.#max && !oldest.done) {
      this.#urls.delete(oldest.value)
      this.forgotten++
    }
    if (this.#max > 0) this.#urls.set(subject, url)
  }

  delete(subject: string): void {
    this.#urls.delete(subject)
  }

  /** In the order in which they came. */
  urls(): readonly string[] {
    return [...this.#urls.values()]
  }
}
