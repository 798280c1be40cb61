/** The DNS door of a node: UDP in threads of its own, or on this one where that cannot be; TCP on this one, same port. */
import { randomBytes } from 'node:crypto'
import type { Instant } from '@tocsin/core/evidence'
import { type MemoryBuffers, MemoryReader } from '@tocsin/core/list'
import { type Libc, loadLibc } from '../doors/dns/batched/libc.ts'
import { BlockFilter } from '../doors/dns/block-filter.ts'
import { type DnsCounters, DnsCounts, readCounts } from '../doors/dns/counters.ts'
import { ENCOUNTER_PACE, Encounters, type TellEncounters } from '../doors/dns/encounters.ts'
import { KeyLabels } from '../doors/dns/key-labels.ts'
import { listenAt } from '../doors/dns/listen.ts'
import { Peer } from '../doors/dns/peer.ts'
import { type Place, TcpListeners } from '../doors/dns/tcp.ts'
import { TCP_LIMITS, type TcpLimits } from '../doors/dns/tcp-connection.ts'
import { UdpSockets } from '../doors/dns/udp.ts'
import { SYSTEM_TIMERS, type Timers } from '../sources/feeds/timers.ts'
import { BlockNews } from './dns-block-news.ts'
import type { SharedFreshness } from './dns-freshness.ts'
import { buildResponder, type DnsSettings } from './dns-responder.ts'
import { type StartWorker, startDnsWorker } from './dns-thread.ts'
import { DnsThreads } from './dns-threads.ts'
import { type BlocksChange, SiteBlocks } from './site-blocks.ts'

/** What the door is opened with. */
export interface DnsDoorsOptions {
  readonly settings: DnsSettings
  /** Where to listen, UDP and TCP on the same port; at least one. */
  readonly listen: readonly Place[]
  /** Threads for each place; 0 for none, as where batched system calls cannot be had. Default 1. */
  readonly workers?: number
  /** Default {@link TCP_LIMITS}. */
  readonly tcp?: Partial<TcpLimits>
  /** The book in memory. */
  readonly memory: MemoryBuffers
  /** Key labels that may ask, in lower case. */
  readonly labels: readonly string[]
  readonly freshness: SharedFreshness
  /** For what is answered in this thread; the others have the system's. */
  readonly clock: () => Instant
  /** What is waited with before a thread that ended is started again; the runtime's own by default. */
  readonly timers?: Timers
  /** How a thread is made; {@link startDnsWorker} by default. */
  readonly startWorker?: StartWorker
  readonly onError: (error: unknown) => void
  /**
   * Told of what was asked about, at most four times a second by each thread, a sample under load: `unsampled` questions
   * came beside it. Never who asked. Absent, nobody gathers it.
   */
  readonly onEncounters?: TellEncounters | undefined
  /** Told where UDP is answered in this thread though it should not be, and why: a fourth of the rate. */
  readonly onFallback: (why: string) => void
}

/** Counts since the start, but for `connections`. */
export interface DnsDoorsCounters extends DnsCounters {
  /** TCP connections open now. */
  readonly connections: number
  /** TCP connections that the limits did not allow. */
  readonly connectionsRefused: number
}

/** The door while it is open. Disposing of it ends the threads within 200 ms, and TCP as its README says. */
export interface DnsDoors extends AsyncDisposable {
  /** The first place that is listened at, with the port that was bound. */
  readonly address: Place
  /** All of them. */
  readonly addresses: readonly Place[]
  /** Whether UDP is answered by threads of its own. */
  readonly hasBatches: boolean
  /** Has to be called with each new pair of segment and overlay; changes within a pair are seen by themselves. */
  adoptMemory(memory: MemoryBuffers): void
  /** Has to be called with all labels when keys have changed. */
  acceptLabels(labels: readonly string[]): void
  /**
   * From now on the site has blocked these, as canonical texts, at most 100,000; pages are passed over. In force within
   * a tenth of a second, of a long list 10,000 a second. Throws a ProblemError of code `invalid` for what is no subject and
   * for too many, and changes nothing then.
   */
  acceptSiteBlocks(subjects: readonly string[]): void
  /** Likewise, some more and others no longer. */
  changeSiteBlocks(change: BlocksChange): void
  counters(): DnsDoorsCounters
}

