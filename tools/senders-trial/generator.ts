/**
 * Made-up mail traffic: two days of history, hour by hour, and a day, minute by minute, as some sites count it.
 *
 * SYNTHETIC: all figures here are invented, from what is commonly told of such senders. The detectors never read them.
 *
 * Good: **providers** (large, everywhere, a little spam), **businesses** (a few mails an hour to a few sites; a tenth of
 * them forward, so that their authentication fails), **new businesses** (the same, first seen in the course of the day),
 * **newsletters** (little, and one great wave in the day; old addresses, complaints), **neighbours** of the snowshoe.
 * Bad: **residential** noise (infected machines that come and go all day), a **compromised** business, a **snowshoe** in a
 * /24, another in a **run** of four, a **botnet** of 2,000. A trusted and an untrusted site **lie**: both claim that the
 * good senders of their choice, providers among them, send nothing but spam and hit traps.
 */
import type { SightingCount } from '@tocsin/core/wire'
import { type Chance, chanceOf } from './chance.ts'

/** What a sender is, which the trial knows and the detectors do not. */
export type Role =
  | 'provider'
  | 'business'
  | 'new business'
  | 'newsletter'
  | 'neighbour'
  | 'residential'
  | 'compromised'
  | 'snowshoe'
  | 'snowshoe run'
  | 'botnet'

/** Shares of messages that show each sign. */
type Behaviour = Readonly<Record<Exclude<SightingCount, 'messages'>, number>>

/** One sender. Minutes count from the beginning of the day; negative ones are history. */
export interface MadeSender {
  readonly address: string
  readonly role: Role
  readonly sites: readonly number[]
  /** Messages a minute to all sites together, at a minute. */
  readonly rate: (minute: number) => number
  readonly behaviour: Behaviour
  readonly from: number
}

/** What one site counted about one sender. */
export interface MadeSighting extends Readonly<Record<SightingCount, number>> {
  readonly address: string
  readonly site: number
}

/** Traffic of one seed. */
export interface Traffic {
  readonly senders: readonly MadeSender[]
  /** Trust steps of the sites. */
  readonly sites: readonly number[]
  /** Hours of history before the day. */
  readonly historyHours: number
  /** What is counted in `minutes` minutes from a minute on. */
  counted(minute: number, minutes: number): MadeSighting[]
}

/** The roles that no finding but a surge may be about. */
export const GOOD: readonly Role[] = ['provider', 'business', 'new business', 'newsletter', 'neighbour']

/** When what is to be found begins: minutes of the day. */
export const STARTS = { compromised: 700, snowshoe: 600, 'snowshoe run': 780, botnet: 900, lies: 300 } as const

const SITES = 30
const UNTRUSTED_SITES = 5
const LIARS = [7, SITES - 1] as const
const DAY = 1440

const ORDINARY: Behaviour = { spam: 0.01, trapped: 0, complaints: 0.0002, authFailed: 0.03, rejectedRecipients: 0.03 }

/** Makes the traffic of a seed. */
export function makeTraffic(seed: number): Traffic {
  const chance = chanceOf(seed)
  const senders = [
    ...providers(chance),
    ...businesses(chance),
    ...newsletters(chance),
    ...residential(chance),
    ...snowshoes(chance),
    ...botnet(chance),
  ]
  const victims = senders.filter(({ role }) => GOOD.includes(role) && chance.unit() < (role === 'provider' ? 1 : 0.05))
  const sites = Array.from({ length: SITES }, (_, site) => (site >= SITES - UNTRUSTED_SITES ? 4 + (site % 3) : 12))
  return {
    senders,
    sites,
    historyHours: 48,
    counted(minute, minutes) {
      const found = senders.flatMap(sender => sent(chance, sender, minute, minutes))
      return minute < STARTS.lies ? found : [...found, ...LIARS.flatMap(site => lies(chance, victims, site))]
    },
  }
}

function sent(chance: Chance, sender: MadeSender, minute: number, minutes: number): MadeSighting[] {
  if (minute + minutes <= sender.from) return []
  const total = chance.count(sender.rate(minute) * minutes)
  if (total === 0) return []
  const { address, sites, behaviour } = sender
  const bySite = new Map<number, number>()
  if (total > 4 * sites.length) for (const site of sites) bySite.set(site, Math.round(total / sites.length))
  else {
    for (let one = 0; one < total; one++) {
      const site = sites[chance.below(sites.length)] as number
      bySite.set(site, (bySite.get(site) ?? 0) + 1)
    }
  }
  return Array.from(bySite, ([site, messages]) => ({
    address,
    site,
    messages,
    spam: chance.among(messages, behaviour.spam),
    trapped: chance.among(messages, behaviour.trapped),
    complaints: chance.among(messages, behaviour.complaints),
    authFailed: chance.among(messages, behaviour.authFailed),
    rejectedRecipients: chance.among(messages, behaviour.rejectedRecipients),
  }))
}

/** Each liar speaks of a tenth of its victims each minute, with more than they ever send. */
function lies(chance: Chance, victims: readonly MadeSender[], site: number): MadeSighting[] {
  return victims
    .filter(() => chance.unit() < 0.1)
    .map(({ address }) => {
      const counts = { messages: 5000, spam: 5000, trapped: 100, complaints: 100, authFailed: 5000 }
      return { address, site, ...counts, rejectedRecipients: 5000 }
    })
}

