/**
 * A book that is another node's: the writer's side at an edge, as `writer.ts` is the scorer's. A {@link Mirror}
 * (`book/mirror`) takes what was fetched and verified; a {@link ReplicaTable} (`book/table`) keeps it.
 */
import type { MemoryChange } from '@tocsin/core/list'
import type { SubjectType } from '@tocsin/core/subject'
import type { Head } from './book.ts'

/** Where a replica goes. */
export interface Followed {
  /** The other node's, verified by whoever calls. */
  readonly head: Head
  /** The types that are kept. Changes of others must not come, and their hashes are not looked at. */
  readonly types: readonly SubjectType[]
}

/** What a replica is written to. Readers see the last good state until a step is whole. */
export interface ReplicaTable {
  head(): Head
  /**
   * Takes over changes since the present sequence, in their order: the table is as the head says, durably, or as it was.
   *
   * @throws ProblemError `stale` where what results does not have the head's hash, or the head is not ahead of the table;
   *   whatever `changes` throws
   */
  follow(to: Followed, changes: Iterable<MemoryChange>): void
  /** As {@link ReplicaTable.follow}, from nothing: `entries` is all that there is, then what changed since. */
  replace(to: Followed, entries: Iterable<MemoryChange>): void
  /**
   * Brings memory to what the table was replaced by; does nothing where it is there. Rejects with `unavailable` where it
   * cannot be built: readers go on with what they had, and the next call tries again.
   */
  renew(): Promise<void>
}

/** The way to a head. */
export interface MirrorStep {
  /** Verified. */
  readonly head: Head
  /** The path of the snapshot to begin with; without it the way begins at the mirror's own sequence. */
  readonly snapshot?: string | undefined
  /** Begins with an empty book at sequence 0, where there is no snapshot yet. */
  readonly fromNothing?: boolean
  /** Paths of deltas in their order, up to the head's sequence; each begins at or before the end of the one before. */
  readonly deltas: readonly string[]
}

/** What a synchroniser writes to. */
export interface Mirror {
  /** Where the mirror is. */
  head(): Head
  /**
   * Goes to a head; resolves when readers see it. Rejects with a `ProblemError`, and the last good state stays: `stale`
   * for a step back, a gap, or another state than the head's; `invalid` for what is no list file.
   */
  apply(step: MirrorStep): Promise<Head>
  /** Brings memory to the table where an earlier step could not; see {@link ReplicaTable.renew}. */
  renew(): Promise<void>
}
