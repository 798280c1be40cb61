/** Explanations at an edge: the evidence is upstream, so the question goes there, and the answer comes from there. */
import { ProblemError, unwrap } from '@tocsin/core/base'
import { type Subject, subjectText } from '@tocsin/core/subject'
import { EXPLANATION_SCHEMA, type WireExplanation } from '@tocsin/core/wire'
import type { FastifyInstance } from 'fastify'
import type { Gate } from './access.ts'
import { PATH_SCHEMA, QUERY_SCHEMA, subjectOfQuery, timedSubjectOfPath } from './asked-subject.ts'
import { describe } from './route-schema.ts'
import type { Schema } from './shapes.ts'

/** What explanations are relayed by. */
export interface RelayedExplanationOptions {
  /** Asks upstream; rejects with a `ProblemError`, `unavailable` where nobody answers. */
  readonly explain: (subject: string, at: string | undefined, via: string | undefined) => Promise<unknown>
}

const TIMED_SCHEMA: Schema = {
  ...QUERY_SCHEMA,
  properties: { ...(QUERY_SCHEMA['properties'] as Schema), at: { type: 'string', format: 'date-time' } },
}

/** Mounts `/v1/explain`. */
export function mountRelayedExplanations(app: FastifyInstance, gate: Gate, options: RelayedExplanationOptions): void {
  const relayed = async (subject: Subject, at: string | undefined, via?: string): Promise<WireExplanation> => {
    const told = await options.explain(subjectText(subject), at, via)
    if (isExplanation(told)) return told
    throw new ProblemError({ code: 'unavailable', message: 'Cannot explain: the upstream did not answer as one' })
  }
  const shared = { onRequest: gate.requireLookup }
  const schema = describe('lookups', 'Every contribution to a score, as the upstream tells it.', EXPLANATION_SCHEMA)
  app.get('/v1/explain/:type/*', { ...shared, schema: { ...schema, params: PATH_SCHEMA } }, async request => {
    const { subject, at } = timedSubjectOfPath(request)
    return await relayed(unwrap(subject), at, request.headers.via)
  })
  app.get('/v1/explain', { ...shared, schema: { ...schema, querystring: TIMED_SCHEMA } }, async request => {
    const { at } = request.query as { readonly at?: string }
    return await relayed(unwrap(subjectOfQuery(request)), at, request.headers.via)
  })
}

/** The serializer leaves out whatever an explanation does not have. */
function isExplanation(told: unknown): told is WireExplanation {
  const { subject, contributions } = (told ?? {}) as Readonly<Record<string, unknown>>
  return typeof subject === 'string' && Array.isArray(contributions)
}
