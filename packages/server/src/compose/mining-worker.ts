/** The thread of mining: reads the book's file by itself, and writes what it finds by messages to the main thread. */
import { randomBytes } from 'node:crypto'
import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { fail } from '@tocsin/core/base'
import { SUBJECT_TYPES, type Subject, type SubjectType } from '@tocsin/core/subject'
import { unpackEntry } from '@tocsin/core/verdict'
import { emptyMemory } from '../book/table/build.ts'
import { readHead } from '../book/table/head.ts'
import { SharedBook } from '../book/table/shared-book.ts'
import { type DeskLedger, FindingsDesk } from '../mining/desk.ts'
import type { FollowedBook } from '../mining/reader.ts'
import { openOutbound } from '../outbound/http/outbound.ts'
import * as rdapProtocol from '../protocols/rdap/index.ts'
import { openReadOnly } from '../storage/sqlite.ts'
import { openNodeEnrichment } from './enrichment.ts'
import { NEWS_NAMES, type NewsBatch, type NewsName } from './mining-inbox.ts'
import { MINERS } from './mining-miners.ts'
import { MiningRounds } from './mining-rounds.ts'
import { historyBy, toldBy } from './mining-told.ts'
import { Remote, serve } from './remote.ts'
import { sha256 } from './sha256.ts'
import { packagedSuffixes } from './suffixes.ts'

/** What the thread is started with. */
export interface MiningWorkerData {
  readonly bookPath: string
  readonly ledgerPath: string
  readonly dataFolder: string
  /** Who asks registries, as `tocsin/0.1.0 (registries)`; absent where they are not asked. */
  readonly asksRegistriesAs: string | undefined
  /** The node's clock at the start. */
  readonly now: number
  /** Milliseconds before the first round, which reads the whole book. */
  readonly delayMs: number
}

/** Figures of one miner, as the metrics show them. */
export interface MinerNumbers {
  readonly miner: string
  readonly numbers: Readonly<Record<string, number>>
}

/** Milliseconds between two looks at the book, and where the last round left work. */
const POLL_MS = 2000
const BUSY_MS = 50

/** Milliseconds between two reports of the figures. */
const NUMBERS_MS = 10_000

/** The node's clock is taken for this machine's where they differ by less: what differs is the way of a message. */
const CLOCKS_DIFFER_MS = 1000

/** The same after a round that failed, as where the file cannot be read. */
const RETRY_MS = 30_000

/** Milliseconds between two words of what fails: a disk that is full fails every two seconds. */
const TOLD_MS = 60_000

/** Milliseconds between two looks at the tables of the enrichment. */
const REFRESH_MS = 60_000

/** Linux takes priority by thread: this one has what the others leave. Elsewhere it would be that of the whole process. */
const PRIORITY = 10

const port = parentPort!
const { bookPath, ledgerPath, dataFolder, delayMs, asksRegistriesAs, now: startedAt } = workerData as MiningWorkerData
if (process.platform === 'linux') setPriority(0, PRIORITY)

const { enrichment } = await openNodeEnrichment(dataFolder)
// From here to `serve` nothing waits: what is asked before the port has all its listeners would be lost.
const remote = new Remote(port)
const ledger: DeskLedger = {
  write: write => remote.call('write', write),
  retract: (source, items) => remote.call('retract', source, items),
  begin: source => remote.call('begin', source),
  commit: generation => remote.call('commit', generation),
}
/** How far the node's clock is ahead of this machine's: it is told with each message. */
let aheadMs = 0
const clock = () => Date.now() + aheadMs
function hearClock(now: number): void {
  const ahead = now - Date.now()
  aheadMs = Math.abs(ahead) < CLOCKS_DIFFER_MS ? 0 : ahead
}
hearClock(startedAt)

let toldAt = Number.NEGATIVE_INFINITY
function tell(error: unknown): void {
  if (performance.now() - toldAt < TOLD_MS) return
  toldAt = performance.now()
  port.postMessage({ trouble: error instanceof Error ? (error.stack ?? error.message) : String(error) })
}

