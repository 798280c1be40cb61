/** The book for other nodes: a thread that makes the files, and what the door answers from. */
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Instant } from '@tocsin/core/evidence'
import type { HeadListener } from '../book/book.ts'
import { Distributor } from '../book/distribution/distributor.ts'
import { type Rotation, rotateSigningKey, SigningKey } from '../book/distribution/signing-key.ts'
import type { Distribution } from '../book/distribution.ts'
import type { Log } from '../ops/events.ts'
import type { DistributionWorkerData, FromDistribution, ToDistribution } from './distribution-worker.ts'

/** The file of the keys that sign heads, in the data folder. */
export const SIGNING_KEY_FILE = 'signing.key'

/** The folder of the files, in the data folder. It may be taken away while no node runs: it is made again. */
const FOLDER = 'distribution'

const BOOK_FILE = 'book.sqlite'

/** Milliseconds until a thread that ended is started again. */
const RESTART_MS = 5000

/** A distribution that runs. Disposing of it ends what is under way. */
export interface NodeDistribution extends AsyncDisposable {
  readonly distribution: Distribution
}

/** What it is started with. */
export interface DistributionStart {
  /** With a book in it already. */
  readonly dataFolder: string
  /** Calls back after each publication. */
  readonly onHead: (listener: HeadListener) => () => void
  readonly clock: () => Instant
  readonly log: Log
}

/** Starts the thread and returns at once; the first answers come when the files have been looked through. */
export function startDistribution({ dataFolder, onHead, clock, log }: DistributionStart): NodeDistribution {
  const folder = join(dataFolder, FOLDER)
  const distributor = new Distributor({
    signingKey: new SigningKey(join(dataFolder, SIGNING_KEY_FILE), clock),
    pathOf: name => join(folder, name),
    clock,
    failed: error => log('distribution-failed', { error }),
  })
  let isStopping = false
  let timer: NodeJS.Timeout | undefined
  let ended: Promise<void> = Promise.resolve()
  let worker = start()

  function start(): Worker {
    const workerData: DistributionWorkerData = { bookPath: join(dataFolder, BOOK_FILE), folder }
    const thread = new Worker(new URL('./distribution-worker.ts', import.meta.url), { workerData })
    thread.on('message', ({ news, trouble }: FromDistribution) => {
      if (news !== undefined) distributor.take(news)
      if (trouble !== undefined) log('distribution-failed', { why: trouble })
    })
    thread.on('error', error => log('distribution-failed', { error }))
    ended = new Promise(resolve => {
      thread.on('exit', () => {
        if (!isStopping) restart()
        resolve()
      })
    })
    return thread
  }

  function restart(): void {
    timer = setTimeout(() => (worker = start()), RESTART_MS)
    timer.unref()
  }

  const tell = (words: ToDistribution) => worker.postMessage(words)
  const unsubscribe = onHead(() => tell({ moved: true }))
  return {
    distribution: distributor,
    async [Symbol.asyncDispose]() {
      isStopping = true
      unsubscribe()
      clearTimeout(timer)
      tell({ stop: true })
      await ended
    },
  }
}

/** See {@link rotateSigningKey}; the file is that of a data folder, whether a node runs on it or not. */
export function rotateKeyOf(dataFolder: string, now: Instant, from: Instant): Rotation {
  return rotateSigningKey(join(dataFolder, SIGNING_KEY_FILE), now, from)
}
