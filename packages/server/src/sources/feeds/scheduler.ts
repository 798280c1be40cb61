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
}

/** See above. */
export class Scheduler implements AsyncDisposable {
  readonly #parts: SchedulerParts
  readonly #running = new Map<string, Promise<void>>()
  #timer: Disposable | undefined
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
    this.#timer?.[Symbol.dispose]()
    const now = this.#parts.clock()
    const waiting = this.#parts
      .feeds()
      .filter(({ name }) => !this.#running.has(name))
      .toSorted((a, b) => a.nextAt - b.nextAt)
    while (this.#running.size < AT_ONCE && waiting.length > 0 && waiting[0]!.nextAt <= now) {
      this.#take(waiting.shift()!.name)
    }
    const isFull = this.#running.size >= AT_ONCE
    const delay = isFull ? LOOK_MS : Math.min(LOOK_MS, (waiting[0]?.nextAt ?? Number.POSITIVE_INFINITY) - now)
    this.#timer = this.#parts.timers.after(Math.max(1, delay), () => this.wake())
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
        this.wake()
      })
    this.#running.set(name, turn)
  }
}
