/** What is known of a subject beside its reputation, as an explanation shows it. */
import { isHashOnly, parseAddress, type Subject } from '@tocsin/core/subject'
import type { WireContext } from '@tocsin/core/wire'
import type { Enrichment, TableName } from './enrichment.ts'

/**
 * The context of a subject: of an address, and of a page or host that is one, network, country and ranges; of a name the
 * place in the list of popular ones. `undefined` where nothing is known. A net has none: its addresses need not agree.
 */
export function contextOf(subject: Subject, enrichment: Enrichment): WireContext | undefined {
  const host = hostOf(subject)
  if (host === undefined) return undefined
  const address = parseAddress(host)
  const known = address.ok ? ofAddress(address.value, enrichment) : ofName(host, enrichment)
  const used = (Object.keys(known) as (keyof typeof known)[]).map(part => TABLE_OF[part])
  if (used.length === 0) return undefined
  const states = enrichment.tables().filter(({ table }) => used.includes(table))
  const attribution = states.flatMap(({ table, attribution: from }) => (from === undefined ? [] : [{ table, ...from }]))
  return { ...known, attribution }
}

const TABLE_OF = {
  asn: 'asn',
  country: 'country',
  ranges: 'ranges',
  popularity: 'popularity',
} as const satisfies Record<Exclude<keyof WireContext, 'attribution'>, TableName>

function ofAddress(address: Uint8Array, enrichment: Enrichment): Omit<WireContext, 'attribution'> {
  const asn = enrichment.asnOf(address)
  const country = enrichment.countryOf(address)
  const ranges = [...enrichment.classesOf(address)]
  return {
    ...(asn === undefined ? {} : { asn: { number: asn.asn, name: asn.name } }),
    ...(country === undefined ? {} : { country }),
    ...(ranges.length === 0 ? {} : { ranges }),
  }
}

/** The place of the name, or of the nearest one above it that has one. */
function ofName(host: string, enrichment: Enrichment): Omit<WireContext, 'attribution'> {
  for (let name = host; name.includes('.'); name = name.slice(name.indexOf('.') + 1)) {
    const rank = enrichment.rankOf(name)
    if (rank !== undefined) return { popularity: { name, rank } }
  }
  return {}
}

function hostOf(subject: Subject): string | undefined {
  const { type, value } = subject
  if (type === 'ip') return value
  if ((type !== 'domain' && type !== 'url') || isHashOnly(subject)) return undefined
  const host = value.split('/', 1)[0]!
  return host.startsWith('[') ? host.slice(1, -1) : host
}
