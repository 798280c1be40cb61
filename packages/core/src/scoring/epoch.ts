/**
 * What a source's trust becomes in the next epoch, from how its statements fared. Pure: counts in, a step out.
 *
 * Trust is read as "how likely is what it says so". The starting trust is worth {@link PRIOR_WEIGHT} observations: the
 * prior is the Beta distribution of that weight whose own lower bound is the starting trust, so that a source of which
 * nothing was seen stays exactly where it began. What was seen is added, and the lower bound of the result is the
 * step: whoever was seen little cannot rise far. The bound is the normal one, mean − z · deviation: it takes a square
 * root and no more, which is the same in every engine.
 *
 * Worked example: a fresh key (0.3, step 5) with 30 confirmed statements on 14 days, by two organisations, and nothing
 * against it comes to a bound of 0.70, step 10, in three epochs (5 → 7 → 9 → 10). Two contradicted ones beside them
 * make it 9, four hold it at 7.
 */
import type { Agreement } from './epoch-statement.ts'
import { TRUST_STEPS, TRUSTED_STEP } from './trust.ts'

/** Observations that the starting trust is worth. Assumed: three weeks of one confirmed statement a day outweigh it. */
export const PRIOR_WEIGHT = 20

/** How far below the mean the bound lies, in standard deviations: nine in ten sources are better than it. */
const DEVIATIONS = 1.28

/** A contradiction weighs as three confirmations: what is blocked wrongly costs more than what is seen late. Assumed. */
const CONTRADICTION_WEIGHT = 3

/** Less than a contradiction, so that whoever was wrong does best to say so. Assumed. */
const REVOCATION_WEIGHT = 2

/**
 * Confirmed statements that count, at most. Credit does not pile up: else a source that was right for a year could lie
 * for a month.
 */
export const CREDIT_MAX = 200

/** Steps that one epoch may move a source, up or down. */
export const MOVE_MAX = 2

/** No key learns more than 0.95: ⌊0.95 · 15⌋. One that the operator began higher stays where it began. */
export const LEARNED_STEP_MAX = 14

/** What a source that did not begin as a trusted one has to show before it becomes one. */
export const TRUSTED_FROM = {
  /** Confirmed statements, each about a subject of its own. */
  confirmed: 30,
  /** Different days on which it said them. */
  days: 14,
  /** Organisations that confirmed: a single one cannot lift anybody, and neither can a list that somebody runs ahead of. */
  confirmers: 2,
  /** Contradicted or revoked for each confirmed one, at most. */
  wrongShare: 0.1,
} as const

/** The share of a list that has to be contradicted before it learns, 0 to 1, and the least number of such subjects. */
export const LIST_WRONG = { share: 0.05, subjects: 3 } as const

/**
 * How a source learns: a key both ways; a list that the operator chose `downwards` from where it began, and back;
 * what the node or an analyst says `never`.
 */
export type Learning = 'both-ways' | 'downwards' | 'never'

/** A source before the epoch. Steps are integers from 0 to 15. */
export interface Learner {
  readonly learning: Learning
  /** What the operator gave it. 0 is a decision: it stays 0. */
  readonly startStep: number
  /** What the last epoch left. */
  readonly beforeStep: number
  /** The operator's last word, while it stands. */
  readonly pinnedStep?: number | undefined
  readonly agreement: Agreement
}

/** Why a step is what it is. `waiting`: good enough to be trusted, and too little, too short or too few who say so. */
export const EPOCH_REASONS = ['pinned', 'fixed', 'unseen', 'steady', 'earned', 'waiting', 'lost', 'recovering'] as const

/** One of {@link EPOCH_REASONS}. */
export type EpochReason = (typeof EPOCH_REASONS)[number]

/** A source after the epoch. */
export interface Learned {
  readonly afterStep: number
  /** Where the counts alone point, whatever pins, rules and bounds on a move make of it. */
  readonly adviceStep: number
  readonly why: EpochReason
}

