/**
 * A site's own will: the level at which it blocks and its lists of approved and blocked subjects. A policy is applied to
 * the book's answer and never written into the book.
 */
import { encodeHex } from '../base/index.ts'
import {
  expressionsOf,
  isHashOnly,
  netRange,
  PrefixTable,
  type PublicSuffixes,
  type Subject,
  subjectKey,
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
  /** Pages by the text that a hash alone has, and whether any entry is such: then what is asked must be hashed. */
  readonly #pages = new Map<string, Ruling>()
  #hasHashes = false

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
      const page = this.#pageRuling(expression)
      if (page !== undefined) return page
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

  /** A page that list and question may name differently: the one by its text, the other by its hash. */
  #pageRuling(asked: Subject): ReturnType<PolicyList['rule']> {
    if (asked.type !== 'url' || !(this.#hasHashes || isHashOnly(asked))) return undefined
    const entry = hashText(asked)
    const ruling = this.#pages.get(entry)
    return ruling === undefined ? undefined : { ruling, entry }
  }

  #add(subject: Subject, ruling: Ruling): void {
    this.#rulings.set(subjectText(subject), ruling)
    if (subject.type === 'url') {
      this.#pages.set(hashText(subject), ruling)
      this.#hasHashes ||= isHashOnly(subject)
    }
    if (subject.type !== 'net') return
    const { address, prefixLength } = netRange(subject)
    this.#nets.set(address, prefixLength, ruling)
  }
}

/** The text of a page as it is named by its hash alone. */
function hashText(page: Subject): string {
  return `url:sha256:${encodeHex(subjectKey(page))}`
}
