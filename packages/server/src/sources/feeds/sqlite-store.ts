/** The runner's memory in a SQLite file. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import { openDatabase, transaction } from '../../storage/sqlite.ts'
import type { HoldCause } from './guard.ts'
import type { FeedPlace, FeedStore, Item, Refusal, Turn, TurnEnd } from './state.ts'

/** Turns that are kept of each feed. */
const TURNS_KEPT = 50

const PLACE_COLUMNS = [
  'name',
  'next_at',
  'checked_at',
  'good_at',
  'copy',
  'entries',
  'content',
  'etag',
  'last_modified',
  'format',
  'meaning',
  'since_full',
  'failures',
  'turns',
  'error',
  'held_cause',
  'held_entries',
  'held_since',
  'held_turns',
  'held_agreed',
] as const

const TURN_COLUMNS = ['at', 'outcome', 'entries', 'added', 'changed', 'removed', 'refused', 'skipped', 'bytes'] as const

/** Opens the memory in a file; makes it where there is none. */
export function openFeedStore(path: string): FeedStore {
  const database = openDatabase(path, new URL('./migrations/', import.meta.url))
  // A power cut may take the last turns along, which are taken again; waiting for the disk would hold up the main thread.
  database.exec('PRAGMA synchronous = NORMAL')
  return new SqliteFeedStore(database)
}

class SqliteFeedStore implements FeedStore {
  readonly #database: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()
  /** All places: asked with every tick of the scheduler. */
  readonly #places = new Map<string, FeedPlace>()

  constructor(database: DatabaseSync) {
    this.#database = database
    for (const row of this.#sql('SELECT * FROM feed').all()) {
      const place = placeOf(row)
      this.#places.set(place.name, place)
    }
  }

  find(name: string): FeedPlace | undefined {
    return this.#places.get(name)
  }

  all(): readonly FeedPlace[] {
    return [...this.#places.values()]
  }

  put(place: FeedPlace): void {
    this.putAll([place])
  }

  putAll(places: readonly FeedPlace[]): void {
    if (places.length === 0) return
    transaction(this.#database, () => {
      for (const place of places) this.#write(place)
    })
    for (const place of places) this.#places.set(place.name, place)
  }

  end({ place, turn, refusals, departures }: TurnEnd): void {
    transaction(this.#database, () => {
      this.#write(place)
      this.#addTurn(place, turn)
      this.#sql('DELETE FROM refusal WHERE feed = ?').run(place.name)
      for (const [number, { place: line, reason }] of refusals.entries()) {
        this.#sql('INSERT INTO refusal VALUES (?, ?, ?, ?)').run(place.name, number, line, reason)
      }
      for (const { kind, subject } of departures?.left ?? []) {
        this.#sql('INSERT OR REPLACE INTO departed VALUES (?, ?, ?, ?)').run(place.name, kind, subject, turn.at)
      }
      for (const { kind, subject } of departures?.over ?? []) {
        this.#sql('DELETE FROM departed WHERE feed = ? AND kind = ? AND subject = ?').run(place.name, kind, subject)
      }
    })
    this.#places.set(place.name, place)
  }

  turns(name: string): readonly Turn[] {
    const columns = [...TURN_COLUMNS, 'milliseconds', 'reason'].join(', ')
    const rows = this.#sql(`SELECT ${columns} FROM turn WHERE feed = ? ORDER BY number DESC`).all(name)
    return rows.map(({ reason, ...rest }) => ({
      ...(rest as unknown as Turn),
      reason: (reason as string | null) ?? undefined,
    }))
  }

  refusals(name: string): readonly Refusal[] {
    const rows = this.#sql('SELECT place, reason FROM refusal WHERE feed = ? ORDER BY number').all(name)
    return rows.map(row => ({ ...(row as unknown as Refusal) }))
  }

  departedBefore(name: string, time: number, limit: number): readonly Item[] {
    const sql = 'SELECT kind, subject FROM departed WHERE feed = ? AND left_at < ? LIMIT ?'
    return this.#sql(sql).all(name, time, limit) as unknown as Item[]
  }

  forget(name: string): void {
    transaction(this.#database, () => {
      this.#sql('DELETE FROM feed WHERE name = ?').run(name)
      for (const table of ['turn', 'refusal', 'departed']) this.#sql(`DELETE FROM ${table} WHERE feed = ?`).run(name)
    })
    this.#places.delete(name)
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  #write(place: FeedPlace): void {
    const marks = PLACE_COLUMNS.map(() => '?').join(', ')
    this.#sql(`INSERT OR REPLACE INTO feed (${PLACE_COLUMNS.join(', ')}) VALUES (${marks})`).run(...rowOf(place))
  }

  #addTurn(place: FeedPlace, turn: Turn): void {
    this.#sql(
      `INSERT INTO turn (feed, number, ${TURN_COLUMNS.join(', ')}, milliseconds, reason)
       VALUES (?, ?, ${TURN_COLUMNS.map(() => '?').join(', ')}, ?, ?)`,
    ).run(place.name, place.turns, ...TURN_COLUMNS.map(column => turn[column]), turn.milliseconds, turn.reason ?? null)
    this.#sql('DELETE FROM turn WHERE feed = ? AND number <= ?').run(place.name, place.turns - TURNS_KEPT)
  }

  #sql(text: string): StatementSync {
    let statement = this.#prepared.get(text)
    if (statement === undefined) {
      statement = this.#database.prepare(text)
      this.#prepared.set(text, statement)
    }
    return statement
  }
}

function rowOf(place: FeedPlace): (string | number | null)[] {
  const { held } = place
  const values: Record<(typeof PLACE_COLUMNS)[number], string | number | undefined> = {
    name: place.name,
    next_at: place.nextAt,
    checked_at: place.checkedAt,
    good_at: place.goodAt,
    copy: place.copy,
    entries: place.entries,
    content: place.content,
    etag: place.etag,
    last_modified: place.lastModified,
    format: place.format,
    meaning: place.meaning,
    since_full: place.sinceFull,
    failures: place.failures,
    turns: place.turns,
    error: place.error,
    held_cause: held?.cause,
    held_entries: held?.entries,
    held_since: held?.since,
    held_turns: held?.turns,
    held_agreed: held === undefined ? undefined : Number(held.agreed),
  }
  return PLACE_COLUMNS.map(column => values[column] ?? null)
}

function placeOf(row: Record<string, SQLOutputValue>): FeedPlace {
  const number = (column: string) => (row[column] as number | null) ?? undefined
  const text = (column: string) => (row[column] as string | null) ?? undefined
  const cause = text('held_cause') as HoldCause | undefined
  return {
    name: text('name')!,
    nextAt: number('next_at')!,
    checkedAt: number('checked_at'),
    goodAt: number('good_at'),
    copy: number('copy')!,
    entries: number('entries'),
    content: text('content'),
    etag: text('etag'),
    lastModified: text('last_modified'),
    format: text('format'),
    meaning: text('meaning'),
    sinceFull: number('since_full')!,
    failures: number('failures')!,
    turns: number('turns')!,
    error: text('error'),
    held:
      cause === undefined
        ? undefined
        : {
            cause,
            entries: number('held_entries')!,
            since: number('held_since')!,
            turns: number('held_turns')!,
            agreed: number('held_agreed') === 1,
          },
  }
}