/** The step of the next epoch. */
export function nextStep(learner: Learner): Learned {
  const { learning, startStep, beforeStep, pinnedStep } = learner
  const adviceStep = adviceOf(learner)
  if (pinnedStep !== undefined) return { afterStep: pinnedStep, adviceStep, why: 'pinned' }
  if (learning === 'never' || startStep === 0) return { afterStep: startStep, adviceStep, why: 'fixed' }
  const target = targetOf(learner, adviceStep)
  const afterStep = Math.min(Math.max(target, beforeStep - MOVE_MAX), beforeStep + MOVE_MAX)
  return { afterStep, adviceStep, why: reasonOf(learner, target, adviceStep) }
}

function targetOf({ learning, startStep, agreement }: Learner, adviceStep: number): number {
  if (learning === 'downwards') return isWrongList(agreement) ? Math.min(startStep, adviceStep) : startStep
  return mayBeTrusted(startStep, agreement) ? adviceStep : Math.min(adviceStep, TRUSTED_STEP - 1)
}

/** Whether it began as a trusted source, or has shown what {@link TRUSTED_FROM} asks. */
function mayBeTrusted(startStep: number, { confirmed, contradicted, revoked, days, confirmers }: Agreement): boolean {
  if (startStep >= TRUSTED_STEP) return true
  return (
    confirmed >= TRUSTED_FROM.confirmed &&
    days >= TRUSTED_FROM.days &&
    confirmers >= TRUSTED_FROM.confirmers &&
    contradicted + revoked <= confirmed * TRUSTED_FROM.wrongShare
  )
}

function isWrongList({ confirmed, contradicted, revoked, open }: Agreement): boolean {
  const sampled = confirmed + contradicted + revoked + open
  return contradicted >= LIST_WRONG.subjects && contradicted >= sampled * LIST_WRONG.share
}

function reasonOf(
  { learning, startStep, beforeStep, agreement }: Learner,
  target: number,
  adviceStep: number,
): EpochReason {
  if (learning === 'both-ways' && target < adviceStep) return 'waiting'
  if (target > startStep) return 'earned'
  if (target < startStep) return 'lost'
  if (beforeStep < startStep) return 'recovering'
  const { confirmed, contradicted, revoked } = agreement
  return confirmed + contradicted + revoked === 0 ? 'unseen' : 'steady'
}

/** The step of the lower bound; no higher than a source may learn, or began. */
function adviceOf({ learning, startStep, agreement }: Learner): number {
  const scale = learning === 'downwards' ? sampleScale(agreement) : 1
  const right = Math.min(agreement.confirmed * scale, CREDIT_MAX)
  const wrong = (agreement.contradicted * CONTRADICTION_WEIGHT + agreement.revoked * REVOCATION_WEIGHT) * scale
  const start = startStep / TRUST_STEPS
  const priorRight = PRIOR_WEIGHT * priorMean(start)
  const bound = lowerBound(priorRight + right, PRIOR_WEIGHT - priorRight + wrong)
  // The prior's own bound is the start but for the last bits.
  const step = Math.floor(bound * TRUST_STEPS + 1e-6)
  return Math.min(Math.max(step, 0), Math.max(startStep, LEARNED_STEP_MAX))
}

/** A list is judged by its share of wrong ones and not by their number: a long one has more of them. */
function sampleScale({ confirmed, contradicted }: Agreement): number {
  return Math.min(1, CREDIT_MAX / Math.max(1, confirmed + contradicted))
}

function lowerBound(right: number, wrong: number): number {
  const total = right + wrong
  const mean = right / total
  return mean - DEVIATIONS * Math.sqrt((mean * (1 - mean)) / (total + 1))
}

/** The mean m of the prior with m − z · √(m (1 − m) / (weight + 1)) = start: the larger root of a quadratic. */
function priorMean(start: number): number {
  const weight = PRIOR_WEIGHT + 1
  const square = DEVIATIONS ** 2
  const root = Math.sqrt(square + 4 * weight * start * (1 - start))
  return Math.min(1, (2 * weight * start + square + DEVIATIONS * root) / (2 * (weight + square)))
}
