import type { DatabaseSync } from 'node:sqlite'
import { SUBJECT_TYPES, type SubjectType } from '@tocsin/core/subject'
import type { Head } from '../book.ts'

/** Reads where the book in a file is. */
export function readHead(file: DatabaseSync): Head {
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
  return {
    bookId: head.book_id,
    sequence: head.sequence,
    publishedAt: head.published_at,
    entries: eachType(type => byType.get(type)?.entries ?? 0),
    stateHash: eachType(type => byType.get(type)?.hash ?? '0'.repeat(64)),
  }
}

/** A value for each type of subject. */
export function eachType<T>(of: (type: SubjectType) => T): Record<SubjectType, T> {
  return { ip: of('ip'), net: of('net'), domain: of('domain'), url: of('url'), file: of('file') }
}
