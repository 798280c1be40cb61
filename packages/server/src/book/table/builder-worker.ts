/** A thread that lives for one segment: reads the table, builds, writes the file, hands over the memory, ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { type BuiltMemory, buildMemory } from './build.ts'
import { writeSegmentFile } from './segment-file.ts'

/** What a builder tells when it is done: the memory, and why the file could not be written if it could not. */
export interface BuilderReport {
  readonly built: BuiltMemory
  readonly unwritten?: string
}

const { bookPath, segmentPath } = workerData as { readonly bookPath: string; readonly segmentPath: string }
const built = buildMemory(bookPath)
let unwritten: string | undefined
try {
  writeSegmentFile(segmentPath, built.bookId, built.memory.segment)
} catch (error) {
  unwritten = error instanceof Error ? error.message : String(error)
}
parentPort!.postMessage({ built, ...(unwritten === undefined ? {} : { unwritten }) } satisfies BuilderReport)
