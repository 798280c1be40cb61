/**
 * The history of entries in the book's file. The store tells it of each entry that it replaces or removes, within the
 * same transaction; a first publication never comes here, so a list of a million new lines costs nothing.
 *
 * A row is written where the change is one that somebody would notice: another verdict, as published or as time has left
 * it, or a score that moved by {@link SCORE_STEP}. Otherwise the old entry's time goes on in the new one. Steps that are
 * smaller each, and stay in one band, thus leave no row, however many they are.
 *
 * Bounded by {@link ROWS_PER_SUBJECT} and {@link KEPT_MS}. What is too old is taken away in passing, a slice of the table
 * at a time from where the last slice ended: no index by time, which each row would have to pay for.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Instant } from '@tocsin/core/evidence'
import { type Entry, type PackedEntry, unpackEntry, verdictAt, verdictOf } from '@tocsin/core/verdict'

/** Rows of one subject; the oldest go. */
export const ROWS_PER_SUBJECT = 64

/** How long a row is kept after its entry was superseded: a year. */
export const KEPT_MS = 365 * 24 * 3_600_000

/** Points by which a score must move to leave a row while the verdict stays. */
export const SCORE_STEP = 5

/** Rows that one sweep looks at. A year's worth of ten million is gone through in a thousand sweeps. */
const SWEPT_AT_ONCE = 10_000

/** Seconds since 1970 from which an entry that is published now counts: what the entry's `since` holds. */
export type Since = number

/** The `since` of an entry that is published at a time. */
export function sinceOf(publishedAt: Instant): Since {
  return Math.floor(publishedAt / 1000)
}

/** The writer's side. Each call is part of the caller's transaction. */
export class HistoryTable {
  readonly #last: StatementSync
  readonly #add: StatementSync
  readonly #trim: StatementSync
  readonly #endOfSlice: StatementSync
  readonly #sweep: StatementSync
  /** Where the last sweep ended: type, key, until. */
  #from: readonly [number, Uint8Array, number] = BEGINNING

  constructor(database: DatabaseSync) {
    this.#last = database.prepare(
      'SELECT count(*) AS rows, max(until) AS until FROM history WHERE type = ? AND key = ?',
    )
    this.#add = database.prepare(
      'INSERT INTO history (type, key, until, since, written, what) VALUES (?, ?, ?, ?, ?, ?)',
    )
    this.#trim = database.prepare(
      'DELETE FROM history WHERE type = ?1 AND key = ?2 AND until <= ' +
        '(SELECT until FROM history WHERE type = ?1 AND key = ?2 ORDER BY until DESC LIMIT 1 OFFSET ?3)',
    )
    this.#endOfSlice = database.prepare(
      'SELECT type, key, until FROM history WHERE (type, key, until) > (?, ?, ?) ORDER BY type, key, until LIMIT 1 OFFSET ?',
    )
    this.#sweep = database.prepare(
      'DELETE FROM history WHERE (type, key, until) > (?, ?, ?) AND (type, key, until) <= (?, ?, ?) AND until < ?',
    )
  }

  /**
   * Notes that `before` gives way to `after`, or to nothing.
   *
   * @param type the number of the type in the book's file
   * @param since of `before`, as the entry has it
   * @param at when `after` is published
   * @returns since when `after` counts; of no meaning where there is none
   */
  superseded(
    type: number,
    key: Uint8Array,
    before: PackedEntry,
    since: Since | null,
    after: PackedEntry | undefined,
    at: Instant,
  ): Since | null {
    const old = unpackEntry(before)
    if (after !== undefined && !isNoticeable(old, unpackEntry(after), at)) return since
    const last = this.#last.get(type, key) as { readonly rows: number; readonly until: number | null }
    // A clock that stands still or is set back moves no row before another.
    const until = Math.max(at, (last.until ?? 0) + 1)
    this.#add.run(type, key, until, beginning(old, since, last.until, until), before.when, before.what)
    if (last.rows >= ROWS_PER_SUBJECT) this.#trim.run(type, key, ROWS_PER_SUBJECT)
    return sinceOf(until)
  }

  /** Takes away what is too old in the next slice of the table. To be called every so often. */
  sweep(now: Instant): void {
    const end = this.#endOfSlice.get(...this.#from, SWEPT_AT_ONCE - 1) as
      | { readonly type: number; readonly key: Uint8Array; readonly until: number }
      | undefined
    const to = end === undefined ? END : ([end.type, end.key, end.until] as const)
    this.#sweep.run(...this.#from, ...to, now - KEPT_MS)
    this.#from = end === undefined ? BEGINNING : to
  }
}

const BEGINNING = [-1, new Uint8Array(), 0] as const

/** Beyond the last type. */
const END = [1000, new Uint8Array(), 0] as const

/** Where the time was not noted, that of the latest evidence, if it bears one. */
function beginning(old: Entry, since: Since | null, lastUntil: number | null, until: number): number | null {
  const from = since === null ? old.scoredAt : since * 1000
  return from === 0 ? null : Math.min(Math.max(from, lastUntil ?? 0), until)
}

function isNoticeable(old: Entry, fresh: Entry, at: Instant): boolean {
  if (Math.abs(old.score - fresh.score) >= SCORE_STEP) return true
  if (verdictOf(old.score, old.incriminated) !== verdictOf(fresh.score, fresh.incriminated)) return true
  return verdictAt(old, at).verdict !== verdictAt(fresh, at).verdict
}
