import type { EvidenceWrite } from '../ledger.ts'

/** Smaller batches are not worth the sorting. */
const SORTED_FROM = 1000

/** Places in a batch that a word of the sort holds beside 37 bits of a key. Larger batches stay as they are. */
const PLACES = 2 ** 16

/**
 * As `evidence.map(work)`, but large batches are worked through in the order of their subjects' keys, so that each page of
 * the index is met once. What is said twice of one subject keeps its order.
 */
export function inOrderOfKeys<T>(evidence: readonly EvidenceWrite[], work: (item: EvidenceWrite) => T): T[] {
  if (evidence.length < SORTED_FROM || evidence.length > PLACES) return evidence.map(work)
  const done = new Array<T>(evidence.length)
  for (const place of placesByKey(evidence)) done[place] = work(evidence[place]!)
  return done
}

/** The first 37 bits of a key and the place in one number: a typed array sorts those without calling anybody. */
function placesByKey(evidence: readonly EvidenceWrite[]): Iterable<number> {
  const words = Float64Array.from(evidence, ({ subject: { key } }, place) => {
    const bits = ((key[0]! << 24) | (key[1]! << 16) | (key[2]! << 8) | key[3]!) >>> 0
    return (bits * 32 + (key[4]! >>> 3)) * PLACES + place
  })
  return words.sort().map(word => word % PLACES)
}
