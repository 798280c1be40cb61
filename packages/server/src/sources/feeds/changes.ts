/** What differs between a copy that came and the one that is followed. */
import type { Copies } from './copies.ts'
import { type EntryTable, SLOT } from './entry-table.ts'

/** Counts of entries. */
export interface Changes {
  readonly added: number
  readonly changed: number
  readonly removed: number
}

/** The two sets cannot be compared: the older one is missing, or not whole. */
export type Compared = Changes | 'unknown'

/**
 * Compares a set with the one of the copy that is followed, and notes in its slots what is the same and what has changed;
 * what is still `fresh` afterwards is new.
 *
 * @param before the entries of the older copy
 */
export async function compare(
  table: EntryTable,
  copies: Copies,
  copy: number,
  before: number | undefined,
): Promise<Compared> {
  if (copy === 0 || before === undefined) return { added: table.size, changed: 0, removed: 0 }
  const counts = [0, 0, 0, 0, 0]
  let seen = 0
  try {
    for await (const records of copies.set(copy)) {
      seen += records.length
      for (const [identity, check] of records) counts[table.compare(identity, check)]!++
    }
  } catch {
    return 'unknown'
  }
  if (seen !== before) return 'unknown'
  const changed = counts[SLOT.changed]!
  const removed = counts[SLOT.free]! + counts[SLOT.gone]!
  return { added: table.size - counts[SLOT.same]! - changed, changed, removed }
}

/** Whether so much differs that all entries are written anew: the ledger then takes back by itself what is gone. */
export function isUpheaval({ added, changed, removed }: Changes, entries: number): boolean {
  return added + changed + removed > UPHEAVAL * Math.max(1, entries)
}

const UPHEAVAL = 0.3
