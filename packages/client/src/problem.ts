/** What can go wrong with a question, other than that nobody answers it. */
import type { ProblemCode } from '@tocsin/core/base'

const CODES: readonly ProblemCode[] = [
  'invalid',
  'unauthorized',
  'limited',
  'not-found',
  'stale',
  'unavailable',
  'internal',
]

/**
 * A node refused, or nobody answered.
 *
 * - `invalid`, `not-found`: asking again will not help.
 * - `unauthorized`: the key is missing, wrong, or of too low a role.
 * - `limited`: later is fine.
 * - `unavailable`, `stale`, `internal`: nobody could answer. Nothing is known; for reports: nothing is promised.
 */
export class TocsinProblem extends Error {
  readonly code: ProblemCode
  /** The status of HTTP; 0 where no answer came. */
  readonly status: number

  constructor(code: ProblemCode, message: string, status: number, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TocsinProblem'
    this.code = code
    this.status = status
  }
}

/** Whether the problem is that nobody could answer, as against an answer that says no. */
export function isUnanswered(error: unknown): error is TocsinProblem {
  return error instanceof TocsinProblem && ['unavailable', 'stale', 'internal'].includes(error.code)
}

/** The problem that a response of a status other than 2xx tells, by RFC 9457 or by the status alone. */
export function problemOf(status: number, body: unknown): TocsinProblem {
  const { code, detail } = (body ?? {}) as { readonly code?: unknown; readonly detail?: unknown }
  const said = CODES.find(known => known === code)
  const message = typeof detail === 'string' ? detail : `Cannot use the answer: its status is ${status}`
  // A proxy in between may answer in the node's place, so the status decides what kind of failure it is.
  if (status >= 500)
    return new TocsinProblem(said === 'stale' || said === 'internal' ? said : 'unavailable', message, status)
  return new TocsinProblem(said ?? codeOf(status), message, status)
}

function codeOf(status: number): ProblemCode {
  if (status === 401 || status === 403 || status === 407) return 'unauthorized'
  if (status === 429) return 'limited'
  return status === 404 ? 'not-found' : 'invalid'
}
