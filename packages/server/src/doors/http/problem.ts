/** Errors in the words of HTTP: RFC 9457, one table from our codes to statuses. */
import { STATUS_CODES } from 'node:http'
import { type Problem, type ProblemCode, ProblemError } from '@tocsin/core/base'
import type { WireProblem } from '@tocsin/core/wire'
import type { FastifyReply } from 'fastify'

/** The status of each code. `unauthorized` is 401 for who showed no key, 403 for a key whose role may not do this. */
const STATUS: Readonly<Record<ProblemCode, number>> = {
  invalid: 400,
  unauthorized: 403,
  limited: 429,
  'not-found': 404,
  stale: 503,
  unavailable: 503,
  internal: 500,
}

/** The code of what has no problem of ours behind it: mistakes in the use of HTTP itself. */
const CODE_OF_STATUS: Readonly<Record<number, ProblemCode>> = { 401: 'unauthorized', 404: 'not-found', 429: 'limited' }

const RETRY_AFTER_SECONDS = 5

/** A problem that has a status of its own in HTTP, as 405 or 421. */
export class HttpProblem extends ProblemError {
  readonly status: number

  constructor(status: number, problem: Problem) {
    super(problem)
    this.name = 'HttpProblem'
    this.status = status
  }
}

/**
 * What a failure looks like from outside. Whatever is not meant for the caller, as the message of an internal error, is
 * left out; the composition's log has it.
 *
 * @param known whether the caller showed a valid key.
 */
export function problemToWire(error: unknown, known: boolean): WireProblem {
  if (error instanceof HttpProblem) return wire(error.status, error.problem)
  if (error instanceof ProblemError) {
    const { problem } = error
    if (problem.code === 'internal') return wire(STATUS.internal, HIDDEN)
    return wire(problem.code === 'unauthorized' && !known ? 401 : STATUS[problem.code], problem)
  }
  return ofFastify(error as Partial<FastifyFailure> | null) ?? wire(STATUS.internal, HIDDEN)
}

/** Answers with a problem. */
export function sendProblem(reply: FastifyReply, problem: WireProblem): FastifyReply {
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="tocsin"')
  if (problem.status === 503 || problem.status === 429) reply.header('retry-after', RETRY_AFTER_SECONDS)
  // What is still on its way of a body that was refused is not waited for.
  if (reply.request.raw.complete === false) reply.header('connection', 'close')
  // As bytes: no response schema cuts them, and no charset is added, which this type does not have.
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .send(Buffer.from(JSON.stringify(problem)))
}

/** For a path that has nothing. */
export const NOWHERE: Problem = {
  code: 'not-found',
  message: 'Cannot answer: there is nothing at this path; see /docs',
}

const HIDDEN: Problem = {
  code: 'internal',
  message: 'Cannot answer: something failed inside the node; its log says what',
}

interface FastifyFailure {
  readonly code: string
  readonly statusCode: number
  readonly message: string
}

/** Fastify's own refusals, which are all about how the request is written. */
const SENTENCES: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'Cannot read the body: it is longer than may be sent at once',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Cannot read the body: its content type is not one that is understood here',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'Cannot read the body: it must be JSON, found nothing',
  FST_ERR_CTP_INVALID_JSON_BODY: 'Cannot read the body: it must be JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'Cannot read the body: its length must be as announced',
  FST_ERR_BAD_URL: 'Cannot read the path: it must be percent-encoded UTF-8; "%25" stands for a percent sign',
  FST_ERR_MAX_PARAM_LENGTH: 'Cannot read the path: it is too long',
}

function ofFastify(error: Partial<FastifyFailure> | null): WireProblem | undefined {
  const status = error?.statusCode
  if (status === undefined || status < 400 || status > 499) return undefined
  // A path that leads out of the folder of the pages (@fastify/static): there is nothing there for anybody.
  if (status === 403) return wire(404, NOWHERE)
  const message = SENTENCES[error?.code ?? ''] ?? `Cannot answer: ${STATUS_CODES[status] ?? 'the request is refused'}`
  return wire(status, { code: CODE_OF_STATUS[status] ?? 'invalid', message })
}

function wire(status: number, { code, message }: Problem): WireProblem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail: message, code }
}
