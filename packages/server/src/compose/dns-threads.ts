/** The threads that answer DNS by UDP, as the main thread has them: so many for each place, one socket each. */
import type { Instant } from '@tocsin/core/evidence'
import type { MemoryBuffers } from '@tocsin/core/list'
import type { Libc } from '../doors/dns/batched/libc.ts'
import type { TellEncounters } from '../doors/dns/encounters.ts'
import type { UdpSide } from '../doors/dns/listen.ts'
import type { Place } from '../doors/dns/tcp.ts'
import type { Timers } from '../sources/feeds/timers.ts'
import type { DnsSettings } from './dns-responder.ts'
import { DnsThread, type StartWorker } from './dns-thread.ts'
import type { ToDnsWorker } from './dns-worker.ts'
import type { BlocksChange } from './site-blocks.ts'

/** What the threads share. */
export interface DnsThreadsParts {
  readonly libc: Libc
  readonly settings: DnsSettings
  /** Threads for each place. */
  readonly workers: number
  readonly memory: MemoryBuffers
  readonly labels: readonly string[]
  /** What the site has blocked, as far as it was told by {@link DnsThreads.changeBlocks}. */
  readonly siteBlocks: () => readonly string[]
  readonly freshness: SharedArrayBuffer
  readonly seed: number
  readonly startWorker: StartWorker
  /** How long a thread lived is told by it. */
  readonly clock: () => Instant
  /** What is waited with before a thread is started again. */
  readonly timers: Timers
  readonly onError: (error: unknown) => void
  /** Told of what they met; they tell it where there is one. Must not throw. */
  readonly onEncounters?: TellEncounters | undefined
}

/** See the module. */
export class DnsThreads implements UdpSide {
  readonly #parts: DnsThreadsParts
  /** Those too that do not listen yet: what is published meanwhile is told to them. */
  readonly #threads = new Set<DnsThread>()
  #memory: MemoryBuffers
  #labels: readonly string[]

  constructor(parts: DnsThreadsParts) {
    this.#parts = parts
    this.#memory = parts.memory
    this.#labels = parts.labels
  }

  /** Starts the threads of one more place; rejects, and none of them stays, where one cannot listen. */
  async listen(place: Place, ipv6Only: boolean): Promise<void> {
    const { workers } = this.#parts
    const threads = Array.from({ length: workers }, () => this.#threadAt({ ...place, ipv6Only, shared: workers > 1 }))
    for (const thread of threads) this.#threads.add(thread)
    try {
      await Promise.all(threads.map(thread => thread.listen()))
    } catch (error) {
      for (const thread of threads) this.#threads.delete(thread)
      await Promise.all(threads.map(thread => thread[Symbol.asyncDispose]()))
      throw error
    }
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

  /** The site has blocked some subjects more, and others no longer. */
  changeBlocks(blocks: BlocksChange): void {
    this.#tell({ blocks })
  }

  /** A block of counts for each thread, which those that take its place go on with. */
  counts(): readonly SharedArrayBuffer[] {
    return [...this.#threads].map(thread => thread.counts)
  }

  /** Ends all threads, after the batch under way; within the 100 ms for which they wait, and what it takes to end one. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#threads].map(thread => thread[Symbol.asyncDispose]()))
  }

  #tell(message: ToDnsWorker): void {
    for (const thread of this.#threads) thread.tell(message)
  }

  #threadAt(socket: Place & { readonly ipv6Only: boolean; readonly shared: boolean }): DnsThread {
    const { settings, freshness, seed, libc, startWorker, clock, timers, onError, onEncounters } = this.#parts
    const known = () => ({
      settings,
      freshness,
      seed,
      memory: this.#memory,
      labels: this.#labels,
      siteBlocks: this.#parts.siteBlocks(),
      tellsEncounters: onEncounters !== undefined,
    })
    return new DnsThread({ libc, socket, known, startWorker, clock, timers, onError, onEncounters })
  }
}
