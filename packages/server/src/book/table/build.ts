/** Builds the book's memory from its table: in one pass over the file, in whatever thread that can wait. */
import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { buildSegment, type MemoryBuffers, type MemoryChange } from '@tocsin/core/list'
import { SUBJECT_TYPES } from '@tocsin/core/subject'
import { openReadOnly } from '../../storage/sqlite.ts'
import { readHead } from './head.ts'

/** What was built, and of which book. */
export interface BuiltMemory {
  readonly bookId: string
  readonly memory: MemoryBuffers
}

/** Reads the table as of now, whatever is written meanwhile. */
export function buildMemory(bookPath: string): BuiltMemory {
  const file = openReadOnly(bookPath)
  try {
    file.exec('BEGIN')
    const { bookId, sequence, entries } = readHead(file)
    const random = new Uint32Array(randomBytes(8).buffer.slice(0, 8))
    const secret = { low: random[0]!, high: random[1]! }
    return { bookId, memory: buildSegment({ entries, sequence, secret }, entriesOf(file)) }
  } finally {
    file.close()
  }
}

interface EntryRow {
  readonly type: number
  readonly key: Uint8Array
  readonly written: number
  readonly what: number
  readonly value: string | null
}

function* entriesOf(file: DatabaseSync): Iterable<MemoryChange> {
  const rows = file.prepare('SELECT type, key, written, what, value FROM entry').iterate()
  for (const row of rows as Iterable<unknown> as Iterable<EntryRow>) {
    const { type, key, written, what, value } = row
    yield { type: SUBJECT_TYPES[type]!, key, value: value ?? undefined, entry: { when: written, what } }
  }
}
