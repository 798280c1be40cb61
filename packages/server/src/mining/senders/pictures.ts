/**
 * The running picture of each sender of mail, and what follows from it.
 *
 * A sighting only adds to counters and notes the range of its sender. Each tick looks at the ranges that were noted: at
 * a range as a whole first (what it is known for, whether it is a snowshoe), then at its members, with what the range and
 * its network are known for as prior; and last at the newcomers of the hour as a crowd. So the cost of a sighting does
 * not depend on what is concluded, and what comes in one tick is judged together, in whatever order it came.
 */
import { HOUR_MS, type Instant, type KindName } from '@tocsin/core/evidence'
import { netSubject, type Subject } from '@tocsin/core/subject'
import type { Sighting, SightingSite } from '@tocsin/core/wire'
import type { Findings } from '../miner.ts'
import { Crowds, type Suspect, suspectIn } from './botnet.ts'
import { NEVER, NONE, SAID, SENDER_BYTES, WAITS } from './columns.ts'
import { Credit } from './credit.ts'
import {
  ALONE_CONFIDENCE,
  ASN_STRENGTH_MAX,
  BOTNET,
  LEARNING_HOURS,
  MEMBER_MESSAGES_MAX,
  NET_STRENGTH_MAX,
  NETS_PER_TICK,
  SITE_MESSAGES_MAX,
  STATEMENTS_MAX,
} from './figures.ts'
import type { Net } from './nets.ts'
import { Newcomers } from './newcomers.ts'
import { type Fresh, isNew, pictureOf, type RangePicture } from './range.ts'
import { type Judgment, judgeShare, presentWeight, priorFrom, type Weight } from './share.ts'
import { siteNumber, UNTRUSTED } from './sites.ts'
import { judgeRange, judgeRun } from './snowshoe.ts'
import { Statements } from './statements.ts'
import { SenderStore } from './store.ts'
import { judgeSurge } from './surge.ts'
import { SenderView } from './view.ts'

/** What the pictures are handed. */
export interface PicturesOptions {
  readonly findings: Findings
  /** The number of the autonomous system of an address (4 or 16 bytes), where it is known. */
  readonly asnOf: (address: Uint8Array) => number | undefined
  /** Senders that are known at once, at most; 200,000 where absent. */
  readonly sendersMax?: number
}

/** Figures about the pictures themselves. */
export interface SenderNumbers {
  readonly senders: number
  readonly ranges: number
  /** Sightings taken. */
  readonly sightings: number
  /** Senders forgotten for want of room, sightings that found none, newcomers too many to be looked at. */
  readonly forgotten: number
  readonly noRoom: number
  readonly passedOver: number
  /** Bytes of the columns: what each place costs, in use or not. */
  readonly columnBytes: number
  /** Statements in force. */
  readonly statements: number
  /** Ranges that wait for the next tick. */
  readonly waiting: number
}

const MINUTE_MS = 60_000
const SENDERS_MAX = 200_000

/** Messages of one range that count for its network, at most. */
const NET_GIVES_MAX = 20

/** See above. Time comes with each call. */
export class SenderPictures {
  readonly store: SenderStore
  readonly statements: Statements
  readonly crowds = new Crowds()
  readonly credit = new Credit()
  /** When the first sighting came; nothing is new before a day after. */
  observingSince: Instant | undefined
  readonly #newcomers = new Newcomers()
  readonly #noted = new Set<number>()
  readonly #view = new SenderView()
  /** New members of IPv4 ranges that have enough to take part in a run. */
  readonly #fresh = new Map<number, Fresh>()
  /** Ranges to look at in the next tick too. */
  readonly #again: number[] = []
  #sightings = 0
  #tickedAt: Instant | undefined

  constructor({ findings, asnOf, sendersMax = SENDERS_MAX }: PicturesOptions) {
    this.store = new SenderStore(sendersMax, asnOf)
    this.statements = new Statements(findings, STATEMENTS_MAX)
  }

  /** Adds a sighting to the picture of its sender. Its hour must be neither to come nor over for long. */
  observe(sighting: Sighting, by: SightingSite, now: Instant): void {
    this.observingSince ??= now
    this.#sightings += 1
    const site = siteNumber(by)
    const touched = this.store.observe(sighting, site, now)
    if (touched === undefined) return
    this.#noted.add(this.store.columns.net[touched.sender] as number)
    if (touched.isNew) this.#newcomers.add(touched.sender, site, minuteOf(now))
  }

  /** Notes all ranges, as after a start. */
  noteAll(): void {
    for (const number of this.store.nets.numbers()) this.#noted.add(number)
  }

