/**
 * How a mail server should refuse an address: for good, so that the sender's server tells its user at once, or for a
 * while, so that it tries again. Who is refused by mistake for a while gets through; who is refused by mistake for good
 * has to notice. So "for good" is said only where the book is sure and will be for longer than servers try again.
 */
import { HOUR_MS, type Instant, type Reason } from '../evidence/index.ts'
import { isDoubted, type Place, refusedFrom, type Seen } from './aggressiveness.ts'
import { type Entry, verdictAt } from './entry.ts'
import type { Aggressiveness, Policy, Ruling } from './policy.ts'
import { isBlockedAt } from './verdict.ts'

/** See above. */
export const ADVICES = ['permanent', 'temporary'] as const

/** One of {@link ADVICES}. */
export type Advice = (typeof ADVICES)[number]

/** The reply that a mail server gives: RFC 5321 §4.2.3 with the enhanced code of RFC 3463 §3.8 ("not authorized"). */
export const SMTP_REPLIES: Readonly<Record<Advice, string>> = { permanent: '550 5.7.1', temporary: '450 4.7.1' }

/**
 * Hours for which a refusal must hold to be one for good. Servers try again for four to five days (RFC 5321 §4.5.4.1);
 * half of that leaves a sender who was refused for a while two days in which it gets through.
 */
export const PERMANENT_HOURS = 48

/** The largest step at which something is refused because of what is known of it. */
const KNOWN_AT: Aggressiveness = 3

/** Reasons that the node works out by itself: nobody has said anything of the kind. */
export const DERIVED_REASONS: ReadonlySet<Reason> = new Set(['name', 'neighbourhood', 'sending', 'hosting', 'similar'])

/** What the advice depends on beside what is seen. */
export interface AdviceContext {
  readonly policy: Policy
  /** Of the book: what it says is unsure unless it is fresh. */
  readonly freshness: { readonly state: 'fresh' | 'stale' | 'unavailable' }
  readonly now: Instant
}

/**
 * The advice about an address that is blocked.
 *
 * For good where the site's own list says so, or where trusted organisations have said what weighs most and there are
 * two of them or the refusal still holds in {@link PERMANENT_HOURS} (as it does where it rests on a standing listing).
 * For a while otherwise: what fades sooner, what only strangers or the node itself say, what is said of a protected
 * subject by too few, senders that nobody knows, and whatever a book says that is not fresh.
 *
 * @param ruling what the site's lists say of it
 */
export function adviceFor(seen: Seen, place: Place, ruling: Ruling | undefined, context: AdviceContext): Advice {
  if (ruling !== undefined) return 'permanent'
  const { entry, verdict } = seen
  if (context.freshness.state !== 'fresh' || entry === undefined || verdict === 'untested') return 'temporary'
  if (entry.organisations === 0 || DERIVED_REASONS.has(entry.reason)) return 'temporary'
  if (isDoubted(entry, place.protection)) return 'temporary'
  return entry.organisations > 1 || willHold(entry, place, context) ? 'permanent' : 'temporary'
}

/** Whether it will be refused in {@link PERMANENT_HOURS} too, and because of what is known of it. */
function willHold(entry: Entry, place: Place, { policy, now }: AdviceContext): boolean {
  const { verdict, score } = verdictAt(entry, now + PERMANENT_HOURS * HOUR_MS)
  if (policy.mail === undefined) return isBlockedAt(verdict, policy.level)
  return refusedFrom({ verdict, score, entry }, place) <= Math.min(policy.mail, KNOWN_AT)
}
