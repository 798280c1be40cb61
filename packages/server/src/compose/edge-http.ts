/** What an edge speaks over HTTP: lookups, relayed explanations, its own keys, its state. No evidence, no console. */
import type { Instant } from '@tocsin/core/evidence'
import type { Subject } from '@tocsin/core/subject'
import type { Answer, Freshness } from '@tocsin/core/verdict'
import type { FastifyInstance } from 'fastify'
import type { Book } from '../book/book.ts'
import type { Config } from '../config/index.ts'
import { mountKeys } from '../console/keys.ts'
import { bookLines, type DnsNumbers, dnsLines, lookupLines, processLines } from '../console/metrics.ts'
import type { Gate } from '../doors/http/access.ts'
import { headToWire } from '../doors/http/head.ts'
import { createListener, type HttpListener } from '../doors/http/listener.ts'
import { mountLookups } from '../doors/http/lookups.ts'
import type { Readiness } from '../doors/http/probes.ts'
import { mountRelayedExplanations } from '../doors/http/relayed-explanations.ts'
import type { KeyRing } from '../intake/keys.ts'
import type { Log } from '../ops/events.ts'
import { EXPOSITION_TYPE, family, single } from '../ops/exposition.ts'
import type { LookupCount, LookupCounts } from '../ops/lookups.ts'
import { mirrorLines } from '../ops/mirror.ts'
import type { RunningUpstream } from './upstream.ts'

/** What is mounted. */
export interface EdgeHttpParts {
  readonly config: Config
  readonly listen: { readonly host: string; readonly port: number }
  readonly book: Pick<Book, 'head'>
  readonly upstream: Pick<RunningUpstream, 'explain' | 'progress' | 'health' | 'numbers'>
  readonly keys: KeyRing
  readonly readiness: () => Readiness
  readonly freshness: (now: Instant) => Freshness
  readonly answer: (subject: Subject) => Answer
  readonly lookups: LookupCounts
  /** Counts of the DNS door, which counts by itself. */
  readonly dnsLookups: () => readonly LookupCount[]
  readonly dnsNumbers: () => DnsNumbers | undefined
  readonly clock: () => Instant
  readonly log: Log
  readonly version: string
}

/** Builds the listener; nothing is bound yet. */
export async function mountEdgeHttp(parts: EdgeHttpParts): Promise<HttpListener> {
  const { config, listen, upstream, keys, answer, lookups, log, version } = parts
  const listener = await createListener({
    address: listen.host,
    port: listen.port,
    hosts: config.http.hosts,
    lookupsNeedKey: config.http.lookupsNeedKey,
    authenticate: token => keys.find(token),
    readiness: parts.readiness,
    version,
    log,
  })
  const { app, gate } = listener
  mountLookups(app, gate, { answer, observe: lookups.observerOf('http') })
  mountRelayedExplanations(app, gate, { explain: upstream.explain })
  // Nothing is reported to an edge's own ledger, for it has none.
  mountKeys(app, gate.requireRole('admin'), { keys, retractAll: async () => 0 })
  mountState(app, gate, parts)
  mountEdgeMetrics(app, gate, parts)
  return listener
}

/** `GET /v1/edge`: where the mirror is, what goes on, and how the upstreams fare. */
function mountState(app: FastifyInstance, gate: Gate, parts: EdgeHttpParts): void {
  const { upstream, clock, version } = parts
  const startedAt = isoTime(clock())
  const schema = { tags: ['node'], summary: 'Where the mirror is, and how its upstreams fare.' }
  app.get('/v1/edge', { onRequest: gate.requireLookup, schema }, () => {
    const now = clock()
    const { confirmedAt, ...numbers } = upstream.numbers()
    return {
      version,
      startedAt,
      now: isoTime(now),
      head: headToWire(parts.book.head()),
      ...parts.freshness(now),
      ...numbers,
      confirmedAt: confirmedAt === undefined ? null : isoTime(confirmedAt),
      progress: upstream.progress(),
      upstreams: upstream.health().map(({ nextAt, ...health }) => ({
        ...health,
        ...(nextAt === undefined ? {} : { nextAt: isoTime(nextAt) }),
      })),
    }
  })
}

/** `GET /metrics`. */
function mountEdgeMetrics(app: FastifyInstance, gate: Gate, parts: EdgeHttpParts): void {
  const startedAt = parts.clock()
  const schema = { tags: ['node'], summary: 'Counts for Prometheus.' }
  app.get('/metrics', { onRequest: gate.requireLookup, schema }, async (_request, reply) => {
    const dns = parts.dnsNumbers()
    const { state, ageSeconds } = parts.freshness(parts.clock())
    const lines = [
      ...single('gauge', 'tocsin_start_time_seconds', 'When the node started, in Unix time.', startedAt / 1000),
      ...family('gauge', 'tocsin_info', 'The version, as a label.', [[{ version: parts.version }, 1]]),
      ...processLines(),
      ...lookupLines([...parts.dnsLookups(), ...parts.lookups.list()]),
      ...(dns === undefined ? [] : dnsLines(dns)),
      ...bookLines(parts.book.head(), state === 'fresh' ? 0 : ageSeconds),
      ...mirrorLines(parts.upstream.numbers()),
    ]
    return await reply.type(EXPOSITION_TYPE).send(`${lines.join('\n')}\n`)
  })
}

function isoTime(time: number): string {
  return new Date(time).toISOString()
}
