/** A cloud and replicas of it in one process: real books, real files, real HTTP. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fail, ProblemError, sha256, unwrap } from '@tocsin/core/base'
import type { MemoryBuffers } from '@tocsin/core/list'
import {
  addressSubject,
  parseAddress,
  parseSubject,
  SUBJECT_TYPES,
  type SubjectType,
  subjectKey,
} from '@tocsin/core/subject'
import type { Entry } from '@tocsin/core/verdict'
import type { Change } from '../book/book.ts'
import { Distributor } from '../book/distribution/distributor.ts'
import { DistributionFolder } from '../book/distribution/folder.ts'
import { PACKING } from '../book/distribution/packing.ts'
import { Publisher } from '../book/distribution/publisher.ts'
import { rotateSigningKey, SigningKey } from '../book/distribution/signing-key.ts'
import { MirrorWriter } from '../book/mirror/mirror.ts'
import { buildMemory, emptyMemory } from '../book/table/build.ts'
import { BookKeeper } from '../book/table/keeper.ts'
import { openBookLog } from '../book/table/log-reader.ts'
import { openMemory } from '../book/table/open-memory.ts'
import { SharedBook } from '../book/table/shared-book.ts'
import { openBookStore } from '../book/table/store.ts'
import { mountDistribution } from '../doors/http/book.ts'
import { mountEntries } from '../doors/http/book-entries.ts'
import { createListener } from '../doors/http/listener.ts'
import { silentLog } from '../ops/events.ts'
import { Downloads } from './download.ts'
import { Heads } from './heads.ts'
import { introduce } from './introduction.ts'
import { type Send, UpstreamServer } from './server.ts'
import { Servers } from './servers.ts'
import { type Offer, Synchroniser } from './synchroniser.ts'
import { TrustedKeys } from './trusted-keys.ts'

/** A clock that moves when it is told to. */
export interface TestClock {
  now: number
}

/** When the worlds of these tests begin: some minute of 2026, in milliseconds since 1970. */
export const BEGINNING = 1_782_777_600_000

const ENTRY: Entry = {
  score: 12,
  reason: 'malware',
  incriminated: true,
  stops: false,
  scoredAt: BEGINNING - 3_600_000,
  lapses: [5, 9, 63],
  restsSafe: false,
  protection: undefined,
  organisations: 0,
}

/** A subject that is listed with a score. */
export function change(text: string, score = 12): Change {
  const subject = unwrap(parseSubject(text))
  return { type: subject.type, key: subjectKey(subject), value: subject.value, entry: { ...ENTRY, score } }
}

/** The same subject without an entry. */
export function removal(text: string): Change {
  return { ...change(text), entry: undefined }
}

