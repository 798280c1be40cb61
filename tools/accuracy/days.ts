/** Days as whole numbers since 1970-01-01 UTC, and the ones at which the data are cut. */

const DAY_MS = 86_400_000

/** The day of an ISO date or time; NaN for any other text. */
export function dayOf(text: string): number {
  return Math.floor(Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / DAY_MS)
}

/** The ISO date of a day. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** The last day that is learnt from; what the lists say first after it is the test. */
export const LEARN_UNTIL = dayOf('2026-05-15')

/** From here to {@link LEARN_UNTIL} choices of the fit are tried, so that none is made on the test. */
export const VALIDATE_FROM = dayOf('2026-04-16')
