/** One seed's traffic through the pictures, and what was said of whom when. */
import { performance } from 'node:perf_hooks'
import { unwrap } from '@tocsin/core/base'
import { HOUR_MS, type Instant, type KindName } from '@tocsin/core/evidence'
import { containsAddress, netRange, parseSubject, subjectText } from '@tocsin/core/subject'
import type { Sighting } from '@tocsin/core/wire'
import type { Finding } from '../../packages/server/src/mining/miner.ts'
import { SenderPictures } from '../../packages/server/src/mining/senders/index.ts'
import { GOOD, type MadeSender, type MadeSighting, makeTraffic, type Role, STARTS } from './generator.ts'

/** Kinds that none of the good senders may be given. */
export const BLOCKING: readonly KindName[] = ['bad-mail-share', 'snowshoe-range', 'botnet-sender']

const KINDS: readonly KindName[] = [...BLOCKING, 'sending-surge']

/** How fast the members of one attack were found. Minutes from its start; `undefined` where it was not so by the end. */
export interface Speed {
  readonly role: Role
  readonly members: number
  readonly first: number | undefined
  readonly half: number | undefined
  readonly most: number | undefined
  /** Median of the minutes from a member's own first mail until something was said of it or its range. */
  readonly fromOwnFirst: number | undefined
}

/** What came out for one seed. */
export interface Outcome {
  readonly seed: number
  readonly sightings: number
  /** Spent on sightings, and on ticks. */
  readonly observingSeconds: number
  readonly tickingSeconds: number
  readonly tickMsMax: number
  readonly speeds: readonly Speed[]
  /** Good senders that were given each kind at any time of the day, by role. */
  readonly wrong: readonly (readonly [role: Role, senders: number, byKind: Readonly<Record<string, number>>])[]
  /** Of the wrong ones, addresses with kind and confidence, the first few. */
  readonly named: readonly string[]
}

interface Said extends Finding {
  readonly at: Instant
}

const MINUTE_MS = 60_000
const DAY_START = Date.parse('2026-06-30T00:00:00Z')

/** Runs one seed. */
export function runTrial(seed: number): Outcome {
  const traffic = makeTraffic(seed)
  const said: Said[] = []
  let now = DAY_START - traffic.historyHours * HOUR_MS
  const findings = {
    say: (finding: Finding) => void said.push({ ...finding, at: now }),
    unsay: () => undefined,
  }
  const pictures = new SenderPictures({ findings, asnOf: address => (address[0] ?? 0) * 256 + (address[1] ?? 0) })
  const firstMail = new Map<string, number>()
  let sightings = 0
  let observing = 0
  let ticking = 0
  let tickMsMax = 0
  const take = (counted: readonly MadeSighting[], hour: Instant) => {
    const whole = counted.map(one => ({ sighting: sightingOf(one, hour), site: siteOf(one.site, traffic.sites) }))
    const start = performance.now()
    for (const { sighting, site } of whole) pictures.observe(sighting, site, now)
    const observed = performance.now()
    pictures.tick(now)
    const ticked = performance.now()
    tickMsMax = Math.max(tickMsMax, ticked - observed)
    observing += observed - start
    ticking += ticked - observed
    sightings += whole.length
  }
  for (let hour = -traffic.historyHours; hour < 0; hour++) {
    // Sent when the hour is almost over.
    now = DAY_START + hour * HOUR_MS + 59 * MINUTE_MS
    take(traffic.counted(60 * hour, 60), DAY_START + hour * HOUR_MS)
  }
  for (let minute = 0; minute < 1440; minute++) {
    const counted = traffic.counted(minute, 1)
    for (const { address } of counted) if (!firstMail.has(address)) firstMail.set(address, minute)
    const hour = DAY_START + Math.floor(minute / 60) * HOUR_MS
    // Sites send once a minute, when it is over; the tick comes up to 15 seconds later.
    now = DAY_START + (minute + 1) * MINUTE_MS + 15_000
    take(counted, hour)
  }
  const found = firstSaid(said)
  return {
    seed,
    sightings,
    observingSeconds: observing / 1000,
    tickingSeconds: ticking / 1000,
    tickMsMax,
    speeds: (['snowshoe', 'snowshoe run', 'botnet', 'compromised'] as const).map(role =>
      speedOf(role, traffic.senders, found, firstMail),
    ),
    ...wrongOf(traffic.senders, found, said),
  }
}

