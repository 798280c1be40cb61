/** What goes wrong with an upstream, in our words. */
import { type ProblemCode, ProblemError } from '@tocsin/core/base'

/** The upstream does not tell any more what changed since where this mirror is: a snapshot is needed. */
export class GoneError extends ProblemError {
  constructor(message: string) {
    super({ code: 'not-found', message })
    this.name = 'GoneError'
  }
}

/** The upstream says when to come again: of the answers 429 and 503 with Retry-After. */
export class ComeLaterError extends ProblemError {
  /** From now, in seconds: 0 to {@link COME_LATER_MAX}, whatever the upstream said. */
  readonly seconds: number

  constructor(message: string, seconds: number) {
    super({ code: 'limited', message })
    this.name = 'ComeLaterError'
    this.seconds = seconds
  }
}

/** An hour: a mirror that waits longer on one word is no mirror. Seconds. */
export const COME_LATER_MAX = 3600

/** The codes of the answers that have one of their own; all other failures are `unavailable`. */
const CODES: Readonly<Record<number, ProblemCode>> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'unauthorized',
  404: 'not-found',
  405: 'not-found',
  409: 'stale',
  413: 'invalid',
  415: 'invalid',
  422: 'invalid',
}

/** The failure that a status stands for. */
export function refusal(what: string, status: number, retryAfter: string | null, detail: string): ProblemError {
  const said = detail === '' ? '' : `: "${detail}"`
  const message = `Cannot ${what}: the status must be 200, found ${status}${said}`
  if (status === 410) return new GoneError(message)
  const seconds = /^\d{1,9}$/.test(retryAfter ?? '') ? Number(retryAfter) : undefined
  if ((status === 429 || status === 503) && seconds !== undefined) {
    return new ComeLaterError(message, Math.min(seconds, COME_LATER_MAX))
  }
  return new ProblemError({ code: CODES[status] ?? 'unavailable', message })
}

/** What the platform throws, as `unavailable`; problems stay what they are. */
export function unreachable(what: string, error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  const { cause, message } = error as { readonly cause?: { readonly code?: string }; readonly message?: string }
  const why = cause?.code ?? message ?? String(error)
  return new ProblemError(
    { code: 'unavailable', message: `Cannot ${what}: the upstream must answer to the end, found ${why}` },
    { cause: error },
  )
}
