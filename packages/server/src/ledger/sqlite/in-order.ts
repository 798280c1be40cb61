import type { EvidenceWrite } from '../ledger.ts'

/** Smaller batches are not worth the sorting. */
const SORTED_FROM = 1000

/**
 * As `evidence.map(work)`, but large batches are worked through in the order of their subjects' keys, so that each page of
 * the index is met once. What is said twice of one subject keeps its order.
 */
export function inOrderOfKeys<T>(evidence: readonly EvidenceWrite[], work: (item: EvidenceWrite) => T): T[] {
  if (evidence.length < SORTED_FROM) return evidence.map(work)
  const order = Array.from(evidence.keys()).sort((a, b) =>
    Buffer.compare(evidence[a]!.subject.key, evidence[b]!.subject.key),
  )
  const done = new Array<T>(evidence.length)
  for (const index of order) done[index] = work(evidence[index]!)
  return done
}
