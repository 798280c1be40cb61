import { RCODE, type Response, TYPE } from '../../protocols/dns/index.ts'
import { respondUnlisted } from './answer.ts'
import { nsOf, soaOf, type TtlSettings, type Zone, type Zones } from './zones.ts'

/** The response at the apex of a zone: its SOA and NS, NODATA for other types. */
export function respondApex(zone: Zone, type: number, zones: Zones, sequence: number, ttl: TtlSettings): Response {
  // DS belongs to the parent's side of a cut (RFC 4035 §3.1.4.1); for the base that is a zone of others.
  if (type === TYPE.DS) return respondUnlisted('non-terminal', { soa: soaOf(zones.zones.base, zones, sequence, ttl) })
  const soa = soaOf(zone, zones, sequence, ttl)
  const answer = [
    ...(type === TYPE.SOA || type === TYPE.ANY ? [soa] : []),
    ...(type === TYPE.NS || type === TYPE.ANY ? [nsOf(zone, zones)] : []),
  ]
  if (answer.length === 0) return respondUnlisted('non-terminal', { soa })
  const additional = type === TYPE.SOA ? [] : zones.nameServerRecords
  return { rcode: RCODE.NOERROR, authoritative: true, answer, authority: [], additional }
}

/**
 * The response for a name in the base zone itself: the name server's addresses, and nothing else.
 *
 * @param below the labels before the base, at least one.
 */
export function respondInBase(
  below: readonly string[],
  type: number,
  zones: Zones,
  sequence: number,
  ttl: TtlSettings,
): Response {
  const soa = soaOf(zones.zones.base, zones, sequence, ttl)
  if (below.length !== 1 || below[0] !== 'ns') return respondUnlisted('nothing', { soa })
  const answer = zones.nameServerRecords.filter(record => type === TYPE.ANY || TYPE[record.type] === type)
  if (answer.length === 0) return respondUnlisted('non-terminal', { soa })
  return { rcode: RCODE.NOERROR, authoritative: true, answer, authority: [], additional: [] }
}
