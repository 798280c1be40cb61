/**
 * The zones that the door is authoritative for: `<base>` and below it `ip`, `domain` and `hash`, each with a SOA and an
 * NS of its own, so that a resolver can be pointed at one of them alone (a stub or forward zone).
 */
import { fail, ok, type Result } from '@tocsin/core/base'
import { parseAddress } from '@tocsin/core/subject'
import { type ResourceRecord, type SoaRecord, type WireName, wireNameOf } from '../../protocols/dns/index.ts'

/** What a zone is about; `base` holds the others and the name server's addresses. */
export type ZoneKind = 'base' | 'ip' | 'domain' | 'hash'

/** The zones that have reputations in them. */
export type ListKind = Exclude<ZoneKind, 'base'>

/** All of them. */
export const LIST_KINDS = ['ip', 'domain', 'hash'] as const satisfies readonly ListKind[]

/** One zone. */
export interface Zone {
  readonly kind: ZoneKind
  readonly apex: WireName
}

/** All zones under one base. */
export interface Zones {
  /** The base's labels in lower case, leftmost first. */
  readonly baseLabels: readonly string[]
  readonly zones: Readonly<Record<ZoneKind, Zone>>
  /** `ns.<base>`, the one name server of all of them. */
  readonly nameServer: WireName
  /** `hostmaster.<base>`, RFC 2142 §7. */
  readonly mailbox: WireName
  /** A and AAAA of the name server. */
  readonly nameServerRecords: readonly ResourceRecord[]
}

/** How long answers may be kept. */
export interface TtlSettings {
  /** Seconds for a listing; less where it lapses sooner. */
  readonly answerSeconds: number
  /** Seconds for "not listed": how long a client may not notice a new listing. */
  readonly negativeSeconds: number
}

/** 5 minutes for a listing, 1 minute for its absence. */
export const TTL_DEFAULTS: TtlSettings = { answerSeconds: 300, negativeSeconds: 60 }

/** Seconds that the zones' own records (NS and the addresses behind it) may be kept. */
const INFRASTRUCTURE_TTL_SECONDS = 3600

/** Seconds, for secondaries that would copy a zone: look every 5 minutes, again after 1, give up after a day. */
export const SOA_TIMES = { refresh: 300, retry: 60, expire: 86_400 } as const

/**
 * The zones under a base.
 *
 * @param base a name such as `tocsin.example`, at most 120 bytes so that the longest host still fits in front of it.
 * @param nameServers addresses at which this door can be reached; may be empty where nobody follows the NS.
 */
export function zonesUnder(base: string, nameServers: readonly string[]): Result<Zones> {
  const wire = wireNameOf(base)
  if (!wire.ok) return wire
  if (wire.value.length > 120) {
    return fail('invalid', `Cannot serve DNS zones under "${base}": it must have at most 120 bytes`)
  }
  const apex = wire.value.map(byte => (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte))
  const nameServer = childOf(apex, 'ns')
  const nameServerRecords: ResourceRecord[] = []
  for (const text of nameServers) {
    const address = parseAddress(text)
    if (!address.ok) return address
    const type = address.value.length === 4 ? 'A' : 'AAAA'
    nameServerRecords.push({ type, name: nameServer, ttl: INFRASTRUCTURE_TTL_SECONDS, address: address.value })
  }
  return ok({
    baseLabels: base.replace(/\.$/, '').toLowerCase().split('.'),
    zones: {
      base: { kind: 'base', apex },
      ip: { kind: 'ip', apex: childOf(apex, 'ip') },
      domain: { kind: 'domain', apex: childOf(apex, 'domain') },
      hash: { kind: 'hash', apex: childOf(apex, 'hash') },
    },
    nameServer,
    mailbox: childOf(apex, 'hostmaster'),
    nameServerRecords,
  })
}

/** The zone that a name lies in and the labels before its apex, leftmost first; `undefined` for names of others. */
export function placeOf(
  { baseLabels, zones }: Zones,
  labels: readonly string[],
): { readonly zone: Zone; readonly below: readonly string[] } | undefined {
  const depth = labels.length - baseLabels.length
  if (depth < 0) return undefined
  for (let i = 0; i < baseLabels.length; i++) if (labels[depth + i] !== baseLabels[i]) return undefined
  const child = depth === 0 ? undefined : labels[depth - 1]
  if (child === 'ip' || child === 'domain' || child === 'hash') {
    return { zone: zones[child], below: labels.slice(0, depth - 1) }
  }
  return { zone: zones.base, below: labels.slice(0, depth) }
}

/**
 * A zone's SOA. Its serial is the number of the book's last batch, so it grows with each change (RFC 1982).
 *
 * Its own TTL is that of a negative answer, for the lesser of the two counts (RFC 2308 §3).
 */
export function soaOf(zone: Zone, { nameServer, mailbox }: Zones, sequence: number, ttl: TtlSettings): SoaRecord {
  return {
    type: 'SOA',
    name: zone.apex,
    ttl: ttl.negativeSeconds,
    primary: nameServer,
    mailbox,
    serial: sequence % 2 ** 32,
    ...SOA_TIMES,
    minimum: ttl.negativeSeconds,
  }
}

/** A zone's NS. */
export function nsOf(zone: Zone, { nameServer }: Zones): ResourceRecord {
  return { type: 'NS', name: zone.apex, ttl: INFRASTRUCTURE_TTL_SECONDS, target: nameServer }
}

function childOf(apex: WireName, label: string): WireName {
  return Uint8Array.from([label.length, ...Array.from(label, letter => letter.charCodeAt(0)), ...apex])
}
