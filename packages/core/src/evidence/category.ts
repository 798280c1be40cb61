/** What a kind of evidence is made of: its category with the cap, and who may send it. */
import type { SubjectType } from '../subject/index.ts'
import type { Reason } from './reasons.ts'

/** What saturates together: within one category a source cannot say more than the category's cap. */
export type Category =
  | 'listing'
  | 'trap'
  | 'complaint'
  | 'attack'
  | 'finding'
  | 'detection'
  | 'botnet'
  | 'decision'
  | 'recognition'
  | 'appeal'
  | 'relation'
  | 'name'
  | 'neighbourhood'
  | 'behaviour'
  | 'pages'
  | 'hosting'
  | 'similarity'

/** The most that one source can contribute to one category, in millinats before trust: `C` of the score. */
export const CATEGORY_CAPS: Readonly<Record<Category, number>> = {
  listing: 2500,
  trap: 2500,
  complaint: 1500,
  attack: 2000,
  finding: 2500,
  detection: 3000,
  botnet: 2500,
  decision: 6000,
  recognition: 4000,
  // What is met together with bad things: no kind has it, it is derived (scoring/correlation.ts). Assumed: less than a
  // listing, so that company alone never weighs as much as what is said of a subject itself.
  relation: 1500,
  // An objection weighs nothing against a listing; who has looked says `analyst-cleared`.
  appeal: 300,
  // What follows is derived by the node itself, at the trust of a feed. A name alone never blocks at medium: ⌊0.8 · 310⌋
  // beside the prior is a score of 66.
  name: 310,
  // No more than highly suspicious: an address is not its neighbours.
  neighbourhood: 800,
  behaviour: 1800,
  pages: 1500,
  hosting: 900,
  // Just highly suspicious: two files may be alike and one of them harmless.
  similarity: 1000,
}

/** Which of the few ways a protected subject is protected. */
export type Protection = 'popular' | 'certified'

/**
 * Least authority that may send a kind: `reporter` is anyone with a sensor key. What is `derived` comes from the node
 * alone, which works it out from what others said.
 */
export type KindAuthority = 'reporter' | 'feed' | 'analyst' | 'derived'

/** A row of the catalogue, before its name is one of the known. */
export interface KindRow {
  readonly name: string
  /** `bad` lowers a score, `good` raises it. */
  readonly direction: 'bad' | 'good'
  readonly category: Category
  /** Millinats at confidence 1, age 0, trust 1. */
  readonly weight: number
  /** Hours after which an event weighs half. Absent: a standing fact, which has no age while it is affirmed. */
  readonly halfLifeHours?: number
  readonly types: readonly SubjectType[]
  readonly reason: Reason
  readonly authority: KindAuthority
  /** Makes its subject a protected one: a quorum is needed to block it. */
  readonly protects?: Protection
  /** Ends a lookup's walk to less specific expressions. */
  readonly stops?: true
  /** Where the weight and the half-life come from. */
  readonly origin: string
}
