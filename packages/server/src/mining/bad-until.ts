/** Until when an entry counts as bad for a miner: verdicts only grow milder with time, so one minute says it all. */
import type { Instant } from '@tocsin/core/evidence'
import { type Entry, lapsesAt, type Verdict, verdictAt } from '@tocsin/core/verdict'

/** Stands for a verdict that time does not change; the largest of 32 bits. */
export const FOR_GOOD_MINUTE = 0xffff_ffff

const MINUTE_MS = 60_000

/**
 * The first minute since 1970 in which none of the verdicts holds any more; 0 where none holds now, or where nobody but
 * what was derived speaks against the subject: so nothing that mining finds feeds mining.
 */
export function badUntil(entry: Entry | undefined, verdicts: readonly Verdict[], now: Instant): number {
  if (entry === undefined || entry.organisations === 0) return 0
  let at = now
  while (verdicts.includes(verdictAt(entry, at).verdict)) {
    const lapse = lapsesAt(entry, at)
    if (lapse === undefined) return FOR_GOOD_MINUTE
    // A verdict still holds in the very millisecond of its lapse.
    at = lapse + 1
  }
  return at === now ? 0 : Math.ceil(at / MINUTE_MS)
}

/** The minute since 1970 of a time. */
export function minuteOf(now: Instant): number {
  return Math.floor(now / MINUTE_MS)
}
