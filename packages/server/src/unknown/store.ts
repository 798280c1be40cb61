/**
 * The queue of the unknown in a file of its own, bounded whoever writes it.
 *
 * A row counts in the quota of the organisation that brought it until three have met it. Who is over its quota loses rows of
 * its own, those that nobody else met first and of these the oldest; where the whole is full, rows go in the same order,
 * whosesoever they are. So a sensor that makes up hashes displaces what it made up itself, and two that lie together have
 * two quotas.
 */
import { hash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '@tocsin/core/evidence'
import { SUBJECT_TYPES, type SubjectType } from '@tocsin/core/subject'
import { openDatabase, transaction } from '../storage/sqlite.ts'
import { prepareStatements, type Statements } from './statements.ts'

/** Bounds of a store. */
export interface UnknownLimits {
  /** Subjects in all, about 400 bytes each on disk. */
  readonly subjectsMax: number
  /** Subjects of one organisation. */
  readonly ownedMax: number
  /** Ids that are remembered of one organisation; of older ones a repeat counts again. */
  readonly receiptsMax: number
}

/** The bounds of a node: one organisation has a tenth of the room. */
export const UNKNOWN_LIMITS: UnknownLimits = { subjectsMax: 1_000_000, ownedMax: 100_000, receiptsMax: 200_000 }

/** Organisations that must have met a page before its text is asked for. */
export const WANTED_FROM = 3

/** Days for which an id is remembered. */
const RECEIPT_DAYS = 7

const DAY_MS = 86_400_000

/** Organisations are told apart up to here; one more stands for all others. */
const TOLD_APART_MAX = 16

/** Pages of 4 KiB in the log before they are written back. */
const WAL_PAGES = 4000

/** No number in the file grows beyond this. */
const COUNT_MAX = 1_000_000_000

/** A subject that was met. */
export interface Met {
  readonly type: SubjectType
  /** 32 bytes. */
  readonly key: Uint8Array
  /** Absent for a page of which only the hash is told. */
  readonly value: string | undefined
  readonly at: Instant
  /** Questions that nobody could answer, from 1. */
  readonly count: number
  /** What is met again with it counts once. */
  readonly id?: string | undefined
}

/** A subject that waits. */
export interface Waiting extends Omit<Met, 'at' | 'id'> {
  readonly number: number
  readonly firstSeen: Instant
  readonly lastSeen: Instant
  /** Exact up to 16; 17 for more. */
  readonly organisations: number
}

interface Row {
  readonly id: number
  readonly type: number
  readonly key: Uint8Array
  readonly value: string | null
  readonly first_seen: number
  readonly last_seen: number
  readonly count: number
  readonly organisations: number
  readonly owner: number | null
}

interface Organisation {
  readonly id: number
  readonly subjects: number
  readonly receipts: number
}

/** Opens the queue in a file; makes it where there is none. */
export function openUnknownStore(path: string, limits: UnknownLimits = UNKNOWN_LIMITS): UnknownStore {
  const database = openDatabase(path, new URL('./migrations/', import.meta.url))
  // Written on the thread that answers: a full sync would hold up answers for some 8 ms a transaction, and a log of 128 MiB
  // for longer when it is written back. A power cut may cost the last seconds of what is no evidence.
  database.exec(`PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${WAL_PAGES}`)
  return new UnknownStore(database, limits)
}

/** See the module. All methods are synchronous, survive a crash when they return, and throw where the file cannot be written. */
export class UnknownStore implements Disposable {
  readonly #database: DatabaseSync
  readonly #sql: Statements
  readonly #limits: UnknownLimits
  #size: number
  #displaced = 0

  constructor(database: DatabaseSync, limits: UnknownLimits) {
    this.#database = database
    this.#sql = prepareStatements(database)
    this.#limits = limits
    this.#size = (this.#sql.size.get() as { size: number }).size
  }

  /** Subjects that wait. */
  get size(): number {
    return this.#size
  }

  /** Subjects that had to go for others since the start. */
  get displaced(): number {
    return this.#displaced
  }

  /** Notes what one organisation met; gives the numbers of the rows, for {@link UnknownStore.wanted}. */
  meet(organisation: string, items: readonly Met[], now: Instant): readonly number[] {
    return this.#together(() => {
      const before = this.#organisation(organisation)
      let receipts = 0
      const numbers: number[] = []
      for (const item of items) {
        const isRepeat = item.id !== undefined && this.#addReceipt(before.id, item.id, now) === 0
        if (item.id !== undefined && !isRepeat) receipts += 1
        numbers.push(isRepeat ? (this.#find(item.type, item.key)?.id ?? -1) : this.#meetOne(before.id, item))
      }
      this.#sql.addReceipts.run(receipts, before.id)
      this.#makeRoom(organisation)
      return numbers
    })
  }

  /**
   * Pages whose text this organisation may be asked for, by their keys: those of some rows first. Each is given once a day.
   *
   * @param first rows that stand at the head, as {@link UnknownStore.meet} gave them
   */
  wanted(organisation: string, first: Iterable<number>, now: Instant, limit: number): readonly Uint8Array[] {
    return this.#together(() => {
      const { id } = this.#organisation(organisation)
      const from = now - DAY_MS
      const asked: number[] = []
      const ask = (number: number) => {
        if (asked.length < limit && this.#sql.ask.run(now, number, id, from).changes > 0) asked.push(number)
      }
      for (const number of first) ask(number)
      const more = this.#sql.wanted.all(id, from, limit - asked.length) as unknown as { id: number }[]
      for (const row of more) ask(row.id)
      return asked.map(number => (this.#sql.keyOf.get(number) as { key: Uint8Array }).key)
    })
  }

  /** Gives a text to what waits under this key; says whether something does. That the two go together is checked before. */
  name(type: SubjectType, key: Uint8Array, value: string): boolean {
    const row = this.#find(type, key)
    if (row === undefined) return false
    if (row.value === null) this.#sql.name.run(value, row.id)
    return true
  }

  /** What waits of a type: first what most organisations met, then what was asked about most. */
  ranked(type: SubjectType, limit: number): Waiting[] {
    return (this.#sql.ranked.all(SUBJECT_TYPES.indexOf(type), limit) as unknown as Row[]).map(waitingOf)
  }

  /** All that waits, piece by piece, by number. */
  after(number: number, limit: number): Waiting[] {
    return (this.#sql.after.all(number, limit) as unknown as Row[]).map(waitingOf)
  }

  /** Takes rows out, as something is known of them by now. */
  drop(some: readonly Pick<Waiting, 'type' | 'key'>[]): void {
    if (some.length === 0) return
    this.#together(() => {
      for (const { type, key } of some) {
        const row = this.#find(type, key)
        if (row !== undefined) this.#dropRow(row)
      }
    })
  }

  /** Forgets ids that nobody sends again. */
  forgetReceipts(now: Instant): void {
    this.#together(() => {
      for (const { id } of this.#sql.organisations.all() as unknown as { id: number }[]) {
        const { changes } = this.#sql.dropOldReceipts.run(id, now - RECEIPT_DAYS * DAY_MS)
        this.#sql.addReceipts.run(-Number(changes), id)
      }
    })
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  #meetOne(organisation: number, { type, key, value, at, count }: Met): number {
    const row = this.#find(type, key)
    if (row === undefined) {
      const typeId = SUBJECT_TYPES.indexOf(type)
      const { lastInsertRowid } = this.#sql.add.run(typeId, key, value ?? null, at, at, count, organisation)
      const id = Number(lastInsertRowid)
      this.#sql.metBy.run(id, organisation)
      this.#sql.addSubjects.run(1, organisation)
      this.#size += 1
      return id
    }
    const isNew = row.organisations <= TOLD_APART_MAX && this.#sql.metBy.run(row.id, organisation).changes > 0
    const organisations = row.organisations + (isNew ? 1 : 0)
    const owner = organisations < WANTED_FROM ? row.owner : null
    if (row.owner !== null && owner === null) this.#sql.addSubjects.run(-1, row.owner)
    this.#sql.meetAgain.run(
      row.value ?? value ?? null,
      Math.min(row.first_seen, at),
      Math.max(row.last_seen, at),
      Math.min(COUNT_MAX, row.count + count),
      organisations,
      owner,
      row.id,
    )
    return row.id
  }

  /** Drops what is over the bounds. */
  #makeRoom(organisation: string): void {
    const { id, subjects, receipts } = this.#organisation(organisation)
    const { subjectsMax, ownedMax, receiptsMax } = this.#limits
    if (subjects > ownedMax) this.#displace(this.#sql.oldestOf.all(id, subjects - ownedMax))
    if (this.#size > subjectsMax) this.#displace(this.#sql.oldest.all(this.#size - subjectsMax))
    if (receipts <= receiptsMax) return
    const { changes } = this.#sql.dropReceipts.run(id, receipts - receiptsMax)
    this.#sql.addReceipts.run(-Number(changes), id)
  }

  #displace(rows: unknown): void {
    for (const row of rows as Row[]) {
      this.#dropRow(row)
      this.#displaced += 1
    }
  }

  #dropRow({ id, owner }: Row): void {
    this.#sql.drop.run(id)
    this.#sql.dropMetBy.run(id)
    if (owner !== null) this.#sql.addSubjects.run(-1, owner)
    this.#size -= 1
  }

  #addReceipt(organisation: number, id: string, now: Instant): number {
    const digest = hash('sha256', id, 'buffer').subarray(0, 16)
    return Number(this.#sql.addReceipt.run(organisation, digest, now).changes)
  }

  #find(type: SubjectType, key: Uint8Array): Row | undefined {
    return this.#sql.find.get(SUBJECT_TYPES.indexOf(type), key) as Row | undefined
  }

  #organisation(name: string): Organisation {
    const found = this.#sql.organisation.get(name) as Organisation | undefined
    if (found !== undefined) return found
    const { lastInsertRowid } = this.#sql.addOrganisation.run(name)
    return { id: Number(lastInsertRowid), subjects: 0, receipts: 0 }
  }

  /** Runs `work` in a transaction; where that fails, the numbers in memory are as before as well. */
  #together<T>(work: () => T): T {
    const [size, displaced] = [this.#size, this.#displaced]
    try {
      return transaction(this.#database, work)
    } catch (error) {
      this.#size = size
      this.#displaced = displaced
      throw error
    }
  }
}

function waitingOf({ id, type, key, value, first_seen, last_seen, count, organisations }: Row): Waiting {
  return {
    number: id,
    type: SUBJECT_TYPES[type]!,
    key,
    value: value ?? undefined,
    firstSeen: first_seen,
    lastSeen: last_seen,
    count,
    organisations,
  }
}
