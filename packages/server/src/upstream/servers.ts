/** The upstreams that the operator named: which one is asked, and for how long one that failed is left alone. */
import { ProblemError } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { waitAfter } from './backoff.ts'
import { ComeLaterError, GoneError } from './failure.ts'
import type { UpstreamServer } from './server.ts'

/** How the next one is chosen: always the first that is well, or any, and then that one as long as it is well. */
export type ServerOrder = 'in-order' | 'random'

/** How an upstream fares. */
export interface ServerHealth {
  readonly url: string
  /** `unknown` until it was asked for the first time. */
  readonly state: 'unknown' | 'up' | 'down'
  /** In a row. */
  readonly failures: number
  /** Of the last failure; absent where it is up. */
  readonly problem?: string
  /** When it is asked again; absent where it is up. */
  readonly nextAt?: Instant
}

/** What the choice is made with. */
export interface ServersParts {
  /** At least one. */
  readonly servers: readonly UpstreamServer[]
  readonly order: ServerOrder
  readonly clock: () => Instant
  /** From 0 to below 1. */
  readonly random: () => number
}

interface Tracked {
  readonly server: UpstreamServer
  health: ServerHealth
}

/** All upstreams of one edge. */
export class Servers {
  readonly #parts: ServersParts
  readonly #tracked: Tracked[]

  constructor(parts: ServersParts) {
    this.#parts = parts
    this.#tracked = parts.servers.map(server => ({
      server,
      health: { url: server.url, state: 'unknown', failures: 0 },
    }))
    if (parts.order === 'random') shuffle(this.#tracked, parts.random)
  }

  /** How all of them fare, in the order in which they are tried. */
  health(): readonly ServerHealth[] {
    return this.#tracked.map(({ health }) => health)
  }

  /** The one that would be asked now; `undefined` where all are left alone. */
  preferred(): UpstreamServer | undefined {
    return this.#candidates()[0]?.server
  }

  /** When the next one may be asked, in milliseconds since 1970; not later than now where one may be. */
  nextAttemptAt(): Instant {
    return Math.min(...this.#tracked.map(({ health }) => health.nextAt ?? 0))
  }

  /**
   * Does something with the first upstream that can: one that fails is left alone for a while, and the next one is tried.
   * Rejects with the last failure, with `unavailable` where all are left alone, and at once with what is no upstream's
   * fault: trouble of our own (`internal`, and what is no `ProblemError`), or a `GoneError`, which is an answer.
   */
  async try<T>(work: (server: UpstreamServer) => Promise<T>): Promise<T> {
    let last: unknown
    for (const tracked of this.#candidates()) {
      try {
        const done = await work(tracked.server)
        tracked.health = { url: tracked.server.url, state: 'up', failures: 0 }
        return done
      } catch (error) {
        if (!isTheirs(error)) throw error
        last = error
        this.#failed(tracked, error)
      }
    }
    throw asError(last) ?? new ProblemError({ code: 'unavailable', message: this.#allDown() })
  }

  /** A question beside following: the first answer counts, and failures count against nobody. */
  async ask<T>(work: (server: UpstreamServer) => Promise<T>): Promise<T> {
    let last: unknown
    for (const { server } of this.#candidates()) {
      try {
        return await work(server)
      } catch (error) {
        if (!(error instanceof ProblemError) || error.problem.code !== 'unavailable') throw error
        last = error
      }
    }
    throw asError(last) ?? new ProblemError({ code: 'unavailable', message: this.#allDown() })
  }

  #candidates(): readonly Tracked[] {
    const now = this.#parts.clock()
    return this.#tracked.filter(({ health }) => (health.nextAt ?? 0) <= now)
  }

  #failed(tracked: Tracked, error: ProblemError): void {
    const failures = tracked.health.failures + 1
    const wait = waitAfter(failures, this.#parts.random)
    const asked = error instanceof ComeLaterError ? error.seconds * 1000 : 0
    const nextAt = this.#parts.clock() + Math.max(wait, asked)
    tracked.health = { url: tracked.server.url, state: 'down', failures, problem: error.problem.message, nextAt }
    if (this.#parts.order === 'in-order') return
    // Whoever serves at random stays with the one that serves.
    this.#tracked.splice(this.#tracked.indexOf(tracked), 1)
    this.#tracked.push(tracked)
  }

  #allDown(): string {
    const told = this.#tracked.map(({ health }) => `${health.problem ?? health.url}`).join('; ')
    return `Cannot reach an upstream: each waits for its next turn (${told})`
  }
}

function isTheirs(error: unknown): error is ProblemError {
  return error instanceof ProblemError && error.problem.code !== 'internal' && !(error instanceof GoneError)
}

/** Fisher and Yates. */
function shuffle<T>(items: T[], random: () => number): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[items[last], items[other]] = [items[other]!, items[last]!]
  }
}

/** What was caught, as what may be thrown. */
function asError(caught: unknown): Error | undefined {
  return caught === undefined || caught instanceof Error
    ? caught
    : new Error('Cannot tell what failed', { cause: caught })
}
