/** What a route's schema always says: where it is listed, what it does, what it takes and gives, how it fails. */
import { PROBLEM_SCHEMA } from '@tocsin/core/wire'
import { refTo, type Schema } from './shapes.ts'

interface Named {
  readonly $id: string
}

/** A route's schema for its checks, its serializer and the description of the API. */
export function describe(tag: string, summary: string, response: Named, body?: Named): Schema {
  return {
    tags: [tag],
    summary,
    ...(body === undefined ? {} : { body: refTo(body) }),
    response: {
      200: { description: 'As asked.', ...refTo(response) },
      default: {
        description: 'A problem, RFC 9457.',
        content: { 'application/problem+json': { schema: refTo(PROBLEM_SCHEMA) } },
      },
    },
  }
}
