/**
 * The few ways in which anything in Tocsin can fail. Each door has one table that maps them to its own protocol.
 *
 * - `invalid`: the caller's words are wrong; saying them again will not help.
 * - `unauthorized`: no key, a wrong one, or one whose role may not do this.
 * - `limited`: too much or too fast; later is fine.
 * - `not-found`: the thing named does not exist. Never used for "no evidence": that is a verdict, `untested`.
 * - `stale`: an answer exists, but it is older than it may be.
 * - `unavailable`: a part that is needed does not answer.
 * - `internal`: our own mistake.
 */
export type ProblemCode = 'invalid' | 'unauthorized' | 'limited' | 'not-found' | 'stale' | 'unavailable' | 'internal'

/** A failure as a value: its code and a sentence that says the action, then the state against the desired one. */
export interface Problem {
  readonly code: ProblemCode
  readonly message: string
}

/** Either a value or the problem that stood in its way. Parsers return it; they never throw on input. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem }

/** Wraps a value as a success. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value }
}

/** Wraps a failure; `message` follows the error grammar: `Cannot parse ip "1.2.3": it has 3 parts, needs 4`. */
export function fail(code: ProblemCode, message: string): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { code, message } }
}

/** A problem on its way through code that can only throw. Caught at a door, which maps the code. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.message, options)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/** The value of a success; throws a {@link ProblemError} for a failure. For callers that have checked already, and tests. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new ProblemError(result.problem)
}

/**
 * The opposite of {@link unwrap}: what `read` gives, or the problem of the {@link ProblemError} that it throws. Any other error is a
 * mistake of ours and is thrown on.
 */
export function attempt<T>(read: () => T): Result<T> {
  try {
    return ok(read())
  } catch (error) {
    if (error instanceof ProblemError) return fail(error.problem.code, error.problem.message)
    throw error
  }
}
