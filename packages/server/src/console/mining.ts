/** What miners know, for analysts: what became of a name, and what they would say of a subject. */
import { ProblemError, unwrap } from '@tocsin/core/base'
import { parseSubject, parseSubjectOf, type Subject, subjectText } from '@tocsin/core/subject'
import { PROBLEM_SCHEMA, SUBJECT_LENGTH_MAX } from '@tocsin/core/wire'
import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify'

/** What the routes ask. Both reject with a `ProblemError`. */
export interface MiningConsole {
  /** The history of the domain that a host belongs to, as JSON; `undefined` where nothing is known of it. */
  history(domain: Subject): Promise<object | undefined>
  /** Sentences for people. */
  notes(subject: Subject): Promise<readonly string[]>
}

/** A host has 253 characters at most; with a dot at its end, and escaped. */
const DOMAIN_LENGTH_MAX = 1024

/** Mounts `GET /v1/console/history/:domain` and `GET /v1/console/notes`. */
export function mountMining(app: FastifyInstance, onRequest: onRequestAsyncHookHandler, mining: MiningConsole): void {
  const problem = { default: { description: 'A problem, RFC 9457.', $ref: `${PROBLEM_SCHEMA.$id}#` } }
  const history = {
    tags: ['console'],
    summary: 'Where a name led, when it was registered, and what followed. Sites are counted and never named.',
    params: {
      type: 'object',
      required: ['domain'],
      properties: { domain: { type: 'string', minLength: 1, maxLength: DOMAIN_LENGTH_MAX } },
    },
    response: { 200: HISTORY, ...problem },
  }
  app.get('/v1/console/history/:domain', { onRequest, schema: history }, async request => {
    const { domain } = request.params as { readonly domain: string }
    const subject = unwrap(parseSubjectOf('domain', domain))
    const found = await mining.history(subject)
    if (found !== undefined) return found
    const message = `Cannot tell the history of "${subject.value}": nothing is known of it`
    throw new ProblemError({ code: 'not-found', message })
  })

  const notes = {
    tags: ['console'],
    summary: 'What the miners know of a subject beside its evidence: signs of its name, likeness, prevalence.',
    querystring: {
      type: 'object',
      required: ['subject'],
      additionalProperties: false,
      properties: { subject: { type: 'string', minLength: 1, maxLength: SUBJECT_LENGTH_MAX } },
    },
    response: { 200: NOTES, ...problem },
  }
  app.get('/v1/console/notes', { onRequest, schema: notes }, async request => {
    const subject = unwrap(parseSubject((request.query as { readonly subject: string }).subject))
    return { subject: subjectText(subject), notes: await mining.notes(subject) }
  })
}

const HISTORY = {
  type: 'object',
  description:
    'domain, firstSeen, registration, rank, resolutions, addresses, moves, findings: docs/web-reputation.md.',
  additionalProperties: true,
} as const

const NOTES = {
  type: 'object',
  required: ['subject', 'notes'],
  description: 'Sentences, none where the miners know nothing.',
  properties: { subject: { type: 'string' }, notes: { type: 'array', items: { type: 'string' } } },
} as const
