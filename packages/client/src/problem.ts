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
  /** Whether a node said so in its own words (RFC 9457, with a code of ours); else the status alone suggests it. */
  readonly isTold: boolean

  constructor(
    code: ProblemCode,
    message: string,
    status: number,
    { isTold = false, ...options }: ErrorOptions & { readonly isTold?: boolean } = {},
  ) {
    super(message, options)
    this.name = 'TocsinProblem'
    this.code = code
    this.status = status
    this.isTold = isTold
  }
}

/** Whether the problem is that nobody could answer, as against an answer that says no. */
export function isUnanswered(error: unknown): error is TocsinProblem {
  return error instanceof TocsinProblem && ['unavailable', 'stale', 'internal'].includes(error.code)
}

/**
 * Whether a node itself said no, so that another would hide what is wrong with the question or the key. 401 of a portal
 * that wants a login is not a node's word, and one that is asked too often may give way.
 */
export function isRefusal(problem: TocsinProblem): boolean {
  return problem.isTold && problem.code !== 'limited' && !isUnanswered(problem)
}

/** Whether a body tells a problem as a node does. */
export function isToldProblem(body: unknown): boolean {
  const { code } = (body ?? {}) as { readonly code?: unknown }
  return CODES.some(known => known === code)
}

/** The problem that a response of a status other than 2xx tells, by RFC 9457 or by the status alone. */
export function problemOf(status: number, body: unknown): TocsinProblem {
  const { code, detail } = (body ?? {}) as { readonly code?: unknown; readonly detail?: unknown }
  const said = CODES.find(known => known === code)
  const message = typeof detail === 'string' ? detail : `Cannot use the answer: its status is ${status}`
  // A proxy in between may answer in the node's place, so the status decides what kind of failure it is.
  const isTold = said !== undefined
  if (status >= 500)
    return new TocsinProblem(said === 'stale' || said === 'internal' ? said : 'unavailable', message, status, {
      isTold,
    })
  return new TocsinProblem(said ?? codeOf(status), message, status, { isTold })
}

function codeOf(status: number): ProblemCode {
  if (status === 401 || status === 403 || status === 407) return 'unauthorized'
  if (status === 429) return 'limited'
  return status === 404 ? 'not-found' : 'invalid'
}

/** For a node that could not be asked. */
export function unreachable(base: string, error: unknown): TocsinProblem {
  const why = error instanceof Error ? error.message : String(error)
  return new TocsinProblem('unavailable', `Cannot reach ${base}: ${why}`, 0, { cause: error })
}

/** For an answer that is not what the question is answered with: some other program answers at this address. */
export function strangeAnswer(what: string): TocsinProblem {
  return new TocsinProblem('unavailable', `Cannot use the answer: it is not ${what}; is this a Tocsin node?`, 200)
}
