/** What was met and nobody knows anything of, for analysts. */
import type { SubjectType } from '@tocsin/core/subject'
import { PROBLEM_SCHEMA, UNKNOWN_LIST, UNKNOWN_SCHEMA, UNKNOWN_TYPES, type WireUnknown } from '@tocsin/core/wire'
import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify'

/** What the route asks. Throws a `ProblemError`. */
export interface UnknownConsole {
  /** What waits, of a type or of all: first what most organisations met, then what was asked about most. */
  list(type: SubjectType | undefined, limit: number): WireUnknown
}

/** Mounts `GET /v1/unknown`. */
export function mountUnknown(
  app: FastifyInstance,
  onRequest: onRequestAsyncHookHandler,
  unknown: UnknownConsole,
): void {
  const schema = {
    tags: ['console'],
    summary: 'What sites met and nobody knows anything of: first what most organisations met.',
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        type: { type: 'string', enum: UNKNOWN_TYPES },
        limit: { type: 'integer', minimum: 1, maximum: UNKNOWN_LIST.most, default: UNKNOWN_LIST.usual },
      },
    },
    response: {
      200: { description: 'As asked.', $ref: `${UNKNOWN_SCHEMA.$id}#` },
      default: { description: 'A problem, RFC 9457.', $ref: `${PROBLEM_SCHEMA.$id}#` },
    },
  }
  app.get('/v1/unknown', { onRequest, schema }, async request => {
    const { type, limit = UNKNOWN_LIST.usual } = request.query as {
      readonly type?: SubjectType
      readonly limit?: number
    }
    return unknown.list(type, limit)
  })
}
