/** Resolutions over HTTP: which addresses names lead to, as sensors see it. */
import type { Readable } from 'node:stream'
import { ProblemError } from '@tocsin/core/base'
import {
  PROBLEM_SCHEMA,
  RESOLUTION_RECEIPT_SCHEMA,
  RESOLUTION_SCHEMA,
  RESOLUTIONS_MAX,
  type Resolution,
  type WireResolutionReceipt,
} from '@tocsin/core/wire'
import type { FastifyInstance } from 'fastify'
import type { Reporter, ReportGate } from './access.ts'
import { refTo, unbroken } from './body.ts'
import type { ShapeCheck } from './reading.ts'
import { type ResolutionItem, resolutionsOf, resolutionsOfLines } from './resolutions-reading.ts'

/** What resolutions go to. */
export interface ResolutionOptions {
  /** Takes one of a reporter. Must neither throw nor wait; what is too much it drops and counts. */
  readonly takeResolution: (resolution: Resolution, reporter: Reporter) => void
  /** The check of {@link RESOLUTION_SCHEMA}. */
  readonly checkResolution: ShapeCheck
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** Refusals that a receipt lists, at most. */
const REFUSED_MAX = 1000

/** Items between two pauses: other requests are answered meanwhile. */
const TURN_ITEMS = 1000

/** Mounts `POST /v1/resolutions`, for a key of role sensor or more. */
export async function mountResolutions(
  app: FastifyInstance,
  gate: ReportGate,
  options: ResolutionOptions,
): Promise<void> {
  // In a scope of its own, so that no other route takes a body of lines.
  await app.register(async scope => {
    scope.addContentTypeParser(['application/x-ndjson', 'application/jsonl'], (_request, body, done) =>
      done(null, body),
    )
    const item = refTo(RESOLUTION_SCHEMA)
    const schema = {
      tags: ['reports'],
      summary: 'Tells which addresses names led to. Hints for the history of hosting, not evidence.',
      body: {
        content: {
          'application/json': { schema: { anyOf: [item, { type: 'array', maxItems: RESOLUTIONS_MAX, items: item }] } },
          'application/x-ndjson': { schema: { type: 'string', description: 'A line for each; any number of lines.' } },
        },
      },
      response: {
        200: { description: 'As asked.', ...refTo(RESOLUTION_RECEIPT_SCHEMA) },
        default: { description: 'A problem, RFC 9457.', ...refTo(PROBLEM_SCHEMA) },
      },
    }
    const onRequest = gate.requireRole('sensor')
    // Each item is checked by itself: one bad item does not make the rest bad.
    const validatorCompiler = () => () => true
    scope.post('/v1/resolutions', { onRequest, schema, validatorCompiler }, async request => {
      const reporter = gate.callerOf(request)!
      const reading = { check: options.checkResolution, now: options.clock() }
      const sent: unknown = request.body
      const items = isStream(sent)
        ? resolutionsOfLines(unbroken(request.raw, sent, 'resolutions'), reading)
        : resolutionsOf(listOf(sent), reading)
      return await taken(items, resolution => options.takeResolution(resolution, reporter))
    })
  })
}

async function taken(
  items: Iterable<ResolutionItem> | AsyncIterable<ResolutionItem>,
  take: (resolution: Resolution) => void,
): Promise<WireResolutionReceipt> {
  let accepted = 0
  let seen = 0
  const refused: { readonly index: number; readonly reason: string }[] = []
  for await (const item of items) {
    if ('resolution' in item) {
      take(item.resolution)
      accepted++
    } else if (refused.length < REFUSED_MAX) refused.push({ index: item.index, reason: item.reason })
    if (++seen % TURN_ITEMS === 0) await new Promise(resolve => setImmediate(resolve))
  }
  return { accepted, refused }
}

function isStream(body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

/** The items of a JSON body: a list, or one item alone. */
function listOf(body: unknown): readonly unknown[] {
  if (body === undefined) throw invalid('there is no body')
  if (!Array.isArray(body)) return [body]
  if (body.length <= RESOLUTIONS_MAX) return body
  throw invalid(`a list has at most ${RESOLUTIONS_MAX} items, found ${body.length}; send NDJSON`)
}

function invalid(why: string): ProblemError {
  return new ProblemError({ code: 'invalid', message: `Cannot take the resolutions: ${why}` })
}
