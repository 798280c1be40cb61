/** Moves of hosting: a host that leaves one network and country for another. Pure. */
import type { Instant } from '@tocsin/core/evidence'
import { DAY_MS, isConfirmed, type Led } from './facts.ts'

/** Days in one place after which a move is remarkable. Assumed: attackers who take a name over find it long settled. */
export const STABLE_DAYS = 90

/** Days after which a place that has stood so long adds nothing to the confidence. */
const SETTLED_DAYS = 365

/** Thousandths for {@link STABLE_DAYS}; full for {@link SETTLED_DAYS}. */
const CONFIDENCE_MIN = 500

/** Old and new place may be seen side by side so long: caches, and a change that takes its time. */
const OVERLAP_MAX = 2 * DAY_MS

/** A network in a country. */
export interface Place {
  readonly asn: number
  readonly country: string
}

/** A host that went from one place to another. */
export interface Move {
  readonly host: string
  readonly from: Place
  readonly to: Place
  /** When it was first seen at the new place. */
  readonly at: Instant
  /** Whole days that it was seen at the old place, from the first time to the last. */
  readonly stableDays: number
  /** Whether two sites, or a trusted one, told of each of the two places. */
  readonly isConfirmed: boolean
}

interface Stay extends Place {
  readonly led: readonly Led[]
  readonly from: Instant
  readonly until: Instant
}

/**
 * The moves of one host, the oldest first: from a place that is not seen any more to one with another network and another
 * country. Content networks and shared addresses are no places: a site that goes behind one has not moved. A host that
 * comes back to where it was shows no move, for the place spans the time between.
 */
export function movesOf(led: readonly Led[], isShared: (address: string) => boolean): readonly Move[] {
  const own = led.filter(({ isCdn }) => !isCdn)
  // Most names stay in one place, and who shares an address is asked of the file.
  if (staysOf(own).length < 2) return []
  const stays = staysOf(own.filter(({ address }) => !isShared(address)))
  const moves: Move[] = []
  for (const [at, to] of stays.entries()) {
    const before = stays.slice(0, at)
    const from = before.reduce<Stay | undefined>(
      (last, stay) => (last && last.until >= stay.until ? last : stay),
      undefined,
    )
    if (from === undefined || from.until > to.from + OVERLAP_MAX) continue
    if (from.asn === to.asn || from.country === to.country) continue
    moves.push({
      host: to.led[0]!.host,
      from: { asn: from.asn, country: from.country },
      to: { asn: to.asn, country: to.country },
      at: to.from,
      stableDays: Math.floor((from.until - from.from) / DAY_MS),
      isConfirmed: isConfirmed(from.led) && isConfirmed(to.led),
    })
  }
  return moves
}

/** Thousandths that a move after a long stay deserves; `undefined` for one that is not remarkable. */
export function moveConfidence({ stableDays, isConfirmed: confirmed }: Move): number | undefined {
  if (!confirmed || stableDays < STABLE_DAYS) return undefined
  const share = Math.min(1, (stableDays - STABLE_DAYS) / (SETTLED_DAYS - STABLE_DAYS))
  return Math.round(CONFIDENCE_MIN + (1000 - CONFIDENCE_MIN) * share)
}

/** By beginning; ties by network, so that the order of what was told does not matter. */
function staysOf(led: readonly Led[]): readonly Stay[] {
  const known = led.filter(({ asn, country }) => asn !== undefined && country !== undefined)
  return Array.from(
    Map.groupBy(known, ({ asn, country }) => `${asn} ${country}`).values(),
    (group): Stay => ({
      asn: group[0]!.asn!,
      country: group[0]!.country!,
      led: group,
      from: Math.min(...group.map(({ firstSeen }) => firstSeen)),
      until: Math.max(...group.map(({ lastSeen }) => lastSeen)),
    }),
  ).sort((a, b) => a.from - b.from || a.asn - b.asn || (a.country < b.country ? -1 : 1))
}
