/** The history of names in a SQLite file: `web.sqlite` of the data folder. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { Instant, KindName } from '@tocsin/core/evidence'
import { openDatabase, transaction } from '../../storage/sqlite.ts'
import { type AddressContext, type DomainFacts, type Led, type RegistryState, SITES_KEPT, type Site } from './facts.ts'

/** Resolutions that are kept of one domain with all its hosts; what nobody confirms goes first, then the oldest. */
const LED_MAX = 1000

/** One thing that a site saw. */
export interface Sighting {
  /** The registrable domain. */
  readonly domain: string
  readonly host: string
  readonly address: string
  readonly context: AddressContext
  readonly at: Instant
  readonly count: number
  readonly site: Site
}

/** What was said and stands. */
export interface Statement {
  /** Its text, as `domain:example.com`. */
  readonly subject: string
  readonly kind: KindName
  /** The registrable domain that it came of. */
  readonly domain: string
  readonly confidence: number
  readonly at: Instant
  readonly until: Instant
}

type Row = Record<string, SQLOutputValue>

/** See above. One connection; all calls are synchronous. */
export class WebStore implements Disposable {
  readonly #database: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()
  #domains: number

  constructor(path: string) {
    this.#database = openDatabase(path, new URL('./migrations/', import.meta.url))
    // A power cut may take the last moments along: they are hints, and waiting for the disk would hold up the thread.
    this.#database.exec('PRAGMA synchronous = NORMAL')
    this.#domains = this.#count('SELECT count(*) AS n FROM domain')
  }

  get domains(): number {
    return this.#domains
  }

