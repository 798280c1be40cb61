/** Lookups: one subject or a thousand. */
import { type Result, unwrap } from '@tocsin/core/base'
import { parseSubject, type Subject } from '@tocsin/core/subject'
import type { Answer } from '@tocsin/core/verdict'
import {
  ANSWER_SCHEMA,
  AnswerWriter,
  BATCH_SCHEMA,
  RESULTS_SCHEMA,
  type WireBatch,
  type WireUnparsed,
} from '@tocsin/core/wire'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Sighting } from '../../ops/lookups.ts'
import type { Gate } from './access.ts'
import { PATH_SCHEMA, QUERY_SCHEMA, subjectOfPath, subjectOfQuery } from './asked-subject.ts'
import { sendPreflight } from './headers.ts'
import { inTurns } from './in-turns.ts'
import { describe } from './route-schema.ts'

const JSON_TYPE = 'application/json; charset=utf-8'

/** What lookups are answered from. */
export interface LookupOptions {
  /** Book, policy and freshness together. Never throws. */
  readonly answer: (subject: Subject) => Answer
  /** Told of every answer that is given. Must not throw and must not block. */
  readonly observe: (sighting: Sighting) => void
}

/** Mounts `/v1/reputation`. The state of an answer is in the answer: `unavailable` is a 200 too. */
export function mountLookups(app: FastifyInstance, gate: Gate, { answer, observe }: LookupOptions): void {
  const shared = { onRequest: gate.requireLookup, config: { crossOrigin: true } }
  const writer = new AnswerWriter()
  const told = (subject: Subject): string => {
    const given = answer(subject)
    observe(given)
    return writer.write(given)
  }
  const one = (asked: Result<Subject>, reply: FastifyReply) => reply.type(JSON_TYPE).send(told(unwrap(asked)))
  const ofMany = (text: string): string => {
    const asked = parseSubject(text)
    if (asked.ok) return told(asked.value)
    return JSON.stringify({ subject: text, error: asked.problem.message } satisfies WireUnparsed)
  }

  const ask = describe('lookups', 'One reputation.', ANSWER_SCHEMA)
  app.get('/v1/reputation/:type/*', { ...shared, schema: { ...ask, params: PATH_SCHEMA } }, (request, reply) => {
    return one(subjectOfPath(request), reply)
  })
  app.get('/v1/reputation', { ...shared, schema: { ...ask, querystring: QUERY_SCHEMA } }, (request, reply) => {
    return one(subjectOfQuery(request), reply)
  })

  const askMany = describe('lookups', 'Up to 1,000 reputations, in the order asked.', RESULTS_SCHEMA, BATCH_SCHEMA)
  app.post('/v1/reputation', { ...shared, schema: askMany }, async (request, reply) => {
    const results = await inTurns((request.body as WireBatch).subjects, ofMany)
    return await reply.type(JSON_TYPE).send(`{"results":[${results.join(',')}]}`)
  })

  const preflight = { config: shared.config, schema: { hide: true } }
  app.options('/v1/reputation/:type/*', preflight, (_request, reply) => sendPreflight(reply))
  app.options('/v1/reputation', preflight, (_request, reply) => sendPreflight(reply))
}
