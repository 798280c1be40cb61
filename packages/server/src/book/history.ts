/**
 * What the book said of a subject before: the reader's side, and how an entry's time divides into what readers saw.
 *
 * Kept are entries that were replaced or removed, where verdict or score changed so that somebody would notice. A
 * subject that was published once and never changed has no history but the present.
 */
import type { Instant, Reason } from '@tocsin/core/evidence'
import type { SubjectType } from '@tocsin/core/subject'
import { type Entry, lapsesAt, type Verdict, verdictAt } from '@tocsin/core/verdict'

/** A time in which one entry was in force, or entries so much like it that nobody would notice. */
export interface Period {
  /** When it was published; `undefined` where that was not noted. */
  readonly from: Instant | undefined
  /** When it was replaced or removed; `undefined` for the one in force. */
  readonly until: Instant | undefined
  readonly entry: Entry
}

/** The port. */
export interface History {
  /** The periods of a subject, oldest first, without overlap; gaps are times without an entry. `key` has 32 bytes. */
  historyOf(type: SubjectType, key: Uint8Array): readonly Period[]
}

/** A time in which readers saw one verdict. */
export interface Phase {
  readonly from: Instant | undefined
  /** `undefined` where it goes on. */
  readonly until: Instant | undefined
  readonly score: number
  readonly verdict: Verdict
  readonly reason: Reason
}

/** What readers saw in each period: an entry that lapsed while it was in force gives a phase for each of its verdicts. */
export function phasesOf(periods: readonly Period[], now: Instant): Phase[] {
  return periods.flatMap(period => phasesOfOne(period, now))
}

function phasesOfOne({ from, until, entry }: Period, now: Instant): Phase[] {
  const phases: Phase[] = []
  const end = until ?? now
  let begun = from
  let moment = from ?? entry.scoredAt
  for (;;) {
    const { verdict, score } = verdictAt(entry, moment)
    const lapse = lapsesAt(entry, moment)
    const isLast = lapse === undefined || lapse >= end
    const reason = verdict === 'untested' ? 'none' : entry.reason
    phases.push({ from: begun, until: isLast ? until : lapse, score, verdict, reason })
    if (isLast) return phases
    begun = lapse
    // A verdict holds at the very moment of its lapse.
    moment = lapse + 1
  }
}
