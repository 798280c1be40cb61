/**
 * The history of names: who told that a name led where, when, and what registries say of it; and what that comes to. Facts
 * come in at any rate and are written and looked at a slice at a time; everything is bounded, and what nobody has asked about
 * for the longest goes first.
 */
import { HOUR_MS, type Instant } from '@tocsin/core/evidence'
import { type PublicSuffixes, parseSubjectOf, type Subject } from '@tocsin/core/subject'
import { parsePublicAddress, parsePublicName } from '@tocsin/core/wire'
import type { Findings } from '../miner.ts'
import { type AddressContext, DAY_MS, type Site } from './facts.ts'
import { findingsOf } from './findings-of.ts'
import { Quota } from './quota.ts'
import { type RdapParts, Registries } from './registration.ts'
import { RegistrationTurns } from './registration-turns.ts'
import { sharedBy } from './shared.ts'
import { type Sighting, type Statement, WebStore } from './store.ts'
import { historyOf, type WebHistoryOf } from './telling.ts'

/** Sightings that wait to be written, at most. */
const PENDING_MAX = 20_000

/** Domains that wait to be touched or looked at, at most. */
const WAITING_MAX = 20_000

/** Written, and looked at, in one slice: a few milliseconds each. */
const WRITTEN = 500
const LOOKED_AT = 25

/** Domains with statements that are looked at again in one slice, round and round: they may be popular by now. */
const LOOKED_AGAIN = 5

/** Who is not trusted cannot tell of the past: else one key could invent years of it. */
const UNTRUSTED_PAST_MS = DAY_MS

/** Domains that a site which is not trusted, or questions together, may add in an hour. */
const NEW_PER_HOUR = 2000

/** What the history is handed. */
export interface WebHistoryOptions {
  /** Of the SQLite file; made where there is none. */
  readonly path: string
  readonly findings: Findings
  readonly clock: () => Instant
  /** Where an address is; asked once for each sighting. */
  readonly contextOf: (address: Subject) => AddressContext | undefined
  /** The place of exactly this name in a list of popular ones. */
  readonly rankOf: (host: string) => number | undefined
  readonly suffixes: PublicSuffixes
  /** Absent: registries are not asked, which is the default of a node. */
  readonly rdap?: RdapParts | undefined
  /** 200,000 where absent. */
  readonly domainsMax?: number
}

/** Counts for the metrics. */
export interface WebNumbers {
  readonly domains: number
  /** Sightings that wait. */
  readonly pending: number
  readonly taken: number
  /** Neither a public name nor a public address. */
  readonly refused: number
  /** Too many at once, or too many new names of one site. */
  readonly dropped: number
  readonly forgotten: number
  readonly statements: number
  readonly registriesAsked: number
}

/** Opens the history. Throws where the file cannot be opened. */
export function openWebHistory(options: WebHistoryOptions): WebHistory {
  return new WebHistory(options)
}

/** See above. Not one of its methods waits. */
export class WebHistory implements Disposable {
  readonly #options: WebHistoryOptions
  readonly #store: WebStore
  readonly #registrations: RegistrationTurns | undefined
  readonly #newOfSite: Quota
  #pending: Sighting[] = []
  readonly #touched = new Set<string>()
  readonly #waiting = new Set<string>()
  #again = ''
  #counts = { taken: 0, refused: 0, dropped: 0, forgotten: 0 }

