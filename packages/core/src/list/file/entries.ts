/**
 * The entries of a block as three columns. Most entries are one of a few: what a feed lists stands with the same score,
 * reason and lapses. So a dictionary has each of them once, but for the minute that an entry counts from, which differs
 * wherever an observation has a date.
 *
 *     dictionary  number of rows, then `what` (u32) and a byte: the low six bits of `when` · 64 where there is a minute
 *     rows        for each change 0 (removed) or the number of its row
 *     minutes     the earliest minute; for each change with one, how many minutes later
 */
import type { PackedEntry } from '../../verdict/index.ts'
import { type ByteReader, refuse } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'

const LOW_BITS = 63
const HAS_MINUTE = 64
const MINUTE_MAX = 2 ** 26 - 1
const SCORE_MAX = 100

/** What a slot in memory has for an entry that is gone; see `slots.ts`. */
const GONE = 0xffffffff

/** Writes the columns: `head` takes the dictionary and the earliest minute. */
export function writeEntries(
  entries: readonly (PackedEntry | undefined)[],
  columns: { readonly head: ByteWriter; readonly rows: ByteWriter; readonly minutes: ByteWriter },
): void {
  const counts = new Map<number, number>()
  let earliest = MINUTE_MAX
  for (const entry of entries) {
    if (entry === undefined) continue
    const kind = kindOf(entry)
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
    if (entry.when > LOW_BITS) earliest = Math.min(earliest, entry.when >>> 6)
  }
  const kinds = [...counts].sort(([a, ofA], [b, ofB]) => ofB - ofA || a - b).map(([kind]) => kind)
  columns.head.number(kinds.length)
  for (const kind of kinds) {
    columns.head.word(Math.floor(kind / 128))
    columns.head.byte(kind % 128)
  }
  columns.head.number(earliest)
  const rows = new Map(kinds.map((kind, at) => [kind, at + 1]))
  for (const entry of entries) {
    columns.rows.number(entry === undefined ? 0 : rows.get(kindOf(entry))!)
    if (entry !== undefined && entry.when > LOW_BITS) columns.minutes.number((entry.when >>> 6) - earliest)
  }
}

/** Reads the dictionary; gives who reads one entry after the other. `count` is how many changes the block has. */
export function readEntries(
  head: ByteReader,
  count: number,
): (rows: ByteReader, minutes: ByteReader) => PackedEntry | undefined {
  const size = head.number(count)
  const kinds: PackedEntry[] = []
  for (let row = 0; row < size; row++) kinds.push(readKind(head))
  const earliest = head.number(MINUTE_MAX)
  return (rows, minutes) => {
    const row = rows.number(size)
    if (row === 0) return undefined
    const { when, what } = kinds[row - 1]!
    if ((when & HAS_MINUTE) === 0) return { when, what }
    const minute = earliest + minutes.number(MINUTE_MAX - earliest)
    if (minute === 0) refuse('a minute of 0 must be left out')
    return { when: ((minute << 6) | (when & LOW_BITS)) >>> 0, what }
  }
}

function kindOf({ when, what }: PackedEntry): number {
  return what * 128 + (when & LOW_BITS) + (when > LOW_BITS ? HAS_MINUTE : 0)
}

function readKind(head: ByteReader): PackedEntry {
  const what = head.word()
  if (what === 0 || what === GONE || what >>> 25 > SCORE_MAX)
    refuse(`an entry must have a score of 0–100, found ${what}`)
  const when = head.byte()
  if (when > (LOW_BITS | HAS_MINUTE)) refuse(`the low bits of an entry must be below 128, found ${when}`)
  return { when, what }
}
