/** A thread that answers DNS by UDP. It never gets to Node's event loop: news is fetched, not delivered. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { type MemoryBuffers, MemoryReader } from '@tocsin/core/list'
import { loadLibc } from '../doors/dns/batched/libc.ts'
import { serveBatches } from '../doors/dns/batched/loop.ts'
import type { SocketHandle } from '../doors/dns/batched/socket.ts'
import { BlockFilter } from '../doors/dns/block-filter.ts'
import { DnsCounts } from '../doors/dns/counters.ts'
import { type DnsEncounter, Encounters } from '../doors/dns/encounters.ts'
import { KeyLabels } from '../doors/dns/key-labels.ts'
import { SharedFreshness } from './dns-freshness.ts'
import { buildResponder, type DnsSettings } from './dns-responder.ts'
import { type BlocksChange, SiteBlocks } from './site-blocks.ts'

/** What a worker starts with. */
export interface DnsWorkerData {
  readonly settings: DnsSettings
  /** Opened by whoever started the worker, and closed by them after its end. */
  readonly socket: SocketHandle
  readonly memory: MemoryBuffers
  readonly labels: readonly string[]
  /** What the site has blocked, as canonical texts. */
  readonly siteBlocks: readonly string[]
  /** Whether it tells what was asked about. */
  readonly tellsEncounters: boolean
  readonly freshness: SharedArrayBuffer
  readonly counts: SharedArrayBuffer
  readonly signals: SharedArrayBuffer
  readonly seed: number
}

/** What it is told later: each replaces what it had, but for blocks, which come and go. */
export type ToDnsWorker =
  | { readonly memory: MemoryBuffers }
  | { readonly labels: readonly string[] }
  | { readonly blocks: BlocksChange }

/** What it says: that it listens, or why not, or what went wrong, or what it met. */
export type FromDnsWorker =
  | { readonly listening: true }
  | { readonly failed: string; readonly code: string | undefined }
  | { readonly error: string }
  | { readonly encounters: readonly DnsEncounter[]; readonly unsampled: number }

/** A failure that every packet meets is told of once a second, and counted. */
const TELL_EVERY_MS = 1000

const port = parentPort!
const data = workerData as DnsWorkerData
const say = (message: FromDnsWorker) => port.postMessage(message)
let toldAt = Number.NEGATIVE_INFINITY

function tell(error: unknown): void {
  const now = performance.now()
  if (now - toldAt < TELL_EVERY_MS) return
  toldAt = now
  say({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
}

function textOf(error: unknown): FromDnsWorker {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  return { failed: error instanceof Error ? error.message : String(error), code }
}

async function run(): Promise<void> {
  const libc = await loadLibc()
  if ('missing' in libc) throw new Error(libc.missing)
  const counts = new DnsCounts(data.counts)
  const memory = new MemoryReader(data.memory)
  const keys = new KeyLabels(data.seed, data.labels)
  const freshness = new SharedFreshness(data.freshness)
  const blocks = new BlockFilter(data.seed)
  const siteBlocks = new SiteBlocks(blocks)
  siteBlocks.change({ added: data.siteBlocks, removed: [] })
  const encounters = data.tellsEncounters
    ? new Encounters((list, unsampled) => say({ encounters: list, unsampled }))
    : undefined
  const changing = { memory, keys, freshness, siteBlocks, blocks }
  const parts = { ...changing, counts, encounters, clock: Date.now, seed: data.seed, onError: tell }
  const responder = buildResponder(data.settings, parts)
  say({ listening: true })
  serveBatches({
    libc,
    socket: data.socket,
    signals: new Int32Array(data.signals),
    counts,
    begin: () => responder.begin(),
    respond: (bytes, length, peer) => responder.respond(bytes, length, peer),
    takeNews() {
      for (let news = receiveMessageOnPort(port); news !== undefined; news = receiveMessageOnPort(port)) {
        const message = news.message as ToDnsWorker
        if ('memory' in message) memory.adopt(message.memory)
        else if ('blocks' in message) siteBlocks.change(message.blocks)
        else keys.replace(message.labels)
      }
    },
  })
  encounters?.flush()
}

try {
  await run()
} catch (error) {
  say(textOf(error))
}
