/** The threads of a scan and their work: who does what next. */
import { Worker } from 'node:worker_threads'
import type { BytePath } from './byte-path.ts'
import type { Job, JobAnswer, ThreadSettings } from './jobs.ts'
import { JOB_BYTES_MAX, JOB_FILES_MAX, QUEUED_FILES_MAX } from './limits.ts'

/** What all threads are told at their beginning. */
export type CrewSettings = Omit<ThreadSettings, 'progress' | 'index'>

/** How a crew asks and tells. */
export interface CrewPort {
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Whether more may be read now: answers must not pile up. See {@link Crew.resume}. */
  readonly mayRead: () => boolean
  /** What a job came to. A folder's answer is `left` unless this returns true. */
  readonly answered: (answer: JobAnswer) => boolean
}

/** Who does jobs, one after the other. */
interface Hand {
  readonly begin: (job: Job) => void
  readonly leave: () => Promise<unknown>
}

interface Thread {
  readonly hand: Hand
  /** Whether it has begun a folder that has more pieces. */
  hasMore: boolean
  /** In the order in which they are answered. */
  readonly jobs: Job[]
}

/**
 * Room for what lives shortly in a thread, in mebibytes: paths and digests of a job. A larger one is filled before it is swept, whatever is
 * in it.
 */
const YOUNG = { maxYoungGenerationSizeMb: 4 } as const

/** Jobs of a thread at a time: while one is answered, the thread has the next. */
const JOBS_MAX = 2

/** Reads folders before files as long as few files wait, so that it is soon known how much there is to do. */
export class Crew implements AsyncDisposable {
  readonly #threads: Thread[]
  readonly #progress: Float64Array
  readonly #port: CrewPort
  readonly #folders: BytePath[] = []
  /** A queue by its first place, so that taking from it moves nothing. */
  #files: BytePath[] = []
  #sizes: number[] = []
  #first = 0
  #queuedBytes = 0
  #finish: PromiseWithResolvers<void> = Promise.withResolvers()

