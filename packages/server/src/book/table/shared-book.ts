/**
 * The book as a door sees it: lookups in shared memory, text and full keys read from the file on demand.
 */
import type { DatabaseSync } from 'node:sqlite'
import { fail, ok, type Result } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { type MemoryBuffers, MemoryReader } from '@tocsin/core/list'
import { SUBJECT_TYPES, type Subject, type SubjectType } from '@tocsin/core/subject'
import { type Entry, type NetMatch, unpackEntry } from '@tocsin/core/verdict'
import { openReadOnly } from '../../storage/sqlite.ts'
import type { Batch, Book, Explanation, Head, Sequence, StoredEntry } from '../book.ts'
import type { Period } from '../history.ts'
import { batchesSince, oldestBatch } from './changes.ts'
import { readHead } from './head.ts'
import { readHistory } from './history-reader.ts'

/** Entries read from the file at once while streaming. */
const PAGE = 10_000

/** Recomputes an explanation: the composition knows where. */
export type Explain = (subject: Subject, at: Instant) => Promise<Result<Explanation>>

/** See {@link Book}. */
export class SharedBook implements Book, Disposable {
  readonly #file: DatabaseSync
  readonly #explain: Explain
  readonly #memory: MemoryReader
  #head: Head

  /** @param path the file that the book's keeper writes, opened beside it to read */
  constructor(path: string, memory: MemoryBuffers, explain: Explain) {
    this.#file = openReadOnly(path)
    this.#explain = explain
    this.#memory = new MemoryReader(memory)
    this.#head = readHead(this.#file)
  }

  get(type: SubjectType, key: Uint8Array): Entry | undefined {
    const packed = type === 'ip' || type === 'net' ? this.#onDisk(type, key) : this.#memory.get(type, key)
    return packed && unpackEntry(packed)
  }

  matchIp(address: Uint8Array): readonly NetMatch[] {
    return this.#memory.matchIp(address)
  }

  mayKnowHost(host: string): boolean {
    return this.#memory.mayKnowHost(host)
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
    const oldest = oldestBatch(this.#file)
    const isGap = since > this.#head.sequence || since + 1 < (oldest ?? this.#head.sequence + 1)
    if (isGap)
      return fail('not-found', `Cannot tell the changes since ${since}: the log begins at ${oldest ?? 'nothing'}`)
    return ok(batchesSince(this.#file, since))
  }

  head(): Head {
    return this.#head
  }

  explain(subject: Subject, at: Instant): Promise<Result<Explanation>> {
    return this.#explain(subject, at)
  }

  historyOf(type: SubjectType, key: Uint8Array): readonly Period[] {
    return readHistory(this.#file, type, key)
  }

  /** Goes over to another segment and overlay. */
  adopt(memory: MemoryBuffers): void {
    this.#memory.adopt(memory)
  }

  /** Takes note of a publication, which is in memory already. */
  moveTo(head: Head): void {
    this.#head = head
  }

  [Symbol.dispose](): void {
    this.#file.close()
  }

  /** Addresses and nets lie in memory by address; by their key they are asked for rarely, and from the file. */
  #onDisk(type: SubjectType, key: Uint8Array): { readonly when: number; readonly what: number } | undefined {
    const row = this.#file
      .prepare('SELECT written, what FROM entry WHERE type = ? AND key = ?')
      .get(SUBJECT_TYPES.indexOf(type), key) as { written: number; what: number } | undefined
    return row && { when: row.written, what: row.what }
  }
}

interface EntryRow {
  readonly key: Uint8Array
  readonly written: number
  readonly what: number
  readonly value: string | null
}
