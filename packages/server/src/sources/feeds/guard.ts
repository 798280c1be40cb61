/**
 * The guard: whether a copy of a feed may take the place of the last good one. Lists break: one of 7,694 ranges was empty
 * for nine days, one of 100,000 swelled to 282,000 and back. What looks like that is kept aside and reported. It is
 * followed when an administrator agrees, or when it stays so; nothing at all is never followed unasked.
 */
import { HOUR_MS, type Instant } from '@tocsin/core/evidence'
import type { FeedSettings } from './settings.ts'

/** A list may swell as it likes up to so many entries. */
const SWELL_FROM = 1000

/** Turns that must find the same before it is followed unasked, and how long they must span. */
const REPEATS = 3
const REPEAT_HOURS = 24

/** Two lengths are of about the same size if they differ by no more than this share of the larger. */
const ALIKE = 0.1

/** Why a copy is not followed. */
export type HoldCause = 'empty' | 'shrunk' | 'swollen'

/** A copy that was not followed, over the turns that found it again. */
export interface Hold {
  readonly cause: HoldCause
  readonly entries: number
  readonly since: Instant
  readonly turns: number
  /** An administrator agreed to follow a copy of about this length. */
  readonly agreed: boolean
}

/** What the guard looks at. */
export interface Candidate {
  readonly entries: number
  /** Of the last good copy; `undefined` where there is none. */
  readonly before: number | undefined
  readonly held: Hold | undefined
  readonly now: Instant
}

/** What the guard says. */
export type Judgment =
  | { readonly follow: true }
  | { readonly follow: false; readonly hold: Hold; readonly reason: string }

/** Judges a copy by its length. */
export function judge(candidate: Candidate, settings: Pick<FeedSettings, 'shrinkMax' | 'growMax'>): Judgment {
  const { entries, before, held, now } = candidate
  const cause = causeOf(entries, before, settings)
  if (cause === undefined) return { follow: true }
  const again = held !== undefined && held.cause === cause && areAlike(held.entries, entries)
  if (again && held.agreed) return { follow: true }
  const hold: Hold = again
    ? { ...held, turns: held.turns + 1 }
    : { cause, entries, since: now, turns: 1, agreed: false }
  const lasted = hold.turns >= REPEATS && now - hold.since >= REPEAT_HOURS * HOUR_MS
  if (lasted && cause !== 'empty') return { follow: true }
  return { follow: false, hold, reason: reasonOf(cause, candidate, settings) }
}

function causeOf(
  entries: number,
  before: number | undefined,
  { shrinkMax, growMax }: Pick<FeedSettings, 'shrinkMax' | 'growMax'>,
): HoldCause | undefined {
  if (entries === 0) return before === 0 ? undefined : 'empty'
  if (before === undefined || before === 0) return undefined
  if (entries < before * (1 - shrinkMax)) return 'shrunk'
  return entries > SWELL_FROM && entries > before * growMax ? 'swollen' : undefined
}

function reasonOf(
  cause: HoldCause,
  { entries, before }: Candidate,
  settings: Pick<FeedSettings, 'shrinkMax' | 'growMax'>,
): string {
  const step = `${before ?? 'no'} entries before, ${entries} now`
  switch (cause) {
    case 'empty':
      return `it must have entries: ${step}; it is followed when an administrator agrees`
    case 'shrunk':
      return `it must not lose more than ${settings.shrinkMax * 100} % at once: ${step}; it is followed when an administrator agrees, or when it stays so`
    case 'swollen':
      return `it must not grow to more than ${settings.growMax} times its length at once: ${step}; it is followed when an administrator agrees, or when it stays so`
  }
}

function areAlike(a: number, b: number): boolean {
  return Math.abs(a - b) <= ALIKE * Math.max(a, b)
}
