/** See {@link BookLog}: reads the book's file beside the keeper, in whatever thread. */
import type { DatabaseSync } from 'node:sqlite'
import type { MemoryChange } from '@tocsin/core/list'
import { SUBJECT_TYPES } from '@tocsin/core/subject'
import { openReadOnly } from '../../storage/sqlite.ts'
import type { Sequence } from '../book.ts'
import type { BookLog, EntriesView, LoggedBatch, LogView } from '../log.ts'
import { changesOf } from './batch-codec.ts'
import { oldestBatch } from './changes.ts'
import { readHead } from './head.ts'

/** Opens the log of a book that there is already. */
export function openBookLog(bookPath: string): BookLog {
  const file = openReadOnly(bookPath)
  return {
    since: sequence => since(file, sequence),
    entries: () => entries(bookPath),
    [Symbol.dispose]: () => file.close(),
  }
}

function since(file: DatabaseSync, sequence: Sequence): LogView {
  file.exec('BEGIN')
  try {
    return {
      head: readHead(file),
      oldest: oldestBatch(file),
      batches: batches(file, sequence),
      [Symbol.dispose]: () => file.exec('COMMIT'),
    }
  } catch (error) {
    file.exec('ROLLBACK')
    throw error
  }
}

function* batches(file: DatabaseSync, sequence: Sequence): Iterable<LoggedBatch> {
  const rows = file
    .prepare('SELECT sequence, changes FROM batch WHERE sequence > ? ORDER BY sequence')
    .iterate(sequence)
  for (const row of rows as Iterable<unknown> as Iterable<{ sequence: number; changes: Uint8Array }>) {
    yield { sequence: row.sequence, changes: changesOf(row.changes) }
  }
}

/** On a connection of its own, so that the log is read meanwhile. */
function entries(bookPath: string): EntriesView {
  const file = openReadOnly(bookPath)
  try {
    file.exec('BEGIN')
    return { head: readHead(file), entries: rowsOf(file), [Symbol.dispose]: () => file.close() }
  } catch (error) {
    file.close()
    throw error
  }
}

function* rowsOf(file: DatabaseSync): Iterable<MemoryChange> {
  const rows = file.prepare('SELECT type, key, written, what, value FROM entry ORDER BY type, key').iterate()
  for (const row of rows as Iterable<unknown> as Iterable<EntryRow>) {
    const { type, key, written, what, value } = row
    yield { type: SUBJECT_TYPES[type]!, key, value: value ?? undefined, entry: { when: written, what } }
  }
}

interface EntryRow {
  readonly type: number
  readonly key: Uint8Array
  readonly written: number
  readonly what: number
  readonly value: string | null
}
