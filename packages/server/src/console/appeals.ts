/** Appeals over HTTP: anyone who may look up may appeal and ask how it stands; analysts answer. */
import { ProblemError } from '@tocsin/core/base'
import {
  APPEAL_ANSWER_SCHEMA,
  APPEAL_CASE_SCHEMA,
  APPEAL_OPENED_SCHEMA,
  APPEAL_SCHEMA,
  APPEAL_STATES,
  APPEALS_SCHEMA,
  type AppealState,
  NEW_APPEAL_SCHEMA,
  PROBLEM_SCHEMA,
  type WireAppeal,
  type WireAppealAnswer,
  type WireAppealCase,
  type WireAppealOpened,
  type WireAppeals,
  type WireNewAppeal,
} from '@tocsin/core/wire'
import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler, onRequestHookHandler } from 'fastify'

/** What the routes ask. `key` is the name of a key. All methods reject or throw with a `ProblemError`. */
export interface AppealConsole {
  /** By the holder of a key, or by somebody on this machine. */
  open(appeal: WireNewAppeal, key: string | undefined): Promise<WireAppealOpened>
  find(id: string): WireAppeal
  list(status: AppealState, limit: number): WireAppeals
  answer(id: string, answer: WireAppealAnswer, key: string): Promise<WireAppealCase>
}

/** What the routes ask about the caller. */
export interface AppealGate {
  requireRole(role: 'analyst'): onRequestAsyncHookHandler
  readonly requireLookup: onRequestHookHandler
  callerOf(request: FastifyRequest): { readonly name: string } | undefined
}

/** What is mounted. */
export interface AppealRouteOptions {
  readonly appeals: AppealConsole
  /** Whether an address is this machine's own. */
  readonly isLocal: (address: string) => boolean
}

/** Bytes of an appeal, at most: its texts, each character escaped, and the longest subject. */
const BODY_BYTES_MAX = 64 * 1024

/** Appeals in one answer. */
const LIST = { most: 1000, usual: 100 } as const

/** Mounts `/v1/appeals` and `/v1/console/appeals`. */
export function mountAppeals(app: FastifyInstance, gate: AppealGate, { appeals, isLocal }: AppealRouteOptions): void {
  const ref = (schema: { readonly $id: string }, description = 'As asked.') => ({ description, $ref: `${schema.$id}#` })
  const problem = { default: ref(PROBLEM_SCHEMA, 'A problem, RFC 9457.') }
  const bodyOf = (schema: { readonly $id: string }) => ({ $ref: `${schema.$id}#` })
  // Lookups may be open to all; who wants something done has to be known, or be here.
  const requireKeyOrHere: onRequestHookHandler = (request, _reply, done) => {
    const isKnown = gate.callerOf(request) !== undefined || isLocal(request.ip)
    const message = 'Cannot appeal: a key of role reader or more is needed'
    done(isKnown ? undefined : new ProblemError({ code: 'unauthorized', message }))
  }

  const open = {
    tags: ['appeals'],
    summary: 'Holds a listing to be wrong: an analyst looks.',
    body: bodyOf(NEW_APPEAL_SCHEMA),
    response: { 201: ref(APPEAL_OPENED_SCHEMA, 'On record. Keep the id.'), ...problem },
  }
  app.post(
    '/v1/appeals',
    { onRequest: [gate.requireLookup, requireKeyOrHere], schema: open, bodyLimit: BODY_BYTES_MAX },
    async (request, reply) => {
      const opened = await appeals.open(request.body as WireNewAppeal, gate.callerOf(request)?.name)
      return await reply.code(201).send(opened)
    },
  )

  const find = {
    tags: ['appeals'],
    summary: 'How an appeal stands.',
    params: ID_PARAMS,
    response: { 200: ref(APPEAL_SCHEMA), ...problem },
  }
  app.get('/v1/appeals/:id', { onRequest: gate.requireLookup, schema: find }, async request =>
    appeals.find(idOf(request)),
  )

  const onRequest = gate.requireRole('analyst')
  const list = {
    tags: ['appeals'],
    summary: 'Appeals for analysts: open ones the oldest first, answered ones the newest first.',
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        status: { enum: APPEAL_STATES, description: 'open, where absent.' },
        limit: { type: 'integer', minimum: 1, maximum: LIST.most, description: `${LIST.usual}, where absent.` },
      },
    },
    response: { 200: ref(APPEALS_SCHEMA), ...problem },
  }
  app.get('/v1/console/appeals', { onRequest, schema: list }, async request => {
    const { status = 'open', limit = LIST.usual } = request.query as { status?: AppealState; limit?: number }
    return appeals.list(status, limit)
  })

  const answer = {
    tags: ['appeals'],
    summary: 'Answers an appeal, and all that are open for the same subject. It acts at once.',
    params: ID_PARAMS,
    body: bodyOf(APPEAL_ANSWER_SCHEMA),
    response: { 200: ref(APPEAL_CASE_SCHEMA), ...problem },
  }
  app.post('/v1/console/appeals/:id/answer', { onRequest, schema: answer }, request =>
    appeals.answer(idOf(request), request.body as WireAppealAnswer, gate.callerOf(request)!.name),
  )
}

const ID_PARAMS = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', pattern: '^[a-z2-7]{26}$' } },
} as const

function idOf(request: FastifyRequest): string {
  return (request.params as { readonly id: string }).id
}
