/** The book's own file: entries as a plain table, changes as a log. This side writes. */
import { randomUUID } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { ProblemError, sha256 } from '@tocsin/core/base'
import { entryDigest, type MemoryChange, StateHash } from '@tocsin/core/list'
import { SUBJECT_TYPES, type SubjectType } from '@tocsin/core/subject'
import { type PackedEntry, packEntry } from '@tocsin/core/verdict'
import { openDatabase, transaction } from '../../storage/sqlite.ts'
import type { Batch, Change, Head, Sequence } from '../book.ts'
import type { Followed } from '../replica.ts'
import type { BookWriter, Publication } from '../writer.ts'
import { BatchWriter } from './batch-codec.ts'
import { batchesSince, oldestBatch } from './changes.ts'
import { HistoryTable, sinceOf } from './history-table.ts'
import { inOrderOfKeys } from './in-order.ts'

/** Batches that `changes` can still tell; a reader that is further behind starts anew. */
export const BATCHES_KEPT = 20_000

/** Changes of a replacement after which what they would be in the log, where they do not go, is forgotten. */
const FORGOTTEN_EACH = 4096

/** Opens the book in a file; makes an empty one, with an id of its own, where there is none. */
export function openBookStore(path: string): BookStore {
  return new BookStore(openDatabase(path, new URL('./migrations/', import.meta.url)))
}

interface EntryRow {
  readonly written: number
  readonly what: number
  readonly value: string | null
  readonly since: number | null
}

/** See {@link BookWriter}. */
export class BookStore implements BookWriter {
  readonly #database: DatabaseSync
  readonly #get: StatementSync
  readonly #add: StatementSync
  readonly #put: StatementSync
  readonly #drop: StatementSync
  readonly #log: StatementSync
  readonly #move: StatementSync
  readonly #saveState: StatementSync
  readonly #forget: StatementSync
  readonly #batch = new BatchWriter()
  readonly #history: HistoryTable
  /** Whether the last change was of a subject without an entry. */
  #wasNew = false
  #bookId = ''
  #sequence = 0
  #place = 0
  #publishedAt = 0
  readonly #entries = new Map<SubjectType, number>()
  readonly #hashes = new Map<SubjectType, StateHash>()

