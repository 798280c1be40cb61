/** The subject that a request asks about, in the path or in the query. */
import { fail, type Result } from '@tocsin/core/base'
import { isSubjectType, parseSubject, parseSubjectOf, SUBJECT_TYPES, type Subject } from '@tocsin/core/subject'
import { SUBJECT_LENGTH_MAX } from '@tocsin/core/wire'
import type { FastifyRequest } from 'fastify'
import type { Schema } from './shapes.ts'

/** The path after a route's own part. */
export const PATH_SCHEMA: Schema = {
  type: 'object',
  required: ['type', '*'],
  properties: {
    type: { type: 'string', enum: SUBJECT_TYPES },
    '*': { type: 'string', description: 'Percent-encoded once; slashes and a query may stand as they are.' },
  },
}

/** The query of the other form. */
export const QUERY_SCHEMA: Schema = {
  type: 'object',
  required: ['subject'],
  additionalProperties: false,
  properties: {
    subject: {
      type: 'string',
      minLength: 1,
      maxLength: SUBJECT_LENGTH_MAX,
      description: 'With its type: ip:192.0.2.1',
    },
  },
}

/**
 * The subject of `/v1/<what>/<type>/<value>`: all that follows the type, a `?` and what stands behind it included, is
 * the value, percent-decoded once. So a page can be pasted as it is, and also be sent encoded, `%3F` for the `?`.
 */
export function subjectOfPath(request: FastifyRequest): Result<Subject> {
  return subjectAt(request.raw.url ?? '')
}

function subjectAt(target: string): Result<Subject> {
  const [, , , type = '', ...rest] = pathOf(target).split('/')
  const value = decoded(rest.join('/'))
  if (!isSubjectType(type)) {
    return fail('invalid', `Cannot read the path: the type must be one of ${SUBJECT_TYPES.join(', ')}, found "${type}"`)
  }
  if (value === undefined) {
    return fail('invalid', 'Cannot read the path: it must be percent-encoded UTF-8; "%25" stands for a percent sign')
  }
  return parseSubjectOf(type, value)
}

/** A subject and the time for which it is asked about; now, where absent. */
export interface Timed {
  readonly subject: Result<Subject>
  readonly at: string | undefined
}

/**
 * The same with `?at=<time>` behind the value. A page may have such a query of its own, so for `url` it is a part of the
 * value; its time is asked for by the other form.
 */
export function timedSubjectOfPath(request: FastifyRequest): Timed {
  const target = request.raw.url ?? ''
  const [, before, at] = /^([^?]*)\?at=([^&#]*)$/.exec(target) ?? []
  const [, , , type] = pathOf(target).split('/')
  if (before === undefined || at === undefined || type === 'url')
    return { subject: subjectOfPath(request), at: undefined }
  return { subject: subjectAt(before), at: decoded(at) ?? at }
}

/** The subject of `?subject=<type>:<value>`. */
export function subjectOfQuery(request: FastifyRequest): Result<Subject> {
  return parseSubject((request.query as { readonly subject: string }).subject)
}

/** The target of a request without scheme and host, which a client may send as to a proxy. */
function pathOf(target: string): string {
  return target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/]*/i, '')
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
