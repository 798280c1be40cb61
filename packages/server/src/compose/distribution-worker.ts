/**
 * The publisher's thread: follows the book's file and makes the files of the distribution. It yields to all others where
 * the system lets a thread be less urgent than the rest of its process (Linux).
 */
import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { DistributionFolder } from '../book/distribution/folder.ts'
import { PACKING } from '../book/distribution/packing.ts'
import { Publisher, type PublisherNews } from '../book/distribution/publisher.ts'
import { openBookLog } from '../book/table/log-reader.ts'

/** What the thread is started with. */
export interface DistributionWorkerData {
  readonly bookPath: string
  readonly folder: string
}

/** What it tells. */
export interface FromDistribution {
  readonly news?: PublisherNews
  readonly trouble?: string
}

/** What it is told. */
export interface ToDistribution {
  readonly moved?: true
  readonly stop?: true
}

const NICE = 10

/** Milliseconds until a failure is tried again. */
const RETRY_MS = 2000

if (process.platform === 'linux') setPriority(0, NICE)
const port = parentPort!
const { bookPath, folder } = workerData as DistributionWorkerData
const log = openBookLog(bookPath)
const publisher = new Publisher({
  log,
  folder: new DistributionFolder(folder, PACKING),
  packing: PACKING,
  clock: Date.now,
  told: news => port.postMessage({ news } satisfies FromDistribution),
})
let timer: NodeJS.Timeout | undefined
let turn: NodeJS.Immediate | undefined

/** One step; then the next one after messages have been heard, or a rest. */
function work(): void {
  clearTimeout(timer)
  turn = undefined
  try {
    if (publisher.step()) turn = setImmediate(work)
    else timer = setTimeout(work, publisher.restMs())
  } catch (error) {
    const trouble = error instanceof Error ? error.message : String(error)
    port.postMessage({ trouble } satisfies FromDistribution)
    timer = setTimeout(work, RETRY_MS)
  }
}

port.on('message', ({ moved, stop }: ToDistribution) => {
  if (moved === true) {
    publisher.moved()
    if (turn === undefined) {
      clearTimeout(timer)
      timer = setTimeout(work, publisher.restMs())
    }
  }
  if (stop === true) {
    clearTimeout(timer)
    clearImmediate(turn)
    publisher[Symbol.dispose]()
    log[Symbol.dispose]()
    port.close()
  }
})

work()
