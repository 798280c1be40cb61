/**
 * One thread that answers DNS by UDP and the socket that it answers at. Where it ends by itself another one takes its
 * place, with the same counts and all that was told meanwhile.
 *
 * The socket is opened and closed here: a thread that is terminated, or runs out of memory, closes nothing, and its
 * socket would hold the port for good. While no thread reads from it, it is closed, so that the system gives its clients
 * to the other threads of the place; where there is none they hear at once that nobody listens.
 */
import { Worker } from 'node:worker_threads'
import type { Instant } from '@tocsin/core/evidence'
import type { Libc } from '../doors/dns/batched/libc.ts'
import { SIGNAL } from '../doors/dns/batched/loop.ts'
import { openSocket, type SocketOptions } from '../doors/dns/batched/socket.ts'
import { DnsCounts } from '../doors/dns/counters.ts'
import type { TellEncounters } from '../doors/dns/encounters.ts'
import type { Timers } from '../sources/feeds/timers.ts'
import type { DnsWorkerData, FromDnsWorker, ToDnsWorker } from './dns-worker.ts'

/**
 * A thread is started again after a second; one that ends again, after twice as long each time, up to 16 s. No longer:
 * whoever knew a packet that ends a thread would silence the door with one packet in so long.
 */
export const RESTART_MS = { first: 1000, most: 16_000 } as const

/** A thread that answered for so long, in milliseconds, did not end because of how it was started. */
export const STEADY_MS = 60_000

/** A thread that does not stop within so long, in milliseconds, is terminated; it looks around ten times a second. */
export const STOP_MS = 2000

/** Makes a thread, which speaks as `dns-worker.ts` does. May throw. */
export type StartWorker = (data: DnsWorkerData) => Worker

/** A thread that runs `dns-worker.ts`. */
export const startDnsWorker: StartWorker = data =>
  new Worker(new URL('./dns-worker.ts', import.meta.url), { workerData: data, name: 'dns' })

/** What a thread is kept running with. */
export interface DnsThreadParts {
  readonly libc: Libc
  readonly socket: SocketOptions
  /** What a thread that starts now is to know. */
  readonly known: () => Omit<DnsWorkerData, 'socket' | 'counts' | 'signals'>
  readonly startWorker: StartWorker
  readonly clock: () => Instant
  readonly timers: Timers
  readonly onError: (error: unknown) => void
  /** Told of what threads met, which is why they tell; must not throw. */
  readonly onEncounters?: TellEncounters | undefined
}

interface Running {
  readonly worker: Worker
  readonly signals: Int32Array<SharedArrayBuffer>
  /** Resolves when the thread is gone and its socket closed. */
  readonly ended: Promise<void>
}

/** How long to wait before the next start, after a thread that lived for so long and what was waited before it. */
export function restartDelay(lastMs: number, livedMs: number): number {
  if (lastMs === 0 || livedMs >= STEADY_MS) return RESTART_MS.first
  return Math.min(2 * lastMs, RESTART_MS.most)
}

/** See the module. Disposing of it ends the thread, after the batch under way. */
export class DnsThread implements AsyncDisposable {
  /** Of all threads that were in this place: there is one at a time. */
  readonly counts = new DnsCounts().buffer
  readonly #parts: DnsThreadParts
  #isStopping = false
  /** Ends the wait before a start, if there is one. */
  #endPause: () => void = () => undefined
  #running: Running | undefined
  #kept: Promise<void> | undefined

  constructor(parts: DnsThreadParts) {
    this.#parts = parts
  }

  /** Resolves when a thread listens. Rejects, and none is started again, with why the first one cannot. */
  async listen(): Promise<void> {
    await this.#start()
    this.#kept = this.#keep()
  }

  /** Replaces what a thread knows; {@link DnsThreadParts.known} must tell of it already. */
  tell(message: ToDnsWorker): void {
    if (this.#running === undefined) return
    this.#running.worker.postMessage(message)
    Atomics.store(this.#running.signals, SIGNAL.news, 1)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true
    this.#endPause()
    if (this.#running !== undefined) {
      const { worker, signals, ended } = this.#running
      Atomics.store(signals, SIGNAL.stop, 1)
      using _ = this.#parts.timers.after(STOP_MS, () => void worker.terminate())
      await ended
    }
    await this.#kept
  }

  async #start(): Promise<void> {
    const { libc, known, startWorker } = this.#parts
    using opened = new DisposableStack()
    const { fd, family } = opened.use(openSocket(libc, this.#parts.socket))
    const signals = new Int32Array(new SharedArrayBuffer(SIGNAL.words * 4))
    const data = { ...known(), socket: { fd, family }, counts: this.counts, signals: signals.buffer }
    const worker = startWorker(data)
    const socket = opened.move()
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    worker.on('exit', () => {
      this.#running = undefined
      socket.dispose()
      resolve()
    })
    this.#running = { worker, signals, ended }
    await listening(worker, this.#parts)
  }

  /** Starts another thread whenever one has ended that nobody ended. */
  async #keep(): Promise<void> {
    const { clock, onError } = this.#parts
    for (let delay = 0; ; ) {
      const since = clock()
      await this.#running?.ended
      if (this.#stops()) return
      delay = restartDelay(delay, clock() - since)
      const { host, port } = this.#parts.socket
      const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
      onError(new Error(`A thread that answers DNS by UDP at ${place} has ended: the next one starts in ${delay} ms`))
      await this.#pause(delay)
      if (this.#stops()) return
      try {
        await this.#start()
      } catch (error) {
        if (!this.#stops()) onError(error)
      }
    }
  }

  /** Whether threads are to end for good: a question, as it may have become so during any wait. */
  #stops(): boolean {
    return this.#isStopping
  }

  /** Resolves after so many milliseconds, or at once where the thread is to end for good. */
  async #pause(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    using _ = this.#parts.timers.after(milliseconds, resolve)
    this.#endPause = resolve
    await promise
  }
}

/** Resolves when a thread listens; what it says afterwards goes to whoever is told of errors. */
function listening(
  worker: Worker,
  { onError, onEncounters }: Pick<DnsThreadParts, 'onError' | 'onEncounters'>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let isListening = false
    const fail = (error: Error) => (isListening ? onError(error) : reject(error))
    worker.on('error', fail)
    worker.on('exit', () => reject(new Error('Cannot answer DNS by UDP: a thread ended before it listened')))
    worker.on('message', (message: FromDnsWorker) => {
      if ('failed' in message) fail(Object.assign(new Error(message.failed), { code: message.code }))
      else if ('error' in message) onError(new Error(message.error))
      else if ('encounters' in message) onEncounters?.(message.encounters, message.unsampled)
      else {
        isListening = true
        resolve()
      }
    })
  })
}