  /** Runs `work` in one transaction. */
  together<T>(work: () => T): T {
    try {
      return transaction(this.#database, work)
    } catch (error) {
      this.#domains = this.#count('SELECT count(*) AS n FROM domain')
      throw error
    }
  }

  has(domain: string): boolean {
    return this.#sql('SELECT 1 FROM domain WHERE name = ?').get(domain) !== undefined
  }

  /** Notes that a domain was met or asked about; makes it where it is new. `seenAt` is at most `now`. */
  touch(domain: string, now: Instant, seenAt = now): number {
    const known = this.#sql(`
      UPDATE domain SET touched_at = max(touched_at, ?), first_seen = min(first_seen, ?) WHERE name = ? RETURNING id
    `).get(now, seenAt, domain)
    if (known !== undefined) return Number(known['id'])
    const made = this.#sql('INSERT INTO domain (name, first_seen, touched_at) VALUES (?, ?, ?) RETURNING id').get(
      domain,
      seenAt,
      now,
    )
    this.#domains++
    return Number(made!['id'])
  }

  /**
   * Adds what a site saw; the domain is there from now on. Same sightings in another order give the same, as far as all are
   * kept. Says whether it tells more than a later time: another address, or another site.
   */
  add({ domain, host, address, context, at, count, site }: Sighting, now: Instant): boolean {
    const id = this.touch(domain, now, at)
    const siteId = this.#siteId(site.name)
    const row = this.#sql('SELECT sites FROM resolution WHERE domain_id = ? AND host = ? AND address = ?').get(
      id,
      host,
      address,
    )
    if (row === undefined) this.#makeRoom(id)
    const sites = row === undefined ? [] : idsOf(row['sites'])
    const isMore = !sites.includes(siteId) && sites.length < SITES_KEPT
    if (isMore) sites.push(siteId)
    this.#sql(`
      INSERT INTO resolution (domain_id, host, address, asn, country, is_cdn, first_seen, last_seen, told, sites, is_trusted)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET asn = excluded.asn, country = excluded.country, is_cdn = excluded.is_cdn,
        first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen),
        told = min(told + excluded.told, 1000000000), sites = excluded.sites, is_trusted = max(is_trusted, excluded.is_trusted)
    `).run(
      id,
      host,
      address,
      context.asn ?? null,
      context.country ?? null,
      context.isCdn === true ? 1 : 0,
      at,
      at,
      count,
      sites.join(' '),
      site.isTrusted ? 1 : 0,
    )
    return isMore
  }

  /** All resolutions of a domain, by host and address. */
  ledOf(domain: string): readonly Led[] {
    return this.#sql(`
      SELECT r.* FROM resolution r JOIN domain d ON d.id = r.domain_id WHERE d.name = ? ORDER BY host, address
    `)
      .all(domain)
      .map(ledOf)
  }

  /** Domains that an address serves, confirmed ones, `most` at most, and from when to when: nobody shields an address alone. */
  servedBy(
    address: string,
    most: number,
  ): { readonly domains: readonly string[]; readonly first: Instant; readonly last: Instant } {
    const rows = this.#sql(`
      SELECT d.name AS name, min(r.first_seen) AS first, max(r.last_seen) AS last
      FROM resolution r JOIN domain d ON d.id = r.domain_id WHERE r.address = ? AND (r.is_trusted OR r.sites LIKE '% %') GROUP BY r.domain_id LIMIT ?
    `).all(address, most)
    return {
      domains: rows.map(({ name }) => String(name)),
      first: Math.min(...rows.map(({ first }) => Number(first))),
      last: Math.max(...rows.map(({ last }) => Number(last))),
    }
  }

  find(domain: string): DomainFacts | undefined {
    const row = this.#sql('SELECT * FROM domain WHERE name = ?').get(domain)
    return row === undefined ? undefined : factsOf(row)
  }

  /** What a registry said; what it did not say now stays as it was. */
  setRegistration(domain: string, state: RegistryState, at: Instant, registeredAt?: Instant, registrar?: string): void {
    this.#sql(`
      UPDATE domain SET registry_state = ?, registry_asked_at = ?,
        registered_at = coalesce(?, registered_at), registrar = coalesce(?, registrar) WHERE name = ?
    `).run(state, at, registeredAt ?? null, registrar ?? null, domain)
  }

  /** Keeps the earliest. */
  setCertificate(domain: string, notBefore: Instant): void {
    this.#sql('UPDATE domain SET certificate_at = min(coalesce(certificate_at, ?), ?) WHERE name = ?').run(
      notBefore,
      notBefore,
      domain,
    )
  }

  /** Takes the domains out that nobody has asked about for the longest; returns their names. */
  dropOldest(count: number): readonly string[] {
    const rows = this.#sql('SELECT id, name FROM domain ORDER BY touched_at LIMIT ?').all(count)
    for (const { id } of rows) {
      this.#sql('DELETE FROM resolution WHERE domain_id = ?').run(id!)
      this.#sql('DELETE FROM domain WHERE id = ?').run(id!)
    }
    this.#domains -= rows.length
    return rows.map(({ name }) => String(name))
  }

  statementsOf(domain: string): readonly Statement[] {
    return this.#sql('SELECT * FROM statement WHERE domain = ? ORDER BY subject, kind').all(domain).map(statementOf)
  }

  /** Domains of which something was said, after a name in the order of names. */
  statedAfter(domain: string, limit: number): readonly string[] {
    return this.#sql('SELECT DISTINCT domain FROM statement WHERE domain > ? ORDER BY domain LIMIT ?')
      .all(domain, limit)
      .map(row => String(row['domain']))
  }

  putStatement({ subject, kind, domain, confidence, at, until }: Statement): void {
    this.#sql(
      'INSERT OR REPLACE INTO statement (subject, kind, domain, confidence, at, until) VALUES (?, ?, ?, ?, ?, ?)',
    ).run(subject, kind, domain, confidence, at, until)
  }

  dropStatement({ subject, kind }: Statement): void {
    this.#sql('DELETE FROM statement WHERE subject = ? AND kind = ?').run(subject, kind)
  }

  /** Statements that weigh nothing any more, at most `limit`. */
  statementsOver(now: Instant, limit: number): readonly Statement[] {
    return this.#sql('SELECT * FROM statement WHERE until <= ? ORDER BY until LIMIT ?').all(now, limit).map(statementOf)
  }

  statements(): number {
    return this.#count('SELECT count(*) AS n FROM statement')
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  #siteId(name: string): number {
    const known = this.#sql('SELECT id FROM site WHERE name = ?').get(name)
    const row = known ?? this.#sql('INSERT INTO site (name) VALUES (?) RETURNING id').get(name)!
    return Number(row['id'])
  }

  #makeRoom(id: number): void {
    const { n } = this.#sql('SELECT count(*) AS n FROM resolution WHERE domain_id = ?').get(id) as { n: number }
    if (n < LED_MAX) return
    this.#sql(`
      DELETE FROM resolution WHERE (domain_id, host, address) IN (
        SELECT domain_id, host, address FROM resolution WHERE domain_id = ?
        ORDER BY is_trusted OR sites LIKE '% %', last_seen LIMIT ?)
    `).run(id, n - LED_MAX + LED_MAX / 10)
  }

  #count(sql: string): number {
    return Number(this.#sql(sql).get()!['n'])
  }

  #sql(text: string): StatementSync {
    let statement = this.#prepared.get(text)
    if (statement === undefined) {
      statement = this.#database.prepare(text)
      this.#prepared.set(text, statement)
    }
    return statement
  }
}

function ledOf(row: Row): Led {
  return {
    host: String(row['host']),
    address: String(row['address']),
    asn: numberOf(row['asn']),
    country: row['country'] === null ? undefined : String(row['country']),
    isCdn: row['is_cdn'] === 1,
    firstSeen: Number(row['first_seen']),
    lastSeen: Number(row['last_seen']),
    told: Number(row['told']),
    sites: idsOf(row['sites']),
    isTrusted: row['is_trusted'] === 1,
  }
}

function factsOf(row: Row): DomainFacts {
  return {
    name: String(row['name']),
    firstSeen: Number(row['first_seen']),
    registeredAt: numberOf(row['registered_at']),
    registrar: row['registrar'] === null ? undefined : String(row['registrar']),
    registryAskedAt: numberOf(row['registry_asked_at']),
    registryState: row['registry_state'] === null ? undefined : (String(row['registry_state']) as RegistryState),
    certificateAt: numberOf(row['certificate_at']),
  }
}

function statementOf(row: Row): Statement {
  return {
    subject: String(row['subject']),
    kind: String(row['kind']) as KindName,
    domain: String(row['domain']),
    confidence: Number(row['confidence']),
    at: Number(row['at']),
    until: Number(row['until']),
  }
}

function numberOf(value: SQLOutputValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value)
}

function idsOf(value: SQLOutputValue | undefined): number[] {
  return String(value ?? '')
    .split(' ')
    .filter(id => id !== '')
    .map(Number)
}
