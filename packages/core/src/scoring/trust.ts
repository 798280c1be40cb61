/** How much a source's word counts. */

/** Trust has 16 steps, 0 to 15; a step is a fifteenth, so that 0.8 (step 12) is exact. */
export const TRUST_STEPS = 15

/** From this step on (8/15 = 0.53) a source is trusted: below, all sources together form one bounded term. */
export const TRUSTED_STEP = 8

/** What the scorer has to know about a source: from the trust table of the epoch. */
export interface SourceStanding {
  /** 0 to {@link TRUST_STEPS}. */
  readonly trustStep: number
  /** Who answers for the source. Sources of one organisation do not confirm each other. */
  readonly organisation: string
}

/** The nearest step of a trust between 0 and 1. */
export function trustStepOf(trust: number): number {
  return Math.round(Math.min(1, Math.max(0, trust)) * TRUST_STEPS)
}

/** Whether a source of this standing is trusted: may exculpate, and counts for a quorum. */
export function isTrusted(standing: SourceStanding): boolean {
  return standing.trustStep >= TRUSTED_STEP
}
