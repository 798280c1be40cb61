/**
 * How long to wait after a failure: exponential, with full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015: of the ways compared there, the one with the least work for server and clients). A thousand
 * edges that lose their cloud at one moment come back spread over the whole wait, not together at its end.
 */

/** The wait after a first failure is at most this, in milliseconds; it doubles with each further one. */
export const FIRST_WAIT_MS = 1000

/** The longest wait, in milliseconds: five minutes. */
export const LONGEST_WAIT_MS = 300_000

/** No wait is shorter, in milliseconds: chance may say 0, and a loop without a pause is no retry. */
export const SHORTEST_WAIT_MS = 50

/**
 * Milliseconds to wait after so many failures in a row.
 *
 * @param failures 1 or more
 * @param random from 0 to below 1
 */
export function waitAfter(failures: number, random: () => number): number {
  const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 30))
  return Math.max(SHORTEST_WAIT_MS, Math.floor(random() * most))
}
