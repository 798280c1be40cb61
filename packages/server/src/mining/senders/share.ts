/**
 * The share of bad mail of a sender, and how sure it is.
 *
 * Each site is one voice: what it counted enters with at most {@link SITE_MESSAGES_MAX} messages, beside a little of its
 * history with the sender. The share is that of a Beta distribution over a prior (what the range and the network of the sender
 * are known for), and what is said is its lower bound. It must hold **whichever single site is left out**: so no site
 * can make a sender bad, however many messages it claims. Where one trusted site alone saw it and no other has anything
 * to say, little is said; nothing at all, if what that site says of others is mostly not borne out (`credit.ts`).
 */

import type { Credit } from './credit.ts'
import {
  ALONE_CONFIDENCE,
  BASE_PRIOR,
  DOUBT,
  SHARE_MESSAGES_MIN,
  SHARE_SAID,
  SHARE_UNSAID,
  SITE_HISTORY_MAX,
  SITE_MESSAGES_MAX,
  UNTRUSTED_MAX,
} from './figures.ts'
import { UNTRUSTED } from './sites.ts'
import type { SenderView } from './view.ts'

/** What is held beforehand: a share, worth so many messages. */
export interface Prior {
  readonly mean: number
  readonly strength: number
}

/** What is to be done: say it so (thousandths), take it back, or leave it as it is. */
export type Judgment = number | 'unsay' | 'leave'

/** Messages and bad ones, as they enter. */
export interface Weight {
  messages: number
  bad: number
}

/** Messages by which the other sites contradict one alone. */
const CONTRADICTION_MIN = 3
const CONTRADICTION_SHARE = 0.4

/** The share from which a site blames a sender. */
const BLAME_SHARE = 0.6

const NOBODY = -1

/** Lower bound of a share, 0 to 1, of which these were seen over a prior. */
export function lowerShare({ messages, bad }: Readonly<Weight>, prior: Prior = BASE_PRIOR): number {
  const count = messages + prior.strength
  const mean = (bad + prior.mean * prior.strength) / count
  return Math.max(0, mean - DOUBT * Math.sqrt((mean * (1 - mean)) / (count + 1)))
}

/** What the present of one slot weighs, with at most so many messages. Untrusted sites may only incriminate. */
export function presentWeight(view: SenderView, slot: number, messagesMax: number, into: Weight): void {
  const volume = view.volume[slot] as number
  const bad = view.bad[slot] as number
  if (view.site[slot] === UNTRUSTED) {
    const most = Math.min(bad, UNTRUSTED_MAX, messagesMax)
    into.messages += most
    into.bad += most
  } else if (volume > 0) {
    const messages = Math.min(volume, messagesMax)
    into.messages += messages
    into.bad += (messages * bad) / volume
  }
}

function historyWeight(view: SenderView, slot: number, into: Weight): void {
  const volume = view.oldVolume[slot] as number
  if (view.site[slot] === UNTRUSTED || volume <= 0) return
  const messages = Math.min(volume, SITE_HISTORY_MAX)
  into.messages += messages
  into.bad += (messages * (view.oldBad[slot] as number)) / volume
}

/** What all trusted slots weigh, but for one: who makes up keys confirms nobody. */
function weightWithout(view: SenderView, left: number): Weight {
  const weight = { messages: 0, bad: 0 }
  for (let slot = 0; slot < view.count; slot++) {
    if (slot === left || view.site[slot] === UNTRUSTED) continue
    presentWeight(view, slot, SITE_MESSAGES_MAX, weight)
    historyWeight(view, slot, weight)
  }
  return weight
}

/** What is to be said of `bad-mail-share` for a sender. */
export function judgeShare(view: SenderView, prior: Prior, credit: Credit): Judgment {
  const whole = weightWithout(view, -1)
  for (let slot = 0; slot < view.count; slot++) {
    if (view.site[slot] === UNTRUSTED) presentWeight(view, slot, SITE_MESSAGES_MAX, whole)
  }
  const all = lowerShare(whole, prior)
  let lower = Number.POSITIVE_INFINITY
  let decisive = NOBODY
  for (let slot = 0; slot < view.count; slot++) {
    if (view.site[slot] === UNTRUSTED) continue
    const without = lowerShare(weightWithout(view, slot), prior)
    if (without < lower) [lower, decisive] = [without, slot]
  }
  if (decisive === NOBODY) return all < SHARE_UNSAID ? 'unsay' : 'leave'
  lower = Math.min(lower, all)
  const isContradicted = contradicts(view, decisive)
  note(view, decisive, isContradicted, lower, credit)
  if (lower >= SHARE_SAID && isEnough(view, prior)) return thousandths(lower)
  if (all >= SHARE_SAID && !isContradicted && isSound(view, decisive, credit)) return ALONE_CONFIDENCE
  return all < SHARE_UNSAID || isContradicted ? 'unsay' : 'leave'
}

/** Remembers whether the others bear out what the decisive site says of a sender. */
function note(view: SenderView, slot: number, isContradicted: boolean, lower: number, credit: Credit): void {
  const volume = view.volume[slot] as number
  if (volume < SHARE_MESSAGES_MIN || (view.bad[slot] as number) < BLAME_SHARE * volume) return
  if (isContradicted) credit.contradicted(view.site[slot] as number)
  else if (lower >= SHARE_SAID) credit.borneOut(view.site[slot] as number)
}

/** Enough of its own; where its range has a bad name, two bad messages are enough. */
function isEnough(view: SenderView, prior: Prior): boolean {
  const now = { messages: 0, bad: 0 }
  let trapped = 0
  for (let slot = 0; slot < view.count; slot++) {
    presentWeight(view, slot, SITE_MESSAGES_MAX, now)
    trapped += view.trapped[slot] as number
  }
  if (now.bad < now.messages * SHARE_SAID) return false
  const isInBadRange = prior.strength >= 2 * BASE_PRIOR.strength && prior.mean >= 0.5
  return now.messages >= SHARE_MESSAGES_MIN || trapped >= 1.5 || (isInBadRange && now.bad >= 1.5)
}

/** One trusted site, of whose word one may think well, has seen much, or a trap of it was hit. */
function isSound(view: SenderView, slot: number, credit: Credit): boolean {
  if (!credit.isGood(view.site[slot] as number)) return false
  return (view.volume[slot] as number) >= 2 * SHARE_MESSAGES_MIN || (view.trapped[slot] as number) >= 1.5
}

/** Whether the trusted sites but for one have seen enough of the sender, and mostly good. */
function contradicts(view: SenderView, slot: number): boolean {
  const rest = weightWithout(view, slot)
  return rest.messages >= CONTRADICTION_MIN && rest.bad < CONTRADICTION_SHARE * rest.messages
}

/** In steps of 50, so that not each message changes what is said. */
export function thousandths(share: number): number {
  return Math.min(1000, Math.max(50, Math.floor(share * 20) * 50))
}

/** The prior of a sender from what its range and its network are known for, each worth at most so much. */
export function priorFrom(parts: readonly (readonly [weight: Readonly<Weight>, strengthMax: number])[]): Prior {
  let strength: number = BASE_PRIOR.strength
  let bad = BASE_PRIOR.mean * BASE_PRIOR.strength
  for (const [{ messages, bad: theirs }, strengthMax] of parts) {
    if (messages <= 0) continue
    const worth = Math.min(strengthMax, messages * PRIOR_PER_MESSAGE)
    strength += worth
    bad += (worth * theirs) / messages
  }
  return { mean: bad / strength, strength }
}

/** Messages of the neighbours that are worth one of its own. */
const PRIOR_PER_MESSAGE = 0.1
