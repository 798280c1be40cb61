/**
 * The writer's side of the book. The scorer is the only one who has it.
 */
import type { Batch, Change, Head } from './book.ts'

/** What was published: a batch that differs from what was there, and where the book is now. */
export interface Publication {
  readonly batch: Batch
  readonly head: Head
}

/** The port. A publication and the scorer's place in the ledger's journal are one transaction. */
export interface BookWriter extends Disposable {
  /** Makes it a new and empty book, with an id of its own, at place 0; durable on return. Readers open it anew. */
  restart(): void
  /** The place in the journal up to which everything is in the book. */
  place(): number
  head(): Head
  /**
   * Publishes what differs of `changes` and moves the place; durable on return. `undefined` where nothing differs, and
   * then only the place has moved.
   */
  publish(changes: readonly Change[], place: number, publishedAt: number): Publication | undefined
}
