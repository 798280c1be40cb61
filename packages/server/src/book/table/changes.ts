/** The log of changes, read from the book's file. */
import type { DatabaseSync } from 'node:sqlite'
import { SUBJECT_TYPES } from '@tocsin/core/subject'
import { unpackEntry } from '@tocsin/core/verdict'
import type { Batch, Change, Sequence } from '../book.ts'

interface ChangeRow {
  readonly sequence: number
  readonly type: number
  readonly key: Uint8Array
  readonly written: number | null
  readonly what: number | null
  readonly value: string | null
}

/** The oldest sequence whose batch is in the log; `undefined` for an empty log. */
export function oldestBatch(file: DatabaseSync): Sequence | undefined {
  const row = file.prepare('SELECT min(sequence) AS oldest FROM change').get() as { oldest: number | null }
  return row.oldest ?? undefined
}

/** The batches after a sequence, oldest first. Whoever asks has looked whether the log reaches back so far. */
export function* batchesSince(file: DatabaseSync, since: Sequence): Iterable<Batch> {
  const rows = file
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

function changeOf({ type, key, written, what, value }: ChangeRow): Change {
  return {
    type: SUBJECT_TYPES[type]!,
    key,
    value: value ?? undefined,
    entry: written === null ? undefined : unpackEntry({ when: written, what: what! }),
  }
}