  constructor(options: WebHistoryOptions) {
    this.#options = options
    this.#store = new WebStore(options.path)
    this.#newOfSite = new Quota(NEW_PER_HOUR, HOUR_MS)
    const { rdap, clock } = options
    if (rdap === undefined) return
    this.#registrations = new RegistrationTurns(new Registries(rdap, clock), this.#store, clock, name =>
      this.#await(name),
    )
  }

  /**
   * Takes that a name led to an address. Never throws: what is not public is counted as refused, what is too much as
   * dropped. A time to come is now; one of a site that is not trusted is at most a day old.
   */
  resolved(domain: Subject, address: Subject, at: Instant, site: Site, count = 1): void {
    const name = domain.type === 'domain' ? parsePublicName(domain.value) : undefined
    const place = address.type === 'ip' ? parsePublicAddress(address.value) : undefined
    const owner = name?.ok === true ? this.#ownerOf(name.value.value) : undefined
    if (name?.ok !== true || place?.ok !== true || owner === undefined || !Number.isFinite(at)) {
      this.#counts.refused++
      return
    }
    if (this.#pending.length >= PENDING_MAX) {
      this.#counts.dropped++
      return
    }
    const now = this.#options.clock()
    const earliest = site.isTrusted ? at : Math.max(at, now - UNTRUSTED_PAST_MS)
    const context = this.#options.contextOf(place.value) ?? {}
    const seenAt = Math.min(now, Math.floor(earliest))
    this.#pending.push({
      domain: owner,
      host: name.value.value,
      address: place.value.value,
      context,
      at: seenAt,
      count,
      site,
    })
  }

  /** Notes that a subject was asked about: its domain is kept longer, and where registries are asked, they are asked of it. */
  asked(subject: Subject): void {
    if (subject.type !== 'domain' && subject.type !== 'url') return
    if (this.#touched.size >= WAITING_MAX) return
    const name = parsePublicName(subject.value.split('/', 1)[0]!)
    const owner = name.ok ? this.#ownerOf(name.value.value) : undefined
    if (owner !== undefined) this.#touched.add(owner)
  }

  /** Notes when a certificate of a name began. Of trusted sites alone; unknown names are not made by it. */
  certified(domain: Subject, notBefore: Instant, site: Site): void {
    const owner = this.#ownerOf(domain.value)
    if (owner === undefined || !site.isTrusted || !(notBefore <= this.#options.clock())) return
    this.#store.setCertificate(owner, Math.floor(notBefore))
  }

  /** Writes and looks at some of what waits; says whether more does. Throws where the file cannot be written. */
  slice(): boolean {
    const now = this.#options.clock()
    this.#store.together(() => {
      this.#write(now)
      this.#touch(now)
      for (const domain of take(this.#waiting, LOOKED_AT)) this.#lookAt(domain, now)
      this.#lookAgain()
      for (const over of this.#store.statementsOver(now, LOOKED_AT)) this.#unsay(over)
      this.#forget()
    })
    this.#registrations?.turn()
    return this.#pending.length + this.#touched.size + this.#waiting.size > 0
  }

  /** What is known of the domain that a host belongs to, as JSON; `undefined` where nothing is. */
  history(domain: Subject): WebHistoryOf | undefined {
    const owner = this.#ownerOf(domain.value.split('/', 1)[0]!)
    const facts = owner === undefined ? undefined : this.#store.find(owner)
    if (facts === undefined) return undefined
    const { name } = facts
    const rank = this.#options.rankOf(name)
    return historyOf(facts, this.#store.ledOf(name), this.#store.statementsOf(name), this.#isShared(), rank)
  }

  numbers(): WebNumbers {
    return {
      domains: this.#store.domains,
      pending: this.#pending.length,
      ...this.#counts,
      statements: this.#store.statements(),
      registriesAsked: this.#registrations?.asked ?? 0,
    }
  }

  /** Resolves when no registry is being asked. */
  async idle(): Promise<void> {
    await this.#registrations?.idle()
  }

  /** Closes the file; what was not written yet is lost, an answer that is on its way is not waited for. */
  [Symbol.dispose](): void {
    this.#registrations?.[Symbol.dispose]()
    this.#store[Symbol.dispose]()
  }

  #write(now: Instant): void {
    for (const sighting of this.#pending.splice(0, WRITTEN)) {
      const { domain, site } = sighting
      if (!site.isTrusted && !this.#store.has(domain) && !this.#newOfSite.take(site.name, now)) {
        this.#counts.dropped++
        continue
      }
      if (this.#store.add(sighting, now)) this.#await(domain)
      this.#counts.taken++
      this.#propose(domain)
    }
  }

  #touch(now: Instant): void {
    for (const domain of take(this.#touched, LOOKED_AT)) {
      const isKnown = this.#store.has(domain)
      // Questions come from anybody: a name is kept for a question alone only where that leads to a fact.
      if (!isKnown && (this.#registrations === undefined || !this.#newOfSite.take('', now))) continue
      this.#store.touch(domain, now)
      this.#propose(domain)
    }
  }

  #propose(domain: string): void {
    const { rankOf } = this.#options
    const suffix = domain.slice(domain.indexOf('.') + 1)
    // A popular name needs no age, and a tenant of a popular site has no registration.
    if (rankOf(domain) === undefined && rankOf(suffix) === undefined) this.#registrations?.propose(domain)
  }

  #lookAt(domain: string, now: Instant): void {
    const facts = this.#store.find(domain)
    if (facts === undefined) return
    if (this.#unsayPopular(domain)) return
    const stands = this.#store.statementsOf(domain)
    const led = this.#store.ledOf(domain)
    // What does not hold any more is left to fade: it was so when it was said.
    for (const found of findingsOf(facts, led, this.#isShared(), now)) this.#say(found, stands)
  }

  #lookAgain(): void {
    const domains = this.#store.statedAfter(this.#again, LOOKED_AGAIN)
    for (const domain of domains) this.#unsayPopular(domain)
    this.#again = domains.length < LOOKED_AGAIN ? '' : domains.at(-1)!
  }

  /** Takes back all that was said of a domain if it is popular; says whether it is. */
  #unsayPopular(domain: string): boolean {
    if (this.#options.rankOf(domain) === undefined) return false
    for (const statement of this.#store.statementsOf(domain)) this.#unsay(statement)
    return true
  }

  #say(found: Statement, stands: readonly Statement[]): void {
    const before = stands.find(({ subject, kind }) => subject === found.subject && kind === found.kind)
    if (before !== undefined && before.at === found.at && before.confidence === found.confidence) return
    const { subject, kind, confidence, at } = found
    const parsed = parseSubjectOf('domain', subject.slice('domain:'.length))
    if (!parsed.ok) return
    this.#store.putStatement(found)
    this.#options.findings.say({ subject: parsed.value, kind, confidence, at })
  }

  #unsay(statement: Statement): void {
    const parsed = parseSubjectOf('domain', statement.subject.slice('domain:'.length))
    this.#store.dropStatement(statement)
    if (parsed.ok) this.#options.findings.unsay(parsed.value, statement.kind)
  }

  #forget(): void {
    const max = this.#options.domainsMax ?? 200_000
    if (this.#store.domains <= max) return
    this.#counts.forgotten += this.#store.dropOldest(this.#store.domains - max).length
  }

  #await(domain: string): void {
    if (this.#waiting.size < WAITING_MAX) this.#waiting.add(domain)
  }

  #isShared(): (address: string) => boolean {
    return sharedBy(this.#store, this.#options.rankOf)
  }

  #ownerOf(host: string): string | undefined {
    return this.#options.suffixes.registrableDomain(host)
  }
}

function take(set: Set<string>, count: number): string[] {
  const taken = [...set.values().take(count)]
  for (const text of taken) set.delete(text)
  return taken
}
