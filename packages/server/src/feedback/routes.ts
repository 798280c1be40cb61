/** Feedback for administrators, over HTTP: how it stands, what waits and what was sent, and their word about it. */
import {
  BATCHES_MAX,
  DISCARDED_SCHEMA,
  FEEDBACK_BATCHES_SCHEMA,
  FEEDBACK_SCHEMA,
  FEEDBACK_WORD_SCHEMA,
  PROBLEM_SCHEMA,
  SUBMISSION_RECEIPT_SCHEMA,
  SUBMISSION_SCHEMA,
  type WireFeedbackWord,
  type WireSubmission,
} from '@tocsin/core/wire'
import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify'
import type { Feedback } from './feedback.ts'
import type { Batch } from './outbox.ts'

/** What the routes are about. */
export type RoutedFeedback = Pick<Feedback, 'state' | 'waiting' | 'done' | 'choose' | 'discard' | 'agree'>

const QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: { limit: { type: 'integer', minimum: 0, maximum: BATCHES_MAX, default: 20 } },
}

/** Mounts `/v1/feedback`. */
export function mountFeedback(
  app: FastifyInstance,
  onRequest: onRequestAsyncHookHandler,
  feedback: RoutedFeedback,
): void {
  const tags = ['feedback']
  const ref = (schema: { readonly $id: string }, description = 'As asked.') => ({ description, $ref: `${schema.$id}#` })
  const answers = (schema: { readonly $id: string }) => ({
    response: { 200: ref(schema), default: ref(PROBLEM_SCHEMA, 'A problem, RFC 9457.') },
  })
  const body = (schema: { readonly $id: string }) => ({ body: { $ref: `${schema.$id}#` } })

  const show = { tags, summary: 'How feedback stands.', ...answers(FEEDBACK_SCHEMA) }
  app.get('/v1/feedback', { onRequest, schema: show }, () => feedback.state())

  const lists = { tags, querystring: QUERY, ...answers(FEEDBACK_BATCHES_SCHEMA) }
  const pending = { ...lists, summary: 'What waits to be sent, byte for byte, the next first.' }
  app.get('/v1/feedback/pending', { onRequest, schema: pending }, async request => {
    const { batches, texts } = await feedback.waiting(limitOf(request.query))
    return { batches: batches.map(batchToWire), texts }
  })
  const sent = { ...lists, summary: 'What was sent or refused, byte for byte, the last first.' }
  app.get('/v1/feedback/sent', { onRequest, schema: sent }, request => {
    return { batches: feedback.done(limitOf(request.query)).map(batchToWire), texts: [] }
  })

  const choose = {
    tags,
    summary: 'Switches feedback on, holds it, or switches it off.',
    ...body(FEEDBACK_WORD_SCHEMA),
    ...answers(FEEDBACK_SCHEMA),
  }
  app.put('/v1/feedback/mode', { onRequest, schema: choose }, async request => {
    await feedback.choose((request.body as WireFeedbackWord).mode)
    return feedback.state()
  })

  const discard = { tags, summary: 'Throws away all that waits.', ...answers(DISCARDED_SCHEMA) }
  app.delete('/v1/feedback/pending', { onRequest, schema: discard }, async () => ({
    discarded: await feedback.discard(),
  }))

  const agree = {
    tags,
    summary: 'Agrees that the text of pages is sent, of those that wait for it.',
    ...body(SUBMISSION_SCHEMA),
    ...answers(SUBMISSION_RECEIPT_SCHEMA),
  }
  app.post('/v1/feedback/submissions', { onRequest, schema: agree }, async request => {
    const { subjects } = request.body as WireSubmission
    return { accepted: await feedback.agree(subjects), refused: [] }
  })
}

function limitOf(query: unknown): number {
  return (query as { readonly limit?: number }).limit ?? 20
}

function batchToWire({ madeAt, doneAt, via: _via, ...batch }: Batch) {
  const done = doneAt === undefined ? {} : { doneAt: new Date(doneAt).toISOString() }
  return { ...batch, madeAt: new Date(madeAt).toISOString(), ...done }
}
