/** Segments are built by a thread of their own, which lives as long as that takes. */
import { Worker } from 'node:worker_threads'
import type { BuiltMemory } from '../book/table/build.ts'
import type { BuilderReport } from '../book/table/builder-worker.ts'
import { YOUNG } from './worker-memory.ts'

/** Builds segments, one at a time. Disposing of it ends the one under way. */
export interface SegmentBuilding extends AsyncDisposable {
  /** Builds the memory of the book as of some moment from now on, and writes its segment. */
  build(): Promise<BuiltMemory>
}

/** @param unwritten told why a segment could not be written; what was built is good all the same */
export function segmentBuilding(
  paths: { readonly bookPath: string; readonly segmentPath: string },
  unwritten: (why: string) => void,
): SegmentBuilding {
  let underway: Worker | undefined
  let isDisposed = false
  return {
    async build() {
      const worker = new Worker(new URL('../book/table/builder-worker.ts', import.meta.url), {
        workerData: paths,
        resourceLimits: YOUNG,
      })
      underway = worker
      const report = await new Promise<BuilderReport>((resolve, reject) => {
        worker.on('message', resolve)
        worker.on('error', reject)
        // Ended by us, it is nobody's trouble, and nobody waits for it any more.
        worker.on('exit', () => isDisposed || reject(new Error('Cannot build a segment: its thread has ended')))
      })
      if (report.unwritten !== undefined) unwritten(report.unwritten)
      return report.built
    },
    async [Symbol.asyncDispose]() {
      isDisposed = true
      await underway?.terminate()
    },
  }
}
