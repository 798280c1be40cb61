/**
 * The scorer: re-scores what the journal says was touched and publishes what differs. The only writer of the book.
 *
 * It goes on from the place that the book holds, so it can be killed between any two steps: what was scored and not
 * published is scored again, and gives the same.
 */
import type { Instant } from '@tocsin/core/evidence'
import type { Change } from '../book/book.ts'
import type { BookWriter, Publication } from '../book/writer.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { Entries } from './entries.ts'
import type { Nature } from './nature.ts'

/** Journal rows that one batch covers at most. */
const BATCH_ROWS = 36_000

/** A batch of so many rows is part of a list that is being imported, and not of what sensors report. */
const BULK_ROWS = 5000

/** Milliseconds between two batches, at least: the sequence serves as a DNS serial, which must not run away. */
const PAUSE_MS = 50

/**
 * The same while a list is imported. Keys are digests, so a batch touches as many pages of the book's table as it has
 * rows, until there are more rows than pages: of a million lines in batches of 5,000 each row costs 7 kB of writing, in
 * batches of 25,000 it is 2 kB.
 */
const BULK_PAUSE_MS = 1000

/** Touches that a list may be ahead of the scorer: what is scored soon after it came need not be read back. */
const AHEAD_MAX = 30_000

/** What a scorer is built from. */
export interface ScorerParts {
  readonly ledger: Pick<Ledger, 'touchedSince' | 'sources' | 'covers' | 'touchAll' | 'place'>
  readonly book: BookWriter
  readonly nature: Nature
  readonly clock: () => Instant
  /** Told of each publication. Must not throw. */
  readonly published: (publication: Publication) => void
  /** Told when a batch could not be scored or written; it is tried again. */
  readonly failed: (error: unknown) => void
  /** Told of the first success after a failure. */
  readonly recovered: () => void
}

/** Runs while there is something to do; `wake` says that there may be. */
export class Scorer {
  readonly #parts: ScorerParts
  readonly #entries: Entries
  /** Who waits until everything is in the book, or cannot be brought there. */
  #waiting: (() => void)[] = []
  #running: Promise<void> | undefined
  #woken = false
  #stopped = false
  #failing = false
  #publishedAt = Number.NEGATIVE_INFINITY
  #wasBulk = false
  #timer: { readonly handle: NodeJS.Timeout; readonly end: () => void } | undefined

  constructor(parts: ScorerParts) {
    this.#parts = parts
    this.#entries = new Entries(parts.nature)
  }

  /**
   * Makes sure, before anything else, that book and ledger go together; says whether they did. Where the book is new or
   * from a backup and the journal no longer tells all since its place, or the ledger is from a backup and ends before
   * it, the book is made again from nothing: it would miss what changed and hold what was never said. A crash between
   * the two steps leaves an empty book, which is found here again.
   */
  async begin(): Promise<boolean> {
    const { ledger, book } = this.#parts
    if (await ledger.covers(book.place())) return true
    book.restart()
    await ledger.touchAll()
    return false
  }

  /** Says that the journal has grown. Returns at once. */
  wake(): void {
    this.#woken = true
    if (this.#running !== undefined || this.#stopped) return
    this.#running = this.#run().finally(() => {
      this.#running = undefined
      if (this.#woken && !this.#stopped) this.wake()
      else this.#release()
    })
  }

  /** Resolves when everything that was in the journal at the call is in the book, or could not be brought there. */
  async settled(): Promise<void> {
    this.wake()
    if (this.#running === undefined) return
    const done = new Promise<void>(resolve => this.#waiting.push(resolve))
    this.#timer?.end()
    await done
  }

  /** Resolves when the scorer is not far behind; for whoever brings a list, which needs no answer at once. */
  async caughtUp(): Promise<void> {
    const { ledger, book } = this.#parts
    if (ledger.place() - book.place() > AHEAD_MAX && !this.#failing) await this.settled()
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** Ends after the batch under way. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer?.end()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#woken = false
      let more: boolean
      try {
        more = await this.#step()
        if (this.#failing) this.#parts.recovered()
        this.#failing = false
      } catch (error) {
        this.#failing = true
        this.#parts.failed(error)
        this.#release()
        await this.#pause(1000)
        more = true
      }
      if (!more && !this.#wasWoken()) return
    }
  }

  /** A method, for the compiler would think that nothing has changed over an `await`. */
  #wasWoken(): boolean {
    return this.#woken
  }

  /** Scores and publishes one batch; says whether the journal may hold more. */
  async #step(): Promise<boolean> {
    const { ledger, book, clock } = this.#parts
    // Waited for before the journal is read, so that what comes meanwhile is in the same batch.
    await this.#rest()
    const before = book.place()
    const { cases, place } = await ledger.touchedSince(before, BATCH_ROWS)
    if (place === before) return false
    const standings = new Map((await ledger.sources()).map(source => [source.name, source]))
    const changes = cases.map((each): Change => ({ ...each.subject, entry: this.#entries.of(each, standings) }))
    const publication = book.publish(changes, place, clock())
    if (publication !== undefined) {
      this.#publishedAt = performance.now()
      // What is related is what sensors report, and its neighbours.
      this.#wasBulk = cases.filter(each => each.relations === undefined).length >= BULK_ROWS
      this.#parts.published(publication)
    }
    return true
  }

  /** Keeps the distance between two batches; a large one only as long as nobody waits. */
  async #rest(): Promise<void> {
    const left = () => {
      const pause = this.#wasBulk && this.#waiting.length === 0 ? BULK_PAUSE_MS : PAUSE_MS
      return this.#publishedAt + pause - performance.now()
    }
    do await this.#pause(left())
    while (left() > 0 && !this.#stopped)
  }

  async #pause(milliseconds: number): Promise<void> {
    // Also yields, so that writes that wait get their turn between two batches.
    if (this.#stopped || milliseconds <= 0) return new Promise(resolve => setImmediate(resolve))
    await new Promise<void>(resolve => {
      const end = () => {
        clearTimeout(this.#timer?.handle)
        this.#timer = undefined
        resolve()
      }
      this.#timer = { handle: setTimeout(end, milliseconds), end }
    })
  }
}
