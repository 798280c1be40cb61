/**
 * Gives each feed its turns: the one that is due first, a few at once, none of them twice at a time. After a pause of the
 * process what was missed is due, and is caught up, each feed with one turn.
 */
import type { Instant } from '@tocsin/core/evidence'
import type { Timers } from './timers.ts'

/** Turns at once, as each may hold a set in memory and a connection. */
const AT_ONCE = 4

/** The longest sleep, in milliseconds: clocks are set, and machines sleep. */
const LOOK_MS = 60_000

/**
 * Looks are so far apart at least while turns end one after another, in milliseconds: a look goes through all feeds. No
 * feed has turns closer together than a minute.
 */
const LOOK_AGAIN_MS = 5000

/** Feeds that are kept from a look, for the turns until the next one. */
const LINE_MAX = 256

/** A feed that has turns. */
export interface Due {
  readonly name: string
  readonly nextAt: Instant
}

/** What a scheduler is built from. */
export interface SchedulerParts {
  readonly clock: () => Instant
  readonly timers: Timers
  /** The feeds that are enabled, with their times. */
  readonly feeds: () => readonly Due[]
  /** Takes the turn. Moves the feed's time, whatever happens; a rejection is told to `failed`. */
  readonly take: (name: string) => Promise<unknown>
  readonly failed: (name: string, error: unknown) => void
  /** Told that the clock was set back, and by how many milliseconds. */
  readonly turnedBack: (by: number) => void
}

/** See above. */
export class Scheduler implements AsyncDisposable {
  readonly #parts: SchedulerParts
  readonly #running = new Map<string, Promise<void>>()
  #timer: Disposable | undefined
  /** The clock at the last look. */
  #seenAt = Number.NEGATIVE_INFINITY
  /** When there is the next look. */
  #lookAt = Number.POSITIVE_INFINITY
  /** Who was due at the last look and has not had a turn yet; first come first. */
  #line: Due[] = []
  /** Before it is started, and once it is stopped, nobody has a turn. */
  #isOpen = false

  constructor(parts: SchedulerParts) {
    this.#parts = parts
  }

  /** Begins to give turns. */
  start(): void {
    this.#isOpen = true
    this.wake()
  }

  /** Looks who is due, gives out turns, and sleeps until the next one. Also for when feeds or times have changed. */
  wake(): void {
    if (!this.#isOpen) return
    const now = this.#parts.clock()
    // A step back of seconds, as time servers make, does no harm.
    if (now < this.#seenAt - LOOK_MS) this.#parts.turnedBack(this.#seenAt - now)
    this.#seenAt = now
    let next = Number.POSITIVE_INFINITY
    const due: Due[] = []
    for (const feed of this.#parts.feeds()) {
      if (this.#running.has(feed.name)) continue
      if (feed.nextAt <= now) due.push(feed)
      else if (feed.nextAt < next) next = feed.nextAt
    }
    this.#line = due.sort((a, b) => a.nextAt - b.nextAt).slice(0, LINE_MAX)
    this.#give()
    // Who waits in line is taken as turns end; it is looked again even where none ends.
    const delay = this.#line.length > 0 ? LOOK_MS : Math.min(LOOK_MS, next - now)
    this.#sleep(now + Math.max(1, delay), now)
  }

  /** Resolves when no turn is under way. For tests. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values())
  }

  /** No more turns; resolves when those under way have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOpen = false
    this.#timer?.[Symbol.dispose]()
    await this.idle()
  }

  #take(name: string): void {
    const turn = this.#parts
      .take(name)
      .then(
        () => undefined,
        (error: unknown) => this.#parts.failed(name, error),
      )
      .finally(() => {
        this.#running.delete(name)
        this.#ended()
      })
    this.#running.set(name, turn)
  }

  /** A turn has ended: the next in line has one, and its feed, which has another time now, is looked at before long. */
  #ended(): void {
    if (!this.#isOpen) return
    const now = this.#parts.clock()
    this.#give()
    if (this.#lookAt - now > LOOK_AGAIN_MS) this.#sleep(now + LOOK_AGAIN_MS, now)
  }

  #give(): void {
    while (this.#running.size < AT_ONCE && this.#line.length > 0) this.#take(this.#line.shift()!.name)
  }

  #sleep(until: Instant, now: Instant): void {
    this.#timer?.[Symbol.dispose]()
    this.#lookAt = until
    this.#timer = this.#parts.timers.after(until - now, () => this.wake())
  }
}
