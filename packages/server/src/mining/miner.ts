/**
 * Mining: what no single report says. A miner looks at many observations, or at the reputations in force, and comes to
 * statements of its own. They enter as evidence of a source of their own (`tocsin:<miner>`), so they are weighed, explained
 * and taken back as everybody's are; their kinds are derived ones, which count for no quorum and pass on to nobody.
 */
import type { Instant, KindName } from '@tocsin/core/evidence'
import type { Subject } from '@tocsin/core/subject'

/** What a miner holds to be so. */
export interface Finding {
  readonly subject: Subject
  readonly kind: KindName
  /** Thousandths, 1 to 1000. */
  readonly confidence: number
  /** When it was so, for a kind that is an event; absent for a standing one. */
  readonly at?: Instant
}

/**
 * Where a miner puts what it holds. Statements stand until they are taken back: saying one again with the same words
 * costs nothing, with others replaces it. Neither throws nor waits; what cannot be written yet is kept and tried again.
 */
export interface Findings {
  say(finding: Finding): void
  unsay(subject: Subject, kind: KindName): void
}
