/**
 * Fast flux: a host whose addresses change all the time and lie in many networks, because machines that were broken into
 * serve it. Pure.
 *
 * The measure is the flux score of Holz, Gorecki, Rieck and Freiling, "Measuring and Detecting Fast-Flux Service Networks"
 * (NDSS 2008): 1.32 · addresses + 18.54 · networks > 142.38, fitted there on answers of two lookups. Content networks have
 * changed since, so three things are asked beside it: addresses that are not shared with many other names, three countries,
 * and that the addresses of earlier are mostly not those of later.
 */
import type { Instant } from '@tocsin/core/evidence'
import { DAY_MS, isConfirmed, type Led } from './facts.ts'

/** In thousandths, so that sums are exact. */
const PER_ADDRESS = 1320
const PER_NETWORK = 18_540
const SCORE_FROM = 142_380

/** Addresses seen within so many days count. Assumed, as are the next four. */
export const FLUX_DAYS = 7
const COUNTRIES_MIN = 3

/** In a shorter time a steady pool whose members take turns looks the same. */
const SPAN_MIN = DAY_MS

/** In the earlier and in the later half. */
const ADDRESSES_IN_HALF_MIN = 3

/** Of the smaller half, the share of addresses that is seen in both. */
const OVERLAP_MAX = 0.5

/** Thousandths at the threshold; full at twice the score. */
const CONFIDENCE_MIN = 400

/** A host in flux. */
export interface Flux {
  readonly addresses: number
  readonly networks: number
  readonly countries: number
  /** When it was last seen to be so. */
  readonly at: Instant
  /** Thousandths. */
  readonly confidence: number
}

/**
 * Whether a host is in flux.
 *
 * @param led all of one host; what lies in content networks or at addresses that many names share is left out
 * @param isShared whether an address serves many names
 */
export function fluxOf(led: readonly Led[], isShared: (address: string) => boolean, now: Instant): Flux | undefined {
  const recent = led.filter(
    ({ lastSeen, asn, isCdn }) => lastSeen > now - FLUX_DAYS * DAY_MS && asn !== undefined && !isCdn,
  )
  // What most names do not come near is looked at no further.
  if (PER_ADDRESS * recent.length + PER_NETWORK * new Set(recent.map(({ asn }) => asn)).size <= SCORE_FROM)
    return undefined
  const own = recent.filter(({ address }) => !isShared(address))
  // A network counts once two sites, or a trusted one, met the host there: each sees other addresses of it.
  const networks = [...Map.groupBy(own, ({ asn }) => asn).values()].filter(isConfirmed)
  const counted = networks.flat()
  const score = PER_ADDRESS * counted.length + PER_NETWORK * networks.length
  const countries = new Set(counted.flatMap(({ country }) => country ?? [])).size
  if (score <= SCORE_FROM || countries < COUNTRIES_MIN || !changes(counted)) return undefined
  const above = Math.min(1, (score - SCORE_FROM) / SCORE_FROM)
  return {
    addresses: counted.length,
    networks: networks.length,
    countries,
    at: Math.max(...counted.map(({ lastSeen }) => lastSeen)),
    confidence: Math.round(CONFIDENCE_MIN + (1000 - CONFIDENCE_MIN) * above),
  }
}

/** Whether the addresses of the earlier half of the time are mostly gone in the later. */
function changes(led: readonly Led[]): boolean {
  const first = Math.min(...led.map(({ firstSeen }) => firstSeen))
  const last = Math.max(...led.map(({ lastSeen }) => lastSeen))
  if (last - first < SPAN_MIN) return false
  const middle = (first + last) / 2
  const earlier = led.filter(({ firstSeen }) => firstSeen < middle).length
  const later = led.filter(({ lastSeen }) => lastSeen >= middle).length
  const smaller = Math.min(earlier, later)
  return smaller >= ADDRESSES_IN_HALF_MIN && earlier + later - led.length <= OVERLAP_MAX * smaller
}
