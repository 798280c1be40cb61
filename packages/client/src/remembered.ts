/** What could not be decided, until it can be: bounded, the oldest go first and are counted. */

/** What {@link Remembered} is made of. `A` is an answer. */
export interface RememberedOptions<A> {
  /** How many are remembered at most; the oldest give way. */
  readonly max: number
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Asks again, and hands each answer to {@link Remembered.note}; may stop early where nobody answers. */
  readonly askAgain: (questions: readonly string[]) => Promise<readonly A[]>
  /** Whether an answer decides. */
  readonly isSure: (answer: A) => boolean
  /** Called for each that was remembered and is sure now, with the question as it was asked. */
  readonly onSettled?: ((answer: A, asked: string) => void) | undefined
}

/** Where somebody answers all the time and some still wait, they are asked again as often as this, in milliseconds. */
const AGAIN_MS = 60_000

/** See above. */
export class Remembered<A> {
  /** How many gave way to later ones. */
  forgotten = 0
  readonly #options: RememberedOptions<A>
  /** As they were asked, for it is by that that whoever asked knows them. */
  readonly #questions = new Set<string>()
  #running: Promise<readonly A[]> | undefined
  #isSilent = false
  #againAt = Number.NEGATIVE_INFINITY

  constructor(options: RememberedOptions<A>) {
    this.#options = options
  }

  /** What waits, in the order in which it came. */
  get questions(): readonly string[] {
    return [...this.#questions]
  }

  /** Takes note of an answer: remembers what is unsure, and settles what waited. */
  note(asked: string, answer: A): void {
    const { isSure, onSettled } = this.#options
    if (!isSure(answer)) this.#add(asked)
    // Outside of whoever asked: an error in the callback is none of that question.
    else if (this.#questions.delete(asked) && onSettled) void Promise.resolve().then(() => onSettled(answer, asked))
  }

  /** Takes note that nobody answered. */
  silent(): void {
    this.#isSilent = true
  }

  /**
   * Takes note that somebody answered: after a silence, or now and then, what waits is asked again in the background, if
   * there is a callback that wants to know.
   */
  answered(): void {
    const { onSettled, clock } = this.#options
    if (onSettled === undefined || this.#questions.size === 0 || this.#running !== undefined) return
    if (!this.#isSilent && clock() < this.#againAt) return
    // What is refused here will be told to the next who asks.
    void this.recheck().catch(() => undefined)
  }

  /** Asks again about all that waits, the oldest first, and gives the answers that are sure now. */
  async recheck(): Promise<readonly A[]> {
    this.#running ??= this.#recheck()
    return await this.#running
  }

  async #recheck(): Promise<readonly A[]> {
    this.#isSilent = false
    this.#againAt = this.#options.clock() + AGAIN_MS
    try {
      const answers = await this.#options.askAgain(this.questions)
      return answers.filter(answer => this.#options.isSure(answer))
    } finally {
      this.#running = undefined
    }
  }

  /** One that waits already keeps its place. */
  #add(asked: string): void {
    const { max } = this.#options
    if (this.#questions.has(asked)) return
    const oldest = this.#questions.values().next()
    if (this.#questions.size >= max && !oldest.done) {
      this.#questions.delete(oldest.value)
      this.forgotten++
    }
    if (max > 0) this.#questions.add(asked)
  }
}
