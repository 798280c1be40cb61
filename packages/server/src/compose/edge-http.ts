/**
 * What an edge speaks over HTTP: lookups, relayed explanations and the relayed book, its own keys, its state, and the ways
 * in for feedback. No evidence.
 */
import { fileURLToPath } from 'node:url'
import staticFiles from '@fastify/static'
import type { Instant } from '@tocsin/core/evidence'
import type { EntryReader, Freshness } from '@tocsin/core/verdict'
import { DASHBOARD_FOLDER } from '@tocsin/dashboard'
import type { FastifyInstance } from 'fastify'
import type { Book, HeadListener } from '../book/book.ts'
import type { Config } from '../config/index.ts'
import { mountEnrolments } from '../console/enrolments.ts'
import { mountKeys } from '../console/keys.ts'
import { bookLines, type DnsNumbers, dnsLines, lookupLines, processLines } from '../console/metrics.ts'
import { mountStatus } from '../console/status.ts'
import type { Gate } from '../doors/http/access.ts'
import { mountDistribution } from '../doors/http/book.ts'
import { mountEntries } from '../doors/http/book-entries.ts'
import { mountBookRoutes } from '../doors/http/book-routes.ts'
import { headToWire } from '../doors/http/head.ts'
import { createListener, type HttpListener } from '../doors/http/listener.ts'
import { mountLookups } from '../doors/http/lookups.ts'
import { refuseLoops } from '../doors/http/loops.ts'
import type { Readiness } from '../doors/http/probes.ts'
import { mountRelayedExplanations } from '../doors/http/relayed-explanations.ts'
import type { Feedback } from '../feedback/feedback.ts'
import { mountFeedback } from '../feedback/routes.ts'
import type { KeyRing } from '../intake/keys.ts'
import type { Log } from '../ops/events.ts'
import { EXPOSITION_TYPE, family, single } from '../ops/exposition.ts'
import { feedbackLines } from '../ops/feedback.ts'
import type { LookupCount, LookupCounts } from '../ops/lookups.ts'
import { mirrorLines } from '../ops/mirror.ts'
import type { EdgeAnswers } from './edge-answers.ts'
import { explainedPrivately, observing } from './feedback.ts'
import { mountFeedbackWays } from './feedback-ways.ts'
import { mountHashLists } from './safe-browsing.ts'
import type { RunningUpstream } from './upstream.ts'

/** What is mounted. */
export interface EdgeHttpParts {
  readonly config: Config
  readonly listen: { readonly host: string; readonly port: number }
  readonly book: EntryReader & Pick<Book, 'head' | 'entries' | 'changes'>
  /** Calls back when the mirror has moved, until unsubscribed. */
  readonly onHead: (listener: HeadListener) => () => void
  readonly upstream: Pick<RunningUpstream, 'explain' | 'progress' | 'health' | 'numbers' | 'relay'>
  readonly feedback: Feedback
  /** By which name this edge stands in `Via`. */
  readonly name: string
  /** Whether the mirror holds all types. */
  readonly isWhole: boolean
  readonly keys: KeyRing
  readonly readiness: () => Readiness
  readonly freshness: (now: Instant) => Freshness
  readonly answers: EdgeAnswers
  readonly lookups: LookupCounts
  /** Milliseconds; the listener's own by default. */
  readonly drainMs?: number
  /** Counts of the DNS door, which counts by itself. */
  readonly dnsLookups: () => readonly LookupCount[]
  readonly dnsNumbers: () => DnsNumbers | undefined
  readonly clock: () => Instant
  readonly log: Log
  readonly version: string
}

/** Builds the listener; nothing is bound yet. */
export async function mountEdgeHttp(parts: EdgeHttpParts): Promise<HttpListener> {
  const { config, listen, upstream, feedback, keys, answers, lookups, log, version } = parts
  const listener = await createListener({
    address: listen.host,
    port: listen.port,
    hosts: config.http.hosts,
    lookupsNeedKey: config.http.lookupsNeedKey,
    authenticate: token => keys.find(token),
    readiness: parts.readiness,
    version,
    log,
    ...(parts.drainMs === undefined ? {} : { limits: { drainMs: parts.drainMs } }),
  })
  const { app, gate } = listener
  refuseLoops(app, parts.name)
  const count = lookups.observerOf('http')
  const meet = observing(feedback)
  mountLookups(app, gate, {
    ...answers,
    observe(answer) {
      count(answer)
      meet(answer)
    },
  })
  mountBook(app, gate, parts)
  mountLists(listener, parts)
  mountRelayedExplanations(app, gate, { explain: explainedPrivately(feedback, upstream.explain) })
  await mountFeedbackWays(listener, feedback, parts.clock)
  // An edge behind this one pins the key of who signs, and that is not this edge.
  mountEnrolments(app, gate.requireRole('admin'), {
    keys,
    signingKey: () => upstream.relay?.key(),
    enrolled: name => log('edge-enrolled', { name }),
  })
  mountFeedback(app, gate.requireRole('admin'), feedback)
  // Nothing is reported to an edge's own ledger, for it has none.
  mountKeys(app, gate.requireRole('admin'), { keys, retractAll: async () => 0 })
  mountState(app, gate, parts)
  mountEdgeMetrics(app, gate, parts)
  mountEdgeStatus(app, gate, parts)
  await app.register(staticFiles, { root: fileURLToPath(DASHBOARD_FOLDER), cacheControl: true, maxAge: 0 })
  return listener
}

/** The book for nodes behind this one, if it is whole here; else where it is, for pages that watch it. */
function mountBook(app: FastifyInstance, gate: Gate, parts: EdgeHttpParts): void {
  const { book, onHead, upstream, isWhole, freshness, clock } = parts
  if (upstream.relay === undefined) mountBookRoutes(app, gate, { book, onHead })
  else mountDistribution(app, gate, { distribution: upstream.relay })
  if (isWhole) mountEntries(app, gate, { book, freshness: () => freshness(clock()) })
}

/** `/v5/…` for light clients. A mirror of some types must not say of the others that nothing is known of them. */
function mountLists(listener: HttpListener, parts: EdgeHttpParts): void {
  const { config, book, answers, isWhole, freshness, clock } = parts
  const told = (now: Instant): Freshness => (isWhole ? freshness(now) : { state: 'unavailable', ageSeconds: 0 })
  mountHashLists(listener, { config, book, answer: answers.answer, health: { freshness: told }, clock })
}

/** `GET /v1/status` in the shape of a node's: no evidence is here, so none is counted. */
function mountEdgeStatus(app: FastifyInstance, gate: Gate, parts: EdgeHttpParts): void {
  const { version, clock, book, dnsLookups, lookups } = parts
  mountStatus(app, gate.requireLookup, {
    version,
    startedAt: clock(),
    clock,
    book,
    ledger: { counts: async () => ({ place: 0, subjects: 0, evidence: 0, sources: [] }) },
    waiting: async () => 0,
    lookups: () => [...dnsLookups(), ...lookups.list()],
  })
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
      ...feedbackLines(parts.feedback.state()),
    ]
    return await reply.type(EXPOSITION_TYPE).send(`${lines.join('\n')}\n`)
  })
}

function isoTime(time: number): string {
  return new Date(time).toISOString()
}
