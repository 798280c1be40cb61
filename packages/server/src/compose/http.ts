/** Everything that speaks HTTP, mounted side by side on one listener. */

import { fileURLToPath } from 'node:url'
import staticFiles from '@fastify/static'
import { ProblemError } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import type { Subject } from '@tocsin/core/subject'
import type { Answer } from '@tocsin/core/verdict'
import { EVIDENCE_SCHEMA, type WireContext } from '@tocsin/core/wire'
import { DASHBOARD_FOLDER } from '@tocsin/dashboard'
import type { HeadListener } from '../book/book.ts'
import type { Distribution } from '../book/distribution.ts'
import type { Config } from '../config/index.ts'
import { mountAppeals } from '../console/appeals.ts'
import { mountConsole } from '../console/console.ts'
import { mountEnrolments } from '../console/enrolments.ts'
import type { DnsNumbers } from '../console/metrics.ts'
import { mountMining } from '../console/mining.ts'
import { mountTrust } from '../console/trust.ts'
import { mountEntries } from '../doors/http/book-entries.ts'
import { mountHttpDoor } from '../doors/http/door.ts'
import { isLoopback } from '../doors/http/hosts.ts'
import { createListener, type HttpListener } from '../doors/http/listener.ts'
import type { Identity } from '../intake/identity.ts'
import { identityOf, type KeyRing } from '../intake/keys.ts'
import type { Log } from '../ops/events.ts'
import type { LookupCount, LookupCounts } from '../ops/lookups.ts'
import { mountHttpSource } from '../sources/http/source.ts'
import type { UnknownQueue } from '../unknown/queue.ts'
import type { Engine } from './engine.ts'
import type { NodeFeeds } from './feeds.ts'
import type { Health } from './health.ts'
import { importNamed, openIntake } from './imports.ts'
import type { Mining } from './mining.ts'
import { mountHints } from './mining-hints.ts'
import { minedInTime } from './mining-in-time.ts'
import { askedAloud } from './mining-watch.ts'
import { buildGateway } from './oblivious.ts'
import { mountHashLists } from './safe-browsing.ts'
import type { NodeTrust } from './trust.ts'
import { mountUnknownRoutes, noted } from './unknown.ts'

/** What is mounted. */
export interface HttpParts {
  readonly config: Config
  readonly listen: { readonly host: string; readonly port: number }
  readonly engine: Engine
  readonly keys: KeyRing
  readonly health: Health
  readonly lookups: LookupCounts
  /** Counts of the DNS door, which counts by itself. */
  readonly dnsLookups: () => readonly LookupCount[]
  readonly dnsNumbers: () => DnsNumbers | undefined
  readonly feeds: Pick<NodeFeeds, 'console' | 'metrics'>
  readonly trust: Pick<NodeTrust, 'console' | 'appeals' | 'stepOf'>
  /** `undefined` where it is off. */
  readonly mining: Mining | undefined
  readonly unknown: UnknownQueue
  readonly answer: (subject: Subject) => Answer
  /** What is known of a subject beside its reputation. */
  readonly contextOf: (subject: Subject) => Promise<WireContext | undefined>
  readonly onHead: (listener: HeadListener) => () => void
  /** `undefined` where it is off. */
  readonly distribution?: Distribution | undefined
  readonly clock: () => Instant
  readonly log: Log
  readonly version: string
}

/** Builds the listener with door, source, console and dashboard; nothing is bound yet. */
export async function mountHttp(parts: HttpParts): Promise<HttpListener> {
  const { config, listen, engine, keys, health, lookups, dnsLookups, contextOf, onHead, clock, log, version } = parts
  const { mining } = parts
  const answer = noted(mining === undefined ? parts.answer : askedAloud(parts.answer, mining.put), parts.unknown)
  const gateway = buildGateway({ config, clock })
  const listener = await createListener({
    address: listen.host,
    port: listen.port,
    hosts: config.http.hosts,
    lookupsNeedKey: config.http.lookupsNeedKey,
    authenticate: token => gateway?.callerOf(token) ?? keys.find(token),
    readiness: () => health.readiness(),
    version,
    log,
  })
  const { app, gate } = listener
  const imports = { ledger: engine.ledger, clock }

  mountHttpDoor(app, gate, {
    book: engine.book,
    distribution: parts.distribution,
    answer,
    observe: lookups.observerOf('http'),
    contextOf,
    ...(mining === undefined ? {} : { minedOf: minedInTime(async subject => await mining.told(subject)) }),
    onHead,
    clock,
  })
  mountEntries(app, gate, { book: engine.book, freshness: () => health.freshness(clock()) })
  await mountHttpSource(app, gate, {
    checkEvidence: listener.checkOf(EVIDENCE_SCHEMA),
    intakeOf: ({ name }) => {
      const entrance = heldWith(name, keys)
      // Asked with each piece: a report may be a stream of hours, and its key revoked meanwhile.
      return {
        put: async (...words) => await openIntake(entrance(), imports).put(...words),
        retract: async (...words) => await openIntake(entrance(), imports).retract(...words),
        begin: async () => await openIntake(entrance(), imports).begin(),
        commit: async generation => await openIntake(entrance(), imports).commit(generation),
      }
    },
    importList: (name, text, reading) => importNamed(name, 'import', text, reading, imports),
  })
  mountConsole(app, gate, {
    version,
    startedAt: clock(),
    clock,
    book: engine.book,
    ledger: engine.ledger,
    waiting: () => engine.waiting(),
    lookups: () => [...dnsLookups(), ...lookups.list()],
    keys,
    // A generation with nothing in it: what the source held before goes, its relations too.
    retractAll: async key => {
      const intake = openIntake(identityOf(key), imports)
      return await intake.commit(await intake.begin())
    },
    dns: parts.dnsNumbers,
    feedLines: () => [...parts.feeds.metrics(), ...(mining?.metrics() ?? []), ...parts.unknown.metrics()],
    behindSeconds: () => health.freshness(clock()).ageSeconds,
    feeds: parts.feeds.console,
  })
  mountEnrolments(app, gate.requireRole('admin'), {
    keys,
    signingKey: () => parts.distribution?.key(),
    enrolled: name => log('edge-enrolled', { name }),
  })
  mountHashLists(listener, { config, book: engine.book, answer: parts.answer, health, clock })
  await gateway?.mount(app)
  mountTrust(app, gate.requireRole('admin'), parts.trust.console)
  mountAppeals(app, gate, { appeals: parts.trust.appeals, isLocal: isLoopback })
  const identityOfName = (name: string) => heldWith(name, keys)()
  await mountUnknownRoutes(listener, {
    unknown: parts.unknown,
    ledger: engine.ledger,
    put: mining?.put,
    identityOf: identityOfName,
    clock,
  })
  if (mining !== undefined) {
    await mountHints(listener, { mining, identityOf: identityOfName, trust: parts.trust, clock })
    mountMining(app, gate.requireRole('analyst'), mining)
  }
  await app.register(staticFiles, { root: fileURLToPath(DASHBOARD_FOLDER), cacheControl: true, maxAge: 0 })
  return listener
}

/** Who holds a key, as long as that is the key it is now: one that is revoked and made again under its name is another. */
function heldWith(name: string, keys: Pick<KeyRing, 'list'>): () => Identity {
  const find = () => keys.list().find(each => each.name === name)
  const createdAt = find()?.createdAt
  return () => {
    const key = find()
    if (key !== undefined && key.createdAt === createdAt) return identityOf(key)
    throw new ProblemError({ code: 'unauthorized', message: `Cannot report: key "${name}" is revoked` })
  }
}
