/** The node of one process: everything on one machine, data in one folder. */
import { randomBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { Instant } from '@tocsin/core/evidence'
import type { BatchListener } from '../book/book.ts'
import type { Config } from '../config/index.ts'
import { openDnsDoor } from '../doors/dns/door.ts'
import { type KeyRing, openKeyRing } from '../intake/keys.ts'
import type { Log } from '../ops/events.ts'
import { LookupCounts } from '../ops/lookups.ts'
import { answering } from './answering.ts'
import { holdDataFolder } from './data-folder.ts'
import { startEngine } from './engine.ts'
import { Health } from './health.ts'
import { mountHttp } from './http.ts'
import { loadStarter } from './imports.ts'
import { policyOf } from './policy.ts'

/** What a node takes from outside itself. */
export interface Surroundings {
  readonly clock: () => Instant
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
}

/** The file of the key that a first start makes, readable by its owner only. */
export const ADMIN_KEY_FILE = 'admin.key'

/** Starts a node; resolves when it answers on every address. Nothing stays open where it rejects. */
export async function startSingle(config: Config, { clock, log, version }: Surroundings): Promise<Node> {
  await using opened = new AsyncDisposableStack()
  opened.use(holdDataFolder(config.data))

  const health = new Health()
  const lookups = new LookupCounts()
  const listeners = new Set<BatchListener>()
  const onBatch = (listener: BatchListener) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const engine = opened.use(
    await startEngine(config.data, {
      published: (batch, head) => {
        for (const listener of listeners) listener(batch, head)
      },
      failed: error => {
        health.failed(clock(), false)
        log('scorer-failed', { error })
      },
      adopted: () => undefined,
      segmentTrouble: why => log('segment-trouble', { why }),
      recovered: () => health.recovered(),
      rebuilt: () => log('book-rebuilt'),
      died: error => {
        health.failed(clock(), true)
        log('engine-died', { error })
      },
    }),
  )

  const keys = await openKeyRing(join(config.data, 'keys.json'), { clock, random: randomBytes })
  await makeAdminKey(keys, join(config.data, ADMIN_KEY_FILE), log)
  if (config.starter) {
    const { sources } = await engine.ledger.counts()
    await loadStarter(new Set(sources.map(source => source.name)), { ledger: engine.ledger, clock }, log)
    await engine.settled()
  }

  const policy = policyOf(config)
  const freshness = (now: Instant) => health.freshness(now)
  const answer = answering({ book: engine.book, policy, clock, freshness })
  let dnsAddress = ''
  if (config.dns.listen !== 'off') {
    // A list that lists whatever it does not know is a wildcard, which clients take for a dead list.
    const listed = answering({ book: engine.book, policy: { ...policy, untested: 'allow' }, clock, freshness })
    const dns = opened.use(
      await openDnsDoor({
        book: engine.book,
        listen: [config.dns.listen],
        base: config.dns.base,
        nameServers: nameServers(config, config.dns.listen.host),
        ttl: { answerSeconds: config.dns.ttlSeconds, negativeSeconds: config.dns.negativeTtlSeconds },
        answer: listed,
        clock,
        keys: { accepts: label => keys.acceptsDnsLabel(label) },
        needsKey: peer => needsKey(config.dns.needsKey, peer),
        observe: lookups.observerOf('dns'),
        onError: error => log('door-failed', { door: 'dns', error }),
      }),
    )
    opened.defer(onBatch(batch => dns.applyBatch(batch)))
    dnsAddress = joined(dns.address)
  }
  let httpUrl = ''
  if (config.http.listen !== 'off') {
    const listen = config.http.listen
    const http = opened.use(
      await mountHttp({ config, listen, engine, keys, health, lookups, answer, onBatch, clock, log, version }),
    )
    httpUrl = await http.listen()
  }
  log('started', { http: httpUrl, dns: dnsAddress, data: config.data, sequence: engine.book.head().sequence })

  const running = opened.move()
  return {
    httpUrl,
    dnsAddress,
    settled: () => engine.settled(),
    async [Symbol.asyncDispose]() {
      log('stopping')
      await running.disposeAsync()
      log('stopped')
    },
  }
}

/** A first start leaves a key of role admin for the commands of this machine's owner. */
async function makeAdminKey(keys: KeyRing, file: string, log: Log): Promise<void> {
  if (existsSync(file) || keys.list().some(key => key.role === 'admin')) return
  const { token } = await keys.add({ name: 'admin', role: 'admin', trust: 1 })
  writeFileSync(file, `${token}\n`, { mode: 0o600, flag: 'wx' })
  log('admin-key-made', { file })
}

function needsKey(rule: Config['dns']['needsKey'], peer: string): boolean {
  return rule === 'always' || (rule === 'off-loopback' && !/^127\.|^::1$/.test(peer))
}

/** Addresses of `ns.<base>`: as configured, else where the door listens, if that is an address of its own. */
function nameServers(config: Config, host: string): readonly string[] {
  if (config.dns.nameservers.length > 0) return config.dns.nameservers
  return isIP(host) !== 0 && host !== '0.0.0.0' && host !== '::' ? [host] : []
}

function joined({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
