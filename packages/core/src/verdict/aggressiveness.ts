/**
 * How much of the world a mail server refuses when it is connected to: five steps, for addresses alone. Other subjects
 * keep the policy's level.
 *
 *     0  dangerous, and two organisations say so or one whose listing stands
 *     1  dangerous
 *     2  highly suspicious too (the default; what level `medium` blocks)
 *     3  suspicious too, where an organisation that is trusted says so and the score is worse than that of the unknown
 *     4  all that is suspicious, and senders that nobody knows: for a while only (see `advice.ts`)
 *
 * A subject is given the least step that refuses it, so that each step refuses all that the one before it does: there is
 * nothing to be kept in line. The step comes from the entry alone and costs a few comparisons.
 */
import type { Protection } from '../evidence/index.ts'
import { QUORUM } from '../scoring/index.ts'
import { reservedPrefix, type Subject } from '../subject/index.ts'
import type { Entry } from './entry.ts'
import { FOR_GOOD } from './lapse-hours.ts'
import type { Action, Aggressiveness, Policy } from './policy.ts'
import { isBlockedAt, UNTESTED_SCORE, type Verdict } from './verdict.ts'

/** The step that refuses senders whom nobody knows. */
export const REFUSES_UNTESTED: Aggressiveness = 4

/** Beyond every step: not refused at any. */
export const NEVER_REFUSED = 5

/** What is seen of a subject at a time. */
export interface Seen {
  readonly verdict: Verdict
  /** 0 to 100, within the verdict's band. */
  readonly score: number
  /** The entry that decided; absent where there is none. */
  readonly entry: Entry | undefined
}

/** Where it is seen: an address among the nets around it. */
export interface Place {
  /** The strongest protection of the subject, or of a net that it lies in. */
  readonly protection: Protection | undefined
  /** Of an `ip` or a `net`, 4 or 16 bytes. */
  readonly address: Uint8Array | undefined
}

/** The least aggressiveness that refuses what is seen; {@link NEVER_REFUSED} where none does. */
export function refusedFrom(
  seen: Seen,
  { protection }: Pick<Place, 'protection'>,
): Aggressiveness | typeof NEVER_REFUSED {
  switch (seen.verdict) {
    case 'dangerous':
      return isBacked(seen.entry) ? 0 : 1
    case 'highly-suspicious':
      return 2
    case 'suspicious':
      return isDoubted(seen.entry, protection) || !isWorseThanUnknown(seen) ? 4 : 3
    case 'untested':
      // Who is protected is known, whatever the score.
      return protection === undefined ? REFUSES_UNTESTED : NEVER_REFUSED
    case 'safe':
      return NEVER_REFUSED
  }
}

/** Whether too few trusted organisations agree about a protected subject. */
export function isDoubted(entry: Entry | undefined, protection: Protection | undefined): boolean {
  return protection !== undefined && (entry?.organisations ?? 0) < QUORUM[protection]
}

/** What a policy does about what is seen of a subject, its lists aside. */
export function actionFor({ type }: Pick<Subject, 'type'>, seen: Seen, place: Place, policy: Policy): Action {
  if (seen.verdict === 'untested' && policy.untested === 'block') return 'block'
  if (type !== 'ip' || policy.mail === undefined) {
    return isBlockedAt(seen.verdict, policy.level) ? 'block' : 'allow'
  }
  const from = refusedFrom(seen, place)
  if (from > policy.mail) return 'allow'
  // The site's own machines are unknown to the world, and shall be.
  return from === REFUSES_UNTESTED && isReserved(place) ? 'allow' : 'block'
}

/** Two organisations stand behind it, or one whose listing does not fade. */
function isBacked(entry: Entry | undefined): boolean {
  if (entry === undefined || entry.organisations === 0) return false
  return entry.organisations > 1 || entry.lapses[0] === FOR_GOOD
}

function isWorseThanUnknown({ score, entry }: Seen): boolean {
  return score < UNTESTED_SCORE && entry !== undefined && entry.organisations > 0
}

function isReserved({ address }: Place): boolean {
  return address !== undefined && reservedPrefix(address) !== undefined
}
