/** Changes of several lists as one. */
import type { MemoryChange } from '../memory-writer.ts'
import { compareChanges } from './write-list.ts'

/**
 * Merges changes, each list in the order of type and key, the lists from the oldest to the newest: of a subject that
 * stands in several the newest is given. Applied in place of them all, the result is the same. Holds one change of each.
 */
export function* mergeChanges(lists: readonly Iterable<MemoryChange>[]): Generator<MemoryChange> {
  const heads = lists.map(list => list[Symbol.iterator]())
  const next = heads.map(head => taken(head))
  try {
    for (;;) {
      let least: MemoryChange | undefined
      // The newest of those that are equal: the last one.
      for (const change of next) {
        if (change !== undefined && (least === undefined || compareChanges(change, least) <= 0)) least = change
      }
      if (least === undefined) return
      yield least
      for (const [at, change] of next.entries()) {
        if (change !== undefined && compareChanges(change, least) === 0) next[at] = taken(heads[at]!)
      }
    }
  } finally {
    for (const head of heads) head.return?.()
  }
}

function taken(head: Iterator<MemoryChange>): MemoryChange | undefined {
  const result = head.next()
  return result.done === true ? undefined : result.value
}
