/** The log of changes, read from the book's file. */
import type { DatabaseSync } from 'node:sqlite'
import { unpackEntry } from '@tocsin/core/verdict'
import type { Batch, Sequence } from '../book.ts'
import { changesOf } from './batch-codec.ts'

/** The oldest sequence whose batch is in the log; `undefined` for an empty log. */
export function oldestBatch(file: DatabaseSync): Sequence | undefined {
  const row = file.prepare('SELECT min(sequence) AS oldest FROM batch').get() as { oldest: number | null }
  return row.oldest ?? undefined
}

/** The batches after a sequence, oldest first. Whoever asks has looked whether the log reaches back so far. */
export function* batchesSince(file: DatabaseSync, since: Sequence): Iterable<Batch> {
  const rows = file
    .prepare('SELECT sequence, changes FROM batch WHERE sequence > ? ORDER BY sequence')
    .iterate(since) as Iterable<unknown> as Iterable<{ readonly sequence: number; readonly changes: Uint8Array }>
  for (const { sequence, changes } of rows) {
    yield {
      sequence,
      changes: Array.from(changesOf(changes), ({ entry, ...rest }) => ({
        ...rest,
        entry: entry && unpackEntry(entry),
      })),
    }
  }
}
