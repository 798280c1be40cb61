/** Live counts: for the dashboard, and for people who wonder. */
import { TRUST_STEPS } from '@tocsin/core/scoring'
import { PROBLEM_SCHEMA, STATUS_SCHEMA, type WireStatus } from '@tocsin/core/wire'
import type { FastifyInstance, onRequestHookHandler } from 'fastify'
import type { Book } from '../book/book.ts'
import type { Ledger, LedgerCounts } from '../ledger/ledger.ts'

/** What a status is read from. */
export interface StatusOptions {
  readonly version: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly clock: () => number
  readonly book: Pick<Book, 'head'>
  readonly ledger: Pick<Ledger, 'counts'>
  /** Subjects that were touched and are not scored yet. */
  readonly waiting: () => Promise<number>
  /** Answers that the doors gave since the start. */
  readonly lookups: () => WireStatus['lookups']
}

/** Mounts `GET /v1/status`. */
export function mountStatus(app: FastifyInstance, onRequest: onRequestHookHandler, options: StatusOptions): void {
  const schema = {
    tags: ['console'],
    summary: 'Live counts.',
    response: {
      200: { description: 'As asked.', $ref: `${STATUS_SCHEMA.$id}#` },
      default: { description: 'A problem, RFC 9457.', $ref: `${PROBLEM_SCHEMA.$id}#` },
    },
  }
  app.get('/v1/status', { onRequest, schema }, () => statusOf(options))
}

async function statusOf(options: StatusOptions): Promise<WireStatus> {
  const [{ subjects, evidence, sources }, waiting] = await Promise.all([options.ledger.counts(), options.waiting()])
  const head = options.book.head()
  return {
    version: options.version,
    startedAt: isoTime(options.startedAt),
    now: isoTime(options.clock()),
    head: { ...head, publishedAt: isoTime(head.publishedAt) },
    ledger: { subjects, evidence, waiting },
    lookups: options.lookups(),
    sources: [...sources.filter(source => source.origin !== 'key'), ...reporters(sources)].map(source => ({
      name: source.name,
      origin: source.origin,
      trust: Math.round((source.trustStep / TRUST_STEPS) * 100) / 100,
      evidence: source.evidence,
    })),
  }
}

type CountedSource = LedgerCounts['sources'][number]

/** Who reports is nobody's business but the intake's: one row for all of the same trust. */
function reporters(sources: readonly CountedSource[]): CountedSource[] {
  const byTrust = Map.groupBy(
    sources.filter(source => source.origin === 'key'),
    source => source.trustStep,
  )
  return Array.from(byTrust.values(), alike => ({
    ...alike[0]!,
    name: 'reporters',
    evidence: alike.reduce((sum, source) => sum + source.evidence, 0),
  }))
}

function isoTime(time: number): string {
  return new Date(time).toISOString()
}
