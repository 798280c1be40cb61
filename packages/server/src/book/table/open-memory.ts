/** The memory of a book at the start: from its segment if that is sound, else from its table. */
import { emptyOverlay, type MemoryBuffers, type SegmentBuffers } from '@tocsin/core/list'
import type { BuiltMemory } from './build.ts'
import { checkSegmentFile, readSegmentFile } from './segment-file.ts'
import type { BookStore } from './store.ts'

/** What is told of a segment that could not be used; the book is whole all the same. */
export type SegmentTrouble = (why: string) => void

/**
 * Reads the segment, or builds one where there is none, where it is damaged, or where the log of changes does not reach
 * back to it.
 */
export async function openMemory(
  store: BookStore,
  segmentPath: string,
  build: () => Promise<BuiltMemory>,
  trouble: SegmentTrouble,
): Promise<MemoryBuffers> {
  const { bookId, sequence, entries } = store.head()
  const read = readSegmentFile(segmentPath, bookId)
  if (read.ok && read.value.sequence <= sequence && store.tellsSince(read.value.sequence)) {
    const total = Object.values(entries).reduce((sum, count) => sum + count, 0)
    return memoryOver(read.value, total)
  }
  if (!read.ok && read.problem.code === 'internal') trouble(`${read.problem.message}; building it again from the table`)
  return (await build()).memory
}

/** Checks the segment on disk after the start; resolves with whether it can go on being trusted. */
export async function isSegmentSound(segmentPath: string, trouble: SegmentTrouble): Promise<boolean> {
  const checked = await checkSegmentFile(segmentPath)
  if (checked.ok || checked.problem.code !== 'internal') return true
  trouble(`${checked.problem.message}; building it again from the table`)
  return false
}

function memoryOver(segment: SegmentBuffers, entries: number): MemoryBuffers {
  return { segment, overlay: emptyOverlay(segment, entries) }
}
