/** What the log has told since the last delta, as the next one. */
import { compareChanges, type ListHeader, type MemoryChange } from '@tocsin/core/list'
import { SUBJECT_TYPES, type SubjectType } from '@tocsin/core/subject'
import type { Head } from '../book.ts'
import type { BookLog, LoggedBatch, LogView } from '../log.ts'

/** Changes of one delta, at most, but for the last batch of it: they are held in memory. */
const CHANGES_MAX = 100_000

/** What there is to cut. */
export type Cut =
  | { readonly state: 'unchanged'; readonly head: Head }
  | {
      readonly state: 'changed'
      readonly head: Head
      readonly header: ListHeader
      /** In the order of type and key, each subject once. */
      readonly changes: readonly MemoryChange[]
    }
  /**
   * There is nothing to go on from: no deltas yet, another book, one that has gone back, or a log that does not tell what
   * came after the last delta. Deltas can begin at `begin`: with the first batch where the log has it, else at the head.
   */
  | { readonly state: 'astray'; readonly head: Head; readonly begin: number }

/** Reads the log after `tip`; `undefined` where there are no files yet. */
export function cutFrom(log: BookLog, bookId: string, tip: number | undefined): Cut {
  using view = log.since(tip ?? 0)
  const { head, oldest } = view
  const isTold = tip === head.sequence || (oldest !== undefined && oldest <= (tip ?? 0) + 1)
  if (tip === undefined || head.bookId !== bookId || tip > head.sequence || !isTold) {
    return { state: 'astray', head, begin: oldest === 1 ? 0 : head.sequence }
  }
  return tip === head.sequence ? { state: 'unchanged', head } : cut(view, tip)
}

function cut({ head, batches }: LogView, from: number): Cut {
  const { changes, to } = gathered(batches, from)
  const isAtHead = to === head.sequence
  const touched = new Set(changes.map(({ type }) => type))
  const header: ListHeader = {
    kind: 'delta',
    bookId: head.bookId,
    from,
    to,
    publishedAt: head.publishedAt,
    stateHash: isAtHead ? hashesOf(head, touched) : {},
  }
  return { state: 'changed', head, header, changes }
}

function gathered(batches: Iterable<LoggedBatch>, from: number): { to: number; changes: MemoryChange[] } {
  const latest = new Map<string, MemoryChange>()
  let to = from
  for (const batch of batches) {
    for (const change of batch.changes) {
      latest.set(String.fromCharCode(SUBJECT_TYPES.indexOf(change.type), ...change.key), change)
    }
    to = batch.sequence
    if (latest.size >= CHANGES_MAX) break
  }
  return { to, changes: [...latest.values()].sort(compareChanges) }
}

function hashesOf({ stateHash }: Head, types: ReadonlySet<SubjectType>): Partial<Record<SubjectType, string>> {
  return Object.fromEntries([...types].map(type => [type, stateHash[type]]))
}
