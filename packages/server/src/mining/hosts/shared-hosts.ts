/**
 * Domains below which very many hosts are listed one by one, and which are popular: somebody gives names away there. They
 * are held for shared hosts (`shared-host`), which want a larger quorum, so that two lists do not block all who have a
 * name there for the sake of those who are named. Whoever is listed below stays so.
 *
 * Popularity is what tells them from those who make names by themselves. On Maltrail's list of 1.08 million names, 60
 * domains have 200 listed names below them; all but a few are malware's own (`dedspac.ru` with 8,504). Four of the 60 are in lists of
 * popular domains: xsph.ru, b-cdn.net, beget.tech and tw1.ru, all of them hosters. Without a table of ranks nothing is said.
 */
import type { PublicSuffixes, SubjectType } from '@tocsin/core/subject'
import { parseSubjectOf } from '@tocsin/core/subject'
import type { Entry } from '@tocsin/core/verdict'
import type { Findings } from '../miner.ts'
import type { BookMiner } from '../reader.ts'
import { WordTable } from '../word-table.ts'
import { keyWords } from './protections.ts'

/** Hosts directly below a domain, listed one by one. */
const HOSTS_MIN = 200

/** What was said is taken back below so many, so that it does not come and go. */
const HOSTS_KEPT = 150

/** Names of ranks further down are too easily come by. */
const RANK_MAX = 100_000

/** Domains that are counted, about 100 bytes each. */
const DOMAINS_MAX = 300_000

const KIND = 'shared-host'

/** What the miner is built from. */
export interface SharedHostParts {
  readonly findings: Findings
  readonly suffixes: PublicSuffixes
  /** The place of exactly this name among the popular ones, from 1. */
  readonly rankOf: (name: string) => number | undefined
  /** 32 random bits. */
  readonly seed: number
}

/** See the module. */
export class SharedHostMiner implements BookMiner {
  readonly types: readonly SubjectType[] = ['domain']
  readonly #parts: SharedHostParts
  /** Listed hosts below a domain, by 64 bits of their keys. */
  readonly #listed: WordTable
  readonly #below = new Map<string, number>()
  readonly #changed = new Set<string>()
  readonly #said = new Set<string>()

  constructor(parts: SharedHostParts) {
    this.#parts = parts
    this.#listed = new WordTable(2, 1, parts.seed)
  }

  forget(): void {
    this.#listed.clear()
    this.#below.clear()
    this.#changed.clear()
    this.#said.clear()
  }

  entry(_type: SubjectType, key: Uint8Array, value: string | undefined, entry: Entry | undefined): void {
    const words = keyWords(key)
    const isListed = entry !== undefined && entry.organisations > 0
    const wasListed = this.#listed.get(words) > 0
    if (isListed === wasListed || value === undefined) return
    const parent = value.slice(value.indexOf('.') + 1)
    if (this.#parts.suffixes.registrableDomain(value) !== parent) return
    if (isListed && !this.#below.has(parent) && this.#below.size >= DOMAINS_MAX) return
    if (isListed) this.#listed.set(words, 1)
    else this.#listed.delete(words)
    this.#count(parent, isListed ? 1 : -1)
  }

  turn(): void {
    for (const domain of this.#changed) this.#judge(domain)
    this.#changed.clear()
  }

  #count(domain: string, difference: number): void {
    const count = (this.#below.get(domain) ?? 0) + difference
    if (count > 0) this.#below.set(domain, count)
    else this.#below.delete(domain)
    if (count >= HOSTS_KEPT - 1) this.#changed.add(domain)
  }

  #judge(domain: string): void {
    const subject = parseSubjectOf('domain', domain)
    if (!subject.ok) return
    const { findings, rankOf } = this.#parts
    const isSaid = this.#said.has(domain)
    const isMany = (this.#below.get(domain) ?? 0) >= (isSaid ? HOSTS_KEPT : HOSTS_MIN)
    if (isMany && (rankOf(domain) ?? Number.POSITIVE_INFINITY) <= RANK_MAX) {
      this.#said.add(domain)
      findings.say({ subject: subject.value, kind: KIND, confidence: 1000 })
    } else if (this.#said.delete(domain)) {
      findings.unsay(subject.value, KIND)
    }
  }
}