const file = openReadOnly(bookPath)
const ledgerFile = openReadOnly(ledgerPath)
// What it asks is answered by the file alone, so it holds no memory of the book, which would keep old segments alive.
const shared = new SharedBook(bookPath, emptyMemory(), async () =>
  fail('unavailable', 'Cannot explain: this is mining'),
)
const book: FollowedBook = {
  entries: (type, after) => shared.entries(type, after),
  changes: since => shared.changes(since),
  head() {
    const head = readHead(file)
    shared.moveTo(head)
    return head
  },
}
const entry = file.prepare('SELECT written, what FROM entry WHERE type = ? AND key = ?')
function entryOf(type: SubjectType, key: Uint8Array) {
  const row = entry.get(SUBJECT_TYPES.indexOf(type), key) as { written: number; what: number } | undefined
  return row && unpackEntry({ when: row.written, what: row.what })
}
const outbound = asksRegistriesAs === undefined ? undefined : openOutbound({ userAgent: asksRegistriesAs, clock })
const rdap = outbound && { outbound, protocol: rdapProtocol }
let refreshedAt = Date.now()
let numbersAt = Number.NEGATIVE_INFINITY
let isStopped = false

const made = { suffixes: packagedSuffixes, enrichment, clock, sha256, dataFolder, ledger: ledgerFile, entryOf, rdap }
const miners = MINERS.flatMap(({ name, alsoSays, make }) => {
  const also = alsoSays === undefined ? {} : { alsoSays }
  const desk = new FindingsDesk({ miner: name, ledger, clock, sha256, failed: tell, ...also })
  const seed = randomBytes(4).readUInt32LE()
  try {
    return [{ name, desk, miner: make({ ...made, findings: desk, seed, failed: tell }) }]
  } catch (error) {
    // As where a file of its own is damaged: the others mine, and what it said stays until it can be looked at again.
    port.postMessage({
      trouble: `Cannot start the miner "${name}": ${error instanceof Error ? error.message : String(error)}`,
    })
    return []
  }
})
const running = miners.map(({ miner }) => miner)
const rounds = new MiningRounds({ book, miners, clock, pause, failed: tell })

/** Lets messages in, and ends a reading that nobody waits for any more. */
async function pause(): Promise<void> {
  await new Promise(resolve => setImmediate(resolve))
  if (isStopped) throw new Error('Cannot go on mining: the node stops')
}

async function round(isAsked: boolean): Promise<number> {
  if (Date.now() - refreshedAt >= REFRESH_MS) {
    refreshedAt = Date.now()
    await enrichment.refresh()
  }
  const written = await rounds.round(isAsked)
  if (isAsked || performance.now() - numbersAt >= NUMBERS_MS) tellNumbers()
  return written
}

function tellNumbers(): void {
  numbersAt = performance.now()
  const numbers = miners.map(({ name, desk, miner }): MinerNumbers => {
    return { miner: name, numbers: { findings: desk.size, ...miner.numbers?.() } }
  })
  port.postMessage({ numbers })
}

/** Hands each miner what it wants to hear. */
function hear<Name extends NewsName>(name: Name, batch: NewsBatch): void {
  const items = batch[name]
  for (const { miner } of miners) {
    const take = miner.hears?.[name]
    if (take !== undefined) for (const item of items) take(item)
  }
}

let timer: NodeJS.Timeout | undefined
function later(milliseconds: number): void {
  timer = setTimeout(() => {
    round(false).then(
      () => isStopped || later(rounds.isBusy ? BUSY_MS : POLL_MS),
      error => {
        if (isStopped) return
        tell(error)
        later(RETRY_MS)
      },
    )
  }, milliseconds)
}
later(delayMs)

serve(port, {
  take(batch: NewsBatch, now: number) {
    hearClock(now)
    for (const name of NEWS_NAMES) hear(name, batch)
  },
  round(now: number) {
    hearClock(now)
    return round(true)
  },
  history: (domain: Subject) => historyBy(running, domain),
  notes: (subject: Subject) => running.flatMap(miner => miner.notes?.(subject, 'analyst') ?? []),
  told: (subject: Subject) => toldBy(running, subject),
  stop: async () => {
    isStopped = true
    clearTimeout(timer)
    await rounds.idle()
    for (const { miner } of miners) miner.close?.()
    await outbound?.[Symbol.asyncDispose]()
    shared[Symbol.dispose]()
    file.close()
    ledgerFile.close()
    port.close()
  },
})