  /** @param threads beside this one; 0: this one does all, which is sooner done and takes less memory where there is little to do */
  constructor(threads: number, settings: CrewSettings, port: CrewPort) {
    const all = Math.max(1, threads)
    const progress = new SharedArrayBuffer(8 * all)
    this.#progress = new Float64Array(progress)
    this.#port = port
    this.#threads = Array.from({ length: all }, (_, index) => {
      const own: ThreadSettings = { ...settings, progress, index }
      const answered = (answer: JobAnswer) => this.#took(thread, answer)
      const failed = (error: unknown) => this.#finish.reject(error)
      const hand = threads === 0 ? ownHand(own, answered, failed) : otherHand(own, answered, failed)
      const thread: Thread = { hand, hasMore: false, jobs: [] }
      return thread
    })
    this.#finish.promise.catch(() => undefined)
  }

  /** Bytes that were read by all threads. */
  get bytesRead(): number {
    return this.#progress.reduce((sum, bytes) => sum + bytes, 0)
  }

  /** Files that wait to be hashed, and their bytes. */
  get queued(): { readonly files: number; readonly bytes: number } {
    return { files: this.#files.length - this.#first, bytes: this.#queuedBytes }
  }

  /** Whether there are folders that have not been read, so that {@link queued} is not all. */
  get isWalking(): boolean {
    return this.#folders.length > 0 || this.#threads.some(thread => thread.hasMore || isReading(thread))
  }

  /** Adds work. What follows in the same turn is begun with it. */
  add(folders: readonly BytePath[], files: readonly BytePath[], sizes: readonly number[]): void {
    for (const folder of folders) this.#folders.push(folder)
    for (const [at, file] of files.entries()) {
      this.#files.push(file)
      this.#sizes.push(sizes[at]!)
      this.#queuedBytes += sizes[at]!
    }
  }

  /** Resolves when all is done that was added, before and meanwhile. Rejects where a thread failed. */
  async finished(): Promise<void> {
    this.resume()
    await this.#finish.promise
  }

  /** Goes on after {@link CrewPort.mayRead} said no. */
  resume(): void {
    for (let job = 0; job < JOBS_MAX; job++) {
      for (const thread of this.#threads) if (thread.jobs.length <= job) this.#give(thread)
    }
    if (this.#isDone()) this.#finish.resolve()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#finish.resolve()
    await Promise.all(this.#threads.map(({ hand }) => hand.leave()))
  }

  #took(thread: Thread, answer: JobAnswer): void {
    thread.jobs.shift()
    try {
      const isWanted = this.#port.answered(answer)
      if (answer.is === 'folder') thread.hasMore = answer.hasMore
      if (thread.hasMore && answer.is === 'folder' && !isWanted) {
        thread.hasMore = false
        this.#start(thread, { is: 'leave' })
      }
    } catch (error) {
      this.#finish.reject(error)
      return
    }
    this.resume()
  }

  #give(thread: Thread): void {
    if (!this.#port.mayRead()) return
    const job = this.#next(thread)
    if (job !== undefined) this.#start(thread, job)
  }

  #start(thread: Thread, job: Job): void {
    thread.jobs.push(job)
    thread.hand.begin(job)
  }

  #next(thread: Thread): Job | undefined {
    if (this.queued.files < QUEUED_FILES_MAX && !isReading(thread)) {
      if (thread.hasMore) return { is: 'more' }
      // The last one first: deep rather than wide, so that few folders wait.
      const path = this.#folders.pop()
      if (path !== undefined) return { is: 'folder', path }
    }
    const paths = this.#takeFiles()
    return paths.length === 0 ? undefined : { is: 'files', paths, now: this.#port.clock() }
  }

  #takeFiles(): readonly BytePath[] {
    const begin = this.#first
    let bytes = 0
    while (this.#first < this.#files.length && this.#first - begin < JOB_FILES_MAX && bytes < JOB_BYTES_MAX) {
      bytes += this.#sizes[this.#first++]!
    }
    this.#queuedBytes -= bytes
    const paths = this.#files.slice(begin, this.#first)
    if (this.#first === this.#files.length || this.#first > QUEUED_FILES_MAX) this.#forgetTaken()
    return paths
  }

  #forgetTaken(): void {
    this.#files = this.#files.slice(this.#first)
    this.#sizes = this.#sizes.slice(this.#first)
    this.#first = 0
  }

  #isDone(): boolean {
    const idle = this.#threads.every(({ jobs, hasMore }) => jobs.length === 0 && !hasMore)
    return idle && this.#folders.length === 0 && this.queued.files === 0
  }
}

/** Whether a thread is at a folder: the next piece can only be asked for when this one is there. */
function isReading({ jobs }: Thread): boolean {
  return jobs.some(({ is }) => is !== 'files')
}

/** Jobs in a thread of their own. */
function otherHand(
  settings: ThreadSettings,
  answered: (answer: JobAnswer) => void,
  failed: (error: unknown) => void,
): Hand {
  const url = new URL('./scan-thread.ts', import.meta.url)
  const worker = new Worker(url, { workerData: settings, name: `scan ${settings.index}`, resourceLimits: YOUNG })
  worker.on('message', answered)
  worker.on('error', failed)
  worker.on('exit', () => failed(new Error('Cannot go on with the scan: a thread of it has ended')))
  return { begin: job => worker.postMessage(job), leave: () => worker.terminate() }
}

/** Jobs in this thread. */
function ownHand(
  settings: ThreadSettings,
  answered: (answer: JobAnswer) => void,
  failed: (error: unknown) => void,
): Hand {
  const work = import('./job-work.ts').then(({ JobWork }) => new JobWork(settings))
  return { begin: job => void work.then(async own => answered(await own.do(job))).catch(failed), leave: () => work }
}
