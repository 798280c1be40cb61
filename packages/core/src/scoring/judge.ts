/**
 * The score: evidence and a time in, log-odds with a full explanation out. Pure, and exact to the bit on every node:
 * integers in millinats throughout.
 *
 *     v(source, category) = ⌊trust · min(cap, Σ over kinds of m)⌋
 *     V(category)         = Σ_i ⌊v_i / 2^i⌋, v sorted descending
 *     R                   = what untrusted sources may add together
 *     L                   = prior + ΣV(bad) + R − ΣV(good), held by the quorum, clamped to ±6000
 *
 * What follows from neighbours (`correlation.ts`) are voices of a category of their own. A protected subject without its
 * quorum hears them not at all: whom it was met with says nothing about a mail provider or a host of many.
 *
 * Alternatives set aside: a noisy-or of probabilities (one careless source saturates it), a plain sum (a thousand
 * copies of one list convict anybody), capping after ranking (more evidence can then raise a score: 9,001 violations
 * in 200,000 random insertions, against none).
 */
import type { EvidenceRecord, Instant, Protection, Reason } from '../evidence/index.ts'
import { type Relations, relationVoices } from './correlation.ts'
import { heardOrganisations, lacksQuorum, protectionOf } from './quorum.ts'
import { BOUND, PRIOR, QUORUM_CEILING, SAFE_CEILING, scoreOf } from './scale.ts'
import type { SourceStanding } from './trust.ts'
import { kindOfPart, type Share, type Via, type Voice, voicesOf } from './voices.ts'
import { splitOf, strongestReason, type Weighed, weigh } from './weighing.ts'

/** What a judgment reads. Nothing else has an influence: same case, same judgment. */
export interface Case {
  /** At most one record per (source, kind): repeats are merged before. */
  readonly records: readonly EvidenceRecord[]
  readonly standingOf: (source: string) => SourceStanding
  /** The protection that the subject has by nature, as a reserved address has. */
  readonly protectedByNature?: Protection | undefined
  /** With whom the subject was met; absent where with nobody. */
  readonly relations?: Relations | undefined
}

/** One line of the explanation. All lines of a judgment add up to its log-odds. */
export interface Contribution {
  /** `prior`, `quorum` (held back for want of one), `bound` (cut at ±6000), the evidence of a record, or a neighbour. */
  readonly term: 'prior' | 'evidence' | 'relation' | 'quorum' | 'bound'
  /** Millinats; positive is towards bad. */
  readonly value: number
  /** Only with `evidence`. */
  readonly record?: EvidenceRecord
  /** Only with `relation`: one line for each neighbour. */
  readonly via?: Via
}

/** The outcome for one subject at one time. */
export interface Assessment {
  /** Millinats, −6000 to 6000; positive is towards bad. */
  readonly logOdds: number
  /** 0 (bad) to 100 (benign). */
  readonly score: number
  /** Whether any incriminating evidence has a weight left. */
  readonly incriminated: boolean
  /** Whether a lookup that meets this subject stops here: trusted evidence certifies or clears it. */
  readonly stops: boolean
  readonly protection: Protection | undefined
  /** Independent trusted organisations that incriminate: what a quorum counts. */
  readonly organisations: number
  /** What weighs most: among the bad where it is incriminated and the score is below 81, else among all. */
  readonly reason: Reason
}

/** An assessment with its explanation. */
export interface Judgment extends Assessment {
  readonly contributions: readonly Contribution[]
}

/** Assesses a case at a time: {@link judge} without the lines of the explanation, which cost as much again. */
export function assess(kase: Case, now: Instant): Assessment {
  return reckon(kase, now).assessment
}

/** Judges a case at a time. Never fails: evidence has been validated at the intake. */
export function judge(kase: Case, now: Instant): Judgment {
  const { assessment, weighed, free, held } = reckon(kase, now)
  const { incriminating, exculpating, ignored } = weighed
  const { logOdds } = assessment
  return {
    ...assessment,
    contributions: [
      { term: 'prior', value: PRIOR },
      ...incriminating.flatMap(share => contributionsOf(share, 1)),
      ...exculpating.flatMap(share => contributionsOf(share, -1)),
      ...ignored.flatMap(voice => contributionsOf({ voice, value: 0 }, -1)),
      ...neighboursOf(incriminating),
      ...(held === free ? [] : [{ term: 'quorum' as const, value: held - free }]),
      ...(logOdds === held ? [] : [{ term: 'bound' as const, value: logOdds - held }]),
    ],
  }
}

/** What a judgment is made of: `free` is the log-odds before quorum and bound, `held` that before the bound. */
interface Reckoning {
  readonly assessment: Assessment
  readonly weighed: Weighed
  readonly free: number
  readonly held: number
}

function reckon(kase: Case, now: Instant): Reckoning {
  const direct = voicesOf(kase.records, kase.standingOf, now)
  const protection = protectionOf(direct, kase.protectedByNature)
  const organisations = heardOrganisations(direct)
  const isHeld = lacksQuorum(protection, organisations)
  const derived = relationVoices(kase.relations, kase.standingOf, now)
  const weighed = weigh([...direct, ...(isHeld ? derived.map(silenced) : derived)])
  const { incriminating, exculpating } = weighed

  const free = PRIOR + weighed.bad - weighed.good
  const held = isHeld ? Math.min(free, QUORUM_CEILING) : free
  const logOdds = Math.min(BOUND, Math.max(-BOUND, held))
  const incriminated = incriminating.some(share => share.voice.value > 0)

  const assessment: Assessment = {
    logOdds,
    score: scoreOf(logOdds),
    incriminated,
    stops: exculpating.some(share => share.voice.parts.some(part => kindOfPart(part)?.stops === true)),
    protection,
    organisations,
    reason: strongestReason(
      incriminated && logOdds > SAFE_CEILING ? incriminating : [...exculpating, ...incriminating],
    ),
  }
  return { assessment, weighed, free, held }
}

function silenced(voice: Voice): Voice {
  return { ...voice, value: 0 }
}

/** A line for each record that a share rests on. */
function contributionsOf(share: Share, sign: 1 | -1): Contribution[] {
  if (share.voice.category === 'relation') return []
  const values = splitOf(share)
  return share.voice.parts.flatMap((part, index) => {
    const value = values[index]!
    return 'record' in part ? [{ term: 'evidence', value: value === 0 ? 0 : sign * value, record: part.record }] : []
  })
}

/** A line for each neighbour, whoever saw the two together; the weightiest first. */
function neighboursOf(incriminating: readonly Share[]): Contribution[] {
  const lines = new Map<string, { readonly via: Via; readonly value: number }>()
  for (const share of incriminating) {
    if (share.voice.category !== 'relation') continue
    const values = splitOf(share)
    for (const [index, part] of share.voice.parts.entries()) {
      if (!('via' in part)) continue
      const { via } = part
      lines.set(via.subject, { via, value: (lines.get(via.subject)?.value ?? 0) + values[index]! })
    }
  }
  return [...lines.values()]
    .sort((a, b) => b.value - a.value || (a.via.subject < b.via.subject ? -1 : 1))
    .map(({ via, value }) => ({ term: 'relation', value, via }))
}
