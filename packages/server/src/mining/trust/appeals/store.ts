/** Appeals in a file of their own. */
import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '@tocsin/core/evidence'
import type { AppealState } from '@tocsin/core/wire'
import { openDatabase, type Prepared, prepareAll, transaction } from '../../../storage/sqlite.ts'

/** An appeal as it is kept. */
export interface KeptAppeal {
  /** In the order in which they were made. */
  readonly number: number
  readonly id: string
  /** Canonical text. */
  readonly subject: string
  /** The name of the source that objects. */
  readonly source: string
  readonly organisation: string
  readonly reason?: string
  readonly contact?: string
  readonly status: AppealState
  readonly openedAt: Instant
  readonly answeredAt?: Instant
  readonly answer?: string
}

/** What an analyst says to an appeal. */
export interface GivenAnswer {
  readonly status: Exclude<AppealState, 'open'>
  readonly text: string | undefined
  /** The source of the analyst. */
  readonly by: string
  readonly at: Instant
}

interface Row {
  readonly number: number
  readonly id: string
  readonly subject: string
  readonly source: string
  readonly organisation: string
  readonly reason: string | null
  readonly contact: string | null
  readonly status: AppealState
  readonly opened_at: number
  readonly answered_at: number | null
  readonly answer: string | null
}

const SQL = {
  add:
    'INSERT INTO appeal (id, subject, source, organisation, reason, contact, status, opened_at) ' +
    "VALUES (?, ?, ?, ?, ?, ?, 'open', ?)",
  one: 'SELECT * FROM appeal WHERE id = ?',
  openOf: "SELECT * FROM appeal WHERE subject = ? AND status = 'open' ORDER BY number",
  countOpen: "SELECT count(*) AS count FROM appeal WHERE status = 'open'",
  countOf: "SELECT count(*) AS count FROM appeal WHERE status = 'open' AND source = ?",
  list: 'SELECT * FROM appeal WHERE status = ? ORDER BY number LIMIT ?',
  listAnswered: 'SELECT * FROM appeal WHERE status = ? ORDER BY answered_at DESC LIMIT ?',
  answer:
    "UPDATE appeal SET status = ?, answered_at = ?, answer = ?, answered_by = ? WHERE subject = ? AND status = 'open'",
  drop: 'DELETE FROM appeal WHERE answered_at < ?',
} as const

/** Opens the appeals in a file; makes it where there is none. */
export function openAppealStore(path: string): AppealStore {
  return new AppealStore(openDatabase(path, new URL('./migrations/', import.meta.url)))
}

/** See above. All methods are synchronous, durable when they return, and throw where the file cannot be written. */
export class AppealStore implements Disposable {
  readonly #database: DatabaseSync
  readonly #sql: Prepared<typeof SQL>

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#sql = prepareAll(database, SQL)
  }

  add(appeal: Omit<KeptAppeal, 'number' | 'status' | 'answeredAt' | 'answer'>): void {
    const { id, subject, source, organisation, reason, contact, openedAt } = appeal
    this.#sql.add.run(id, subject, source, organisation, reason ?? null, contact ?? null, openedAt)
  }

  find(id: string): KeptAppeal | undefined {
    const row = this.#sql.one.get(id) as Row | undefined
    return row === undefined ? undefined : keptOf(row)
  }

  /** The open ones about a subject, the oldest first. */
  openOf(subject: string): KeptAppeal[] {
    return (this.#sql.openOf.all(subject) as unknown as Row[]).map(keptOf)
  }

  /** How many are open; of one source where it is named. */
  countOpen(source?: string): number {
    const row = source === undefined ? this.#sql.countOpen.get() : this.#sql.countOf.get(source)
    return (row as { count: number }).count
  }

  /** Open ones, the oldest first; answered ones, the newest answer first. */
  list(status: AppealState, limit: number): KeptAppeal[] {
    const rows = status === 'open' ? this.#sql.list.all(status, limit) : this.#sql.listAnswered.all(status, limit)
    return (rows as unknown as Row[]).map(keptOf)
  }

  /** Answers all open ones about a subject. */
  answer(subject: string, { status, text, by, at }: GivenAnswer): void {
    transaction(this.#database, () => this.#sql.answer.run(status, at, text ?? null, by, subject))
  }

  /** Drops what was answered before a time. */
  dropAnsweredBefore(time: Instant): void {
    this.#sql.drop.run(time)
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}

function keptOf(row: Row): KeptAppeal {
  const { number, id, subject, source, organisation, status } = row
  return {
    number,
    id,
    subject,
    source,
    organisation,
    status,
    openedAt: row.opened_at,
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.contact === null ? {} : { contact: row.contact }),
    ...(row.answered_at === null ? {} : { answeredAt: row.answered_at }),
    ...(row.answer === null ? {} : { answer: row.answer }),
  }
}
