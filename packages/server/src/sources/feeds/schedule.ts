/** When a feed has its next turn. Pure: the same name, times and counts give the same answer. */
import { hash } from 'node:crypto'
import type { Instant } from '@tocsin/core/evidence'

const SECOND_MS = 1000
const DAY_SECONDS = 86_400

/** A feed that fails is tried again after so many seconds, then twice as many, up to a day. */
const RETRY_SECONDS = 300

/** Turns that were missed, and the first ones, are spread over so many seconds. */
const SPREAD_SECONDS = 120

/** What the next turn depends on. */
export interface Past {
  readonly name: string
  readonly everySeconds: number
  /** Turns that failed in a row. */
  readonly failures: number
  /** How many turns there were: each has a jitter of its own. */
  readonly turns: number
  /** What the server asked for. */
  readonly freshSeconds?: number | undefined
}

/**
 * The time of the next turn after one that ended now: what is configured, or later where the server asks for it (a day
 * at most), with a jitter of ±10 % that is the feed's own. The turn after the very first comes earlier, up to 60 %.
 */
export function nextTurn({ name, everySeconds, failures, turns, freshSeconds = 0 }: Past, now: Instant): Instant {
  const asked = Math.min(freshSeconds, DAY_SECONDS)
  const retry = Math.min(RETRY_SECONDS, everySeconds) * 2 ** Math.min(Math.max(failures - 1, 0), 20)
  const seconds = Math.max(failures > 0 ? Math.min(retry, DAY_SECONDS) : everySeconds, asked)
  // First turns come all in two minutes: the second ones are spread, or thousands of feeds would go on as a flock.
  const isSecond = turns === 1 && failures === 0 && seconds > asked
  const least = isSecond ? 0.4 : 0.9
  return now + Math.round(seconds * (least + (1.1 - least) * fraction(`${name} ${turns}`)) * SECOND_MS)
}

/** No turn is later than this, whatever a server asks for. */
export function latestTurn(everySeconds: number, now: Instant): Instant {
  return now + Math.max(everySeconds, DAY_SECONDS) * 1.1 * SECOND_MS
}

/** The time of a turn that is overdue when the node starts or wakes, or that is a feed's first: soon, but not all at once. */
export function spreadTurn(name: string, everySeconds: number, now: Instant): Instant {
  return now + Math.round(Math.min(everySeconds, SPREAD_SECONDS) * fraction(name) * SECOND_MS)
}

/** A number from 0 (included) to 1 (excluded) that is the text's own. */
function fraction(text: string): number {
  return hash('sha256', text, 'buffer').readUInt32LE(0) / 2 ** 32
}
