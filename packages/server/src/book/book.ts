/**
 * The book: the reputations in force. This is the reader's side of the port; doors get nothing else. It is written by
 * the scorer alone or, at an edge, by a verified snapshot or delta.
 */
import type { Result } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import type { Contribution, Judgment } from '@tocsin/core/scoring'
import type { Subject, SubjectType } from '@tocsin/core/subject'
import type { Entry, EntryReader } from '@tocsin/core/verdict'
import type { History } from './history.ts'

/** The number of a published batch: 0 for an empty book, then one more with each. At most 20 batches a second. */
export type Sequence = number

/** Where the book is. */
export interface Head {
  /** Changes when a book starts again from nothing or from a backup: cursors of another book mean nothing here. */
  readonly bookId: string
  readonly sequence: Sequence
  /** Per type, 64 hex digits: the sum modulo 2^256 of SHA-256(type ‖ key ‖ payload) over the entries. */
  readonly stateHash: Readonly<Record<SubjectType, string>>
  /** Entries per type. */
  readonly entries: Readonly<Record<SubjectType, number>>
  readonly publishedAt: Instant
}

/** An entry with what memory does not hold: its full key and, where it is known, its canonical text (without type). */
export interface StoredEntry {
  readonly key: Uint8Array
  readonly value: string | undefined
  readonly entry: Entry
}

/** One entry set (`entry`) or removed (`undefined`) by a batch. */
export interface Change {
  readonly type: SubjectType
  /** 32 bytes. */
  readonly key: Uint8Array
  readonly value: string | undefined
  readonly entry: Entry | undefined
}

/** A published batch. */
export interface Batch {
  readonly sequence: Sequence
  readonly changes: readonly Change[]
}

/** A contribution as it may be shown: never who reported, only what kind of source. */
export interface ShownContribution extends Omit<Contribution, 'record'> {
  readonly kind?: string
  /** A feed's or import's name; for people who report, `a trusted reporter` or `a new reporter`. */
  readonly source?: string
  /** 0 (excluded) to 1. */
  readonly confidence?: number
  readonly observedAt?: Instant
  /** Absent where time changes nothing. */
  readonly halfLifeHours?: number
}

/** A judgment recomputed from the ledger, for people. */
export interface Explanation extends Omit<Judgment, 'contributions'> {
  readonly subject: Subject
  readonly at: Instant
  readonly contributions: readonly ShownContribution[]
  /** What would change the verdict, as sentences for people. */
  readonly changes: readonly string[]
}

/**
 * The reader's side. All of it works while the scorer writes.
 *
 * Addresses and nets are asked for by `matchIp`; `get` finds them by their key too, but may have to go to the disk for it.
 */
export interface Book extends EntryReader, History {
  /** Streams the entries of one type in the order of their keys, from the one after `after` (32 bytes). */
  entries(type: SubjectType, after?: Uint8Array): AsyncIterable<StoredEntry>
  /** The batches after `since`, oldest first; fails with `not-found` where they are no longer kept. */
  changes(since: Sequence): Result<Iterable<Batch>>
  head(): Head
  /** Recomputes what is said about a subject and why; `unavailable` where nobody can. */
  explain(subject: Subject, at: Instant): Promise<Result<Explanation>>
}

/** Told where the book is after each publication, as a push channel is. Must not throw and must not block. */
export type HeadListener = (head: Head) => void
