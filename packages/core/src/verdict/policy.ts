/**
 * A site's own will: the level at which it blocks and its lists of approved and blocked subjects. A policy is applied to
 * the book's answer and never written into the book.
 */
import {
  expressionsOf,
  netRange,
  PrefixTable,
  type PublicSuffixes,
  type Subject,
  subjectText,
} from '../subject/index.ts'
import type { Level } from './verdict.ts'

/** What a list says of a subject. */
export type Ruling = 'approved' | 'blocked'

/** What to do about a subject. */
export type Action = 'allow' | 'block'

/** How much a mail server refuses of the addresses that connect to it, from the least; `aggressiveness.ts` says what. */
export const AGGRESSIVENESS = [0, 1, 2, 3, 4] as const

/** One of {@link AGGRESSIVENESS}. */
export type Aggressiveness = (typeof AGGRESSIVENESS)[number]

/** How a site decides. */
export interface Policy {
  /** Verdicts from here on are blocked. */
  readonly level: Level
  /** What to do about subjects that nobody has said anything about; a switch of its own. */
  readonly untested: Action
  /** What is refused of addresses, in place of the level; absent, the level decides about them too. */
  readonly mail?: Aggressiveness
  /** Asked in this order: the site's list, then the operator's. */
  readonly lists: readonly PolicyList[]
}

/** A policy list: subjects that are approved or blocked whatever the book says. */
export class PolicyList {
  /** Who wrote it, as it is shown in reasons: `site` or `operator`. */
  readonly name: string
  readonly #rulings = new Map<string, Ruling>()
  readonly #nets = new PrefixTable<Ruling>()

  /** A subject in both lists is approved: approved wins ties. */
  constructor(name: string, approved: readonly Subject[], blocked: readonly Subject[]) {
    this.name = name
    for (const subject of blocked) this.#add(subject, 'blocked')
    for (const subject of approved) this.#add(subject, 'approved')
  }

  /** The ruling of the most specific list entry that covers the subject, and that entry's text. */
  rule(subject: Subject, suffixes: PublicSuffixes): { readonly ruling: Ruling; readonly entry: string } | undefined {
    // Most sites have no lists of their own, and every answer asks.
    if (this.#rulings.size === 0) return undefined
    for (const expression of expressionsOf(subject, suffixes)) {
      const exact = this.#rulings.get(subjectText(expression))
      if (exact !== undefined) return { ruling: exact, entry: subjectText(expression) }
      if (expression.type !== 'ip' && expression.type !== 'net') continue
      const { address, prefixLength } = netRange(expression)
      const net = this.#nets.match(address).find(match => match.prefixLength <= prefixLength)
      if (net !== undefined)
        return { ruling: net.value, entry: `a net /${net.prefixLength} around ${expression.value}` }
    }
    return undefined
  }

  #add(subject: Subject, ruling: Ruling): void {
    this.#rulings.set(subjectText(subject), ruling)
    if (subject.type !== 'net') return
    const { address, prefixLength } = netRange(subject)
    this.#nets.set(address, prefixLength, ruling)
  }
}
