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
  /**
   * Called before answers are given: sees to it that they can be. Never rejects; `undefined` where nothing is to be waited
   * for.
   */
  readonly learn?: (subjects: readonly Subject[]) => Promise<void> | undefined
  /** Told of every answer that is given. Must not throw and must not block. */
  readonly observe: (answer: Answer) => void
}

/** Mounts `/v1/reputation`. The state of an answer is in the answer: `unavailable` is a 200 too. */
export function mountLookups(app: FastifyInstance, gate: Gate, { answer, observe, learn }: LookupOptions): void {
  const shared = { onRequest: gate.requireLookup, config: { crossOrigin: true } }
  const writer = new AnswerWriter()
  const told = (subject: Subject): string => {
    const given = answer(subject)
    observe(given)
    return writer.write(given)
  }
  const one = (asked: Result<Subject>, reply: FastifyReply) => {
    const subject = unwrap(asked)
    const send = () => reply.type(JSON_TYPE).send(told(subject))
    return learn?.([subject])?.then(send) ?? send()
  }
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
    const { subjects } = request.body as WireBatch
    if (learn !== undefined) await learn((await inTurns(subjects, subjectOf)).flat())
    const results = await inTurns(subjects, ofMany)
    return await reply.type(JSON_TYPE).send(`{"results":[${results.join(',')}]}`)
  })

  const preflight = { config: shared.config, schema: { hide: true } }
  app.options('/v1/reputation/:type/*', preflight, (_request, reply) => sendPreflight(reply))
  app.options('/v1/reputation', preflight, (_request, reply) => sendPreflight(reply))
}

function subjectOf(text: string): readonly Subject[] {
  const asked = parseSubject(text)
  return asked.ok ? [asked.value] : []
}
