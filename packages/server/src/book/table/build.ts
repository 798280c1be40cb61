/** Builds the book's memory from its table: in one pass over the file, in whatever thread that can wait. */
import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { buildSegment, type MemoryBuffers, type MemoryChange } from '@tocsin/core/list'
import { SUBJECT_TYPES } from '@tocsin/core/subject'
import { openReadOnly } from '../../storage/sqlite.ts'
import { eachType, readHead } from './head.ts'

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
    return { bookId, memory: buildSegment({ entries, sequence, secret: newSecret() }, entriesOf(file)) }
  } finally {
    file.close()
  }
}

/** The memory of a book that has just begun. */
export function emptyMemory(): MemoryBuffers {
  return buildSegment({ entries: eachType(() => 0), sequence: 0, secret: newSecret() }, [])
}

function newSecret(): { readonly low: number; readonly high: number } {
  const random = randomBytes(8)
  return { low: random.readUInt32LE(0), high: random.readUInt32LE(4) }
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
