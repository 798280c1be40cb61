/** Deltas, one after the other, as one. */
import {
  changesOf,
  type ListHeader,
  type ListUnpacking,
  type MemoryChange,
  mergeChanges,
  openList,
} from '@tocsin/core/list'
import type { SubjectType } from '@tocsin/core/subject'
import type { DeltaFile } from '../distribution.ts'
import type { DistributionFolder } from './folder.ts'

/** Deltas that are being read as one; disposing of it closes them. */
export interface MergedDeltas extends Disposable {
  readonly header: ListHeader
  /** Of each subject the last change. */
  readonly changes: Iterable<MemoryChange>
}

/** Opens deltas, the oldest first. */
export function openMerged(
  deltas: readonly DeltaFile[],
  folder: DistributionFolder,
  unpacking: ListUnpacking,
): MergedDeltas {
  using opened = new DisposableStack()
  const lists = deltas.map(({ name }) => openList(opened.use(folder.open(name)), unpacking))
  const header = mergedHeader(lists.map(list => list.header))
  const files = opened.move()
  return { header, changes: mergeChanges(lists.map(changesOf)), [Symbol.dispose]: () => files.dispose() }
}

/** The header of what deltas, the oldest first, come to. */
function mergedHeader(headers: readonly ListHeader[]): ListHeader {
  const last = headers.at(-1)!
  let stateHash: Partial<Record<SubjectType, string>> = {}
  // A delta that was cut before the head knows no hash, and what was known before it is over.
  for (const header of headers) {
    stateHash = Object.keys(header.stateHash).length === 0 ? {} : { ...stateHash, ...header.stateHash }
  }
  return { ...last, from: headers[0]!.from, stateHash }
}