function providers(chance: Chance): MadeSender[] {
  const behaviour = { spam: 0.012, trapped: 0.00001, complaints: 0.0004, authFailed: 0.01, rejectedRecipients: 0.02 }
  return Array.from({ length: 20 }, (_, at) => {
    const perMinute = chance.between(300, 3000)
    const rate = (minute: number) => perMinute * daytime(minute)
    return { address: `20.1.${at % 4}.${10 + at}`, role: 'provider', sites: all(), rate, behaviour, from: -1e6 }
  })
}

function businesses(chance: Chance): MadeSender[] {
  return Array.from({ length: 3400 }, (_, at): MadeSender => {
    const isNew = at >= 3000
    const perMinute = chance.between(1, 30) / 60
    const behaviour = at % 10 === 0 ? { ...ORDINARY, authFailed: 0.6 } : at % 10 === 1 ? OLD_ADDRESSES : ORDINARY
    return {
      address: `30.${at % 7}.${chance.below(250)}.${1 + chance.below(254)}`,
      role: isNew ? 'new business' : 'business',
      sites: some(chance, 2 + chance.below(6)),
      rate: minute => perMinute * daytime(minute),
      behaviour,
      from: isNew ? chance.below(DAY) : -1e6,
    }
  })
}

const OLD_ADDRESSES: Behaviour = { ...ORDINARY, rejectedRecipients: 0.15 }

function newsletters(chance: Chance): MadeSender[] {
  const behaviour = { spam: 0.03, trapped: 0.0002, complaints: 0.0008, authFailed: 0.005, rejectedRecipients: 0.06 }
  return Array.from({ length: 60 }, (_, at): MadeSender => {
    const wave = 60 + chance.below(1200)
    const many = chance.between(20, 600)
    const rate = (minute: number) => (minute >= wave && minute < wave + 120 ? many : 0.5)
    const sites = some(chance, 10 + chance.below(15))
    return { address: `40.${at % 5}.7.${20 + at}`, role: 'newsletter', sites, rate, behaviour, from: -1e6 }
  })
}

/** A thousand machines a day, each there for two hours. */
function residential(chance: Chance): MadeSender[] {
  const behaviour = { spam: 0.6, trapped: 0.01, complaints: 0.002, authFailed: 0.4, rejectedRecipients: 0.2 }
  return Array.from({ length: 3000 }, (): MadeSender => {
    const from = chance.below(3 * DAY) - 2 * DAY
    return {
      address: `90.${chance.below(200)}.${chance.below(256)}.${chance.below(256)}`,
      role: 'residential',
      sites: some(chance, 1 + chance.below(4)),
      rate: minute => (minute >= from && minute < from + 120 ? 0.15 : 0),
      behaviour,
      from,
    }
  })
}

function snowshoes(chance: Chance): MadeSender[] {
  const behaviour = { spam: 0.6, trapped: 0.02, complaints: 0.003, authFailed: 0, rejectedRecipients: 0.1 }
  const member = (address: string, role: 'snowshoe' | 'snowshoe run'): MadeSender => {
    const from = STARTS[role] + chance.below(10)
    return { address, role, sites: all(), rate: minute => (minute >= from ? 0.15 : 0), behaviour, from }
  }
  const spammed = { spam: 0.85, trapped: 0.01, complaints: 0.002, authFailed: 0, rejectedRecipients: 0.2 }
  const neighbours = [2, 3].map((last): MadeSender => {
    const rate = (minute: number) => 0.3 * daytime(minute)
    return {
      address: `50.1.9.${last}`,
      role: 'neighbour',
      sites: some(chance, 5),
      rate,
      behaviour: ORDINARY,
      from: -1e6,
    }
  })
  return [
    ...neighbours,
    ...Array.from({ length: 200 }, (_, at) => member(`50.1.8.${20 + at}`, 'snowshoe')),
    ...Array.from({ length: 48 }, (_, at) => member(`50.1.${12 + (at % 4)}.${20 + at}`, 'snowshoe run')),
    ...Array.from({ length: 40 }, (_, at) => member(`50.1.9.${20 + at}`, 'snowshoe')),
    // A business until then, which sends as one, and from then on for somebody else.
    {
      address: '30.9.9.9',
      role: 'compromised',
      sites: some(chance, 6),
      rate: minute => (minute < STARTS.compromised ? 0.3 : 0),
      behaviour: ORDINARY,
      from: -1e6,
    },
    {
      address: '30.9.9.9',
      role: 'compromised',
      sites: all(),
      rate: minute => (minute >= STARTS.compromised ? 40 : 0),
      behaviour: spammed,
      from: STARTS.compromised,
    },
  ]
}

/** Begins within half an hour; each sends a mail every two minutes. */
function botnet(chance: Chance): MadeSender[] {
  const behaviour = { spam: 0.4, trapped: 0.01, complaints: 0.001, authFailed: 0.6, rejectedRecipients: 0.5 }
  return Array.from({ length: 2000 }, (): MadeSender => {
    const from = STARTS.botnet + chance.below(30)
    return {
      address: `${100 + chance.below(60)}.${chance.below(256)}.${chance.below(256)}.${chance.below(256)}`,
      role: 'botnet',
      sites: some(chance, 6),
      rate: minute => (minute >= from ? 0.5 : 0),
      behaviour,
      from,
    }
  })
}

/** Between 0.3 at night and 1.7 in the afternoon. */
function daytime(minute: number): number {
  return 1 - 0.7 * Math.cos((2 * Math.PI * (minute - 120)) / DAY)
}

function all(): readonly number[] {
  return Array.from({ length: SITES }, (_, site) => site)
}

function some(chance: Chance, count: number): readonly number[] {
  const sites = new Set<number>()
  while (sites.size < count) sites.add(chance.below(SITES))
  return [...sites]
}
