/** The engine as the rest of a node sees it: starts the thread, calls it, hears what it publishes. */
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { ok, type Problem, type Result } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import type { MemoryBuffers } from '@tocsin/core/list'
import type { Subject } from '@tocsin/core/subject'
import type { Explanation, Head } from '../book/book.ts'
import { SharedBook } from '../book/table/shared-book.ts'
import type { Generation, Ledger, LedgerCounts, LedgerSource, LedgerWrite, WriteOutcome } from '../ledger/ledger.ts'
import { packWrite } from './packed-write.ts'
import { Remote } from './remote.ts'
import { YOUNG } from './worker-memory.ts'

/** What the intake needs of the ledger, and the console. */
type EngineLedger = Pick<Ledger, 'write' | 'retract' | 'name' | 'begin' | 'commit' | 'counts'>

/** Told of what happens in the engine. */
export interface EngineListener {
  readonly published: (head: Head) => void
  /** The scorer or the book's file failed; it goes on trying. */
  readonly failed: (error: Error) => void
  /** The first success after a failure. */
  readonly recovered: () => void
  /** The book did not go with the ledger (one of them is new, or from a backup) and was made again. */
  readonly rebuilt: () => void
  /** The readers of memory have to go over to a new pair. */
  readonly adopted: (memory: MemoryBuffers) => void
  /** A segment on disk is damaged, or could not be written. The book is whole, its next start slower. */
  readonly segmentTrouble: (why: string) => void
  /** Files, by their keys, that were written about and of which something is known that they are like. */
  readonly described?: (keys: readonly Uint8Array[]) => void
  /** The thread is gone for good. */
  readonly died: (error: Error) => void
}

/** A running engine. */
export interface Engine extends AsyncDisposable {
  readonly ledger: EngineLedger
  readonly book: SharedBook
  /** The book in memory as it is now, for readers in other threads; they are told of each new pair. */
  memory(): MemoryBuffers
  /** Resolves when all that is in the ledger is in the book, here too. */
  settled(): Promise<void>
  /** Journal rows that the scorer has not come to yet. */
  waiting(): Promise<number>
}

interface FromWorker {
  readonly ready?: true
  readonly rebuilt?: true
  readonly head?: Head
  readonly failed?: string
  readonly recovered?: true
  readonly memory?: MemoryBuffers
  readonly segment?: string
  readonly described?: readonly Uint8Array[]
}

const GONE: Problem = { code: 'unavailable', message: 'Cannot reach the ledger: its thread has ended' }

/** Starts the engine on a data folder that the caller holds. */
export async function startEngine(dataFolder: string, listener: EngineListener): Promise<Engine> {
  const bookPath = join(dataFolder, 'book.sqlite')
  const ledgerPath = join(dataFolder, 'ledger.sqlite')
  const segmentPath = join(dataFolder, 'book.segment')
  const workerData = { ledgerPath, bookPath, segmentPath }
  const worker = new Worker(new URL('./engine-worker.ts', import.meta.url), {
    workerData,
    resourceLimits: YOUNG,
  })
  const remote = new Remote(worker)
  let stopping = false
  let memory: MemoryBuffers | undefined
  let adopt = (fresh: MemoryBuffers): void => void (memory = fresh)
  // The book reads where it is when it is opened, which is after all that came before.
  let publish: (head: Head) => void = () => undefined

  const exited = new Promise<void>(resolve => {
    worker.on('exit', () => {
      remote.close(GONE)
      if (!stopping) listener.died(new Error(GONE.message))
      resolve()
    })
  })
  await new Promise<void>((resolve, reject) => {
    worker.on('error', (error: Error) => {
      reject(error)
      if (!stopping) listener.failed(error)
    })
    worker.on('message', (message: FromWorker) => {
      if (message.memory !== undefined) adopt(message.memory)
      if (message.segment !== undefined) listener.segmentTrouble(message.segment)
      if (message.described !== undefined) listener.described?.(message.described)
      if (message.rebuilt) listener.rebuilt()
      if (message.ready) resolve()
      if (message.head !== undefined) publish(message.head)
      if (message.recovered) listener.recovered()
      if (message.failed !== undefined) listener.failed(new Error(message.failed))
    })
  })

  const explain = async (subject: Subject, at: Instant): Promise<Result<Explanation>> =>
    ok(await remote.call<Explanation>('explain', { type: subject.type, value: subject.value }, at))
  // The thread sends its memory before it is ready.
  const reader = await opened(() => new SharedBook(bookPath, memory!, explain), worker)
  adopt = fresh => {
    memory = fresh
    reader.adopt(fresh)
    listener.adopted(fresh)
  }
  publish = head => {
    reader.moveTo(head)
    listener.published(head)
  }

  return {
    ledger: {
      write: (write: LedgerWrite) => remote.call<WriteOutcome>('write', packWrite(write)),
      retract: (source, items) => remote.call<number>('retract', source, items),
      name: subjects => remote.call<number>('name', subjects),
      begin: (source: LedgerSource) => remote.call<Generation>('begin', source),
      commit: (generation: Generation) => remote.call<number>('commit', generation),
      counts: () => remote.call<LedgerCounts>('counts'),
    },
    book: reader,
    memory: () => memory!,
    // The reply comes on the same port after the publications that it waits for.
    settled: () => remote.call<void>('settled'),
    waiting: () => remote.call<number>('waiting'),
    async [Symbol.asyncDispose]() {
      stopping = true
      await remote.call('stop').catch(() => undefined)
      await exited
      reader[Symbol.dispose]()
    },
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
