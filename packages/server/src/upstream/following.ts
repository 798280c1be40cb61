/**
 * Time around a {@link Synchroniser}: rounds when there is news, and every so often. A push channel says that there is
 * news; where it cannot be had, polling is the fallback, and it goes on, rarely, where it can: news may be lost on the way.
 */
import type { Instant } from '@tocsin/core/evidence'
import type { Head } from '../book/book.ts'
import { waitAfter } from './backoff.ts'
import { ageOf, type Heads } from './heads.ts'
import type { UpstreamServer } from './server.ts'
import type { Servers } from './servers.ts'
import type { Offer, Synchroniser } from './synchroniser.ts'

/** Calls back once after so many milliseconds, unless called off. */
export type Later = (ms: number, action: () => void) => () => void

/** What following is made of. */
export interface FollowingParts {
  readonly synchroniser: Synchroniser
  readonly servers: Servers
  readonly heads: Heads
  /** Whether the mirror is at this place of this book. */
  readonly isAt: (head: Pick<Head, 'bookId' | 'sequence'>) => boolean
  readonly clock: () => Instant
  readonly later: Later
  /** From 0 to below 1. */
  readonly random: () => number
  /** A heartbeat of an upstream whose last head the mirror is at. */
  readonly confirmed: (at: Instant) => void
  /** A round failed; the next one comes by itself. */
  readonly failed: (error: unknown) => void
  /** The first round that went well after one that failed. */
  readonly recovered: () => void
}

/** Between rounds where news is not pushed, at most; half of it at least. Milliseconds. */
export const POLL_MS = 30_000

/** Between rounds where it is pushed. Milliseconds. */
export const POLL_BESIDE_PUSH_MS = 300_000

/** Follows until it is disposed of. */
export class Following implements AsyncDisposable {
  readonly #parts: FollowingParts
  readonly #stop = new AbortController()
  readonly #done: Promise<unknown>
  readonly #first = Promise.withResolvers<void>()
  #offer: Offer | undefined
  #wake: () => void = () => undefined
  #isNudged = false
  #isPushed = false

  constructor(parts: FollowingParts) {
    this.#parts = parts
    this.#done = Promise.all([this.#rounds(), this.#listening()])
  }

  /** Resolves when the first round has ended, well or not. */
  get firstRound(): Promise<void> {
    return this.#first.promise
  }

  /** Whether an upstream pushes its news now. */
  get isPushed(): boolean {
    return this.#isPushed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#wake()
    await this.#done
  }

  async #rounds(): Promise<void> {
    let hasFailed = false
    while (!this.#hasEnded()) {
      const offer = this.#offer
      this.#offer = undefined
      this.#isNudged = false
      try {
        await this.#parts.synchroniser.round(offer, this.#stop.signal)
        if (hasFailed) this.#parts.recovered()
        hasFailed = false
      } catch (error) {
        if (this.#hasEnded()) break
        hasFailed = true
        this.#parts.failed(error)
      }
      this.#first.resolve()
      if (!this.#wasNudged() && !this.#hasEnded()) await this.#pause(this.#untilNext(hasFailed))
    }
    this.#first.resolve()
  }

  /** Listens for news, at one upstream at a time; the pauses between are those of a failure. */
  async #listening(): Promise<void> {
    // The first round says which upstreams are well.
    await this.#first.promise
    for (let failures = 0; !this.#hasEnded(); failures++) {
      const server = this.#parts.servers.preferred()
      try {
        for await (const event of server?.events(this.#stop.signal) ?? []) {
          this.#isPushed = true
          failures = 0
          if (event.is === 'comment') this.#heartbeat(event.text)
          else if (event.name === 'head') this.#offered(server!, JSON.parse(event.data) as unknown)
        }
      } catch {
        // The next round says what is wrong with the upstream, if it is more than its news.
      }
      const hasLost = this.#isPushed
      this.#isPushed = false
      if (!this.#hasEnded()) await this.#rest(waitAfter(failures + 1, this.#parts.random))
      // The next round would come minutes later, and what ended the news may be that our key is not valid any more.
      if (hasLost) this.#nudge()
    }
  }

  /** A method, for the compiler would think that nothing has changed over an `await`. */
  #wasNudged(): boolean {
    return this.#isNudged
  }

  #offered(server: UpstreamServer, signed: unknown): void {
    this.#offer = { server, signed, at: this.#parts.clock() }
    this.#nudge()
  }

  /** Has the next round come at once. */
  #nudge(): void {
    this.#isNudged = true
    this.#wake()
  }

  /** The upstream is there and has no news: the mirror is as fresh as its last head. */
  #heartbeat(text: string): void {
    const { heads, clock, isAt, confirmed } = this.#parts
    const { last } = heads
    const now = clock()
    if (last === undefined || !isAt(last) || now > last.validUntil) return
    // One that relays another's book says for how long it has not heard of it.
    confirmed(now - ageOf({ ageSeconds: Number(/^age (\d{1,9})$/.exec(text)?.[1] ?? 0) }))
  }

  #untilNext(hasFailed: boolean): number {
    const { clock, random, servers } = this.#parts
    // When a server is up again is known to the servers; trouble of our own is tried again as if it were one.
    if (hasFailed) return Math.max(servers.nextAttemptAt() - clock(), waitAfter(1, random))
    const most = this.#isPushed ? POLL_BESIDE_PUSH_MS : POLL_MS
    return most / 2 + (random() * most) / 2
  }

  /** Waits so long, or until there is news. */
  #pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      const callOff = this.#parts.later(ms, () => this.#wake())
      this.#wake = () => {
        callOff()
        this.#wake = () => undefined
        resolve()
      }
    })
  }

  /** Waits so long, or until the end. */
  #rest(ms: number): Promise<void> {
    return new Promise(resolve => {
      const end = () => {
        callOff()
        this.#stop.signal.removeEventListener('abort', end)
        resolve()
      }
      const callOff = this.#parts.later(ms, end)
      this.#stop.signal.addEventListener('abort', end, { once: true })
    })
  }

  #hasEnded(): boolean {
    return this.#stop.signal.aborted
  }
}
