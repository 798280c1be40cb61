/**
 * What waits for the upstream, and what it got: `feedback.sqlite`. A batch is kept as the very bytes that are posted, so
 * that whoever reads it reads what leaves. Reports go first, encounters last. Bounded in bytes and batches: where there is
 * no room the oldest encounters go, then sightings, then texts, then reports, and are counted. What is sent or refused
 * stays to be read for a while.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '@tocsin/core/evidence'
import { openDatabase, type Prepared, prepareAll } from '../storage/sqlite.ts'
import { BATCH, type FeedbackPath, RANK, SQL } from './statements.ts'
import { Tallies } from './tallies.ts'

/** A batch that waits, was sent, or was refused. */
export interface Batch {
  readonly id: number
  readonly path: FeedbackPath
  /** The edges that it has come through, as they stand in `Via`; empty where it is this site's own. */
  readonly via: string
  /** JSON. */
  readonly body: string
  readonly items: number
  readonly madeAt: Instant
  readonly state: 'waiting' | 'sent' | 'refused'
  readonly doneAt?: Instant
  /** Why it was refused, or the first of its items. */
  readonly reason?: string
}

/** How full it is. */
export interface OutboxState {
  readonly batches: number
  readonly items: number
  readonly bytes: number
  readonly oldestAt?: Instant
}

/** Batches that were sent or refused are kept so long, and so many of them, and bytes. */
const KEPT_MS = 7 * 24 * 3_600_000
const KEPT_BATCHES = 1000
const KEPT_BYTES = 16 * 1024 * 1024

/** Batches that are looked at when there are too many. */
const PRUNED_AT_ONCE = 100

/** Bodies grow up to here, while they wait; a single item may be larger. */
const BODY_BYTES = 64 * 1024

/** Items of one body, at most: fewer than any route of the upstream takes. */
const BODY_ITEMS = 1000

/** Batches that wait, at most, however small they are: each has a row of its own. */
const WAITING_MAX = 50_000

const RANKS = [...new Set(Object.values(RANK))].sort((a, b) => a - b)

const STATES = ['waiting', 'sent', 'refused'] as const

/** What shares a body. */
type Kind = { readonly path: FeedbackPath; readonly via: string }

type Waiting = { readonly batches: number; readonly items: number; readonly bytes: number }

type Row = {
  readonly id: number
  readonly path: FeedbackPath
  readonly via: string
  readonly body: string
  readonly items: number
  readonly bytes: number
  readonly made_at: number
  readonly state: 0 | 1 | 2
  readonly done_at: number | null
  readonly reason: string | null
}

/**
 * Opens the file, and makes it where there is none.
 *
 * @throws SQLite's own error; {@link isDamage} tells whether the file is damaged
 */
export function openFeedbackDatabase(path: string): DatabaseSync {
  const database = openDatabase(path, new URL('./migrations/', import.meta.url))
  const [first] = database.prepare('PRAGMA quick_check(1)').all()
  if (first?.['quick_check'] !== 'ok') {
    database.close()
    throw new DamagedError(`Cannot use "${path}": it must be whole, found "${String(first?.['quick_check'])}"`)
  }
  // What is sent, dropped or discarded is gone, not only out of sight.
  database.exec('PRAGMA secure_delete = ON')
  return database
}

class DamagedError extends Error {}

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGE_CODES = [11, 26]

/** Whether an error says that the file is damaged, and not that it cannot be reached. */
export function isDamage(error: unknown): boolean {
  const { errcode } = (error ?? {}) as { readonly errcode?: unknown }
  return error instanceof DamagedError || DAMAGE_CODES.includes(Number(errcode) & 0xff)
}

/** See above. Synchronous; whoever writes opens the transaction (see `commits.ts`). */
export class Outbox {
  readonly tallies: Tallies
  readonly #sql: Prepared<typeof SQL>
  readonly #bytesMax: number
  readonly #clock: () => Instant
  #waiting: Waiting = { batches: 0, items: 0, bytes: 0 }
  /** The batch that is under way: it neither grows nor goes. */
  #inFlight: number | undefined

  constructor(database: DatabaseSync, bytesMax: number, clock: () => Instant) {
    this.#sql = prepareAll(database, SQL)
    this.#bytesMax = bytesMax
    this.#clock = clock
    this.tallies = new Tallies(database)
    this.reload()
  }

  /** Counts anew what waits: after a transaction that was taken back. */
  reload(): void {
    this.#waiting = { ...(this.#sql.measure.get() as unknown as Waiting) }
    this.tallies.reload()
  }

  /**
   * Adds items, each a JSON text. Within a rank, the order of calls is the order of sending.
   *
   * @param via through which edges they came, as in `Via`
   */
  add(path: FeedbackPath, items: readonly string[], via = ''): void {
    for (let at = 0; at < items.length; ) at = this.#addSome({ path, via }, items, at)
    this.#makeRoom()
  }

  /** The oldest of the first rank of which any waits; it is under way until it is settled, put aside or released. */
  take(isResting: (rank: number) => boolean = () => false): Batch | undefined {
    for (const rank of RANKS) {
      if (isResting(rank)) continue
      const row = this.#sql.next.get(rank) as Row | undefined
      if (row === undefined) continue
      this.#inFlight = row.id
      return batchOf(row)
    }
    return undefined
  }

  /** The batch could not be sent now. */
  release(): void {
    this.#inFlight = undefined
  }

