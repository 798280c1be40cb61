/**
 * The site's own blocks: what it reported as bad it does not wait for. A block holds for 24 hours, for the very subject
 * that was reported, and goes with the report. Its text lies in the data folder and nowhere else.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '@tocsin/core/evidence'
import { type Subject, subjectText } from '@tocsin/core/subject'
import { type Prepared, prepareAll } from '../storage/sqlite.ts'
import type { Later } from './later.ts'

/** For so long, in milliseconds. */
export const BLOCK_MS = 24 * 3_600_000

/** Blocks that are kept; where there are more, those that end first go. */
export const BLOCKS_MAX = 100_000

/** Blocks that have ended are looked for so often, in milliseconds. */
const LOOKED_EACH_MS = 60_000

const SQL = {
  put: 'INSERT INTO block (subject, kind, until) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until = max(until, excluded.until)',
  lift: 'DELETE FROM block WHERE subject = ? AND kind = ?',
  liftAll: 'DELETE FROM block WHERE subject = ?',
  isThere: 'SELECT 1 FROM block WHERE subject = ?',
  list: 'SELECT DISTINCT subject FROM block WHERE until > ? ORDER BY subject',
  end: 'DELETE FROM block WHERE until <= ?',
  shortenTimes: 'UPDATE block SET until = ? WHERE until > ?',
  count: 'SELECT count(*) AS n FROM block',
  shorten: 'DELETE FROM block WHERE (subject, kind) IN (SELECT subject, kind FROM block ORDER BY until LIMIT ?)',
} as const

/** See above. Writes are made in transactions of whoever calls; `publish` tells what they came to. */
export class Blocks implements Disposable {
  readonly #sql: Prepared<typeof SQL>
  readonly #clock: () => Instant
  readonly #later: Later
  #rows: number
  #subjects: readonly string[] = []
  #hasChanged = true
  #changed: (subjects: readonly string[]) => void = () => undefined
  #callOff: () => void = () => undefined

  constructor(database: DatabaseSync, clock: () => Instant, later: Later) {
    this.#sql = prepareAll(database, SQL)
    this.#clock = clock
    this.#later = later
    this.#rows = this.#count()
    this.#look()
  }

  /** What is blocked now, as canonical texts. */
  get subjects(): readonly string[] {
    return this.#subjects
  }

  /** Has a function called with all that is blocked, after each change. There is one such function. */
  onChange(changed: (subjects: readonly string[]) => void): void {
    this.#changed = changed
  }

  put(subject: Subject, kind: string): void {
    const text = subjectText(subject)
    this.#hasChanged ||= this.#sql.isThere.get(text) === undefined
    this.#rows += Number(this.#sql.put.run(text, kind, this.#clock() + BLOCK_MS).changes)
    if (this.#rows <= BLOCKS_MAX) return
    this.#rows = this.#count()
    if (this.#rows > BLOCKS_MAX) this.#sql.shorten.run(this.#rows - BLOCKS_MAX + BLOCKS_MAX / 100)
    this.#rows = this.#count()
    this.#hasChanged = true
  }

  /** Lifts what was blocked for one kind of report, or for all; says whether there was any. */
  lift(subject: Subject, kind: string | undefined): boolean {
    const text = subjectText(subject)
    const { changes } = kind === undefined ? this.#sql.liftAll.run(text) : this.#sql.lift.run(text, kind)
    this.#hasChanged ||= changes !== 0
    return changes !== 0
  }

  /** Tells what is blocked, if that has changed. Call it when the change is on the disk, or was taken back. */
  publish(): void {
    if (!this.#hasChanged) return
    this.#hasChanged = false
    this.#subjects = this.#sql.list.all(this.#clock()).map(row => String(row['subject']))
    this.#changed(this.#subjects)
  }

  [Symbol.dispose](): void {
    this.#callOff()
  }

  #look(): void {
    try {
      const now = this.#clock()
      if (this.#sql.end.run(now).changes !== 0) this.#hasChanged = true
      // A clock that was set back must not block for longer.
      this.#sql.shortenTimes.run(now + BLOCK_MS, now + BLOCK_MS)
      this.#rows = this.#count()
      this.publish()
    } catch {
      // The disk takes nothing now: they end at the next look.
    }
    this.#callOff = this.#later(LOOKED_EACH_MS, () => this.#look())
  }

  #count(): number {
    return Number(this.#sql.count.get()!['n'])
  }
}
