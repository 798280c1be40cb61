/**
 * Botnets: many senders that nobody knew, in many ranges, begin within the hour and behave alike, each sending little.
 *
 * The newcomers of the last hour that show bad signs are sorted by which signs those are (failed logins, unknown
 * recipients, spam, traps: 16 crowds). Some are always there; a crowd that is several times its usual size, wide over
 * ranges and sites, is a botnet. Its members are those that behave as the crowd does rather than as ordinary senders:
 * by the likelihood of what each of them did.
 */
import { BOTNET, ORDINARY_SENDERS } from './figures.ts'
import { UNTRUSTED } from './sites.ts'
import type { SenderView } from './view.ts'

/** Signs: 4, so 16 crowds. */
const SIGNS = 4
const CROWDS = 1 << SIGNS

/** A sign is one that a sender shows from this share of its messages on. */
const SIGN_SHARE = 0.3

/** Messages of one member that enter the behaviour of the crowd. */
const MEMBER_MAX = 10

/** A newcomer that may be one of a crowd. */
export interface Suspect {
  readonly sender: number
  readonly net: number
  /** The only trusted site that met it, or 0. */
  readonly onlyAt: number
  readonly crowd: number
  readonly messages: number
  readonly signs: readonly number[]
}

/** A member of a botnet, and how sure that is in thousandths. */
export interface Bot {
  readonly sender: number
  readonly confidence: number
}

/** The suspect in a view; `undefined` where it shows too little, or sends too much. */
export function suspectIn(view: SenderView, sender: number, net: number): Suspect | undefined {
  const { totalMessages: messages } = view
  if (messages > BOTNET.memberMessages || messages <= 0) return undefined
  const signs = Array.from(view.signs, count => Math.min(count, messages))
  let crowd = 0
  let shown = 0
  for (const [sign, count] of signs.entries()) {
    if (count >= SIGN_SHARE * messages) crowd |= 1 << sign
    shown += count
  }
  // What decayed since counts as what it was: three signs do not become two within minutes.
  if (crowd === 0 || shown < BOTNET.signs - 0.5) return undefined
  return { sender, net, onlyAt: onlySite(view), crowd, messages, signs }
}

/** The crowds, and how large each usually is. */
export class Crowds {
  /** Usual sizes, which follow the present ones with a half-life of a day where those are no excess. */
  readonly usual: Float64Array<ArrayBuffer>

  constructor(usual: readonly number[] = []) {
    this.usual = new Float64Array(CROWDS)
    for (let crowd = 0; crowd < CROWDS; crowd++) this.usual[crowd] = Math.max(0, usual[crowd] ?? 0)
  }

  /** Follows the usual sizes without judging, for the first day, in which all is new: four times as fast. */
  learn(suspects: readonly Suspect[], passedHours: number): void {
    for (let crowd = 1; crowd < CROWDS; crowd++) {
      const members = suspects.filter(suspect => suspect.crowd === crowd)
      this.#follow(crowd, sizeOf(members), 4 * passedHours)
    }
  }

  /**
   * The botnets among the suspects of the last hour.
   *
   * @param passedHours since the last time, by which the usual sizes follow
   */
  judge(suspects: readonly Suspect[], passedHours: number): readonly Bot[] {
    const perNet = new Map<number, number>()
    for (const { net } of suspects) perNet.set(net, (perNet.get(net) ?? 0) + 1)
    const spread = suspects.filter(({ net }) => (perNet.get(net) as number) <= BOTNET.netMembersMax)
    const many: Suspect[] = []
    for (let crowd = 1; crowd < CROWDS; crowd++) {
      const members = spread.filter(suspect => suspect.crowd === crowd)
      const size = sizeOf(members)
      if (this.#isExcess(crowd, members, size)) many.push(...members)
      else this.#follow(crowd, size, passedHours)
    }
    return botsOf(many)
  }

  #isExcess(crowd: number, members: readonly Suspect[], size: number): boolean {
    if (size < BOTNET.members || size < BOTNET.factor * (this.usual[crowd] as number)) return false
    const onlyAt = new Map<number, number>()
    for (const member of members) {
      if (member.onlyAt !== 0) onlyAt.set(member.onlyAt, (onlyAt.get(member.onlyAt) ?? 0) + 1)
    }
    const elsewhere = members.length - Math.max(0, ...onlyAt.values())
    return elsewhere >= BOTNET.membersElsewhere && new Set(members.map(({ net }) => net)).size >= BOTNET.nets
  }

  #follow(crowd: number, size: number, passedHours: number): void {
    const kept = 2 ** (-passedHours / BOTNET.baselineHalfLifeHours)
    this.usual[crowd] = kept * (this.usual[crowd] as number) + (1 - kept) * size
  }
}

/** Members, those of one range counting as a few at most. */
function sizeOf(members: readonly Suspect[]): number {
  const perNet = new Map<number, number>()
  for (const { net } of members) perNet.set(net, Math.min(BOTNET.netMembers, (perNet.get(net) ?? 0) + 1))
  let size = 0
  for (const count of perNet.values()) size += count
  return size
}

/**
 * Those that behave as all of them together do: of one botnet some show this sign by chance and some that, so all crowds
 * that are too large are taken together; a forwarder, which fails in one respect alone, is not like them.
 */
function botsOf(members: readonly Suspect[]): Bot[] {
  if (members.length === 0) return []
  const shares = behaviourOf(members)
  return members.flatMap(member => {
    const times = likelihood(member, shares)
    if (times < BOTNET.likelihood) return []
    const sure = times >= 2 * BOTNET.likelihood ? 100 : 0
    return [{ sender: member.sender, confidence: (member.onlyAt === 0 ? 800 : 600) + sure }]
  })
}

/** How often the members show each sign, by message. */
function behaviourOf(members: readonly Suspect[]): readonly number[] {
  let messages = 0
  const signs = new Float64Array(SIGNS)
  for (const member of members) {
    const part = Math.min(1, MEMBER_MAX / member.messages)
    messages += part * member.messages
    for (const [sign, count] of member.signs.entries()) signs[sign] = (signs[sign] as number) + part * count
  }
  return Array.from(signs, count => Math.min(0.95, Math.max(0.001, count / messages)))
}

/** How much likelier (natural logarithm) what it did is for one of the crowd than for an ordinary sender of any sort. */
function likelihood(suspect: Suspect, shares: readonly number[]): number {
  let ordinary = 0
  for (const { part, signs } of ORDINARY_SENDERS) ordinary += part * Math.exp(logLikelihood(suspect, signs))
  // Many messages make a number too small to be told from 0: then the crowd it is.
  return logLikelihood(suspect, shares) - Math.log(Math.max(ordinary, Number.MIN_VALUE))
}

function logLikelihood({ messages, signs }: Suspect, shares: readonly number[]): number {
  let sum = 0
  for (const [sign, share] of shares.entries()) {
    const shown = signs[sign] as number
    sum += shown * Math.log(share) + (messages - shown) * Math.log(1 - share)
  }
  return sum
}

function onlySite(view: SenderView): number {
  let only = 0
  for (let slot = 0; slot < view.count; slot++) {
    const site = view.site[slot] as number
    if (site === UNTRUSTED) continue
    if (only !== 0) return 0
    only = site
  }
  return only
}
