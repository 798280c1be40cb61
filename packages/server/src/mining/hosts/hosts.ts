/**
 * Bad hosts: a host rises with the number and the share of its bad pages, a domain with those of its own and the bad hosts below it.
 *
 * Counted are pages that somebody has incriminated directly and that are dangerous now; said is `bad-pages` of the host
 * and of its registrable domain. Never of a public suffix, of an address, or of what is certified or lies below it: where
 * anyone may publish, shorteners and file sharing among them, a bad page says nothing of the others.
 */
import type { Sha256 } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { type PublicSuffixes, parseAddress, parseSubjectOf, type SubjectType } from '@tocsin/core/subject'
import { type Entry, type Verdict, verdictAt } from '@tocsin/core/verdict'
import { badUntil, minuteOf } from '../bad-until.ts'
import type { Findings } from '../miner.ts'
import type { BookMiner } from '../reader.ts'
import { confidenceOfHost } from './confidence.ts'
import { CountedPages } from './pages.ts'
import { keyWords, Protections } from './protections.ts'

/** Minutes between two looks at what has lapsed. */
const SWEEP_MINUTES = 10

/** Places among the popular names up to which a host counts as popular: further down, harm is popular as well. */
const POPULAR_RANK = 100_000

const BAD: readonly Verdict[] = ['dangerous']

const KIND = 'bad-pages'

/** What the miner is built from. */
export interface HostParts {
  readonly findings: Findings
  readonly suffixes: PublicSuffixes
  /** The place of exactly this name among the popular ones, from 1. */
  readonly rankOf: (name: string) => number | undefined
  readonly clock: () => Instant
  readonly sha256: Sha256
  /** 32 random bits. */
  readonly seed: number
}

/** See the module. */
export class HostMiner implements BookMiner {
  readonly types: readonly SubjectType[] = ['domain', 'url']
  readonly #parts: HostParts
  readonly #pages: CountedPages
  readonly #protections: Protections
  readonly #changed = new Set<string>()
  readonly #said = new Set<string>()
  #isShieldChanged = false
  #sweptAt = 0

  constructor(parts: HostParts) {
    const { suffixes, seed, sha256 } = parts
    this.#parts = parts
    this.#pages = new CountedPages(suffixes, seed, name => void this.#changed.add(name))
    this.#protections = new Protections(sha256, suffixes, seed)
  }

  /** Bytes of the tables that grow with the book. */
  get bytes(): number {
    return this.#pages.bytes + this.#protections.bytes
  }

  forget(): void {
    this.#pages.clear()
    this.#protections.clear()
    this.#changed.clear()
    this.#said.clear()
  }

  entry(type: SubjectType, key: Uint8Array, value: string | undefined, entry: Entry | undefined): void {
    if (type === 'domain') {
      if (this.#protections.note(key, entry?.protection)) this.#isShieldChanged = true
      return
    }
    const now = this.#parts.clock()
    const page = entry && {
      isGood: verdictAt(entry, now).verdict === 'safe',
      isConfirmed: entry.organisations >= 2,
      until: badUntil(entry, BAD, now),
    }
    this.#pages.note(keyWords(key), hostOf(value), page)
  }

  turn(now: Instant): void {
    const minute = minuteOf(now)
    if (minute >= this.#sweptAt + SWEEP_MINUTES) {
      this.#pages.sweep(minute)
      this.#sweptAt = minute
    }
    const names = this.#isShieldChanged ? new Set([...this.#changed, ...this.#pages.names()]) : this.#changed
    for (const name of names) this.#judge(name)
    this.#changed.clear()
    this.#isShieldChanged = false
  }

  #judge(name: string): void {
    const subject = parseSubjectOf('domain', name)
    if (!subject.ok) return
    const confidence = this.#confidence(name)
    if (confidence >= 1) {
      this.#said.add(name)
      this.#parts.findings.say({ subject: subject.value, kind: KIND, confidence })
    } else if (this.#said.delete(name)) {
      this.#parts.findings.unsay(subject.value, KIND)
    }
  }

  #confidence(name: string): number {
    const count = this.#pages.of(name)
    if (confidenceOfHost({ ...count, isPopular: false }) === 0) return 0
    const protection = this.#protections.over(name)
    if (protection === 'certified') return 0
    return confidenceOfHost({ ...count, isPopular: protection === 'popular' || this.#isRanked(name) })
  }

  /** Whether the host or a domain above it is among the popular ones. */
  #isRanked(host: string): boolean {
    for (let name = host; name.includes('.'); name = name.slice(name.indexOf('.') + 1)) {
      const rank = this.#parts.rankOf(name)
      if (rank !== undefined && rank <= POPULAR_RANK) return true
    }
    return false
  }
}

/** The host of a page; none of one whose host is an address or whose text nobody knows. */
function hostOf(value: string | undefined): string | undefined {
  const host = value?.split('/', 1)[0]
  return host === undefined || host.startsWith('[') || parseAddress(host).ok ? undefined : host
}
