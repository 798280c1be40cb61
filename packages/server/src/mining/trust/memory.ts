/** The statements that are followed, in a file of their own. */
import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '@tocsin/core/evidence'
import type { Statement } from '@tocsin/core/scoring'
import { SUBJECT_TYPES, type SubjectType } from '@tocsin/core/subject'
import { openDatabase, type Prepared, prepareAll, transaction } from '../../storage/sqlite.ts'

/** A statement with what it is about. */
export interface KeptStatement extends Statement {
  readonly type: SubjectType
  /** 32 bytes. */
  readonly key: Uint8Array
}

interface Row {
  readonly type: number
  readonly key: Uint8Array
  readonly state: Statement['state']
  readonly said_at: number
  readonly confirmed_by: string
}

const SQL = {
  newest: 'SELECT newest_subject AS newest FROM look',
  putNewest:
    'INSERT INTO look (only, newest_subject) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET newest_subject = excluded.newest_subject',
  addSource: 'INSERT INTO source (name) VALUES (?) ON CONFLICT DO NOTHING',
  source: 'SELECT id FROM source WHERE name = ?',
  all: 'SELECT type, key, state, said_at, confirmed_by FROM statement WHERE source_id = ?',
  one: 'SELECT type, key, state, said_at, confirmed_by FROM statement WHERE source_id = ? AND type = ? AND key = ?',
  put:
    'INSERT INTO statement (source_id, type, key, state, said_at, confirmed_by) VALUES (?, ?, ?, ?, ?, ?) ' +
    'ON CONFLICT (source_id, type, key) DO UPDATE SET state = excluded.state, confirmed_by = excluded.confirmed_by',
  drop: 'DELETE FROM statement WHERE source_id = ? AND type = ? AND key = ?',
  forget: 'DELETE FROM statement WHERE said_at < ?',
  forgetOpen: "DELETE FROM statement WHERE state = 'open'",
} as const

/** Opens the memory in a file; makes it where there is none. */
export function openTrustMemory(path: string): TrustMemory {
  return new TrustMemory(openDatabase(path, new URL('./migrations/', import.meta.url)))
}

/** See above. All methods are synchronous and throw where the file cannot be read or written. */
export class TrustMemory implements Disposable {
  readonly #database: DatabaseSync
  readonly #sql: Prepared<typeof SQL>

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#sql = prepareAll(database, SQL)
  }

  /** The newest subject at the last look; `undefined` before the first one. */
  get newestSubject(): number | undefined {
    return (this.#sql.newest.get() as { newest: number } | undefined)?.newest
  }

  set newestSubject(newest: number) {
    this.#sql.putNewest.run(newest)
  }

  /** All that is followed of a source. */
  of(source: string): KeptStatement[] {
    return (this.#sql.all.all(this.#idOf(source)) as unknown as Row[]).map(keptOf)
  }

  find(source: string, type: SubjectType, key: Uint8Array): KeptStatement | undefined {
    const row = this.#sql.one.get(this.#idOf(source), SUBJECT_TYPES.indexOf(type), key) as Row | undefined
    return row === undefined ? undefined : keptOf(row)
  }

  /** Keeps how a statement stands; `undefined` forgets it. */
  put(source: string, type: SubjectType, key: Uint8Array, statement: Statement | undefined): void {
    const place = [this.#idOf(source), SUBJECT_TYPES.indexOf(type), key] as const
    if (statement === undefined) this.#sql.drop.run(...place)
    else this.#sql.put.run(...place, statement.state, statement.saidAt, JSON.stringify(statement.confirmedBy))
  }

  /** Forgets what was said before a time. */
  forgetBefore(time: Instant): void {
    this.#sql.forget.run(time)
  }

  /** Forgets what nobody has said anything to yet. */
  forgetOpen(): void {
    this.#sql.forgetOpen.run()
  }

  /** All of the changes or none. */
  inTransaction(change: () => void): void {
    transaction(this.#database, change)
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  #idOf(source: string): number {
    const known = this.#sql.source.get(source) as { id: number } | undefined
    return known?.id ?? Number(this.#sql.addSource.run(source).lastInsertRowid)
  }
}

function keptOf({ type, key, state, said_at: saidAt, confirmed_by: by }: Row): KeptStatement {
  return { type: SUBJECT_TYPES[type]!, key, state, saidAt, confirmedBy: JSON.parse(by) as string[] }
}
