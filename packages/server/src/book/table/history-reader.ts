/** The history of entries, read from the book's file. */
import type { DatabaseSync } from 'node:sqlite'
import { SUBJECT_TYPES, type SubjectType } from '@tocsin/core/subject'
import { unpackEntry } from '@tocsin/core/verdict'
import type { Period } from '../history.ts'

interface Row {
  readonly since: number | null
  readonly until: number
  readonly written: number
  readonly what: number
}

/** See {@link History.historyOf}: the superseded entries and then the one in force, if there is one. */
export function readHistory(file: DatabaseSync, type: SubjectType, key: Uint8Array): Period[] {
  const id = SUBJECT_TYPES.indexOf(type)
  const rows = file
    .prepare('SELECT since, until, written, what FROM history WHERE type = ? AND key = ? ORDER BY until')
    .all(id, key) as unknown as Row[]
  const periods = rows.map(
    ({ since, until, written, what }): Period => ({
      from: since ?? undefined,
      until,
      entry: unpackEntry({ when: written, what }),
    }),
  )
  const present = presentOf(file, id, key, rows.at(-1)?.until ?? 0)
  return present === undefined ? periods : [...periods, present]
}

/** @param after milliseconds since 1970; entries note whole seconds, rounded down */
function presentOf(file: DatabaseSync, id: number, key: Uint8Array, after: number): Period | undefined {
  const row = file.prepare('SELECT since, written, what FROM entry WHERE type = ? AND key = ?').get(id, key) as
    | Omit<Row, 'until'>
    | undefined
  if (row === undefined) return undefined
  const entry = unpackEntry({ when: row.written, what: row.what })
  const from = row.since === null ? entry.scoredAt : row.since * 1000
  return { from: from === 0 ? undefined : Math.max(from, after), until: undefined, entry }
}
