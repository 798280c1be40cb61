/** The thread of mining: reads the book's file by itself, and writes what it finds by messages to the main thread. */
import { randomBytes } from 'node:crypto'
import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { fail } from '@tocsin/core/base'
import { emptyMemory } from '../book/table/build.ts'
import { readHead } from '../book/table/head.ts'
import { SharedBook } from '../book/table/shared-book.ts'
import { openEnrichment } from '../enrichment/store.ts'
import { type DeskLedger, FindingsDesk } from '../mining/desk.ts'
import type { FollowedBook } from '../mining/reader.ts'
import { openReadOnly } from '../storage/sqlite.ts'
import { MINERS } from './mining-miners.ts'
import { MiningRounds } from './mining-rounds.ts'
import { Remote, serve } from './remote.ts'
import { sha256 } from './sha256.ts'
import { packagedSuffixes } from './suffixes.ts'

/** What the thread is started with. */
export interface MiningWorkerData {
  readonly bookPath: string
  readonly dataFolder: string
  /** Milliseconds before the first round, which reads the whole book. */
  readonly delayMs: number
}

/** Milliseconds between two looks at the book. */
const POLL_MS = 2000

/** The same after a round that failed, as where the file cannot be read. */
const RETRY_MS = 30_000

/** Milliseconds between two words of what fails: a disk that is full fails every two seconds. */
const TOLD_MS = 60_000

/** Milliseconds between two looks at the tables of the enrichment. */
const REFRESH_MS = 60_000

/** Linux takes priority by thread: this one has what the others leave. Elsewhere it would be that of the whole process. */
const PRIORITY = 10

const port = parentPort!
const { bookPath, dataFolder, delayMs } = workerData as MiningWorkerData
if (process.platform === 'linux') setPriority(0, PRIORITY)

const enrichment = await openEnrichment(dataFolder)
// From here to `serve` nothing waits: what is asked before the port has all its listeners would be lost.
const remote = new Remote(port)
const ledger: DeskLedger = {
  write: write => remote.call('write', write),
  retract: (source, items) => remote.call('retract', source, items),
  begin: source => remote.call('begin', source),
  commit: generation => remote.call('commit', generation),
}
let toldAt = Number.NEGATIVE_INFINITY
function tell(error: unknown): void {
  if (performance.now() - toldAt < TOLD_MS) return
  toldAt = performance.now()
  port.postMessage({ trouble: error instanceof Error ? (error.stack ?? error.message) : String(error) })
}

const file = openReadOnly(bookPath)
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
let refreshedAt = Date.now()
let isStopped = false

const miners = MINERS.map(({ name, alsoSays, make }) => {
  const also = alsoSays === undefined ? {} : { alsoSays }
  const desk = new FindingsDesk({ miner: name, ledger, clock: Date.now, sha256, failed: tell, ...also })
  const seed = randomBytes(4).readUInt32LE()
  const parts = { findings: desk, suffixes: packagedSuffixes, enrichment, clock: Date.now, sha256, seed }
  return { desk, miner: make(parts) }
})
const rounds = new MiningRounds({ book, miners, clock: Date.now, pause })

/** Lets messages in, and ends a reading that nobody waits for any more. */
async function pause(): Promise<void> {
  await new Promise(resolve => setImmediate(resolve))
  if (isStopped) throw new Error('Cannot go on mining: the node stops')
}

async function round(): Promise<number> {
  if (Date.now() - refreshedAt >= REFRESH_MS) {
    refreshedAt = Date.now()
    await enrichment.refresh()
  }
  return rounds.round()
}

let timer: NodeJS.Timeout | undefined
function later(milliseconds: number): void {
  timer = setTimeout(() => {
    round().then(
      () => isStopped || later(POLL_MS),
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
  round,
  stop: async () => {
    isStopped = true
    clearTimeout(timer)
    await rounds.idle()
    shared[Symbol.dispose]()
    file.close()
    port.close()
  },
})
