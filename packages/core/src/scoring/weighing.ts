/** Second stage of the score: voices ranked, category by category, and what untrusted sources may add together. */
import type { Reason } from '../evidence/index.ts'
import { apportion } from './apportion.ts'
import { isTrusted } from './trust.ts'
import { untrustedTerm } from './untrusted.ts'
import { kindOfPart, type Part, rankedSum, type Share, type Voice } from './voices.ts'

/** What all voices come to; sums are millinats of at least 0. */
export interface Weighed {
  /** ΣV(bad) + R. */
  readonly bad: number
  /** ΣV(good). */
  readonly good: number
  readonly incriminating: readonly Share[]
  readonly exculpating: readonly Share[]
  /** Untrusted sources cannot exculpate. */
  readonly ignored: readonly Voice[]
}

/** Ranks and adds up voices. */
export function weigh(voices: readonly Voice[]): Weighed {
  const [only] = voices
  if (voices.length === 1 && only!.direction === 'bad' && isTrusted(only!.standing)) {
    return {
      bad: only!.value,
      good: 0,
      incriminating: [{ voice: only!, value: only!.value }],
      exculpating: [],
      ignored: [],
    }
  }
  const trusted = voices.filter(voice => isTrusted(voice.standing))
  const bad = ranksByCategory(trusted, 'bad')
  const good = ranksByCategory(trusted, 'good')
  const untrusted = untrustedTerm(voices.filter(voice => !isTrusted(voice.standing)))
  return {
    bad: bad.sum + untrusted.sum,
    good: good.sum,
    incriminating: [...bad.shares, ...untrusted.shares],
    exculpating: good.shares,
    ignored: voices.filter(voice => voice.direction === 'good' && !isTrusted(voice.standing)),
  }
}

/** What weighs most among shares, ties in the order of the alphabet; `none` where nothing weighs. */
export function strongestReason(shares: readonly Share[]): Reason {
  const totals = new Map<Reason, number>()
  for (const share of shares) {
    const values = splitOf(share)
    for (const [index, part] of share.voice.parts.entries()) {
      const reason = reasonOf(part)
      totals.set(reason, (totals.get(reason) ?? 0) + values[index]!)
    }
  }
  let strongest: Reason = 'none'
  let most = 0
  for (const [reason, value] of [...totals].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (value > most) [strongest, most] = [reason, value]
  }
  return strongest
}

/** Splits what a voice adds over the parts that it rests on, by their weights; in their order. */
export function splitOf({ voice, value }: Share): number[] {
  return apportion(
    value,
    voice.parts.map(part => part.weight),
  )
}

function reasonOf(part: Part): Reason {
  return 'via' in part ? part.via.reason : kindOfPart(part)!.reason
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
