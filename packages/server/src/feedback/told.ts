/** Pseudonyms of what was reported within the last 7 days: what is said again counts once, and is not sent again. */
import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '@tocsin/core/evidence'
import { type Prepared, prepareAll } from '../storage/sqlite.ts'

/** For so long, as the upstream does, in milliseconds. */
const KEPT_MS = 7 * 24 * 3_600_000

/** Of more, the oldest are forgotten; the upstream knows them still. */
const KEPT_MAX = 200_000

/** Additions between two clean-ups. */
const CLEANED_EACH = 1000

const SQL = {
  add: 'INSERT INTO told (id, at) VALUES (?, ?) ON CONFLICT DO NOTHING',
  forget: 'DELETE FROM told WHERE at < ?',
  count: 'SELECT count(*) AS n FROM told',
  shorten: 'DELETE FROM told WHERE id IN (SELECT id FROM told ORDER BY at LIMIT ?)',
} as const

/** See above. Whoever adds has opened a transaction. */
export class Told {
  readonly #sql: Prepared<typeof SQL>
  #added = 0

  constructor(database: DatabaseSync) {
    this.#sql = prepareAll(database, SQL)
  }

  /** Whether it is new. */
  add(id: string, now: Instant): boolean {
    if (this.#added % CLEANED_EACH === 0) this.#clean(now)
    this.#added += 1
    return this.#sql.add.run(id, now).changes !== 0
  }

  #clean(now: Instant): void {
    this.#sql.forget.run(now - KEPT_MS)
    const n = Number(this.#sql.count.get()!['n'])
    if (n > KEPT_MAX) this.#sql.shorten.run(n - KEPT_MAX)
  }
}
