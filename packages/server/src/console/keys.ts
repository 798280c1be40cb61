/** Access keys over HTTP: made, listed and revoked by an administrator. */
import { ProblemError } from '@tocsin/core/base'
import {
  KEY_SCHEMA,
  KEYS_SCHEMA,
  NEW_KEY_SCHEMA,
  PROBLEM_SCHEMA,
  RETRACTED_SCHEMA,
  type WireKey,
  type WireNewKey,
} from '@tocsin/core/wire'
import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify'
import type { AccessKey, KeyRing } from '../intake/keys.ts'

/** Where the keys are. */
export interface KeyRouteOptions {
  readonly keys: Pick<KeyRing, 'add' | 'list' | 'revoke' | 'enrolments'>
  /** Takes back all that was reported with a key; resolves with how many records went, rejects where the ledger fails. */
  readonly retractAll: (key: AccessKey) => Promise<number>
}

/** Mounts `/v1/keys`. A token is in the answer that makes its key, and never again. */
export function mountKeys(
  app: FastifyInstance,
  onRequest: onRequestAsyncHookHandler,
  { keys, retractAll }: KeyRouteOptions,
): void {
  const tags = ['console']
  const ref = (schema: { readonly $id: string }, description = 'As asked.') => ({ description, $ref: `${schema.$id}#` })
  const problem = { default: ref(PROBLEM_SCHEMA, 'A problem, RFC 9457.') }

  const list = { tags, summary: 'All keys, without their secrets.', response: { 200: ref(KEYS_SCHEMA), ...problem } }
  app.get('/v1/keys', { onRequest, schema: list }, () => ({ keys: keys.list().map(keyToWire) }))

  const add = {
    tags,
    summary: 'Makes a key; its token is shown this once.',
    body: { $ref: `${NEW_KEY_SCHEMA.$id}#` },
    response: { 201: ref(KEY_SCHEMA, 'The key, with its token.'), ...problem },
  }
  app.post('/v1/keys', { onRequest, schema: add }, async (request, reply) => {
    const { key, token } = await keys.add(request.body as WireNewKey)
    return await reply.code(201).send({ ...keyToWire(key), token })
  })

  const revoke = {
    tags,
    summary: 'Revokes a key at once. What was reported with it stays, unless it is to be retracted too.',
    params: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: { evidence: { enum: ['keep', 'retract'], default: 'keep' } },
    },
    response: {
      200: ref(RETRACTED_SCHEMA, 'Revoked, with all that was reported with it.'),
      204: { description: 'Revoked.', type: 'null' },
      ...problem,
    },
  }
  app.delete('/v1/keys/:name', { onRequest, schema: revoke }, async (request, reply) => {
    const { name } = request.params as { readonly name: string }
    const { evidence } = request.query as { readonly evidence?: 'keep' | 'retract' }
    const key = keys.list().find(each => each.name === name)
    const retracts = evidence === 'retract'
    // Before the key is gone: where it fails, the same can be asked for again by the key's name.
    const before = retracts && key !== undefined ? await retractAll(key) : 0
    if (!(await keys.revoke(name)) || key === undefined) {
      throw new ProblemError({ code: 'not-found', message: `Cannot revoke key "${name}": ${whyNone(name, keys)}` })
    }
    if (!retracts) return await reply.code(204).send()
    // And what came in between.
    return { retracted: before + (await retractAll(key)) }
  })
}

/** Whoever revokes what no edge has come for yet must hear that somebody still may. */
function whyNone(name: string, keys: Pick<KeyRing, 'enrolments'>): string {
  const isOpen = keys.enrolments().some(enrolment => enrolment.name === name)
  const way = 'no edge has come for it yet, and one still may; cancel its enrolment ("tocsin keys cancel")'
  return isOpen ? way : 'there is none of this name'
}

/** A key as it is told. */
export function keyToWire({ createdAt, ...key }: AccessKey): WireKey {
  return { ...key, createdAt: new Date(createdAt).toISOString() }
}
