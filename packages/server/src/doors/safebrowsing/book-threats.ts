/**
 * The threats of the book, kept in step with it: read from its stream of entries once, when somebody first asks, and from
 * then on from its log of changes. Nobody asks, nothing is held.
 */
import type { Sha256 } from '@tocsin/core/base'
import { type PublicSuffixes, type Subject, subjectKey } from '@tocsin/core/subject'
import { type Answer, type Entry, isDoubted, type Policy } from '@tocsin/core/verdict'
import type { Book, Change } from '../../book/book.ts'
import { type Above, nameOf, Shelters } from './shelters.ts'
import { THREAT_TYPES, type ThreatSubjectType, threatOf } from './threat.ts'
import { ThreatTable } from './threat-table.ts'
import { Turns } from './turns.ts'

/** What the threats are read from. */
export interface BookThreatOptions {
  readonly book: Pick<Book, 'entries' | 'changes' | 'head' | 'get'>
  /** What the node itself answers about a subject. */
  readonly answer: (subject: Subject) => Answer
  readonly policy: Policy
  readonly suffixes: PublicSuffixes
  /** Subjects that policy lists block, whatever the book says. */
  readonly blocked: readonly Subject[]
  readonly clock: () => number
  readonly sha256: Sha256
}

/**
 * Threats at a moment, by type: each is streamed in the order of its own hashes. Files must be apart in any case: a file of
 * the text `example.com/` has the hash of that domain.
 */
export interface Threats {
  readonly tables: Readonly<Record<ThreatSubjectType, ThreatTable>>
  /** Where the book was, as text: the same text, the same threats, but for time. */
  readonly place: string
}

/** See above. */
export class BookThreats {
  readonly #options: BookThreatOptions
  #threats: Threats | undefined
  #sequence = -1
  #bookId = ''
  #following: Promise<Threats> | undefined
  /** What policy lists block, by type and key: the book's word for it counts for nothing. */
  readonly #pinned = new Set<string>()
  #shelters: Shelters

  constructor(options: BookThreatOptions) {
    this.#options = options
    this.#shelters = new Shelters(options)
  }

  /** The threats as of now or a moment ago: who asks while a reading is under way waits for that and takes its result. */
  async current(): Promise<Threats> {
    const { bookId, sequence } = this.#options.book.head()
    if (this.#threats !== undefined && bookId === this.#bookId && sequence === this.#sequence) return this.#threats
    this.#following ??= this.#follow().finally(() => {
      this.#following = undefined
    })
    return await this.#following
  }

  async #follow(): Promise<Threats> {
    const { book } = this.#options
    const head = book.head()
    if (this.#threats === undefined || head.bookId !== this.#bookId) return await this.#readAll()
    const changes = book.changes(this.#sequence)
    if (!changes.ok) return await this.#readAll()
    const turns = new Turns()
    for (const batch of changes.value) {
      for (const change of batch.changes) {
        this.#apply(this.#threats, change)
        await turns.pause()
      }
      this.#sequence = batch.sequence
      if (batch.sequence >= head.sequence) break
    }
    this.#threats = { ...this.#threats, place: `${this.#bookId}:${this.#sequence}` }
    return this.#threats
  }

  async #readAll(): Promise<Threats> {
    const { book } = this.#options
    // Before the entries: what changes while they are read is told again by the log.
    const { bookId, sequence } = book.head()
    const tables = { domain: new ThreatTable(), url: new ThreatTable(), file: new ThreatTable() }
    const threats = { tables, place: `${bookId}:${sequence}` }
    this.#threats = undefined
    this.#shelters = new Shelters(this.#options)
    const turns = new Turns()
    for (const type of THREAT_TYPES) {
      for await (const { key, value, entry } of book.entries(type)) {
        this.#judge(threats, type, key, value, entry)
        this.#shelters.note(type, key, value, entry)
        await turns.pause()
      }
      tables[type].settle()
    }
    for (const above of this.#shelters.all()) {
      this.#judgeAgain(threats, above)
      await turns.pause()
    }
    this.#pin(threats)
    this.#threats = threats
    this.#bookId = bookId
    this.#sequence = sequence
    return threats
  }

  #pin(threats: Threats): void {
    const { blocked, policy, suffixes, sha256 } = this.#options
    for (const subject of blocked) {
      if (!isThreatType(subject.type) || !isBlockedByList(subject, policy, suffixes)) continue
      const key = subjectKey(subject, sha256)
      this.#pinned.add(nameOf(subject.type, key))
      threats.tables[subject.type].set(key, { kind: 'malware', blockedUntil: Number.POSITIVE_INFINITY })
    }
  }

  #apply(threats: Threats, { type, key, value, entry }: Change): void {
    if (!isThreatType(type)) return
    this.#judge(threats, type, key, value, entry)
    for (const above of this.#shelters.note(type, key, value, entry)) this.#judgeAgain(threats, above)
  }

  /** Enters what an entry comes to, of a subject that no policy list blocks. */
  #judge(
    threats: Threats,
    type: ThreatSubjectType,
    key: Uint8Array,
    value: string | undefined,
    entry: Entry | undefined,
  ): void {
    if (this.#isPinned(type, key)) return
    const threat = entry && threatOf(type, value, entry, this.#options.clock(), this.#options)
    const isMasked = type === 'url' && entry !== undefined && this.#isMasked(key, value, entry)
    const isWithheld = threat !== undefined && (isMasked || this.#isWithheld(type, key))
    threats.tables[type].set(key, isWithheld ? undefined : threat)
    if (type !== 'domain' || entry?.protection === undefined) return
    const page = this.#options.book.get('url', key)
    if (page !== undefined) this.#judge(threats, 'url', key, undefined, page)
  }

  /**
   * Whether a page of which only the hash is known may be no page: a client has no types, so the hash of `example.com/`
   * told as that of a page would list the whole host, however popular. It needs what the host asks for, and the word of
   * somebody who is trusted in any case: the hash of a public suffix or of a private address is protected by no entry.
   */
  #isMasked(key: Uint8Array, value: string | undefined, entry: Entry): boolean {
    if (value !== undefined) return false
    const host = this.#options.book.get('domain', key)
    return entry.organisations < 1 || isDoubted(entry, host?.protection)
  }

  #judgeAgain(threats: Threats, { type, key, subject }: Above): void {
    this.#judge(threats, type, key, subject.value, this.#options.book.get(type, key))
  }

  /** Whether something protected lies in it that the node itself does not block. */
  #isWithheld(type: ThreatSubjectType, key: Uint8Array): boolean {
    for (const subject of this.#shelters.in(type, key)) {
      if (this.#options.answer(subject).action === 'allow') return true
    }
    return false
  }

  #isPinned(type: ThreatSubjectType, key: Uint8Array): boolean {
    return this.#pinned.size > 0 && this.#pinned.has(nameOf(type, key))
  }
}

function isThreatType(type: string): type is ThreatSubjectType {
  return (THREAT_TYPES as readonly string[]).includes(type)
}

function isBlockedByList(subject: Subject, { lists }: Policy, suffixes: PublicSuffixes): boolean {
  for (const list of lists) {
    const ruled = list.rule(subject, suffixes)
    if (ruled !== undefined) return ruled.ruling === 'blocked'
  }
  return false
}
