/**
 * Sends batches, one at a time and in order. What the upstream does not take now waits, with exponential back-off and full
 * jitter; what it will never take is put aside and counted, so that nothing stands in the way of what comes after it.
 * Where it does not know a path, as an older one may, or wants no more of it for a while, what goes there waits by itself.
 */
import { type ProblemCode, ProblemError } from '@tocsin/core/base'
import type { Later } from './later.ts'
import type { Batch } from './outbox.ts'
import { type FeedbackPath, RANK } from './statements.ts'

/** The way to the upstream; the composition gives one. */
export interface FeedbackUplink {
  /** Posts a body of JSON; resolves with the answer, rejects with a `ProblemError`. */
  send(path: string, body: string, signal: AbortSignal, via: string): Promise<unknown>
}

/** What the sender is made of. */
export interface SenderParts {
  readonly uplink: FeedbackUplink
  readonly later: Later
  /** The wait after so many failures in a row, in milliseconds. */
  readonly waitAfter: (failures: number) => number
  /** The next batch of a rank that does not rest; `undefined` where none waits or nothing may be sent. */
  readonly take: (isResting: (rank: number) => boolean) => Batch | undefined
  readonly release: () => void
  /** Resolves when it is on the disk that the upstream took a batch. */
  readonly settle: (batch: Batch, receipt: Receipt) => Promise<void>
  /** Likewise that it will never be taken. */
  readonly putAside: (batch: Batch, reason: string) => Promise<void>
  /** A batch could not be sent; it is tried again. */
  readonly failed: (error: unknown) => void
}

/** What an upstream says of a batch. */
export interface Receipt {
  readonly refused: number
  /** Of the first refused item. */
  readonly reason: string | undefined
  /** Pages of which it would like the text. */
  readonly wanted: readonly string[]
}

/** For one answer, in milliseconds. */
const ANSWER_MS = 60_000

/** Characters of an upstream's own words that are kept. */
const REASON_MAX = 200

/** Requests of one batch that the upstream may ask for, at most. */
const WANTED_MAX = 1000

/** A rank whose path the upstream does not know, or not now. */
interface Resting {
  readonly failures: number
  readonly why: string
  /** Calls off the end of its rest; `undefined` where it is tried again. */
  readonly callOff: (() => void) | undefined
}

/** See above. */
export class Sender implements AsyncDisposable {
  readonly #parts: SenderParts
  readonly #stop = new AbortController()
  #running: Promise<void> | undefined
  #isWoken = false
  #endRest: () => void = () => undefined
  #failures = 0
  #trouble: string | undefined
  readonly #resting = new Map<number, Resting>()

  constructor(parts: SenderParts) {
    this.#parts = parts
  }

  /** Why the last attempt failed; `undefined` where it did not. */
  get trouble(): string | undefined {
    return this.#trouble ?? [...this.#resting.values()][0]?.why
  }

  /** There may be something to send. */
  wake(): void {
    this.#isWoken = true
    if (this.#running !== undefined || this.#stop.signal.aborted) return
    this.#running = this.#run().finally(() => {
      this.#running = undefined
      if (this.#isWoken) this.wake()
    })
  }

  /** The upstream is there again, as somebody else has found: what rests need not rest to the end. */
  hurry(): void {
    for (const [rank, { callOff, ...resting }] of this.#resting) {
      callOff?.()
      this.#resting.set(rank, { ...resting, callOff: undefined })
    }
    this.#endRest()
    this.wake()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#isWoken = false
    for (const { callOff } of this.#resting.values()) callOff?.()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#isWoken = false
      const batch = this.#parts.take(rank => this.#resting.get(rank)?.callOff !== undefined)
      if (batch === undefined) return
      try {
        await this.#send(batch)
        this.#failures = 0
        this.#trouble = undefined
        this.#resting.delete(RANK[batch.path])
      } catch (error) {
        this.#parts.release()
        if (this.#hasEnded()) return
        if (isOfPath(error)) {
          this.#restRank(batch.path, error)
          continue
        }
        this.#failures += 1
        this.#trouble = textOf(error)
        this.#parts.failed(error)
        await this.#rest(this.#waitAfter(this.#failures, error))
      }
    }
  }

  /** A method, for the compiler would think that nothing has changed over an `await`. */
  #hasEnded(): boolean {
    return this.#stop.signal.aborted
  }

  async #send(batch: Batch): Promise<void> {
    const { path, body, via } = batch
    try {
      const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(ANSWER_MS)])
      const answer = await this.#parts.uplink.send(path, body, signal, via)
      await this.#parts.settle(batch, receiptOf(answer, path))
    } catch (error) {
      if (!isForGood(error)) throw error
      await this.#parts.putAside(batch, textOf(error))
    }
  }

  /** Lets what goes to a path wait, and what has its rank, for it must not overtake; the rest goes on. */
  #restRank(path: FeedbackPath, error: unknown): void {
    const rank = RANK[path]
    const failures = (this.#resting.get(rank)?.failures ?? 0) + 1
    const why = textOf(error)
    const callOff = this.#parts.later(this.#waitAfter(failures, error), () => {
      this.#resting.set(rank, { failures, why, callOff: undefined })
      this.wake()
    })
    this.#resting.set(rank, { failures, why, callOff })
    // Once for each silence; after the first time it stands in the state alone.
    if (failures === 1) this.#parts.failed(error)
  }

  #waitAfter(failures: number, error: unknown): number {
    return Math.max(this.#parts.waitAfter(failures), secondsAsked(error) * 1000)
  }

  #rest(ms: number): Promise<void> {
    return new Promise(resolve => {
      const end = () => {
        callOff()
        this.#stop.signal.removeEventListener('abort', end)
        resolve()
      }
      this.#endRest = end
      const callOff = this.#parts.later(ms, end)
      this.#stop.signal.addEventListener('abort', end, { once: true })
    })
  }
}

/**
 * Whether saying it again will not help. A key that is refused (401, 403) is no such thing: the administrator mends it, and
 * what waits goes.
 */
function isForGood(error: unknown): boolean {
  return hasCode(error, 'invalid', 'stale')
}

/**
 * Whether the upstream refuses a path, and not what is said on it: an older one does not know it yet, a proxy in front is
 * not set up for it (404, 405), or it has had enough of it for now (429).
 */
function isOfPath(error: unknown): boolean {
  return hasCode(error, 'not-found', 'limited')
}

function hasCode(error: unknown, ...codes: readonly ProblemCode[]): boolean {
  return error instanceof ProblemError && codes.includes(error.problem.code)
}

/** The receipt, checked: an answer that is none does not mean that anything was taken. */
function receiptOf(answer: unknown, path: FeedbackPath): Receipt {
  const told = (answer ?? {}) as Readonly<Record<string, unknown>>
  const count = path === '/v1/evidence/retract' ? told['retracted'] : told['accepted']
  if (typeof count !== 'number') {
    const message = `Cannot send feedback: the answer to ${path} must be a receipt`
    throw new ProblemError({ code: 'unavailable', message })
  }
  const refused = listOf(told['refused'])
  const first = (refused[0] ?? {}) as Readonly<Record<string, unknown>>
  const wanted = listOf(told['wanted']).filter(each => typeof each === 'string')
  return {
    refused: refused.length,
    reason: typeof first['reason'] === 'string' ? first['reason'].slice(0, REASON_MAX) : undefined,
    wanted: wanted.slice(0, WANTED_MAX),
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** When the upstream says to come again, in seconds. */
function secondsAsked(error: unknown): number {
  const { seconds } = error as { readonly seconds?: unknown }
  return typeof seconds === 'number' ? seconds : 0
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
