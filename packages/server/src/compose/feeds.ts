/** The feeds of a node: their entrance to the ledger, their way out to the world, and their statistics. */
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Instant } from '@tocsin/core/evidence'
import { trustStepOf } from '@tocsin/core/scoring'
import type { FeedConsole } from '../console/feeds.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { SourceStatistics } from '../ledger/statistics.ts'
import type { Log } from '../ops/events.ts'
import { FeedTurnCounts } from '../ops/feeds.ts'
import { openOutbound } from '../outbound/http/outbound.ts'
import { type Feeds, openFeeds } from '../sources/feeds/feeds.ts'
import { SYSTEM_TIMERS, type Timers } from '../sources/feeds/timers.ts'
import { openIntake } from './imports.ts'
import { Remote } from './remote.ts'

/** For so long statistics are not asked anew, in milliseconds: five minutes. */
const STATISTICS_MS = 300_000

/** For so long the ledger's counts are not asked anew, in milliseconds: all feeds ask at the start. */
const COUNTS_MS = 10_000

/** What feeds are built from. */
export interface FeedParts {
  readonly dataFolder: string
  /** Whether turns are taken by themselves; else only on demand. */
  readonly scheduled: boolean
  readonly ledger: Pick<Ledger, 'write' | 'retract' | 'begin' | 'commit' | 'counts'>
  readonly clock: () => Instant
  /** What the turns wait with; the runtime's own by default. They go with the clock. */
  readonly timers?: Timers | undefined
  readonly log: Log
  readonly env: Readonly<Record<string, string | undefined>>
  readonly version: string
}

/** The feeds of a node that runs. */
export interface NodeFeeds extends AsyncDisposable {
  readonly console: FeedConsole
  /** Lines for `/metrics`. */
  metrics(): readonly string[]
}

/** Opens the feeds and begins their turns. Throws where `feeds.yaml` is wrong. */
export async function startFeeds(parts: FeedParts): Promise<NodeFeeds> {
  const { dataFolder, scheduled, ledger, clock, log, env, version, timers = SYSTEM_TIMERS } = parts
  await using opened = new AsyncDisposableStack()
  const counts = new FeedTurnCounts()
  const outbound = opened.use(openOutbound({ userAgent: `tocsin/${version} (feeds)`, clock }))
  const statistics = opened.use(new StatisticsThread(join(dataFolder, 'ledger.sqlite'), clock))
  const counted = heldFor(COUNTS_MS, clock, () => ledger.counts())
  const feeds = opened.use(
    openFeeds({
      dataFolder,
      outbound,
      env,
      clock,
      log,
      counts,
      timers,
      intakeOf: ({ name, organisation, trust }) => {
        const source = { name, origin: 'feed', organisation, trustStep: trustStepOf(trust) } as const
        return openIntake({ source, authority: 'feed' }, { ledger, clock })
      },
      held: async name => {
        const source = (await counted()).sources.find(each => each.name === name)
        if (source === undefined) return 0
        return source.origin === 'feed' ? source.evidence : undefined
      },
    }),
  )
  if (scheduled) feeds.start()
  const running = opened.move()
  return {
    console: consoleOf(feeds, statistics),
    metrics: () => counts.lines(feeds.list().map(feed => feed.state)),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

function consoleOf(feeds: Feeds, statistics: StatisticsThread): FeedConsole {
  return {
    list: () => feeds.list(),
    catalogue: () => feeds.catalogue(),
    async status(name) {
      const status = feeds.status(name)
      const known = await statistics.ofSource(name)
      return known === undefined ? status : { ...status, statistics: known }
    },
    add: feed => feeds.add(feed),
    enable: (name, wanted) => feeds.enable(name, wanted),
    remove: name => feeds.remove(name),
    run: name => feeds.run(name),
    diff: name => feeds.diff(name),
    agree: name => feeds.agree(name),
  }
}

/** An answer that is asked for once in a while, however many want it. */
function heldFor<T>(milliseconds: number, clock: () => Instant, ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: Instant; readonly answer: Promise<T> } | undefined
  return () => {
    const at = clock()
    if (last === undefined || at - last.at >= milliseconds) last = { at, answer: ask() }
    const { answer } = last
    answer.catch(() => (last = undefined))
    return answer
  }
}

/** Statistics from a thread that is started with the first question. */
class StatisticsThread implements AsyncDisposable {
  readonly #ledgerPath: string
  readonly #clock: () => Instant
  readonly #known = new Map<string, { readonly at: Instant; readonly told: Promise<SourceStatistics | undefined> }>()
  #worker: Worker | undefined
  #remote: Remote | undefined

  constructor(ledgerPath: string, clock: () => Instant) {
    this.#ledgerPath = ledgerPath
    this.#clock = clock
  }

  /** `undefined` where the ledger knows nothing of it, or cannot be asked: a status is worth telling without. */
  ofSource(name: string): Promise<SourceStatistics | undefined> {
    const now = this.#clock()
    const known = this.#known.get(name)
    if (known !== undefined && now - known.at < STATISTICS_MS) return known.told
    const told = this.#thread()
      .call<SourceStatistics | undefined>('ofSource', name, now)
      .catch(() => undefined)
    // What is not known yet is asked again the next time.
    void told.then(found => found === undefined && this.#known.delete(name))
    this.#known.set(name, { at: now, told })
    return told
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#remote?.call('stop').catch(() => undefined)
    await this.#worker?.terminate()
  }

  #thread(): Remote {
    if (this.#remote !== undefined) return this.#remote
    const workerData = { ledgerPath: this.#ledgerPath }
    const worker = new Worker(new URL('./statistics-worker.ts', import.meta.url), { workerData })
    const remote = new Remote(worker)
    worker.unref()
    worker.on('error', () => undefined)
    worker.on('exit', () => {
      remote.close({ code: 'unavailable', message: 'Cannot compute statistics: their thread has ended' })
      if (this.#remote === remote) this.#remote = undefined
    })
    this.#worker = worker
    this.#remote = remote
    return remote
  }
}
