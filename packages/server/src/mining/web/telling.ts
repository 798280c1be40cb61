/** The history of a domain as the console and an explanation show it. Sites are counted and never named. */
import type { Instant, KindName } from '@tocsin/core/evidence'
import type { DomainFacts, Led } from './facts.ts'
import { type Move, movesOf, type Place } from './moves.ts'
import type { Statement } from './store.ts'

/** Resolutions that are shown, at most: the last seen. */
const SHOWN_MAX = 50

/** Times are ISO 8601 in UTC. What is not known is absent. */
export interface WebHistoryOf {
  readonly domain: string
  readonly firstSeen: string
  readonly registration?: {
    readonly registeredAt?: string
    readonly registrar?: string
    readonly state: string
    readonly askedAt: string
  }
  readonly certificate?: { readonly notBefore: string }
  readonly rank?: number
  /** All that are kept. */
  readonly resolutions: number
  /** The last seen, 50 at most. */
  readonly addresses: readonly AddressOf[]
  /** The oldest first. */
  readonly moves: readonly MoveOf[]
  /** What was said of it and stands. */
  readonly findings: readonly {
    readonly subject: string
    readonly kind: KindName
    readonly confidence: number
    readonly at: string
  }[]
}

/** One address of a host. */
export interface AddressOf {
  readonly host: string
  readonly address: string
  readonly asn?: number
  readonly country?: string
  readonly firstSeen: string
  readonly lastSeen: string
  readonly told: number
  /** How many sites told it; 8 stands for more. */
  readonly sites: number
  /** Whether many names share it, or it is in a content network. */
  readonly shared: boolean
}

/** A host that went to another network in another country. */
export interface MoveOf {
  readonly host: string
  readonly at: string
  readonly from: Place
  readonly to: Place
  readonly stableDays: number
  readonly confirmed: boolean
}

/** Puts it together. */
export function historyOf(
  facts: DomainFacts,
  led: readonly Led[],
  statements: readonly Statement[],
  isShared: (address: string) => boolean,
  rank: number | undefined,
): WebHistoryOf {
  const { registeredAt, registrar, registryState, registryAskedAt, certificateAt } = facts
  const byHost = [...Map.groupBy(led, ({ host }) => host).values()]
  const moves = byHost.flatMap(own => movesOf(own, isShared)).toSorted((a, b) => a.at - b.at)
  const shown = led.toSorted((a, b) => b.lastSeen - a.lastSeen).slice(0, SHOWN_MAX)
  return {
    domain: facts.name,
    firstSeen: iso(facts.firstSeen),
    ...(registryState === undefined || registryAskedAt === undefined
      ? {}
      : {
          registration: {
            ...(registeredAt === undefined ? {} : { registeredAt: iso(registeredAt) }),
            ...(registrar === undefined ? {} : { registrar }),
            state: registryState,
            askedAt: iso(registryAskedAt),
          },
        }),
    ...(certificateAt === undefined ? {} : { certificate: { notBefore: iso(certificateAt) } }),
    ...(rank === undefined ? {} : { rank }),
    resolutions: led.length,
    addresses: shown.map(each => addressOf(each, each.isCdn || isShared(each.address))),
    moves: moves.map(moveOf),
    findings: statements.map(({ subject, kind, confidence, at }) => ({ subject, kind, confidence, at: iso(at) })),
  }
}

function addressOf(led: Led, shared: boolean): AddressOf {
  const { host, address, asn, country, firstSeen, lastSeen, told, sites } = led
  return {
    host,
    address,
    ...(asn === undefined ? {} : { asn }),
    ...(country === undefined ? {} : { country }),
    firstSeen: iso(firstSeen),
    lastSeen: iso(lastSeen),
    told,
    sites: sites.length,
    shared,
  }
}

function moveOf({ host, at, from, to, stableDays, isConfirmed }: Move): MoveOf {
  return { host, at: iso(at), from, to, stableDays, confirmed: isConfirmed }
}

function iso(at: Instant): string {
  return new Date(at).toISOString()
}
