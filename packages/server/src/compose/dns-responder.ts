/** What answers DNS, put together in the same way in the main thread and in each worker, from what can cross to one. */
import { unwrap } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import type { MemoryReader } from '@tocsin/core/list'
import type { SubjectType } from '@tocsin/core/subject'
import { type EntryReader, type Freshness, REFUSES_UNTESTED, unpackEntry } from '@tocsin/core/verdict'
import type { Config } from '../config/index.ts'
import type { BlockFilter } from '../doors/dns/block-filter.ts'
import { ClientNets, type ClientRules } from '../doors/dns/client-nets.ts'
import type { DnsCounts } from '../doors/dns/counters.ts'
import type { Encounters } from '../doors/dns/encounters.ts'
import type { KeyLabels } from '../doors/dns/key-labels.ts'
import type { Peer } from '../doors/dns/peer.ts'
import { RateLimit } from '../doors/dns/rate-limit.ts'
import { Responder } from '../doors/dns/responder.ts'
import { type TtlSettings, zonesUnder } from '../doors/dns/zones.ts'
import { answering } from './answering.ts'
import type { SharedFreshness } from './dns-freshness.ts'
import { policyOf } from './policy.ts'
import type { SiteBlocks } from './site-blocks.ts'

/** How DNS is answered, as plain data. */
export interface DnsSettings {
  /** The name above the zones, such as `tocsin.example`; at most 120 bytes. */
  readonly base: string
  /** Addresses of `ns.<base>`, as resolvers reach this node; may be empty. */
  readonly nameServers: readonly string[]
  readonly ttl: TtlSettings
  /**
   * Its `untested` is not heeded: a list that lists whatever it does not know is a wildcard. Only a mail aggressiveness
   * that refuses unknown senders lists them, by a code of its own.
   */
  readonly policy: Config['policy']
  readonly needsKey: Config['dns']['needsKey']
  /** Who may ask at all. */
  readonly clients: ClientRules
  /** For each client network and kind of answer, by UDP; 0 for no limit. */
  readonly responsesPerSecond: number
  /** The types that the book holds; all, where absent. Questions about others fail: "not listed" would be a lie. */
  readonly types?: readonly SubjectType[] | undefined
}

/** What changes while it runs, and what it is counted in. */
export interface DnsSurroundings {
  readonly memory: MemoryReader
  readonly keys: KeyLabels
  readonly freshness: SharedFreshness
  readonly counts: DnsCounts
  readonly clock: () => Instant
  /** Random, and told to nobody. */
  readonly seed: number
  /** What the site has blocked for a while, and the filter that follows it. */
  readonly siteBlocks: SiteBlocks
  readonly blocks: BlockFilter
  /** What is told of subjects that were met; `undefined`: nothing. */
  readonly encounters: Encounters | undefined
  readonly onError: (error: unknown) => void
}

/** Throws a ProblemError of code `invalid` for a base, a name server or a client network that is none. */
export function buildResponder(settings: DnsSettings, surroundings: DnsSurroundings): Responder {
  const { memory, keys, freshness, counts, clock, seed, siteBlocks, blocks, encounters, onError } = surroundings
  const { site, operator } = settings.policy
  const { types } = settings
  const fresh = (now: number) => freshness.at(now)
  const hasLists = [site, operator].some(list => list.approved.length + list.blocked.length > 0)
  const whole = policyOf(settings, siteBlocks)
  const policy = { ...whole, untested: 'allow' as const, lists: hasLists ? whole.lists : [siteBlocks] }
  return new Responder({
    zones: unwrap(zonesUnder(settings.base, settings.nameServers)),
    ttl: settings.ttl,
    known: memory,
    hasLists,
    listsUnknown: policy.mail === REFUSES_UNTESTED,
    keys,
    needsKey: keyRule(settings.needsKey),
    nets: unwrap(ClientNets.from(settings.clients)),
    limit: new RateLimit(settings.responsesPerSecond, seed),
    // The quick way looks at memory alone, where a type that is not held is a type of which nothing is listed.
    freshness: types === undefined ? fresh : () => SLOWLY,
    counts,
    blocks,
    ...(encounters === undefined ? {} : { encounters }),
    answer: answering({ book: entriesIn(memory), policy, clock, freshness: fresh, types }),
    clock,
    onError,
  })
}

/** Has every question answered by the handler, which asks about each subject how much its answer is worth. */
const SLOWLY: Freshness = { state: 'stale', ageSeconds: 0 }

function keyRule(rule: DnsSettings['needsKey']): (peer: Peer) => boolean {
  if (rule === 'off-loopback') return peer => !peer.isLoopback()
  return rule === 'always' ? () => true : () => false
}

/** Addresses lie in memory by address alone: an answer about one finds it among its nets, as the one of full length. */
function entriesIn(memory: MemoryReader): EntryReader {
  return {
    get(type, key) {
      if (type === 'ip' || type === 'net') return undefined
      const packed = memory.get(type, key)
      return packed && unpackEntry(packed)
    },
    matchIp: address => memory.matchIp(address),
  }
}
