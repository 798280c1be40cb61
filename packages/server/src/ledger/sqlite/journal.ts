/**
 * The journal: subjects whose score may have changed, in the order of the changes. A row holds what one transaction
 * touched, so that a report costs a few bytes of a row and not a row of its own.
 *
 * A place counts touches: the row with `last` 1000 and 40 subjects covers the places 961 to 1000. Touches wait in memory
 * until the transaction ends; one that fails forgets them.
 */
import type { DatabaseSync } from 'node:sqlite'
import { type Prepared, prepareAll } from '../../storage/sqlite.ts'
import type { Place } from '../ledger.ts'

/** Touches that a row holds at most: as many as one look goes through in a fraction of a second. */
const ROW_MAX = 4096

/** Rows that a sweep drops at most, so that nobody waits for it. */
const SWEEP_ROWS = 1000

/** Most bytes of a touch: seven bits a byte, of twice an id below 2^52. */
const TOUCH_BYTES = 8

const SQL = {
  add: 'INSERT INTO journal (last, touched, subjects) VALUES (?, ?, ?)',
  last: 'SELECT coalesce(max(last), 0) AS place FROM journal',
  first: 'SELECT last - touched + 1 AS place FROM journal ORDER BY last LIMIT 1',
  after: 'SELECT last, touched, subjects FROM journal WHERE last > ? ORDER BY last',
  // The newest row stays: it knows the place.
  sweep: `DELETE FROM journal WHERE last IN (SELECT last FROM journal WHERE last <= ? AND last < ? ORDER BY last LIMIT ${SWEEP_ROWS})`,
} as const

/** One touch. */
export interface Touch {
  readonly place: Place
  readonly subjectId: number
  /** Whether the subject's own evidence changed, so that its neighbours have to be scored again as well. */
  readonly spreads: boolean
}

/** See above. */
export class Journal {
  readonly #sql: Prepared<typeof SQL>
  /** Touches of the transaction under way: 2 · id, and 1 more where it spreads. */
  #touched: number[] = []
  #last: Place

  constructor(database: DatabaseSync) {
    this.#sql = prepareAll(database, SQL)
    this.#last = (this.#sql.last.get() as { place: Place }).place
  }

  /** The place of the newest touch; 0 where there never was one. */
  get last(): Place {
    return this.#last
  }

  /** The oldest place that is still told; one more than {@link last} where there is none. */
  first(): Place {
    return (this.#sql.first.get() as { place: Place } | undefined)?.place ?? this.#last + 1
  }

  touch(subjectId: number, spreads = true): void {
    const word = 2 * subjectId + (spreads ? 1 : 0)
    // What is touched twice in a row, as by two kinds in one report, is told once.
    if (this.#touched.at(-1) !== word) this.#touched.push(word)
  }

  /** Writes what the transaction has touched. To be called in it, at its end. */
  settle(): void {
    for (let from = 0; from < this.#touched.length; from += ROW_MAX) {
      const words = this.#touched.slice(from, from + ROW_MAX)
      this.#sql.add.run(this.#last + words.length, words.length, encode(words))
      this.#last += words.length
    }
    this.#touched = []
  }

  /** Forgets what a transaction that failed has touched. */
  forget(): void {
    this.#touched = []
    this.#last = (this.#sql.last.get() as { place: Place }).place
  }

  /** The touches after a place, at most `limit`. */
  after(place: Place, limit: number): Touch[] {
    const touches: Touch[] = []
    for (const row of this.#sql.after.iterate(place)) {
      const { last, touched, subjects } = row as unknown as { last: Place; touched: number; subjects: Uint8Array }
      let at = last - touched
      for (const word of decode(subjects)) {
        at += 1
        if (at <= place) continue
        touches.push({ place: at, subjectId: Math.floor(word / 2), spreads: word % 2 === 1 })
        if (touches.length === limit) return touches
      }
    }
    return touches
  }

  /** Drops rows that are wholly at or before a place; some of them, so that it takes no time. */
  sweep(place: Place): void {
    this.#sql.sweep.run(place, this.#last)
  }
}

/** Differences to the word before, zigzag, seven bits a byte: neighbours in a list have neighbouring ids. */
function encode(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * TOUCH_BYTES)
  let at = 0
  let before = 0
  for (const word of words) {
    const difference = word - before
    before = word
    let rest = difference < 0 ? -2 * difference - 1 : 2 * difference
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes[at++] = 128 | (rest % 128)
    bytes[at++] = rest
  }
  return bytes.subarray(0, at)
}

function* decode(bytes: Uint8Array): Iterable<number> {
  let word = 0
  let rest = 0
  let scale = 1
  for (const byte of bytes) {
    rest += (byte & 127) * scale
    scale *= 128
    if (byte > 127) continue
    word += rest % 2 === 1 ? -(rest + 1) / 2 : rest / 2
    yield word
    rest = 0
    scale = 1
  }
}
