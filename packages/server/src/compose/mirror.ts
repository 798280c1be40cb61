/** An edge's mirror as the rest of the edge sees it: starts the thread, hands it steps, hears of its memory. */
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { fail, type Problem } from '@tocsin/core/base'
import type { MemoryBuffers } from '@tocsin/core/list'
import type { SubjectType } from '@tocsin/core/subject'
import type { Head } from '../book/book.ts'
import type { Mirror, MirrorStep } from '../book/replica.ts'
import { SharedBook } from '../book/table/shared-book.ts'
import { Remote } from './remote.ts'

/** Told of what happens in the mirror. */
export interface MirrorListener {
  /** The readers of memory have to go over to a new pair. */
  readonly adopted: (memory: MemoryBuffers) => void
  /** The book that readers see is at another place now. */
  readonly moved: (head: Head) => void
  /** A segment on disk is damaged, or could not be written. */
  readonly segmentTrouble: (why: string) => void
  /** The thread is gone for good. */
  readonly died: (error: Error) => void
}

/** A running mirror. */
export interface RunningMirror extends AsyncDisposable {
  readonly mirror: Mirror
  readonly book: SharedBook
  /** The book in memory as it is now. */
  memory(): MemoryBuffers
}

interface FromWorker {
  readonly ready?: true
  readonly memory?: MemoryBuffers
  readonly segment?: string
}

const GONE: Problem = { code: 'internal', message: 'Cannot reach the mirror: its thread has ended' }

/** Room for what lives shortly; see `engine.ts`. */
const YOUNG_MIB = 16

/** Starts the mirror on a data folder that the caller holds. Explanations come from upstream, and not by this book. */
export async function startMirror(
  dataFolder: string,
  types: readonly SubjectType[],
  listener: MirrorListener,
): Promise<RunningMirror> {
  const bookPath = join(dataFolder, 'book.sqlite')
  const worker = new Worker(new URL('./mirror-worker.ts', import.meta.url), {
    workerData: { bookPath, segmentPath: join(dataFolder, 'book.segment'), types },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
  })
  const remote = new Remote(worker)
  let isStopping = false
  let memory: MemoryBuffers | undefined
  let adopt = (fresh: MemoryBuffers): void => void (memory = fresh)
  const exited = new Promise<void>(resolve => {
    worker.on('exit', () => {
      remote.close(GONE)
      if (!isStopping) listener.died(new Error(GONE.message))
      resolve()
    })
  })
  await new Promise<void>((resolve, reject) => {
    worker.on('error', reject)
    worker.on('message', (message: FromWorker) => {
      if (message.memory !== undefined) adopt(message.memory)
      if (message.segment !== undefined) listener.segmentTrouble(message.segment)
      if (message.ready) resolve()
    })
  })
  const unexplained = async () => fail('unavailable', 'Cannot explain by the mirror: its upstream has the evidence')
  // The thread sends its memory before it is ready.
  const book = await opened(() => new SharedBook(bookPath, memory!, unexplained), worker)
  adopt = fresh => {
    memory = fresh
    book.adopt(fresh)
    listener.adopted(fresh)
  }
  return {
    mirror: new RemoteMirror(remote, book, listener.moved),
    book,
    memory: () => memory!,
    async [Symbol.asyncDispose]() {
      isStopping = true
      await remote.call('stop').catch(() => undefined)
      await exited
      book[Symbol.dispose]()
    },
  }
}

/** The mirror across threads. Where it is, and what readers see, differ while memory is behind. */
class RemoteMirror implements Mirror {
  readonly #remote: Remote
  readonly #book: SharedBook
  readonly #moved: (head: Head) => void
  #head: Head

  constructor(remote: Remote, book: SharedBook, moved: (head: Head) => void) {
    this.#remote = remote
    this.#book = book
    this.#moved = moved
    this.#head = book.head()
  }

  head(): Head {
    return this.#head
  }

  async apply(step: MirrorStep): Promise<Head> {
    try {
      const head = await this.#remote.call<Head>('apply', step)
      this.#see(head)
      return head
    } catch (error) {
      // The table may have gone on where memory did not.
      this.#head = await this.#remote.call<Head>('head').catch(() => this.#head)
      throw error
    }
  }

  async renew(): Promise<void> {
    await this.#remote.call('renew')
    if (this.#head !== this.#book.head()) this.#see(this.#head)
  }

  #see(head: Head): void {
    this.#head = head
    this.#book.moveTo(head)
    this.#moved(head)
  }
}

/** Opens something beside a thread, which ends where that fails: nobody else would end it. */
async function opened<T>(open: () => T, worker: Worker): Promise<T> {
  try {
    return open()
  } catch (error) {
    await worker.terminate()
    throw error
  }
}
