/**
 * A range as its members show it: what it is known for, and which of its members are new and send little. Both hold
 * whichever single site is left out, so no site can give a range its name.
 */
import { type Columns, NEVER, NONE } from './columns.ts'
import { MEMBER_MESSAGES_MAX, NET_MEMBERS_MIN, NEW_HOURS, SNOWSHOE } from './figures.ts'
import type { Net } from './nets.ts'
import { lowerShare, presentWeight, type Weight } from './share.ts'
import { UNTRUSTED } from './sites.ts'
import { SenderView } from './view.ts'

/** New members that each send little, together. */
export interface Fresh {
  readonly senders: number[]
  /** Messages of all, and the sum of `v · ln v` over the members, from which follows how evenly they send. */
  messages: number
  messagesLog: number
  /** What each site saw of them; how many of them it alone saw. */
  readonly bySite: Map<number, Weight>
  readonly onlyAt: Map<number, number>
}

/** What a walk through the members gives. */
export interface RangePicture {
  /** Messages and bad ones, each member little, the site that blackens most left out; nothing for too few members. */
  readonly name: Weight
  readonly fresh: Fresh
  /** Whether there is a member of some history that is no bad one: whoever judges the range as a whole hits it too. */
  hasGoodMember: boolean
}

/** Messages of history that make a member one of some history, and the share below which it is no bad one. */
const HISTORY_MIN = 20
const HISTORY_SHARE = 0.2

/** The parts of a share of bad mail that has no member yet. */
export function noFresh(): Fresh {
  return { senders: [], messages: 0, messagesLog: 0, bySite: new Map(), onlyAt: new Map() }
}

/** Walks through the members of a range. `minute` and `hour` are since 1970. */
export function pictureOf(columns: Columns, net: Net, minute: number, hour: number, learned: boolean): RangePicture {
  const view = new SenderView()
  const bySite = new Map<number, Weight>()
  const picture = { name: { messages: 0, bad: 0 }, fresh: noFresh(), hasGoodMember: false }
  let counted = 0
  for (let sender = net.head; sender !== NONE; sender = columns.next[sender] as number) {
    view.read(columns, sender, hour)
    if (view.totalMessages >= 0.5) counted += 1
    addSites(view, bySite)
    if (learned && isNew(view, minute) && isSmall(view)) addFresh(view, sender, picture.fresh)
    else if (isGoodMember(view)) picture.hasGoodMember = true
  }
  if (counted >= NET_MEMBERS_MIN) Object.assign(picture.name, withoutWorst(bySite).weight)
  return picture
}

/** Whether a trusted site met it for the first time within a day. */
export function isNew(view: SenderView, minute: number): boolean {
  return view.firstSeen !== NEVER && minute - view.firstSeen < NEW_HOURS * 60
}

/** What remains where the site is left out that makes the share lowest; and which one that is. */
export function withoutWorst(bySite: ReadonlyMap<number, Weight>): { readonly weight: Weight; readonly site: number } {
  let messages = 0
  let bad = 0
  for (const weight of bySite.values()) {
    messages += weight.messages
    bad += weight.bad
  }
  let worst = { weight: { messages: 0, bad: 0 }, site: 0 }
  let least = Number.POSITIVE_INFINITY
  for (const [site, weight] of bySite) {
    const rest = { messages: Math.max(0, messages - weight.messages), bad: Math.max(0, bad - weight.bad) }
    const lower = lowerShare(rest)
    if (lower < least) [least, worst] = [lower, { weight: rest, site }]
  }
  return worst
}

/** Joins the new members of a range to those of its neighbours. */
export function pool(parts: readonly Fresh[]): Fresh {
  const whole = noFresh()
  for (const part of parts) {
    whole.senders.push(...part.senders)
    whole.messages += part.messages
    whole.messagesLog += part.messagesLog
    for (const [site, weight] of part.bySite) addWeight(whole.bySite, site, weight)
    for (const [site, count] of part.onlyAt) whole.onlyAt.set(site, (whole.onlyAt.get(site) ?? 0) + count)
  }
  return whole
}

function addSites(view: SenderView, bySite: Map<number, Weight>): void {
  for (let slot = 0; slot < view.count; slot++) {
    if (view.site[slot] === UNTRUSTED) continue
    const weight = { messages: 0, bad: 0 }
    presentWeight(view, slot, MEMBER_MESSAGES_MAX, weight)
    addWeight(bySite, view.site[slot] as number, weight)
  }
}

function addWeight(bySite: Map<number, Weight>, site: number, { messages, bad }: Readonly<Weight>): void {
  const weight = bySite.get(site)
  if (weight === undefined) bySite.set(site, { messages, bad })
  else {
    weight.messages += messages
    weight.bad += bad
  }
}

/** What untrusted sites claim makes nobody large. */
function isSmall(view: SenderView): boolean {
  let messages = 0
  for (let slot = 0; slot < view.count; slot++) {
    if (view.site[slot] !== UNTRUSTED) messages += view.messages[slot] as number
  }
  return messages > 0 && messages <= SNOWSHOE.memberMessages
}

function addFresh(view: SenderView, sender: number, fresh: Fresh): void {
  let sites = 0
  let site = 0
  let messages = 0
  for (let slot = 0; slot < view.count; slot++) {
    if (view.site[slot] === UNTRUSTED) continue
    messages += view.messages[slot] as number
    site = view.site[slot] as number
    sites += 1
  }
  fresh.senders.push(sender)
  fresh.messages += messages
  fresh.messagesLog += messages * Math.log(messages)
  if (sites === 1) fresh.onlyAt.set(site, (fresh.onlyAt.get(site) ?? 0) + 1)
  addSites(view, fresh.bySite)
}

function isGoodMember(view: SenderView): boolean {
  let volume = 0
  let bad = 0
  for (let slot = 0; slot < view.count; slot++) {
    if (view.site[slot] === UNTRUSTED) continue
    volume += view.oldVolume[slot] as number
    bad += view.oldBad[slot] as number
  }
  return volume >= HISTORY_MIN && bad < HISTORY_SHARE * volume
}
