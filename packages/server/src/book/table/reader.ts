/**
 * The book as doors see it: entries in memory, text and full keys read from the file on demand.
 *
 * The reader loads the file once and then follows the batches that the scorer publishes; the file is opened read-only,
 * beside the writer's connection.
 */
import type { DatabaseSync } from 'node:sqlite'
import { fail, ok, type Result } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { KeyTable, tableKey } from '@tocsin/core/list'
import {
  netRange,
  parseSubjectOf,
  PrefixTable,
  SUBJECT_TYPES,
  type Subject,
  type SubjectType,
} from '@tocsin/core/subject'
import { type Entry, type NetMatch, type PackedEntry, packEntry, unpackEntry } from '@tocsin/core/verdict'
import { openReadOnly } from '../../storage/sqlite.ts'
import type { Batch, Book, Change, Explanation, Head, Sequence, StoredEntry } from '../book.ts'

/** Entries read from the file at once while streaming. */
const PAGE = 10_000

/** Recomputes an explanation: the composition knows where. */
export type Explain = (subject: Subject, at: Instant) => Promise<Result<Explanation>>

/** See {@link Book}. Made by {@link openTableBook}. */
export class TableBook implements Book, Disposable {
  readonly #file: DatabaseSync
  readonly #explain: Explain
  readonly #tables: Readonly<Record<SubjectType, KeyTable>>
  readonly #nets = new PrefixTable<PackedEntry>()
  #head: Head

  constructor(file: DatabaseSync, head: Head, explain: Explain) {
    this.#file = file
    this.#head = head
    this.#explain = explain
    const { ip, net, domain, url, file: files } = head.entries
    this.#tables = {
      ip: new KeyTable(ip),
      net: new KeyTable(net),
      domain: new KeyTable(domain),
      url: new KeyTable(url),
      file: new KeyTable(files),
    }
    this.#load()
  }

  get(type: SubjectType, key: Uint8Array): Entry | undefined {
    const packed = this.#tables[type].get(tableKey(type, key))
    return packed && unpackEntry(packed)
  }

  matchIp(address: Uint8Array): readonly NetMatch[] {
    return this.#nets.match(address).map(({ prefixLength, value }) => ({ prefixLength, entry: unpackEntry(value) }))
  }

  async *entries(type: SubjectType, after?: Uint8Array): AsyncIterable<StoredEntry> {
    const page = this.#file.prepare(
      'SELECT key, written, what, value FROM entry WHERE type = ? AND key > ? ORDER BY key LIMIT ?',
    )
    let from = after ?? new Uint8Array()
    for (;;) {
      const rows = page.all(SUBJECT_TYPES.indexOf(type), from, PAGE) as unknown as EntryRow[]
      for (const row of rows) {
        yield { key: row.key, value: row.value ?? undefined, entry: unpackEntry({ when: row.written, what: row.what }) }
      }
      if (rows.length < PAGE) return
      from = rows.at(-1)!.key
    }
  }

  changes(since: Sequence): Result<Iterable<Batch>> {
    const { oldest } = this.#file.prepare('SELECT min(sequence) AS oldest FROM change').get() as {
      oldest: number | null
    }
    const gap = since > this.#head.sequence || since + 1 < (oldest ?? this.#head.sequence + 1)
    if (gap)
      return fail('not-found', `Cannot tell the changes since ${since}: the log begins at ${oldest ?? 'nothing'}`)
    return ok(this.#batches(since))
  }

  head(): Head {
    return this.#head
  }

  explain(subject: Subject, at: Instant): Promise<Result<Explanation>> {
    return this.#explain(subject, at)
  }

  /** Takes over a published batch. A batch that is here already (it was in the file when it was loaded) is passed over. */
  apply(batch: Batch, head: Head): void {
    if (batch.sequence <= this.#head.sequence) return
    for (const change of batch.changes)
      this.#set(change.type, change.key, change.value, change.entry && packEntry(change.entry))
    this.#head = head
  }

  [Symbol.dispose](): void {
    this.#file.close()
  }

  #load(): void {
    const rows = this.#file.prepare('SELECT type, key, written, what, value FROM entry').iterate()
    for (const row of rows as Iterable<unknown> as Iterable<EntryRow & { type: number }>) {
      this.#set(SUBJECT_TYPES[row.type]!, row.key, row.value ?? undefined, { when: row.written, what: row.what })
    }
  }

  #set(type: SubjectType, key: Uint8Array, value: string | undefined, entry: PackedEntry | undefined): void {
    if (entry === undefined) this.#tables[type].delete(tableKey(type, key))
    else this.#tables[type].set(tableKey(type, key), entry)
    if (type === 'net' && value !== undefined) this.#setNet(value, entry)
  }

  #setNet(value: string, entry: PackedEntry | undefined): void {
    const net = parseSubjectOf('net', value)
    if (!net.ok) return
    const { address, prefixLength } = netRange(net.value)
    if (entry === undefined) this.#nets.delete(address, prefixLength)
    else this.#nets.set(address, prefixLength, entry)
  }

  *#batches(since: Sequence): Iterable<Batch> {
    const rows = this.#file
      .prepare('SELECT sequence, type, key, written, what, value FROM change WHERE sequence > ? ORDER BY sequence')
      .iterate(since)
    let sequence = 0
    let changes: Change[] = []
    for (const row of rows as Iterable<unknown> as Iterable<ChangeRow>) {
      if (row.sequence !== sequence && changes.length > 0) {
        yield { sequence, changes }
        changes = []
      }
      sequence = row.sequence
      changes.push(changeOf(row))
    }
    if (changes.length > 0) yield { sequence, changes }
  }
}

/** Opens the book that a store keeps in `path`, as it is now. */
export function openTableBook(path: string, explain: Explain): TableBook {
  const file = openReadOnly(path)
  return new TableBook(file, readHead(file), explain)
}

interface EntryRow {
  readonly key: Uint8Array
  readonly written: number
  readonly what: number
  readonly value: string | null
}

interface ChangeRow {
  readonly sequence: number
  readonly type: number
  readonly key: Uint8Array
  readonly written: number | null
  readonly what: number | null
  readonly value: string | null
}

function changeOf(row: ChangeRow): Change {
  return {
    type: SUBJECT_TYPES[row.type]!,
    key: row.key,
    value: row.value ?? undefined,
    entry: row.written === null ? undefined : unpackEntry({ when: row.written, what: row.what! }),
  }
}

function readHead(file: DatabaseSync): Head {
  const head = file.prepare('SELECT book_id, sequence, published_at FROM head').get() as {
    book_id: string
    sequence: number
    published_at: number
  }
  const states = file.prepare('SELECT type, entries, hash FROM state').all() as unknown as {
    type: number
    entries: number
    hash: string
  }[]
  const byType = new Map(states.map(state => [SUBJECT_TYPES[state.type]!, state]))
  const eachType = <T>(of: (type: SubjectType) => T): Record<SubjectType, T> => ({
    ip: of('ip'),
    net: of('net'),
    domain: of('domain'),
    url: of('url'),
    file: of('file'),
  })
  return {
    bookId: head.book_id,
    sequence: head.sequence,
    publishedAt: head.published_at,
    entries: eachType(type => byType.get(type)?.entries ?? 0),
    stateHash: eachType(type => byType.get(type)?.hash ?? '0'.repeat(64)),
  }
}
