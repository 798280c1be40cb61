/** Evidence as the scorer reads it: one record per (subject, source, kind), repeats merged. */
import { HOUR_MS, halved, type Instant, log2 } from './decay.ts'
import { isEvent, type Kind, type KindName, kindOf } from './kinds.ts'

/** The largest confidence: confidences are integers from 1 to 1000, thousandths. */
export const CONFIDENCE_MAX = 1000

/** What one source says about one subject in one kind. */
export interface EvidenceRecord {
  readonly kind: KindName
  /** The source's name: the same on every node, because it breaks ties. */
  readonly source: string
  /** Thousandths, 1 to {@link CONFIDENCE_MAX}. */
  readonly confidence: number
  /**
   * When it was so: for an event the time observed, never later than received. For a standing fact `undefined` while it
   * is affirmed, or the time from which it counts as stale and decays.
   */
  readonly at: Instant | undefined
}

/**
 * The half-life of a standing fact once its source is stale: a week, in hours. Assumed: long enough for a feed to come
 * back from an outage, short enough that a dead feed is forgotten in two months.
 */
export const STALE_HALF_LIFE_HOURS = 7 * 24

/** Hours after which a record of this kind weighs half, once it has a time to decay from. */
export function halfLifeHours(kind: Kind): number {
  return kind.halfLifeHours ?? STALE_HALF_LIFE_HOURS
}

/** Whether time changes what this record weighs. */
export function fades(record: EvidenceRecord): boolean {
  return record.at !== undefined && kindOf(record.kind).direction === 'bad'
}

/**
 * The weight of a record at a time, in millinats before trust, an integer of at least 0: weight · confidence ·
 * 2^(−age/half-life), rounded. A record from the future has age 0. An exculpating fact keeps its weight even when its
 * source is stale: were it to fade, time alone could make a verdict worse.
 *
 * @param within a second half-life in hours, for who hears of the record from afar; none where absent
 */
export function weightAt(record: EvidenceRecord, now: Instant, within = Number.POSITIVE_INFINITY): number {
  const kind = kindOf(record.kind)
  const full = (kind.weight * record.confidence) / CONFIDENCE_MAX
  if (!fades(record)) return Math.round(full)
  const ageHours = Math.max(0, now - record.at!) / HOUR_MS
  return Math.round(full * halved(ageHours / halfLifeHours(kind) + ageHours / within))
}

/**
 * Merges two records of the same subject, source and kind. Of an event, the one that will weigh more at any later time is
 * kept, which is the one with the larger log2(confidence) + at / half-life; of a standing fact, the one of larger
 * confidence (that it is stale is a matter of its source, so both are or neither). Each is a maximum in a total order:
 * it does not matter in which order or grouping repeats arrive.
 */
export function mergeRecords(a: EvidenceRecord, b: EvidenceRecord): EvidenceRecord {
  const byStrength = isEvent(kindOf(a.kind)) ? strength(a) - strength(b) : 0
  const order = byStrength || a.confidence - b.confidence || (a.at ?? 0) - (b.at ?? 0)
  return order >= 0 ? a : b
}

/** In half-lives; comparable between records of one kind. */
function strength(record: EvidenceRecord): number {
  const halfLifeMs = halfLifeHours(kindOf(record.kind)) * HOUR_MS
  return log2(record.confidence / CONFIDENCE_MAX) + (record.at ?? 0) / halfLifeMs
}
