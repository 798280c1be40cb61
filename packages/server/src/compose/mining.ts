/**
 * Mining beside a node: a thread of its own, which reads the book's file and writes findings through the engine's ledger.
 * Nobody waits for it, and where it ends, all else goes on: it is started again, later each time.
 */
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Instant } from '@tocsin/core/evidence'
import type { Subject } from '@tocsin/core/subject'
import type { WireMined } from '@tocsin/core/wire'
import type { Ledger } from '../ledger/ledger.ts'
import type { DeskLedger } from '../mining/desk.ts'
import type { WebHistoryOf } from '../mining/web/index.ts'
import type { Log } from '../ops/events.ts'
import { family, type Sample } from '../ops/exposition.ts'
import { MiningInbox } from './mining-inbox.ts'
import type { MinerNumbers, MiningWorkerData } from './mining-worker.ts'
import { Remote, serve } from './remote.ts'
import { YOUNG } from './worker-memory.ts'

/** Milliseconds before the first round: a node that starts has better things to do. */
const DELAY_MS = 10_000

/** Milliseconds until a thread that ended is started again: the first time, doubled each time. */
const RESTART_MS = 1000
const RESTART_MS_MAX = 300_000

/** A thread that lived for so many milliseconds is not one that ends at once again. */
const LIVED_MS = 600_000

/** Mining that runs. Disposing of it ends the slice under way; the ledger must live until then. */
export interface Mining extends AsyncDisposable {
  /** Notes what miners want to hear. Neither waits nor throws; what is too much is dropped and counted. */
  readonly put: MiningInbox['put']
  /** What became of a name; `undefined` where nothing is known. Rejects as `unavailable` where the thread has ended. */
  history(domain: Subject): Promise<WebHistoryOf | undefined>
  /** What miners know of a subject, in sentences for people. Rejects like {@link Mining.history}. */
  notes(subject: Subject): Promise<readonly string[]>
  /** What of both anyone may know who may look up: nothing that tells who reported. Rejects like {@link Mining.history}. */
  told(subject: Subject): Promise<WireMined>
  /** Lines for `/metrics`. */
  metrics(): readonly string[]
  /**
   * A round now, with all that was put before the call; resolves with how many findings were written or taken back: 0 once
   * all that is in the book is mined. Rejects as `unavailable` where the thread has ended. For tests and for play.
   */
  round(): Promise<number>
}

/** What mining is started with. */
export interface MiningStart {
  /** Where the book is, and the tables of the enrichment. */
  readonly dataFolder: string
  readonly ledger: DeskLedger
  readonly clock: () => Instant
  /** Who asks registries about names; absent where they are not asked. */
  readonly asksRegistriesAs?: string | undefined
  readonly log: Log
}

interface FromThread {
  readonly trouble?: string
  readonly numbers?: readonly MinerNumbers[]
}

interface Thread {
  readonly worker: Worker
  readonly remote: Remote
  readonly ended: Promise<void>
}

/** Starts mining; returns at once. */
export function startMining({ dataFolder, ledger, clock, asksRegistriesAs, log }: MiningStart): Mining {
  const inbox = new MiningInbox(batch => thread.remote.call('take', batch, clock()))
  let numbers: readonly MinerNumbers[] = []
  let isStopping = false
  let restarts = 0
  let timer: NodeJS.Timeout | undefined
  let thread = start()

  function start(): Thread {
    const paths = { bookPath: join(dataFolder, 'book.sqlite'), ledgerPath: join(dataFolder, 'ledger.sqlite') }
    const workerData: MiningWorkerData = { ...paths, dataFolder, delayMs: DELAY_MS, asksRegistriesAs, now: clock() }
    const worker = new Worker(new URL('./mining-worker.ts', import.meta.url), {
      workerData,
      resourceLimits: YOUNG,
    })
    const remote = new Remote(worker)
    const startedAt = performance.now()
    serve(worker, {
      write: (...args: Parameters<DeskLedger['write']>) => ledger.write(...args),
      retract: (...args: Parameters<DeskLedger['retract']>) => ledger.retract(...args),
      begin: (...args: Parameters<DeskLedger['begin']>) => ledger.begin(...args),
      commit: (...args: Parameters<DeskLedger['commit']>) => ledger.commit(...args),
    })
    worker.on('error', error => log('mining-failed', { error }))
    worker.on('message', (message: FromThread) => {
      if (message.trouble !== undefined) log('mining-failed', { why: message.trouble })
      if (message.numbers !== undefined) numbers = message.numbers
    })
    const ended = new Promise<void>(resolve => {
      worker.on('exit', () => {
        remote.close({ code: 'unavailable', message: 'Cannot mine: the thread has ended' })
        if (!isStopping) restart(performance.now() - startedAt)
        resolve()
      })
    })
    return { worker, remote, ended }
  }

  function restart(livedMs: number): void {
    restarts = livedMs > LIVED_MS ? 0 : restarts + 1
    const afterMs = Math.min(RESTART_MS_MAX, RESTART_MS * 2 ** restarts)
    log('mining-ended', { restartsAfterSeconds: afterMs / 1000 })
    timer = setTimeout(() => (thread = start()), afterMs)
    timer.unref()
  }

  return {
    put: (name, item) => inbox.put(name, item),
    history: domain => thread.remote.call<WebHistoryOf | undefined>('history', domain),
    notes: subject => thread.remote.call<readonly string[]>('notes', subject),
    told: subject => thread.remote.call<WireMined>('told', subject),
    metrics: () => metricLines(numbers, inbox.dropped),
    async round() {
      await inbox.flush()
      return await thread.remote.call<number>('round', clock())
    },
    async [Symbol.asyncDispose]() {
      isStopping = true
      await inbox.flush()
      inbox.close()
      clearTimeout(timer)
      await thread.remote.call('stop').catch(() => thread.worker.terminate())
      await thread.ended
    },
  }
}

function metricLines(miners: readonly MinerNumbers[], dropped: MiningInbox['dropped']): readonly string[] {
  const figures = miners.flatMap(({ miner, numbers }) =>
    Object.entries(numbers).map(([figure, value]): Sample => [{ miner, figure }, value]),
  )
  const lost = Object.entries(dropped).map(([news, count]): Sample => [{ news }, count])
  return [
    ...family('gauge', 'tocsin_mining', 'Figures of the miners, some seconds old.', figures),
    ...family('counter', 'tocsin_mining_dropped_total', 'News for miners that was more than they could take.', lost),
  ]
}

/** Takes back all that mining ever said: for a node that is not to mine. Resolves with how many findings went. */
export async function retractMined(ledger: Pick<Ledger, 'counts' | 'begin' | 'commit'>): Promise<number> {
  const { sources } = await ledger.counts()
  let gone = 0
  for (const { evidence, ...source } of sources) {
    if (source.origin !== 'mining' || evidence === 0) continue
    gone += await ledger.commit(await ledger.begin(source))
  }
  return gone
}