  /** Says what follows from what came since the last time, and takes back what does not any more. */
  tick(now: Instant): void {
    let looked = 0
    for (const number of this.#noted) {
      if (looked++ === NETS_PER_TICK) break
      this.#noted.delete(number)
      const net = this.store.nets.at(number)
      if (net !== undefined) this.#look(net, now)
    }
    for (const number of this.#again.splice(0)) this.#noted.add(number)
    this.#lookAtCrowds(now)
    this.statements.sweep(now)
    this.credit.fade(this.#tickedAt === undefined ? 0 : (now - this.#tickedAt) / HOUR_MS)
    this.#tickedAt = now
  }

  /** Figures for the metrics and the trial. */
  numbers(): SenderNumbers {
    const { store } = this
    return {
      senders: store.size,
      ranges: store.nets.size,
      sightings: this.#sightings,
      ...store.counts,
      passedOver: this.#newcomers.passedOver,
      columnBytes: store.columns.hour.length * SENDER_BYTES,
      statements: this.statements.size,
      waiting: this.#noted.size,
    }
  }

  #look(net: Net, now: Instant): void {
    const { store } = this
    const hour = Math.floor(now / HOUR_MS)
    const picture = pictureOf(store.columns, net, minuteOf(now), hour, this.#hasLearned(now))
    const part = Math.min(1, NET_GIVES_MAX / Math.max(1, picture.name.messages))
    store.nets.give(net, part * picture.name.messages, part * picture.name.bad)
    this.#sayRange(net, picture, now)
    for (let sender = net.head; sender !== NONE; sender = store.columns.next[sender] as number) {
      this.#sayMember(net, sender, picture.name, now)
    }
  }

  #sayMember(net: Net, sender: number, name: Readonly<Weight>, now: Instant): void {
    const { store } = this
    const view = this.#view.read(store.columns, sender, Math.floor(now / HOUR_MS))
    const own = { messages: 0, bad: 0 }
    for (let slot = 0; slot < view.count; slot++) {
      if (view.site[slot] !== UNTRUSTED) presentWeight(view, slot, MEMBER_MESSAGES_MAX, own)
    }
    const others = less(name, own)
    const prior = priorFrom([
      [others, NET_STRENGTH_MAX],
      [store.nets.aroundOf(net), ASN_STRENGTH_MAX],
    ])
    let share = judgeShare(view, prior, this.credit)
    if (share === ALONE_CONFIDENCE && (store.columns.said[sender] as number) === 0) {
      // Not before the next tick, when it is known what the others say to whatever else that site has told.
      store.columns.said[sender] = WAITS
      this.#again.push(store.columns.net[sender] as number)
      share = 'leave'
    }
    const surge = judgeSurge(view, minuteOf(now))
    const hasNews = typeof share === 'number' || typeof surge === 'number'
    if (!hasNews && store.columns.said[sender] !== SAID) return
    if (hasNews) store.columns.said[sender] = SAID
    const subject = store.subject(sender)
    this.#act(subject, 'bad-mail-share', share, now)
    this.#act(subject, 'sending-surge', surge, now)
    // Whoever turned out to send good mail, as others saw it, is no part of a botnet either.
    if (share === 'unsay' && view.totalMessages >= SITE_MESSAGES_MAX) this.statements.unsay(subject, 'botnet-sender')
  }

  #sayRange(net: Net, picture: RangePicture, now: Instant): void {
    const { fresh } = picture
    const alone = judgeRange(fresh)
    const judgment = typeof net.key === 'number' && typeof alone !== 'number' ? this.#run(net.key, fresh, alone) : alone
    if (judgment === 'leave') return
    const subject = netSubject(net.address, net.address.length === 4 ? 24 : 64)
    if (!picture.hasGoodMember || judgment === 'unsay') this.#act(subject, 'snowshoe-range', judgment, now)
    if (!picture.hasGoodMember && judgment !== 'unsay') return
    // Somebody else lives there: only the new members are said to be so.
    for (const sender of fresh.senders) {
      this.store.columns.said[sender] = SAID
      this.#act(this.store.subject(sender), 'snowshoe-range', judgment, now)
    }
  }

  #run(key: number, fresh: Fresh, alone: Judgment): Judgment {
    if (fresh.senders.length === 0) this.#fresh.delete(key)
    else this.#fresh.set(key, fresh)
    const first = key - (key % 4)
    const parts = [fresh]
    for (let other = first; other < first + 4; other++) {
      const theirs = this.#fresh.get(other)
      if (other !== key && theirs !== undefined && this.store.nets.find(other) !== undefined) parts.push(theirs)
    }
    const run = judgeRun(parts)
    return run === 'leave' ? alone : run
  }

  #lookAtCrowds(now: Instant): void {
    const since = minuteOf(now) - BOTNET.windowMinutes
    this.#newcomers.expire(since)
    const hour = Math.floor(now / HOUR_MS)
    const { columns, keys } = this.store
    const suspects: Suspect[] = []
    for (const sender of this.#newcomers.senders()) {
      if (keys[sender] === undefined || columns.firstSeen[sender] === NEVER) continue
      const view = this.#view.read(columns, sender, hour)
      const suspect = isNew(view, minuteOf(now)) && suspectIn(view, sender, columns.net[sender] as number)
      if (suspect) suspects.push(suspect)
    }
    const passedHours = this.#tickedAt === undefined ? 0 : (now - this.#tickedAt) / HOUR_MS
    if (!this.#hasLearned(now)) this.crowds.learn(suspects, passedHours)
    else {
      for (const { sender, confidence } of this.crowds.judge(suspects, passedHours)) {
        columns.said[sender] = SAID
        this.statements.say(this.store.subject(sender), 'botnet-sender', confidence, now)
      }
    }
  }

  #act(subject: Subject, kind: KindName, judgment: Judgment, now: Instant): void {
    if (judgment === 'unsay') this.statements.unsay(subject, kind)
    else if (judgment !== 'leave') this.statements.say(subject, kind, judgment, now)
  }

  #hasLearned(now: Instant): boolean {
    return this.observingSince !== undefined && now - this.observingSince >= LEARNING_HOURS * HOUR_MS
  }
}

function less(whole: Readonly<Weight>, part: Readonly<Weight>): Weight {
  const messages = Math.max(0, whole.messages - part.messages)
  return { messages, bad: Math.min(messages, Math.max(0, whole.bad - part.bad)) }
}

function minuteOf(now: Instant): number {
  return Math.floor(now / MINUTE_MS)
}
