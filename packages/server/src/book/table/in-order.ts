import { SUBJECT_TYPES } from '@tocsin/core/subject'
import type { Change } from '../book.ts'

/** Smaller batches are not worth the sorting. */
const SORTED_FROM = 1000

/** Places in a batch that a word of the sort holds beside type and 34 bits of a key. Larger batches stay as they are. */
const PLACES = 2 ** 16

/** Changes in the order of the book's table, so that each of its pages is met once. */
export function inOrderOfKeys(changes: readonly Change[]): readonly Change[] {
  if (changes.length < SORTED_FROM || changes.length > PLACES) return changes
  // A typed array sorts numbers without calling anybody.
  const words = Float64Array.from(changes, ({ type, key }, place) => {
    const bits = ((key[0]! << 24) | (key[1]! << 16) | (key[2]! << 8) | key[3]!) >>> 0
    return ((SUBJECT_TYPES.indexOf(type) * 2 ** 32 + bits) * 4 + (key[4]! >>> 6)) * PLACES + place
  })
  return Array.from(words.sort(), word => changes[word % PLACES]!)
}