/** When each kind was first said of each subject, by its text. */
type FirstSaid = ReadonlyMap<string, ReadonlyMap<KindName, number>>

function firstSaid(said: readonly Said[]): FirstSaid {
  const found = new Map<string, Map<KindName, number>>()
  for (const { subject, kind, at } of said) {
    const text = subjectText(subject)
    const kinds = found.get(text) ?? new Map<KindName, number>()
    if (!kinds.has(kind)) kinds.set(kind, (at - DAY_START) / MINUTE_MS)
    found.set(text, kinds)
  }
  return found
}

/** The first minute at which any blocking kind was said of an address or of its range. */
function foundAt(address: string, found: FirstSaid): number | undefined {
  const times = [`ip:${address}`, `net:${address.replace(/\d+$/, '0')}/24`].flatMap(text =>
    BLOCKING.flatMap(kind => found.get(text)?.get(kind) ?? []),
  )
  return times.length === 0 ? undefined : Math.min(...times)
}

function speedOf(
  role: keyof typeof STARTS & Role,
  senders: readonly MadeSender[],
  found: FirstSaid,
  firstMail: ReadonlyMap<string, number>,
): Speed {
  const members = [...new Set(senders.filter(sender => sender.role === role).map(({ address }) => address))]
  const times = members.flatMap(address => foundAt(address, found) ?? []).sort((a, b) => a - b)
  const after = (share: number) => {
    const time = times[Math.ceil(share * members.length) - 1]
    return time === undefined ? undefined : time - STARTS[role]
  }
  const own = members
    .flatMap(address => {
      const time = foundAt(address, found)
      return time === undefined ? [] : [time - Math.max(STARTS[role], firstMail.get(address) ?? 0)]
    })
    .sort((a, b) => a - b)
  const first = times[0] === undefined ? undefined : times[0] - STARTS[role]
  const fromOwnFirst = own[Math.floor(own.length / 2)]
  return { role, members: members.length, first, half: after(0.5), most: after(0.9), fromOwnFirst }
}

function wrongOf(
  senders: readonly MadeSender[],
  found: FirstSaid,
  said: readonly Said[],
): Pick<Outcome, 'wrong' | 'named'> {
  const good = new Map(senders.filter(({ role }) => GOOD.includes(role)).map(({ address, role }) => [address, role]))
  const wrong = GOOD.map(role => {
    const theirs = [...good].filter(([, other]) => other === role).map(([address]) => address)
    const isGiven = (kind: KindName) => (address: string) =>
      found.get(`ip:${address}`)?.has(kind) || found.get(`net:${address.replace(/\d+$/, '0')}/24`)?.has(kind)
    const byKind = Object.fromEntries(KINDS.map(kind => [kind, theirs.filter(isGiven(kind)).length]))
    return [role, theirs.length, byKind] as const
  })
  const addresses = [...good.keys()].map(text => ({
    text,
    address: netRange(unwrap(parseSubject(`ip:${text}`))).address,
  }))
  const named = said
    .filter(({ kind }) => BLOCKING.includes(kind))
    .flatMap(({ subject, kind, confidence, at }) => {
      const range = netRange(subject)
      const hit = addresses.find(({ address }) => containsAddress(range, address))
      const minute = Math.round((at - DAY_START) / MINUTE_MS)
      return hit === undefined ? [] : [`${hit.text} (${good.get(hit.text)}): ${kind} ${confidence} at minute ${minute}`]
    })
  return { wrong, named: named.slice(0, 20) }
}

function sightingOf({ address, site: _site, ...counts }: MadeSighting, hour: Instant): Sighting {
  return { ...counts, subject: unwrap(parseSubject(`ip:${address}`)), hour }
}

function siteOf(site: number, trustSteps: readonly number[]) {
  return { organisation: `site-${site}`, trustStep: trustSteps[site] as number }
}
