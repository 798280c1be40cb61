/** The node of one process: everything on one machine, data in one folder. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Instant } from '@tocsin/core/evidence'
import type { MemoryBuffers } from '@tocsin/core/list'
import type { HeadListener } from '../book/book.ts'
import type { Config } from '../config/index.ts'
import { type KeyRing, openKeyRing } from '../intake/keys.ts'
import type { Log } from '../ops/events.ts'
import { LookupCounts } from '../ops/lookups.ts'
import type { Timers } from '../sources/feeds/timers.ts'
import { ADMIN_KEY_FILE, makeAdminKey } from './admin-key.ts'
import { answering } from './answering.ts'
import { holdDataFolder } from './data-folder.ts'
import { startDistribution } from './distribution.ts'
import { type DnsDoors, openDnsDoors } from './dns-doors.ts'
import { SharedFreshness } from './dns-freshness.ts'
import { toldByDns } from './dns-mining.ts'
import { type Engine, startEngine } from './engine.ts'
import { contextFrom } from './enrichment.ts'
import { startFeeds } from './feeds.ts'
import { Health } from './health.ts'
import { mountHttp } from './http.ts'
import { loadStarter } from './imports.ts'
import { dnsSettings, joined, labelsOf, orUnavailable } from './listening.ts'
import { type Mining, retractMined, startMining } from './mining.ts'
import { watched } from './mining-watch.ts'
import { policyOf } from './policy.ts'
import { together } from './together.ts'
import { startTrust } from './trust.ts'
import { startUnknown } from './unknown.ts'

/** What a node takes from outside itself. */
export interface Surroundings {
  readonly clock: () => Instant
  /** What feeds wait with for their turns; the runtime's own by default. They go with the clock. */
  readonly timers?: Timers
  readonly log: Log
  readonly version: string
}

/** A node that runs. Disposing of it drains: answers under way are finished, what was accepted is durable already. */
export interface Node extends AsyncDisposable {
  /** As `http://127.0.0.1:7080`; empty where the listener is off. */
  readonly httpUrl: string
  /** As `127.0.0.1:7053`; empty where the listener is off. */
  readonly dnsAddress: string
  /** Resolves when everything that was accepted before the call is in the book. For tests and for play. */
  settled(): Promise<void>
  /** Resolves when what was accepted before the call is mined as well, and what was found is in the book; at once where mining is off. */
  mined(): Promise<void>
}

/** No finding rests on so many others. */
const MINING_ROUNDS_MAX = 8

