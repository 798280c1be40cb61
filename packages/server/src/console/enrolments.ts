/** Enrolments over HTTP: opened, listed and cancelled by an administrator; redeemed by an edge, which has no key yet. */
import { ProblemError } from '@tocsin/core/base'
import type { TrustedKey } from '@tocsin/core/list'
import {
  ENROLMENT_SCHEMA,
  ENROLMENTS_SCHEMA,
  enrolmentTokenText,
  KEY_SCHEMA,
  NEW_ENROLMENT_SCHEMA,
  PROBLEM_SCHEMA,
  REDEMPTION_SCHEMA,
  type WireEnrolment,
  type WireNewEnrolment,
  type WireRedemption,
} from '@tocsin/core/wire'
import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify'
import type { Enrolment, KeyRing } from '../intake/keys.ts'
import { keyToWire } from './keys.ts'

/** What enrolments are made of. */
export interface EnrolmentRouteOptions {
  readonly keys: Pick<KeyRing, 'list' | 'openEnrolment' | 'enrolments' | 'cancelEnrolment' | 'redeem'>
  /** The public key that signs heads now; `undefined` where the node distributes nothing. */
  readonly signingKey: () => TrustedKey | undefined
  /** Told of each edge that has come for its key. */
  readonly enrolled: (name: string) => void
}

/** Bytes of a redemption, at most: a secret and a key have 91 letters. */
const REDEMPTION_BYTES_MAX = 1024

/**
 * Mounts `/v1/enrolments` and `/v1/enrol`. The latter needs no key, and costs two hashes and two looks into small lists,
 * whatever it is asked; it writes only for a secret that is open.
 */
export function mountEnrolments(
  app: FastifyInstance,
  onRequest: onRequestAsyncHookHandler,
  options: EnrolmentRouteOptions,
): void {
  mountOffers(app, onRequest, options)
  const { keys, signingKey, enrolled } = options
  const redeem = {
    tags: ['node'],
    summary: 'An edge comes for its key, with the secret of its token. Safe to repeat with the same key.',
    body: ref(REDEMPTION_SCHEMA),
    response: { 200: { description: 'The key is in force.', ...ref(KEY_SCHEMA) }, ...PROBLEM },
  }
  app.post('/v1/enrol', { bodyLimit: REDEMPTION_BYTES_MAX, schema: redeem }, async request => {
    const { keyId } = signing('enrol', signingKey)
    const { key, isNew } = await keys.redeem(request.body as WireRedemption, keyId)
    if (isNew) enrolled(key.name)
    return keyToWire(key)
  })
}

/** The administrator's side. A token is in the answer that opens its enrolment, and never again. */
function mountOffers(
  app: FastifyInstance,
  onRequest: onRequestAsyncHookHandler,
  { keys, signingKey }: EnrolmentRouteOptions,
): void {
  const list = {
    tags: TAGS,
    summary: 'The enrolments that wait for their edges, without their secrets.',
    response: { 200: { description: 'As asked.', ...ref(ENROLMENTS_SCHEMA) }, ...PROBLEM },
  }
  app.get('/v1/enrolments', { onRequest, schema: list }, () => ({
    enrolments: keys.enrolments().map(enrolmentToWire),
  }))

  const open = {
    tags: TAGS,
    summary: 'Opens an enrolment; its one-time token is shown this once.',
    body: ref(NEW_ENROLMENT_SCHEMA),
    response: { 201: { description: 'The enrolment, with its token.', ...ref(ENROLMENT_SCHEMA) }, ...PROBLEM },
  }
  app.post('/v1/enrolments', { onRequest, schema: open }, async (request, reply) => {
    const { keyId, publicKey } = signing('make an enrolment', signingKey)
    const { enrolment, secret } = await keys.openEnrolment(request.body as WireNewEnrolment, keyId)
    const token = enrolmentTokenText({ secret, publicKey: Buffer.from(publicKey, 'base64') })
    return await reply.code(201).send({ ...enrolmentToWire(enrolment), token })
  })

  const cancel = {
    tags: TAGS,
    summary: 'Makes the token of an open enrolment worthless.',
    params: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
    response: { 204: { description: 'Cancelled.', type: 'null' }, ...PROBLEM },
  }
  app.delete('/v1/enrolments/:name', { onRequest, schema: cancel }, async (request, reply) => {
    const { name } = request.params as { readonly name: string }
    if (await keys.cancelEnrolment(name)) return await reply.code(204).send()
    const isUsed = keys.list().some(key => key.name === name)
    const why = isUsed ? 'it has brought its key; revoke that ("tocsin keys revoke")' : 'none of this name is open'
    const message = `Cannot cancel enrolment "${name}": ${why}`
    throw new ProblemError({ code: 'not-found', message })
  })
}

const TAGS = ['console']
const PROBLEM = { default: { description: 'A problem, RFC 9457.', ...ref(PROBLEM_SCHEMA) } }

function ref(schema: { readonly $id: string }): { readonly $ref: string } {
  return { $ref: `${schema.$id}#` }
}

function signing(what: string, signingKey: () => TrustedKey | undefined): TrustedKey {
  const key = signingKey()
  if (key !== undefined) return key
  const why =
    'the setting "distribution" must be true, found false: without it nothing is signed that an edge could follow'
  throw new ProblemError({ code: 'invalid', message: `Cannot ${what}: ${why}` })
}

function enrolmentToWire({ createdAt, expiresAt, ...enrolment }: Enrolment): WireEnrolment {
  const [created, expires] = [new Date(createdAt).toISOString(), new Date(expiresAt).toISOString()]
  return { ...enrolment, createdAt: created, expiresAt: expires }
}