/**
 * Opens the door. Rejects with a ProblemError of code `invalid` for settings that make no sense, with the system's error
 * where a place cannot be bound, and nothing stays open.
 */
export async function openDnsDoors(options: DnsDoorsOptions): Promise<DnsDoors> {
  const { settings, freshness, clock, onError, onFallback } = options
  const seed = randomBytes(4).readUInt32LE()
  const counts = new DnsCounts()
  const memory = new MemoryReader(options.memory)
  const keys = new KeyLabels(seed, options.labels)
  const { timers = SYSTEM_TIMERS, startWorker = startDnsWorker } = options
  await using opened = new AsyncDisposableStack()
  const blocks = new BlockFilter(seed)
  const siteBlocks = new SiteBlocks(blocks)
  const news = opened.use(
    new BlockNews(timers, change => {
      siteBlocks.change(change)
      threads?.changeBlocks(change)
    }),
  )
  const onEncounters = options.onEncounters === undefined ? undefined : guarded(options.onEncounters, onError)
  const encounters = onEncounters === undefined ? undefined : opened.adopt(...gathering(onEncounters, timers))
  const changing = { memory, keys, freshness, siteBlocks, blocks }
  const responder = buildResponder(settings, { ...changing, counts, encounters, clock, seed, onError })
  const peer = new Peer()
  const respond = (transport: 'udp' | 'tcp') => (message: Uint8Array, address: string) => {
    peer.readText(address)
    return responder.respondTo(message, peer, transport)
  }

  const workers = options.workers ?? 1
  const libc = workers === 0 ? undefined : await batchedCalls(onFallback)
  const shared = { ...options, workers, seed, freshness: freshness.buffer, timers, startWorker, onEncounters }
  const threads =
    libc === undefined ? undefined : opened.use(new DnsThreads({ ...shared, siteBlocks: () => news.known(), libc }))
  const sockets = threads === undefined ? opened.use(new UdpSockets(respond('udp'), onError)) : undefined
  const tcp = opened.use(new TcpListeners({ ...TCP_LIMITS, ...options.tcp }, respond('tcp'), onError))
  const addresses = await listenAt(options.listen, tcp, threads ?? sockets!)
  const running = opened.move()
  return {
    address: addresses[0]!,
    addresses,
    hasBatches: threads !== undefined,
    adoptMemory(adopted) {
      memory.adopt(adopted)
      threads?.adoptMemory(adopted)
    },
    acceptLabels(labels) {
      keys.replace(labels)
      threads?.acceptLabels(labels)
    },
    acceptSiteBlocks: subjects => news.accept(subjects),
    changeSiteBlocks: change => news.change(change),
    counters() {
      const counters = readCounts([counts.buffer, ...(threads?.counts() ?? [])])
      const unsent = counters.events.unsent + (sockets?.unsent ?? 0)
      const tcpCounts = { connections: tcp.connections, connectionsRefused: tcp.refused }
      return { ...counters, ...tcpCounts, events: { ...counters.events, unsent } }
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** What is met in this thread, told a quarter of a second later though nobody else asks; and how that ends. */
function gathering(tell: TellEncounters, timers: Timers): readonly [Encounters, (encounters: Encounters) => void] {
  let waiting: Disposable | undefined
  const encounters = new Encounters(tell, () => {
    waiting?.[Symbol.dispose]()
    waiting = timers.after(ENCOUNTER_PACE.tellUntestedMs, () => encounters.flush())
  })
  const end = () => {
    waiting?.[Symbol.dispose]()
    encounters.flush()
  }
  return [encounters, end]
}

/** The same, which throws nothing at those who answer. */
function guarded(tell: TellEncounters, onError: (error: unknown) => void): TellEncounters {
  return (list, unsampled) => {
    try {
      tell(list, unsampled)
    } catch (error) {
      onError(error)
    }
  }
}

async function batchedCalls(onFallback: (why: string) => void): Promise<Libc | undefined> {
  const libc = await loadLibc()
  if (!('missing' in libc)) return libc
  onFallback(libc.missing)
  return undefined
}