/** Starts a node; resolves when it answers on every address. Nothing stays open where it rejects. */
export async function startSingle(config: Config, { clock, timers, log, version }: Surroundings): Promise<Node> {
  await using opened = new AsyncDisposableStack()
  opened.use(holdDataFolder(config.data))

  const lookups = new LookupCounts()
  const shared = new SharedFreshness()
  const health = new Health(since => shared.tell(since))
  let adopt: (memory: MemoryBuffers) => void = () => undefined
  let describe = (_keys: readonly Uint8Array[]): void => undefined
  const listeners = new Set<HeadListener>()
  const onHead = (listener: HeadListener) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const unweighed = opened.use(
    await startEngine(config.data, {
      published: head => {
        for (const listener of listeners) listener(head)
      },
      failed: error => {
        health.failed(clock(), false)
        log('scorer-failed', { error })
      },
      adopted: memory => adopt(memory),
      segmentTrouble: why => log('segment-trouble', { why }),
      recovered: () => health.recovered(),
      described: keys => describe(keys),
      rebuilt: () => log('book-rebuilt'),
      died: error => {
        health.failed(clock(), true)
        log('engine-died', { error })
      },
    }),
  )

  const keys = await openKeyRing(join(config.data, 'keys.json'), { clock, random: randomBytes })
  await makeAdminKey(keys, join(config.data, ADMIN_KEY_FILE), log)
  const trust = opened.use(await startTrust({ dataFolder: config.data, engine: unweighed, keys, clock, timers, log }))
  // Before all that it listens to, so that it ends after it.
  const mining = opened.use(await beginMining(config, trust.engine, { clock, log, version }))
  if (mining !== undefined) describe = described => described.forEach(key => mining.put('described', key))
  const engine = mining === undefined ? trust.engine : watched(trust.engine, mining.put)
  if (config.starter) {
    const { sources } = await engine.ledger.counts()
    await loadStarter(new Set(sources.map(source => source.name)), { ledger: engine.ledger, clock }, log)
    await engine.settled()
  }

  const [feeds, dns] = await together(
    opened,
    startFeeds({
      dataFolder: config.data,
      scheduled: config.feeds.scheduled,
      ledger: engine.ledger,
      clock,
      timers,
      log,
      env: process.env,
      version,
    }),
    openDns(config, { keys, memory: engine.memory(), shared, mining, clock, log }),
  )

  const policy = policyOf(config)
  const freshness = (now: Instant) => health.freshness(now)
  const answer = answering({ book: engine.book, policy, clock, freshness })
  if (dns !== undefined) {
    adopt = memory => dns.adoptMemory(memory)
    // A pair that came while the door was being opened.
    dns.adoptMemory(engine.memory())
    keys.onChange(() => dns.acceptLabels(labelsOf(keys)))
  }
  let httpUrl = ''
  if (config.http.listen !== 'off') {
    const listen = config.http.listen
    const following = { dataFolder: config.data, onHead, clock, log }
    const distribution = config.distribution ? opened.use(startDistribution(following)).distribution : undefined
    const http = opened.use(
      await mountHttp({
        config,
        listen,
        engine,
        keys,
        health,
        lookups,
        feeds,
        trust,
        mining,
        unknown: opened.use(startUnknown({ dataFolder: config.data, answer, clock, log })).queue,
        answer,
        contextOf: contextFrom(config.data),
        onHead,
        distribution,
        clock,
        log,
        version,
        dnsLookups: () => (dns?.counters().lookups ?? []).map(count => ({ door: 'dns', ...count })),
        dnsNumbers: () => dns?.counters(),
      }),
    )
    httpUrl = await http.listen()
  }
  const dnsAddress = dns === undefined ? '' : joined(dns.address)
  log('started', { http: httpUrl, dns: dnsAddress, data: config.data, sequence: engine.book.head().sequence })

  const running = opened.move()
  return {
    httpUrl,
    dnsAddress,
    settled: () => engine.settled(),
    mined: () => minedBy(mining, engine),
    async [Symbol.asyncDispose]() {
      log('stopping')
      await running.disposeAsync()
      log('stopped')
    },
  }
}

interface DnsParts {
  readonly keys: KeyRing
  readonly memory: MemoryBuffers
  readonly shared: SharedFreshness
  /** `undefined` where it is off. */
  readonly mining: Mining | undefined
  readonly clock: () => Instant
  readonly log: Log
}

/** The DNS door; `undefined` where it is off. */
async function openDns(config: Config, parts: DnsParts): Promise<DnsDoors | undefined> {
  const { listen, workers } = config.dns
  if (listen === 'off') return undefined
  const { keys, memory, shared, mining, clock, log } = parts
  return await orUnavailable(`Cannot listen for DNS on ${joined(listen)}`, () =>
    openDnsDoors({
      settings: dnsSettings(config, listen.host),
      listen: [listen],
      workers,
      memory,
      labels: labelsOf(keys),
      freshness: shared,
      clock,
      onError: error => log('door-failed', { door: 'dns', error }),
      onEncounters: mining && toldByDns(mining.put, clock),
      onFallback: why => log('dns-fallback', { why }),
    }),
  )
}

/** Starts mining, or takes back what an earlier run has mined where it is off now. */
async function beginMining(
  { data, mining, rdap }: Config,
  { ledger }: Engine,
  { clock, log, version }: Surroundings,
): Promise<Mining | undefined> {
  const asksRegistriesAs = rdap ? `tocsin/${version} (registries)` : undefined
  if (mining) return startMining({ dataFolder: data, ledger, clock, asksRegistriesAs, log })
  const findings = await retractMined(ledger)
  if (findings > 0) log('mining-retracted', { findings })
  return undefined
}

/** Mines until nothing more is found: a finding may be what another rests on. */
async function minedBy(mining: Mining | undefined, engine: Engine): Promise<void> {
  for (let round = 0; mining !== undefined && round < MINING_ROUNDS_MAX; round++) {
    await engine.settled()
    if ((await mining.round()) === 0) break
  }
  await engine.settled()
}
