/**
 * How other nodes get the book: a signed head, and immutable files that lead there. This is the door's side of the port;
 * files are made by whoever follows the book (`book/distribution`).
 */
import type { ListFileName, SignedHead, TrustedKey } from '@tocsin/core/list'
import type { Head, HeadListener, Sequence } from './book.ts'

/** A delta: all that changed between two places. Taken by a replica that is anywhere from `from` to before `to`. */
export interface DeltaFile extends ListFileName {
  readonly from: Sequence
  readonly to: Sequence
}

/** All entries at a place. */
export interface SnapshotFile extends ListFileName {
  readonly sequence: Sequence
}

/** How a replica gets on. */
export type Way =
  | {
      readonly state: 'known'
      readonly bookId: string
      readonly to: Sequence
      /**
       * To be applied in this order; none where the replica is there. One may begin before the place where the one before
       * it ended, for a change says what is, not what is different.
       */
      readonly files: readonly DeltaFile[]
    }
  /** The changes are not told any more, or are more than the snapshot, which is to be taken in their place. */
  | { readonly state: 'gone'; readonly snapshot: SnapshotFile | undefined }
  /** The replica is ahead of the book: it follows another one. */
  | { readonly state: 'ahead'; readonly sequence: Sequence }

/** The port. Everything is `undefined` until the book has been looked at once after a start. */
export interface Distribution {
  /** The last place to which files lead: some milliseconds behind the book. */
  head(): Head | undefined
  /** The same as it is told, valid for an hour. */
  signed(): SignedHead | undefined
  /** The public key that signs now. */
  key(): TrustedKey
  /**
   * The way from a place to the head, or to `to` where files lead exactly there: the head that a replica has verified may
   * not be the last any more.
   */
  changes(since: Sequence, to?: Sequence): Way | undefined
  snapshot(): SnapshotFile | undefined
  /** Where the bytes of a file are; `undefined` where there is none of this name. */
  file(name: string): FilePlace | undefined
  /** Calls back when the head has moved, until unsubscribed. */
  onHead(listener: HeadListener): () => void
}

/** Where the bytes of a file are. */
export interface FilePlace {
  readonly path: string
  readonly bytes: number
}

/**
 * The same as a door sees it, at whichever node: one that makes the files has them, and one that relays another's book may
 * have to ask for them. `via` is the HTTP header of the question, which says through whom it came.
 */
export interface OfferedBook extends Omit<Distribution, 'key' | 'changes' | 'file'> {
  /** The public key that signed {@link Distribution.signed}. */
  key(): TrustedKey | undefined
  changes(since: Sequence, to?: Sequence, via?: string): Way | undefined | Promise<Way | undefined>
  /** Rejects as `unavailable` where nobody gives it now. */
  file(name: string, via?: string): FilePlace | undefined | Promise<FilePlace | undefined>
  /** Seconds since the book was last known to be all that there is; absent at the node that makes it. */
  ageSeconds?(): number
}
