/** The threads that answer DNS by UDP, as the main thread has them: so many for each place, one socket each. */
import { Worker } from 'node:worker_threads'
import type { MemoryBuffers } from '@tocsin/core/list'
import { SIGNAL } from '../doors/dns/batched/loop.ts'
import { DnsCounts } from '../doors/dns/counters.ts'
import type { UdpSide } from '../doors/dns/listen.ts'
import type { Place } from '../doors/dns/tcp.ts'
import type { DnsSettings } from './dns-responder.ts'
import type { DnsWorkerData, FromDnsWorker, ToDnsWorker } from './dns-worker.ts'

/** A thread that ended by itself is started again after so long. */
const RESTART_MS = 1000

/** What the threads share. */
export interface DnsThreadsParts {
  readonly settings: DnsSettings
  /** Threads for each place. */
  readonly workers: number
  readonly memory: MemoryBuffers
  readonly labels: readonly string[]
  readonly freshness: SharedArrayBuffer
  readonly seed: number
  readonly onError: (error: unknown) => void
}

interface Thread {
  readonly signals: Int32Array<SharedArrayBuffer>
  readonly worker: Worker
  readonly ended: Promise<void>
}

/** See the module. */
export class DnsThreads implements UdpSide {
  readonly #parts: DnsThreadsParts
  readonly #threads = new Set<Thread>()
  readonly #counts: SharedArrayBuffer[] = []
  readonly #restarts = new Set<NodeJS.Timeout>()
  #memory: MemoryBuffers
  #labels: readonly string[]
  #stopping = false

  constructor(parts: DnsThreadsParts) {
    this.#parts = parts
    this.#memory = parts.memory
    this.#labels = parts.labels
  }

  /** Starts the threads of one more place; rejects, and none of them stays, where one cannot listen. */
  async listen(place: Place, ipv6Only: boolean): Promise<void> {
    const { workers } = this.#parts
    const socket = { ...place, ipv6Only, shared: workers > 1 }
    const starts = Array.from({ length: workers }, () => this.#start(socket, new DnsCounts().buffer))
    const settled = await Promise.allSettled(starts)
    const failed = settled.find(start => start.status === 'rejected')
    if (failed === undefined) return
    const started = settled.flatMap(start => (start.status === 'fulfilled' ? [start.value] : []))
    await Promise.all(started.map(thread => this.#end(thread)))
    throw failed.reason
  }

  /** Hands all threads another segment and overlay: they go over to it after the batch under way. */
  adoptMemory(memory: MemoryBuffers): void {
    this.#memory = memory
    this.#tell({ memory })
  }

  /** From now on these key labels may ask. */
  acceptLabels(labels: readonly string[]): void {
    this.#labels = labels
    this.#tell({ labels })
  }

  /** A block of counts for each thread that ever was. */
  counts(): readonly SharedArrayBuffer[] {
    return this.#counts
  }

  /** Ends all threads, after the batch under way; within the 100 ms for which they wait, and what it takes to end one. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true
    for (const timer of this.#restarts) clearTimeout(timer)
    await Promise.all([...this.#threads].map(thread => this.#end(thread)))
  }

  async #end(thread: Thread): Promise<void> {
    this.#threads.delete(thread)
    Atomics.store(thread.signals, SIGNAL.stop, 1)
    await thread.ended
  }

  #tell(message: ToDnsWorker): void {
    for (const { worker, signals } of this.#threads) {
      worker.postMessage(message)
      Atomics.store(signals, SIGNAL.news, 1)
    }
  }

  async #start(socket: DnsWorkerData['socket'], counts: SharedArrayBuffer): Promise<Thread> {
    const { settings, freshness, seed } = this.#parts
    const signals = new Int32Array(new SharedArrayBuffer(SIGNAL.words * 4))
    const memory = this.#memory
    const labels = this.#labels
    const data: DnsWorkerData = { settings, socket, memory, labels, freshness, counts, signals: signals.buffer, seed }
    const worker = new Worker(new URL('./dns-worker.ts', import.meta.url), { workerData: data, name: 'dns' })
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    worker.on('exit', () => resolve())
    const thread: Thread = { signals, worker, ended }
    await this.#listening(worker)
    this.#threads.add(thread)
    if (!this.#counts.includes(counts)) this.#counts.push(counts)
    // What was published while it started was not told to it.
    worker.postMessage({ memory: this.#memory } satisfies ToDnsWorker)
    worker.postMessage({ labels: this.#labels } satisfies ToDnsWorker)
    Atomics.store(signals, SIGNAL.news, 1)
    void ended.then(() => this.#ended(thread, socket, counts))
    return thread
  }

  /** Resolves when a thread listens; what it says afterwards goes to whoever is told of errors. */
  #listening(worker: Worker): Promise<void> {
    const { onError } = this.#parts
    return new Promise((resolve, reject) => {
      let isListening = false
      const fail = (error: Error) => (isListening ? onError(error) : reject(error))
      worker.on('error', fail)
      worker.on('exit', () => reject(new Error('Cannot answer DNS by UDP: a thread ended before it listened')))
      worker.on('message', (message: FromDnsWorker) => {
        if ('failed' in message) fail(Object.assign(new Error(message.failed), { code: message.code }))
        else if ('error' in message) onError(new Error(message.error))
        else {
          isListening = true
          resolve()
        }
      })
    })
  }

  /** A thread that nobody ended is replaced: its port would be silent. */
  #ended(thread: Thread, socket: DnsWorkerData['socket'], counts: SharedArrayBuffer): void {
    if (this.#stopping || !this.#threads.delete(thread)) return
    this.#parts.onError(new Error('A thread that answers DNS by UDP has ended: starting another one'))
    const timer = setTimeout(() => {
      this.#restarts.delete(timer)
      this.#start(socket, counts).catch((error: unknown) => {
        this.#parts.onError(error)
        this.#threads.add(thread)
        this.#ended(thread, socket, counts)
      })
    }, RESTART_MS)
    this.#restarts.add(timer)
  }
}
