/** Pages counted by their hosts, and bad hosts by their domains. */
import type { PublicSuffixes } from '@tocsin/core/subject'
import { FOR_GOOD_MINUTE } from '../bad-until.ts'
import { WordTable } from '../word-table.ts'

/** Hosts that are counted, about 250 bytes each; pages of further hosts are left out until others go. */
const HOSTS_MAX = 300_000

/** What a page is; a good one is neither of the others. */
const GOOD = 1
const BAD = 2
const CONFIRMED = 4
const FLAGS = 8

/** The pages of one host, and of a domain the bad hosts below it. */
export interface PageCount {
  readonly name: string
  bad: number
  confirmed: number
  good: number
  badHosts: number
}

/** What a page is found to be. */
export interface Page {
  readonly isGood: boolean
  /** Whether two organisations or more incriminate it. */
  readonly isConfirmed: boolean
  /** The first minute in which it is not bad any more; 0 where it is not. */
  readonly until: number
}

interface Host extends PageCount {
  readonly id: number
  pages: number
}

/** See the module. */
export class CountedPages {
  readonly #suffixes: PublicSuffixes
  readonly #changed: (name: string) => void
  /** Page, by 64 bits of its key → its host's id and what it is, and the minute until which it is bad. */
  readonly #pages: WordTable
  readonly #hosts = new Map<string, Host>()
  #byId: (Host | undefined)[] = []
  #free: number[] = []
  /** Domains by the pages of their `www.` and by the other hosts below them. */
  readonly #domains = new Map<string, PageCount>()

  constructor(suffixes: PublicSuffixes, seed: number, changed: (name: string) => void) {
    this.#suffixes = suffixes
    this.#changed = changed
    this.#pages = new WordTable(2, 2, seed)
  }

  get bytes(): number {
    return this.#pages.bytes
  }

  /** Names of hosts and domains with anything counted. */
  names(): Iterable<string> {
    return new Set([...this.#hosts.keys(), ...this.#domains.keys()])
  }

  clear(): void {
    this.#pages.clear()
    this.#hosts.clear()
    this.#byId = []
    this.#free = []
    this.#domains.clear()
  }

  /**
   * Takes note of a page: `undefined` where nothing is known of it any more.
   *
   * @param key the first two words of its key
   * @param hostName its host, where its text is known; not asked for where the page is known already
   */
  note(key: ArrayLike<number>, hostName: string | undefined, page: Page | undefined): void {
    const before = this.#pages.get(key)
    const flags = flagsOf(page)
    const host = before > 0 ? this.#hostOf(before) : flags === 0 ? undefined : this.#open(hostName)
    if (host === undefined) return
    if (flags === 0) this.#pages.delete(key)
    else this.#pages.set(key, (host.id + 1) * FLAGS + flags, page!.until)
    host.pages += (flags > 0 ? 1 : 0) - (before > 0 ? 1 : 0)
    this.#count(host, before % FLAGS, flags)
  }

  /** Ends what has lapsed by a minute; answers how many pages that were. */
  sweep(minute: number): number {
    const lapsed: { readonly key: Uint32Array; readonly what: number }[] = []
    this.#pages.forEach((key, [what, until]) => {
      if ((what! & BAD) !== 0 && until !== FOR_GOOD_MINUTE && until! <= minute) {
        lapsed.push({ key: key.slice(), what: what! })
      }
    })
    for (const { key, what } of lapsed) {
      const host = this.#hostOf(what)
      this.#pages.delete(key)
      host.pages -= 1
      this.#count(host, what % FLAGS, 0)
    }
    return lapsed.length
  }

  /** The count of a host or domain, its own pages and those of its `www.` together. */
  of(name: string): PageCount {
    const sums = [this.#hosts.get(name), this.#domains.get(name)]
    const sum = (of: (count: PageCount) => number) => sums.reduce((total, each) => total + (each ? of(each) : 0), 0)
    return {
      name,
      bad: sum(each => each.bad),
      confirmed: sum(each => each.confirmed),
      good: sum(each => each.good),
      badHosts: sum(each => each.badHosts),
    }
  }

  #open(name: string | undefined): Host | undefined {
    if (name === undefined) return undefined
    const known = this.#hosts.get(name)
    if (known !== undefined) return known
    if (this.#hosts.size >= HOSTS_MAX) return undefined
    const id = this.#free.pop() ?? this.#byId.length
    const host: Host = { name, id, pages: 0, bad: 0, confirmed: 0, good: 0, badHosts: 0 }
    this.#byId[id] = host
    this.#hosts.set(name, host)
    return host
  }

  #hostOf(what: number): Host {
    return this.#byId[Math.floor(what / FLAGS) - 1]!
  }

  #count(host: Host, before: number, after: number): void {
    const wasBad = host.bad > 0
    add(host, before, after)
    this.#changed(host.name)
    const domain = this.#suffixes.registrableDomain(host.name)
    if (domain !== undefined && domain !== host.name) {
      const count = this.#domains.get(domain) ?? { name: domain, bad: 0, confirmed: 0, good: 0, badHosts: 0 }
      if (host.name === `www.${domain}`) add(count, before, after)
      else count.badHosts += (host.bad > 0 ? 1 : 0) - (wasBad ? 1 : 0)
      if (count.bad + count.good + count.badHosts > 0) this.#domains.set(domain, count)
      else this.#domains.delete(domain)
      this.#changed(domain)
    }
    if (host.pages > 0) return
    this.#hosts.delete(host.name)
    this.#byId[host.id] = undefined
    this.#free.push(host.id)
  }
}

function flagsOf(page: Page | undefined): number {
  if (page === undefined) return 0
  if (page.until > 0) return BAD | (page.isConfirmed ? CONFIRMED : 0)
  return page.isGood ? GOOD : 0
}

function add(count: PageCount, before: number, after: number): void {
  const difference = (flag: number) => ((after & flag) - (before & flag)) / flag
  count.bad += difference(BAD)
  count.confirmed += difference(CONFIRMED)
  count.good += difference(GOOD)
}
