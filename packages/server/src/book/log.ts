/**
 * The book as its publisher reads it: what has changed since a place, and all of it. Both as of one moment, while the
 * scorer writes.
 */
import type { MemoryChange } from '@tocsin/core/list'
import type { Head, Sequence } from './book.ts'

/** A batch of the log. */
export interface LoggedBatch {
  readonly sequence: Sequence
  readonly changes: Iterable<MemoryChange>
}

/** What the log tells after a sequence. To be disposed of before the next question. */
export interface LogView extends Disposable {
  /** Where the book is, as of the same moment. */
  readonly head: Head
  /** The oldest batch that the log holds; `undefined` where it holds none. */
  readonly oldest: Sequence | undefined
  /** The batches after the sequence, oldest first, each read when it is asked for. */
  readonly batches: Iterable<LoggedBatch>
}

/** All entries as of one moment. To be disposed of when they are read; until then the book's file grows. */
export interface EntriesView extends Disposable {
  readonly head: Head
  /** In the order of type and key. */
  readonly entries: Iterable<MemoryChange>
}

/** The port. */
export interface BookLog extends Disposable {
  since(sequence: Sequence): LogView
  entries(): EntriesView
}
