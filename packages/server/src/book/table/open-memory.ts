/** The memory of a book at the start: from its segment if that is sound, else from its table. */
import { emptyOverlay, type MemoryBuffers } from '@tocsin/core/list'
import type { BuiltMemory } from './build.ts'
import { checkSegmentFile, readSegmentFile } from './segment-file.ts'
import type { BookStore } from './store.ts'

/** What is told of a segment that could not be used; the book is whole all the same. */
export type SegmentTrouble = (why: string) => void

/** The memory of a book as it was opened. */
export interface OpenedMemory extends MemoryBuffers {
  /** Whether there is a segment on disk that could not be used because it is damaged: that has been told. */
  readonly wasDamaged: boolean
}

/**
 * Reads the segment, or builds one where there is none, where it is damaged, or where the log of changes does not reach
 * back to it.
 */
export async function openMemory(
  store: BookStore,
  segmentPath: string,
  build: () => Promise<BuiltMemory>,
  trouble: SegmentTrouble,
): Promise<OpenedMemory> {
  const { bookId, sequence, entries } = store.head()
  const read = readSegmentFile(segmentPath, bookId)
  if (read.ok && read.value.sequence <= sequence && store.tellsSince(read.value.sequence)) {
    const total = Object.values(entries).reduce((sum, count) => sum + count, 0)
    return { segment: read.value, overlay: emptyOverlay(read.value, total), wasDamaged: false }
  }
  const damage = !read.ok && read.problem.code === 'internal' ? read.problem : undefined
  if (damage !== undefined) trouble(`${damage.message}; building it again from the table`)
  const { segment, overlay } = (await build()).memory
  return { segment, overlay, wasDamaged: damage !== undefined }
}

/** Checks the segment on disk after the start; resolves with whether it can go on being trusted. */
export async function isSegmentSound(segmentPath: string, trouble: SegmentTrouble): Promise<boolean> {
  const checked = await checkSegmentFile(segmentPath)
  if (checked.ok || checked.problem.code !== 'internal') return true
  trouble(`${checked.problem.message}; building it again from the table`)
  return false
}