/** A cloud: a book, its publisher and the door, with an address. */
export async function startCloud(clock: TestClock) {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-cloud-'))
  const store = openBookStore(join(folder, 'book.sqlite'))
  const log = openBookLog(join(folder, 'book.sqlite'))
  const files = new DistributionFolder(join(folder, 'distribution'), PACKING)
  const keyPath = join(folder, 'signing.key')
  const signingKey = new SigningKey(keyPath, () => clock.now)
  const distributor = new Distributor({
    signingKey,
    pathOf: name => files.path(name),
    clock: () => clock.now,
    failed: error => assertNever(error),
  })
  const beginPublishing = () =>
    new Publisher({
      log,
      folder: files,
      packing: PACKING,
      clock: () => clock.now,
      told: news => distributor.take(news),
    })
  let publisher = beginPublishing()
  const listener = await createListener({
    address: '127.0.0.1',
    port: 0,
    authenticate: () => undefined,
    readiness: () => ({ ready: true }),
    version: '0.0.0',
    log: silentLog,
    // A replica that stops while it connects leaves a connection on which nothing was asked yet.
    limits: { drainMs: 200 },
  })
  let isFailing = false
  listener.app.addHook('onRequest', async () => {
    if (isFailing) throw new ProblemError({ code: 'unavailable', message: 'Cannot answer: this cloud is unwell' })
  })
  mountDistribution(listener.app, listener.gate, { distribution: distributor })
  const reader = new SharedBook(join(folder, 'book.sqlite'), emptyMemory(), async () => fail('unavailable', 'nobody'))
  const inForce = (type: SubjectType, key: Uint8Array) => reader.historyOf(type, key).find(isInForce)?.entry
  mountEntries(listener.app, listener.gate, {
    book: {
      get: inForce,
      matchIp(address) {
        const entry = inForce('ip', subjectKey(addressSubject(address)))
        return entry === undefined ? [] : [{ prefixLength: address.length * 8, entry }]
      },
      head: () => store.head(),
    },
    freshness: () => ({ state: 'fresh', ageSeconds: 0 }),
  })
  const url = await listener.listen()
  let place = 0
  const work = () => {
    clock.now += 60
    publisher.moved()
    while (publisher.step());
  }
  work()
  return {
    url,
    distributor,
    head: () => store.head(),
    /** The entry as it lies in the table. */
    entryOf: (text: string) => inForce(change(text).type, change(text).key),
    work,
    /** Publishes a batch and makes its files. */
    publish(changes: readonly Change[]) {
      store.publish(changes, ++place, clock.now)
      work()
    },
    /** The book begins again under another id. */
    restart() {
      store.restart()
      work()
    },
    /** Loses its log and its files, as after five weeks: whoever is behind needs a snapshot. */
    forget() {
      publisher[Symbol.dispose]()
      for (const { name } of files.scan()) files.remove(name)
      const other = new DatabaseSync(join(folder, 'book.sqlite'))
      other.exec('DELETE FROM batch')
      other.close()
      publisher = beginPublishing()
      work()
    },
    /** Whether requests fail from now on; streams that are open go on. */
    fail(fails: boolean) {
      isFailing = fails
    },
    rotate: (from: number) => rotateSigningKey(keyPath, clock.now, from),
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]()
      publisher[Symbol.dispose]()
      log[Symbol.dispose]()
      reader[Symbol.dispose]()
      store[Symbol.dispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A cloud that runs. */
export type Cloud = Awaited<ReturnType<typeof startCloud>>

/** How a replica is started. */
export interface ReplicaOptions {
  readonly clock: TestClock
  readonly urls: readonly string[]
  readonly types?: readonly SubjectType[]
  readonly send?: Send
  /** Of a replica before, which has been stopped. */
  readonly folder?: string
}

/** A replica: a mirror and what follows the cloud for it, without time: rounds are asked for. */
export async function startReplica({ clock, urls, types = SUBJECT_TYPES, send = fetch, folder }: ReplicaOptions) {
  const path = folder ?? mkdtempSync(join(tmpdir(), 'tocsin-edge-'))
  const bookPath = join(path, 'book.sqlite')
  const segmentPath = join(path, 'book.segment')
  const store = openBookStore(bookPath)
  let memory: MemoryBuffers | undefined
  const reading: { reader?: SharedBook } = {}
  const told = { healing: [] as string[], confirmed: 0, failures: [] as unknown[] }
  const noted: (() => void)[] = []
  let isBuilding = true
  const build = async () => {
    if (!isBuilding) throw new Error('no room for memory')
    return buildMemory(bookPath)
  }
  const keeper = new BookKeeper(
    {
      store,
      build,
      adopted(adopted) {
        memory = adopted
        reading.reader?.adopt(adopted)
      },
      failed: error => void told.failures.push(error),
    },
    await openMemory(store, segmentPath, build, () => undefined),
  )
  const mirror = new MirrorWriter({ table: keeper, types, sha256 })
  const reader = new SharedBook(bookPath, memory!, async () => fail('unavailable', 'nobody to ask'))
  reading.reader = reader
  const keys = new TrustedKeys(join(path, 'upstream-keys.json'))
  const heads = new Heads({ keys, clock: () => clock.now, keyNamed: () => undefined })
  const servers = new Servers({
    servers: urls.map(url => new UpstreamServer({ url, key: () => undefined, send, userAgent: 'test' })),
    order: 'in-order',
    clock: () => clock.now,
    random: () => 0.5,
  })
  const synchroniser = new Synchroniser({
    mirror,
    types,
    servers,
    heads,
    downloads: new Downloads(join(path, 'incoming')),
    clock: () => clock.now,
    introduce: (server, signal) => introduce(server, keys, () => undefined, signal),
    confirmed() {
      told.confirmed++
      for (const tell of noted.splice(0)) tell()
    },
    healing: why => void told.healing.push(why),
  })
  let isStopped = false
  const stop = () => {
    if (isStopped) return
    isStopped = true
    reader[Symbol.dispose]()
    keeper[Symbol.dispose]()
  }
  return {
    folder: path,
    store,
    mirror,
    keys,
    servers,
    synchroniser,
    heads,
    told,
    /** Calls back once, when a round has ended well. */
    onConfirmed: (listener: () => void) => void noted.push(listener),
    head: () => mirror.head(),
    round: (offer?: Offer) => synchroniser.round(offer, AbortSignal.timeout(20_000)),
    /** Whether readers of memory meet an address. */
    lists: (address: string) => reader.matchIp(unwrap(parseAddress(address))).length > 0,
    knows: (text: string) => entryIn(reader, text) !== undefined,
    entryOf: (text: string) => entryIn(reader, text),
    /** Whether memory can be built from now on. */
    mayBuild(may: boolean) {
      isBuilding = may
    },
    stop,
    [Symbol.dispose]() {
      stop()
      rmSync(path, { recursive: true, force: true })
    },
  }
}

/** A replica that runs. */
export type Replica = Awaited<ReturnType<typeof startReplica>>

/** Sends through the runtime's fetch, and lets a test change what comes back from some paths. */
export function tampering(hand: (path: string, response: Response) => Promise<Response> | Response): Send {
  return async (url, init) => await hand(new URL(url).pathname, await fetch(url, init))
}

function isInForce({ until }: { readonly until: number | undefined }): boolean {
  return until === undefined
}

/** By its key in the table where it is an address or a net, in memory where it is anything else. */
function entryIn(book: SharedBook, text: string): Entry | undefined {
  const { type, key } = change(text)
  return book.get(type, key)
}

function assertNever(error: unknown): never {
  throw error
}
