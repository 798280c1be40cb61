/**
 * The score: evidence and a time in, log-odds with a full explanation out. Pure, and exact to the bit on every node:
 * integers in millinats throughout.
 *
 *     v(source, category) = ⌊trust · min(cap, Σ over kinds of m)⌋
 *     V(category)         = Σ_i ⌊v_i / 2^i⌋, v sorted descending
 *     R                   = what untrusted sources may add together
 *     L                   = prior + ΣV(bad) + R − ΣV(good), held by the quorum, clamped to ±6000
 *
 * Alternatives set aside: a noisy-or of probabilities (one careless source saturates it), a plain sum (a thousand
 * copies of one list convict anybody), capping after ranking (more evidence can then raise a score: 9,001 violations
 * in 200,000 random insertions, against none).
 */
import type { EvidenceRecord, Instant, Protection, Reason } from '../evidence/index.ts'
import { kindOf } from '../evidence/index.ts'
import { apportion } from './apportion.ts'
import { heardOrganisations, protectionOf, QUORUM } from './quorum.ts'
import { BOUND, PRIOR, QUORUM_CEILING, SAFE_CEILING, scoreOf } from './scale.ts'
import { isTrusted, type SourceStanding } from './trust.ts'
import { untrustedTerm } from './untrusted.ts'
import { rankedSum, type Share, type Voice, voicesOf } from './voices.ts'

/** What a judgment reads. Nothing else has an influence: same case, same judgment. */
export interface Case {
  /** At most one record per (source, kind): repeats are merged before. */
  readonly records: readonly EvidenceRecord[]
  readonly standingOf: (source: string) => SourceStanding
  /** The protection that the subject has by nature, as a reserved address has. */
  readonly protectedByNature?: Protection | undefined
}

/** One line of the explanation. All lines of a judgment add up to its log-odds. */
export interface Contribution {
  /** `prior`, `quorum` (held back for want of one), `bound` (cut at ±6000) or the evidence of a record. */
  readonly term: 'prior' | 'evidence' | 'quorum' | 'bound'
  /** Millinats; positive is towards bad. */
  readonly value: number
  /** Only with `evidence`. */
  readonly record?: EvidenceRecord
}

/** The outcome for one subject at one time. */
export interface Judgment {
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
  readonly contributions: readonly Contribution[]
}

/** Judges a case at a time. Never fails: evidence has been validated at the intake. */
export function judge(kase: Case, now: Instant): Judgment {
  const voices = voicesOf(kase.records, kase.standingOf, now)
  const trusted = voices.filter(voice => isTrusted(voice.standing))
  const bad = ranksByCategory(trusted, 'bad')
  const good = ranksByCategory(trusted, 'good')
  const untrusted = untrustedTerm(voices.filter(voice => !isTrusted(voice.standing)))
  const ignored = voices.filter(voice => voice.direction === 'good' && !isTrusted(voice.standing))
  const free = PRIOR + bad.sum + untrusted.sum - good.sum

  const protection = protectionOf(voices, kase.protectedByNature)
  const organisations = heardOrganisations(voices)
  const isHeld = protection !== undefined && organisations < QUORUM[protection]
  const held = isHeld ? Math.min(free, QUORUM_CEILING) : free
  const logOdds = Math.min(BOUND, Math.max(-BOUND, held))
  const incriminating = [...bad.shares, ...untrusted.shares]
  const incriminated = incriminating.some(share => share.voice.value > 0)

  return {
    logOdds,
    score: scoreOf(logOdds),
    incriminated,
    stops: good.shares.some(share => share.voice.parts.some(part => kindOf(part.record.kind).stops === true)),
    protection,
    organisations,
    reason: strongestReason(
      incriminated && logOdds > SAFE_CEILING ? incriminating : [...good.shares, ...incriminating],
    ),
    contributions: [
      { term: 'prior', value: PRIOR },
      ...incriminating.flatMap(share => contributionsOf(share, 1)),
      ...good.shares.flatMap(share => contributionsOf(share, -1)),
      ...ignored.flatMap(voice => contributionsOf({ voice, value: 0 }, -1)),
      ...(held === free ? [] : [{ term: 'quorum' as const, value: held - free }]),
      ...(logOdds === held ? [] : [{ term: 'bound' as const, value: logOdds - held }]),
    ],
  }
}

function ranksByCategory(voices: readonly Voice[], direction: 'bad' | 'good') {
  const ranked = Array.from(
    Map.groupBy(
      voices.filter(voice => voice.direction === direction),
      voice => voice.category,
    ).values(),
    rankedSum,
  )
  return {
    sum: ranked.reduce((total, category) => total + category.sum, 0),
    shares: ranked.flatMap(category => category.shares),
  }
}

/** Splits what a voice adds over the records that it rests on, by their weights. */
function contributionsOf(share: Share, sign: 1 | -1): Contribution[] {
  const { parts } = share.voice
  return apportion(
    share.value,
    parts.map(part => part.weight),
  ).map((value, index) => ({
    term: 'evidence',
    value: value === 0 ? 0 : sign * value,
    record: parts[index]!.record,
  }))
}

function strongestReason(shares: readonly Share[]): Reason {
  const totals = new Map<Reason, number>()
  for (const share of shares) {
    for (const [index, part] of share.voice.parts.entries()) {
      const { reason } = kindOf(part.record.kind)
      const value = apportion(
        share.value,
        share.voice.parts.map(each => each.weight),
      )[index]!
      totals.set(reason, (totals.get(reason) ?? 0) + value)
    }
  }
  let strongest: Reason = 'none'
  let most = 0
  for (const [reason, value] of [...totals].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (value > most) [strongest, most] = [reason, value]
  }
  return strongest
}
