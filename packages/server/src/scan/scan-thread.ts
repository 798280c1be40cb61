/** One of the threads of a scan: reads folders and files, one job at a time. It asks nobody. */
import { parentPort, workerData } from 'node:worker_threads'
import { CacheTable } from './cache-records.ts'
import { exclusionOf } from './glob.ts'
import { FileHasher } from './hash-file.ts'
import type { Job, JobAnswer, ThreadSettings } from './jobs.ts'
import { FileReader } from './read-files.ts'
import { OpenFolder } from './read-folder.ts'

const settings = workerData as ThreadSettings
const port = parentPort!
const bytesRead = new Float64Array(settings.progress)
const cache = settings.cache === undefined ? undefined : new CacheTable(settings.cache)
const { sizeMax, oneFileSystem, archives, day, index } = settings
const folderRules = {
  cache,
  sizeMax,
  oneFileSystem,
  day,
  archives: archives !== undefined,
  excludes: exclusionOf(settings.excludes),
}
const hasher = new FileHasher(bytes => {
  bytesRead[index] = bytesRead[index]! + bytes
})
const files = new FileReader({ cache, hasher, sizeMax, archives, day })
let folder: OpenFolder | undefined
let last: Promise<void> = Promise.resolve()

port.on('message', (job: Job) => {
  // One after the other, and so are the answers. Failures of the system are answers; a mistake of our own ends the thread.
  last = last.then(async () => port.postMessage(await perform(job)))
})

async function perform(job: Job): Promise<JobAnswer> {
  switch (job.is) {
    case 'folder':
      return opened(job)
    case 'more':
      return next()
    case 'leave':
      folder = undefined
      return { is: 'left' }
    case 'files':
      return await files.look(job.paths, job.now)
  }
}

function opened({ path }: Job & { is: 'folder' }): JobAnswer {
  try {
    folder = OpenFolder.open(path, folderRules)
    return next()
  } catch (error) {
    return FileReader.failed(path, error)
  }
}

function next(): JobAnswer {
  const piece = folder!.next()
  if (!piece.hasMore) folder = undefined
  return piece
}