  constructor(database: DatabaseSync) {
    this.#database = database
    database.exec(beginHead())
    this.#get = database.prepare('SELECT written, what, value, since FROM entry WHERE type = ? AND key = ?')
    this.#add = database.prepare(
      'INSERT INTO entry (written, what, value, since, type, key) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    )
    this.#put = database.prepare(
      'UPDATE entry SET written = ?, what = ?, value = ?, since = ? WHERE type = ? AND key = ?',
    )
    this.#drop = database.prepare('DELETE FROM entry WHERE type = ? AND key = ?')
    this.#log = database.prepare('INSERT INTO batch (sequence, changes) VALUES (?, ?)')
    this.#move = database.prepare('UPDATE head SET sequence = ?, place = ?, published_at = ?')
    this.#saveState = database.prepare(
      'INSERT INTO state (type, entries, hash) VALUES (?, ?, ?) ' +
        'ON CONFLICT (type) DO UPDATE SET entries = excluded.entries, hash = excluded.hash',
    )
    this.#forget = database.prepare('DELETE FROM batch WHERE sequence <= ?')
    this.#history = new HistoryTable(database)
    this.#load()
  }

  restart(): void {
    transaction(this.#database, () => {
      this.#database.exec('DELETE FROM entry; DELETE FROM batch; DELETE FROM state; DELETE FROM head')
      this.#database.exec(beginHead())
    })
    this.#load()
  }

  place(): number {
    return this.#place
  }

  head(): Head {
    return {
      bookId: this.#bookId,
      sequence: this.#sequence,
      publishedAt: this.#publishedAt,
      entries: this.#eachType(type => this.#entries.get(type)!),
      stateHash: this.#eachType(type => this.#hashes.get(type)!.hex()),
    }
  }

  publish(changes: readonly Change[], place: number, publishedAt: number): Publication | undefined {
    try {
      return transaction(this.#database, () => this.#publish(changes, place, publishedAt))
    } catch (error) {
      this.#load()
      throw error
    }
  }

  /**
   * For a replica: makes the table what another node's book is at a head, by what changed since here or, `anew`, by all
   * that it holds. Its sequence is the head's, so the log has gaps; its rows still tell all that came after the first.
   * Gives what differed; nothing where it is anew.
   *
   * @throws ProblemError `stale` where what results is not what the head says, or that is not ahead; nothing has changed
   *   then, nor where `changes` throws
   */
  follow(to: Followed, changes: Iterable<MemoryChange>, { anew }: { readonly anew: boolean }): MemoryChange[] {
    try {
      return transaction(this.#database, () => this.#follow(to, changes, anew))
    } catch (error) {
      this.#load()
      throw error
    }
  }

  /** Whether the log reaches back so far that {@link batchesSince} can tell all that came after. */
  tellsSince(sequence: Sequence): boolean {
    if (sequence >= this.#sequence) return sequence === this.#sequence
    const oldest = oldestBatch(this.#database)
    return oldest !== undefined && oldest <= sequence + 1
  }

  /** The batches after a sequence, oldest first. */
  batchesSince(sequence: Sequence): Iterable<Batch> {
    return batchesSince(this.#database, sequence)
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  #publish(changes: readonly Change[], place: number, publishedAt: number): Publication | undefined {
    const sequence = this.#sequence + 1
    const touched = new Set<SubjectType>()
    // In the order of the table, so that each of its pages is met once.
    const inOrder = inOrderOfKeys(changes)
    // What a transaction that failed had begun.
    this.#batch.take()
    const different = inOrder.filter(change => {
      const differs = this.#apply(change, change.entry && packEntry(change.entry), publishedAt)
      if (differs) touched.add(change.type)
      return differs
    })
    this.#place = place
    if (different.length === 0) {
      this.#move.run(this.#sequence, place, this.#publishedAt)
      return undefined
    }
    this.#sequence = sequence
    this.#publishedAt = publishedAt
    this.#move.run(sequence, place, publishedAt)
    this.#log.run(sequence, this.#batch.take())
    for (const type of touched) {
      this.#saveState.run(SUBJECT_TYPES.indexOf(type), this.#entries.get(type)!, this.#hashes.get(type)!.hex())
    }
    if (sequence % 256 === 0) {
      this.#forget.run(sequence - BATCHES_KEPT)
      this.#history.sweep(publishedAt)
    }
    return { batch: { sequence, changes: different }, head: this.head() }
  }

  #follow({ head, types }: Followed, changes: Iterable<MemoryChange>, anew: boolean): MemoryChange[] {
    const { sequence, publishedAt, bookId } = head
    const from = this.#sequence
    if (!anew && (bookId !== this.#bookId || sequence <= from)) {
      throw stale(`it must lie ahead of "${this.#bookId}" ${from}, found "${bookId}" ${sequence}`)
    }
    // What a transaction that failed had begun.
    this.#batch.take()
    if (anew) this.#clear()
    const different: MemoryChange[] = []
    let met = 0
    for (const change of changes) {
      met += 1
      if (this.#apply(change, change.entry, publishedAt) && !anew) different.push(change)
      if (anew && met % FORGOTTEN_EACH === 0) this.#batch.take()
    }
    for (const type of types) this.#compare(type, head)
    this.#bookId = bookId
    this.#sequence = sequence
    this.#publishedAt = publishedAt
    this.#database.prepare('UPDATE head SET book_id = ?').run(bookId)
    this.#move.run(sequence, this.#place, publishedAt)
    const logged = this.#batch.take()
    if (!anew) {
      // So that the log is known to begin where it does.
      if (sequence > from + 1) this.#log.run(from + 1, new Uint8Array())
      this.#log.run(sequence, logged)
    }
    for (const type of SUBJECT_TYPES) {
      this.#saveState.run(SUBJECT_TYPES.indexOf(type), this.#entries.get(type)!, this.#hashes.get(type)!.hex())
    }
    if (sequence >>> 8 !== from >>> 8) {
      this.#forget.run(sequence - BATCHES_KEPT)
      this.#history.sweep(publishedAt)
    }
    return different
  }

  /** Holds what is here against what a head says. */
  #compare(type: SubjectType, head: Head): void {
    const hash = this.#hashes.get(type)!.hex()
    if (hash !== head.stateHash[type]) {
      throw stale(`the hash of its entries of type ${type} must be "${head.stateHash[type]}", found "${hash}"`)
    }
    const entries = this.#entries.get(type)!
    if (entries !== head.entries[type]) {
      throw stale(`it must have ${head.entries[type]} entries of type ${type}, found ${entries}`)
    }
  }

  /** Takes all entries away. What was said of subjects before stays in the history. */
  #clear(): void {
    this.#database.exec('DELETE FROM entry; DELETE FROM batch; DELETE FROM state')
    for (const type of SUBJECT_TYPES) {
      this.#entries.set(type, 0)
      this.#hashes.set(type, new StateHash())
    }
  }

  /** Writes one change where it differs; says whether it did. */
  #apply({ type, key, value }: Omit<Change, 'entry'>, after: PackedEntry | undefined, publishedAt: number): boolean {
    const typeId = SUBJECT_TYPES.indexOf(type)
    // The lines of a list are mostly new or mostly known, so the last one says which of the two to try first.
    if (this.#wasNew && after !== undefined && this.#addEntry(typeId, key, value, after, publishedAt)) return true
    const row = this.#get.get(typeId, key) as EntryRow | undefined
    this.#wasNew = row === undefined
    if (row === undefined) return after !== undefined && this.#addEntry(typeId, key, value, after, publishedAt)
    const before: PackedEntry = { when: row.written, what: row.what }
    // A text that becomes known is news as well: without it the readers cannot match a net.
    const isNamed = row.value === null && value !== undefined
    if (before.when === after?.when && before.what === after.what && !isNamed) return false
    const since = this.#history.superseded(typeId, key, before, row.since, after, publishedAt)
    this.#hashes.get(type)!.subtract(entryDigest(type, key, before, sha256))
    if (after === undefined) {
      this.#drop.run(typeId, key)
      this.#entries.set(type, this.#entries.get(type)! - 1)
    } else {
      this.#put.run(after.when, after.what, value ?? null, since, typeId, key)
      this.#hashes.get(type)!.add(entryDigest(type, key, after, sha256))
    }
    this.#batch.add(typeId, key, after, value)
    return true
  }

  /** Writes the entry of a subject that has none; says whether it had none. */
  #addEntry(
    typeId: number,
    key: Uint8Array,
    value: string | undefined,
    entry: PackedEntry,
    publishedAt: number,
  ): boolean {
    const added = this.#add.run(entry.when, entry.what, value ?? null, sinceOf(publishedAt), typeId, key)
    if (added.changes === 0) return false
    const type = SUBJECT_TYPES[typeId]!
    this.#hashes.get(type)!.add(entryDigest(type, key, entry, sha256))
    this.#entries.set(type, this.#entries.get(type)! + 1)
    this.#batch.add(typeId, key, entry, value)
    return true
  }

  #load(): void {
    const head = this.#database.prepare('SELECT book_id, sequence, place, published_at FROM head').get() as {
      book_id: string
      sequence: number
      place: number
      published_at: number
    }
    this.#bookId = head.book_id
    this.#sequence = head.sequence
    this.#place = head.place
    this.#publishedAt = head.published_at
    for (const type of SUBJECT_TYPES) {
      this.#entries.set(type, 0)
      this.#hashes.set(type, new StateHash())
    }
    const states = this.#database.prepare('SELECT type, entries, hash FROM state').all() as unknown as {
      type: number
      entries: number
      hash: string
    }[]
    for (const state of states) {
      const type = SUBJECT_TYPES[state.type]!
      this.#entries.set(type, state.entries)
      this.#hashes.set(type, StateHash.fromHex(state.hash))
    }
  }

  #eachType<T>(of: (type: SubjectType) => T): Record<SubjectType, T> {
    return { ip: of('ip'), net: of('net'), domain: of('domain'), url: of('url'), file: of('file') }
  }
}

function stale(why: string): ProblemError {
  return new ProblemError({ code: 'stale', message: `Cannot follow another book: ${why}` })
}

/** Makes the one row of `head` where there is none: an empty book with an id of its own. */
function beginHead(): string {
  return `INSERT INTO head (id, book_id, sequence, place, published_at) VALUES (1, '${randomUUID()}', 0, 0, 0) ON CONFLICT DO NOTHING`
}
