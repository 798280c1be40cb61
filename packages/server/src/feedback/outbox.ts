/**
 * What waits for the upstream, and what it got: `feedback.sqlite`. A batch is kept as the very bytes that are posted, so
 * that whoever reads it reads what leaves. Bounded in bytes: where there is no room the oldest encounters go, then the
 * oldest of all, and are counted. What is sent or refused stays to be read for a while.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { Instant } from '@tocsin/core/evidence'
import { openDatabase, type Prepared, prepareAll } from '../storage/sqlite.ts'
import { BATCH, type FeedbackPath, SQL } from './statements.ts'
import { Tallies } from './tallies.ts'

/** A batch that waits, was sent, or was refused. */
export interface Batch {
  readonly id: number
  readonly path: FeedbackPath
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

const STATES = ['waiting', 'sent', 'refused'] as const

type Waiting = { readonly batches: number; readonly items: number; readonly bytes: number }

type Row = {
  readonly id: number
  readonly path: FeedbackPath
  readonly body: string
  readonly items: number
  readonly bytes: number
  readonly made_at: number
  readonly state: 0 | 1 | 2
  readonly done_at: number | null
  readonly reason: string | null
}

/** Opens the file, and makes it where there is none. */
export function openFeedbackDatabase(path: string): DatabaseSync {
  const database = openDatabase(path, new URL('./migrations/', import.meta.url))
  // What is sent, dropped or discarded is gone, not only out of sight.
  database.exec('PRAGMA secure_delete = ON')
  return database
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

  /** Adds items, each a JSON text. In the order of calls is the order of sending. */
  add(path: FeedbackPath, items: readonly string[]): void {
    for (let at = 0; at < items.length; ) at = this.#addSome(path, items, at)
    this.#makeRoom()
  }

  /** The oldest that waits; it is under way until it is settled, put aside or released. */
  take(): Batch | undefined {
    const row = this.#sql.next.get() as Row | undefined
    this.#inFlight = row?.id
    return row === undefined ? undefined : batchOf(row)
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

  #addSome(path: FeedbackPath, items: readonly string[], from: number): number {
    const [head, tail] = BATCH[path]
    const last = this.#sql.last.get() as Row | undefined
    const grows = last !== undefined && last.path === path && last.state === 0 && last.id !== this.#inFlight
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
    if (taken.length === 0) return this.#begin(path, items, from)
    if (grows) {
      const body = `${last.body.slice(0, -tail.length)},${taken.join(',')}${tail}`
      this.#sql.grow.run(body, last.items + taken.length, last.bytes + bytes, last.id)
      this.#count(0, taken.length, bytes)
    } else {
      const body = `${head}${taken.join(',')}${tail}`
      const length = bytes - 1 + head.length + tail.length
      this.#sql.add.run(path, body, taken.length, length, this.#clock())
      this.#count(1, taken.length, length)
    }
    return from + taken.length
  }

  /** The last batch has no room left for the next item. */
  #begin(path: FeedbackPath, items: readonly string[], from: number): number {
    const [head, tail] = BATCH[path]
    const body = `${head}${items[from]!}${tail}`
    const bytes = Buffer.byteLength(body)
    this.#sql.add.run(path, body, 1, bytes, this.#clock())
    this.#count(1, 1, bytes)
    return from + 1
  }

  #makeRoom(): void {
    while (this.#waiting.bytes > this.#bytesMax) {
      const row = this.#sql.victim.get(this.#inFlight ?? -1) as Row | undefined
      if (row === undefined) return
      this.#sql.drop.run(row.id)
      this.#count(-1, -row.items, -row.bytes)
      this.tallies.add('dropped', row.items)
    }
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
    const before = this.#clock() - KEPT_MS
    let [tooMany, tooLarge] = [batches - KEPT_BATCHES, bytes - KEPT_BYTES]
    for (const row of this.#sql.oldestDone.all(PRUNED_AT_ONCE) as Row[]) {
      if (tooMany <= 0 && tooLarge <= 0 && (row.done_at ?? 0) >= before) return
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

function batchOf({ id, path, body, items, made_at, state, done_at, reason }: Row): Batch {
  return {
    id,
    path,
    body,
    items,
    madeAt: made_at,
    state: STATES[state],
    ...(done_at === null ? {} : { doneAt: done_at }),
    ...(reason === null ? {} : { reason }),
  }
}