  /** The upstream took the batch, but for some items. */
  settle({ id, items }: Batch, refused: number, reason: string | undefined): void {
    this.#done(id, 1, reason)
    this.tallies.add('sent', items - refused)
    this.tallies.add('sent-batches', 1)
    this.tallies.add('refused', refused)
  }

  /** The upstream will never take the batch. */
  putAside({ id, items }: Batch, reason: string): void {
    this.#done(id, 2, reason)
    this.tallies.add('refused', items)
  }

  state(): OutboxState {
    const oldest = this.#sql.oldest.get() as { readonly at: number | null }
    return { ...this.#waiting, ...(oldest.at === null ? {} : { oldestAt: oldest.at }) }
  }

  /** What waits, the next first. */
  waiting(limit: number): readonly Batch[] {
    return (this.#sql.listWaiting.all(limit) as Row[]).map(batchOf)
  }

  /** What was sent or refused, the last first. */
  done(limit: number): readonly Batch[] {
    return (this.#sql.listDone.all(limit) as Row[]).map(batchOf)
  }

  /** When the last batch was sent or refused. */
  lastDoneAt(): Instant | undefined {
    return this.done(1)[0]?.doneAt
  }

  /** Throws all away that waits and is not under way; gives how many items that were. */
  discard(): number {
    const before = this.#waiting.items
    this.#sql.discard.run(this.#inFlight ?? -1)
    this.#waiting = { ...(this.#sql.measure.get() as unknown as Waiting) }
    this.tallies.add('dropped', before - this.#waiting.items)
    return before - this.#waiting.items
  }

  #addSome({ path, via }: Kind, items: readonly string[], from: number): number {
    const [head, tail] = BATCH[path]
    const last = this.#sql.last.get(RANK[path]) as Row | undefined
    const grows = last !== undefined && last.path === path && last.via === via && last.id !== this.#inFlight
    const room = grows ? { bytes: BODY_BYTES - last.bytes, items: BODY_ITEMS - last.items } : undefined
    const taken: string[] = []
    let bytes = 0
    for (const item of items.slice(from, from + BODY_ITEMS)) {
      const more = Buffer.byteLength(item) + 1
      const most = room ?? { bytes: BODY_BYTES, items: BODY_ITEMS }
      const isFirstOfNew = room === undefined && taken.length === 0
      if (!isFirstOfNew && (bytes + more > most.bytes || taken.length >= most.items)) break
      taken.push(item)
      bytes += more
    }
    if (taken.length === 0) return this.#begin({ path, via }, items, from)
    if (grows) {
      const body = `${last.body.slice(0, -tail.length)},${taken.join(',')}${tail}`
      this.#sql.grow.run(body, last.items + taken.length, last.bytes + bytes, last.id)
      this.#count(0, taken.length, bytes)
    } else {
      const body = `${head}${taken.join(',')}${tail}`
      const length = bytes - 1 + head.length + tail.length
      this.#sql.add.run(path, RANK[path], via, body, taken.length, length, this.#clock())
      this.#count(1, taken.length, length)
    }
    return from + taken.length
  }

  /** The last batch has no room left for the next item. */
  #begin({ path, via }: Kind, items: readonly string[], from: number): number {
    const [head, tail] = BATCH[path]
    const body = `${head}${items[from]!}${tail}`
    const bytes = Buffer.byteLength(body)
    this.#sql.add.run(path, RANK[path], via, body, 1, bytes, this.#clock())
    this.#count(1, 1, bytes)
    return from + 1
  }

  #makeRoom(): void {
    while (this.#waiting.bytes > this.#bytesMax || this.#waiting.batches > WAITING_MAX) {
      const row = this.#victim()
      if (row === undefined) return
      this.#sql.drop.run(row.id)
      this.#count(-1, -row.items, -row.bytes)
      this.tallies.add('dropped', row.items)
    }
  }

  #victim(): Row | undefined {
    for (const rank of RANKS.toReversed()) {
      const row = this.#sql.victim.get(rank, this.#inFlight ?? -1) as Row | undefined
      if (row !== undefined) return row
    }
    return undefined
  }

  #done(id: number, state: 1 | 2, reason: string | undefined): void {
    this.#inFlight = undefined
    const row = this.#sql.find.get(id) as Row | undefined
    if (row === undefined) return
    this.#sql.finish.run(state, this.#clock(), reason ?? null, id)
    this.#count(-1, -row.items, -row.bytes)
    this.#prune()
  }

  #prune(): void {
    const { batches, bytes } = this.#sql.measureDone.get() as { batches: number; bytes: number }
    const now = this.#clock()
    let [tooMany, tooLarge] = [batches - KEPT_BATCHES, bytes - KEPT_BYTES]
    for (const row of this.#sql.oldestDone.all(PRUNED_AT_ONCE) as Row[]) {
      if (tooMany <= 0 && tooLarge <= 0 && Math.abs(now - (row.done_at ?? 0)) <= KEPT_MS) return
      this.#sql.drop.run(row.id)
      tooMany -= 1
      tooLarge -= row.bytes
    }
  }

  #count(batches: number, items: number, bytes: number): void {
    const now = this.#waiting
    this.#waiting = { batches: now.batches + batches, items: now.items + items, bytes: now.bytes + bytes }
  }
}

function batchOf({ id, path, via, body, items, made_at, state, done_at, reason }: Row): Batch {
  return {
    id,
    path,
    via,
    body,
    items,
    madeAt: made_at,
    state: STATES[state],
    ...(done_at === null ? {} : { doneAt: done_at }),
    ...(reason === null ? {} : { reason }),
  }
}
