/** Counts for Prometheus. Labels are words of ours, so that their number is bounded: no subject, no client, no feed. */
import type { WireStatus } from '@tocsin/core/wire'
import type { FastifyInstance, onRequestHookHandler } from 'fastify'
import type { Head } from '../book/book.ts'
import type { LedgerCounts } from '../ledger/ledger.ts'
import { EXPOSITION_TYPE, family, type Sample, single } from '../ops/exposition.ts'
import type { StatusOptions } from './status.ts'

/** What the DNS door counts beside lookups. */
export interface DnsNumbers {
  /** Messages by what happened to them. */
  readonly events: Readonly<Record<string, number>>
  /** Answers by zone and response code. */
  readonly rcodes: Readonly<Record<string, Readonly<Record<string, number>> | undefined>>
  /** TCP connections open now, and those that the limits did not allow. */
  readonly connections: number
  readonly connectionsRefused: number
}

/** What metrics are read from, beside what a status is. */
export interface MetricsOptions extends StatusOptions {
  /** `undefined` where DNS is off. */
  readonly dns?: (() => DnsNumbers | undefined) | undefined
  /** Lines about feeds, where the node has them. */
  readonly feedLines?: (() => readonly string[]) | undefined
  /** For how long the book has been falling behind, in seconds; 0 where it keeps up. */
  readonly behindSeconds?: (() => number) | undefined
}

/** Mounts `GET /metrics`, for whom `GET /v1/status` is. */
export function mountMetrics(app: FastifyInstance, onRequest: onRequestHookHandler, options: MetricsOptions): void {
  const response = {
    200: { description: 'The text format of Prometheus, version 0.0.4.', content: { 'text/plain': { schema: TEXT } } },
  }
  const schema = { tags: ['console'], summary: 'Counts for Prometheus.', response }
  app.get('/metrics', { onRequest, schema }, async (_request, reply) => {
    const lines = await linesOf(options)
    return await reply.type(EXPOSITION_TYPE).send(`${lines.join('\n')}\n`)
  })
}

const TEXT = { type: 'string' } as const

async function linesOf(options: MetricsOptions): Promise<readonly string[]> {
  const ledger = await Promise.all([options.ledger.counts(), options.waiting()]).catch(() => undefined)
  const dns = options.dns?.()
  return [
    ...single('gauge', 'tocsin_start_time_seconds', 'When the node started, in Unix time.', options.startedAt / 1000),
    ...family('gauge', 'tocsin_info', 'The version, as a label.', [[{ version: options.version }, 1]]),
    ...processLines(),
    ...lookupLines(options.lookups()),
    ...(dns === undefined ? [] : dnsLines(dns)),
    ...bookLines(options.book.head(), options.behindSeconds?.() ?? 0),
    ...single('gauge', 'tocsin_ledger_up', 'Whether the ledger answers.', ledger === undefined ? 0 : 1),
    ...(ledger === undefined ? [] : ledgerLines(...ledger)),
    ...(options.feedLines?.() ?? []),
  ]
}

/** By the names that all programs use. */
export function processLines(): readonly string[] {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  return [
    ...single('counter', 'process_cpu_seconds_total', 'Processor time of all threads.', (user + system) / 1e6),
    ...single('gauge', 'process_resident_memory_bytes', 'Memory of the process.', rss),
    ...single('gauge', 'nodejs_heap_size_used_bytes', 'Heap of the main thread that is in use.', heapUsed),
    ...single('gauge', 'tocsin_uptime_seconds', 'How long the process has been running.', process.uptime()),
  ]
}

export function lookupLines(lookups: WireStatus['lookups']): readonly string[] {
  const samples = lookups.map(({ door, verdict, action, count }): Sample => [{ door, verdict, action }, count])
  return family('counter', 'tocsin_lookups_total', 'Answers about a subject, by door, verdict and action.', samples)
}

export function dnsLines({ events, rcodes, connections, connectionsRefused }: DnsNumbers): readonly string[] {
  const messages = Object.entries(events).map(([event, count]): Sample => [{ event }, count])
  const answers = Object.entries(rcodes).flatMap(([zone, codes = {}]) =>
    Object.entries(codes).map(([rcode, count]): Sample => [{ zone, rcode }, count]),
  )
  return [
    ...family('counter', 'tocsin_dns_answers_total', 'DNS answers by zone and response code.', answers),
    ...family('counter', 'tocsin_dns_messages_total', 'DNS messages by what happened to them.', messages),
    ...single('gauge', 'tocsin_dns_tcp_connections', 'DNS connections over TCP that are open.', connections),
    ...single('counter', 'tocsin_dns_tcp_refused_total', 'DNS connections above the limits.', connectionsRefused),
  ]
}

export function bookLines({ sequence, publishedAt, entries }: Head, behindSeconds: number): readonly string[] {
  const samples = Object.entries(entries).map(([type, count]): Sample => [{ type }, count])
  return [
    ...family('gauge', 'tocsin_book_entries', 'Entries of the book by type of subject.', samples),
    ...single('gauge', 'tocsin_book_sequence', 'The number of the last batch that was published.', sequence),
    ...single('gauge', 'tocsin_book_published_seconds', 'When that was, in Unix time.', publishedAt / 1000),
    ...single(
      'gauge',
      'tocsin_book_behind_seconds',
      'Since when the book falls behind; 0: it keeps up.',
      behindSeconds,
    ),
  ]
}

function ledgerLines({ subjects, evidence, sources }: LedgerCounts, waiting: number): readonly string[] {
  const origins = Map.groupBy(sources, ({ origin }) => origin)
  const byOrigin = Array.from(origins, ([origin, some]): Sample => [{ origin }, some.length])
  return [
    ...single('gauge', 'tocsin_ledger_subjects', 'Subjects that the ledger knows.', subjects),
    ...single('gauge', 'tocsin_ledger_evidence', 'Records of evidence.', evidence),
    ...single('gauge', 'tocsin_ledger_waiting', 'Changes that are not scored yet.', waiting),
    ...family('gauge', 'tocsin_ledger_sources', 'Sources by where they come from.', byOrigin),
  ]
}
