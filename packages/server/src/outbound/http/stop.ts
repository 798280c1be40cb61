/** When to give up: the time for the whole is over, the caller does not want it any more, or the outbound closes. */
import { ProblemError } from '@tocsin/core/base'

/** What a timer can wait, milliseconds. */
const TIMER_MAX = 2 ** 31 - 1

/** Why a fetch ends early, in one signal. Whoever makes it ends it. */
export class Stop {
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #what: string
  readonly #caller: AbortSignal | undefined
  readonly #onEnd: () => void
  #ended = false

  /** @param what for messages, as `Cannot fetch "https://…"` */
  constructor(what: string, timeoutSeconds: number, caller: AbortSignal | undefined, onEnd: (stop: Stop) => void) {
    const tooLate = `${what}: it must be done in ${timeoutSeconds} s, and is not`
    this.#timer = setTimeout(() => this.now(tooLate), Math.min(timeoutSeconds * 1000, TIMER_MAX))
    this.#what = what
    this.#caller = caller
    this.#onEnd = () => onEnd(this)
    if (caller?.aborted === true) this.#aborted()
    else caller?.addEventListener('abort', this.#aborted, { once: true })
  }

  /** Its reason is a `ProblemError`. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Gives up, as `unavailable`. */
  now(message: string, cause?: unknown): void {
    this.#controller.abort(new ProblemError({ code: 'unavailable', message }, { cause }))
  }

  /** Waits for whatever comes first: the value, or the reason to give up. */
  async race<T>(start: () => Promise<T>): Promise<T> {
    this.signal.throwIfAborted()
    const { promise: stopped, reject } = Promise.withResolvers<never>()
    const onAbort = () => reject(this.signal.reason as Error)
    this.signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await Promise.race([start(), stopped])
    } finally {
      this.signal.removeEventListener('abort', onAbort)
    }
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#timer)
    this.#caller?.removeEventListener('abort', this.#aborted)
    this.#onEnd()
  }

  readonly #aborted = () => this.now(`${this.#what}: it was called off`, this.#caller?.reason)
}
