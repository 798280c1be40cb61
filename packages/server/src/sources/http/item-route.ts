/** A route that takes items: one, a list, or a line of JSON for each; every item is judged by itself. */
import type { Readable } from 'node:stream'
import { ProblemError } from '@tocsin/core/base'
import { PROBLEM_SCHEMA } from '@tocsin/core/wire'
import type { FastifyInstance } from 'fastify'
import type { Reporter, ReportGate } from './access.ts'
import { refTo, unbroken } from './body.ts'
import { type Item, itemsOf, itemsOfLines, type ShapeCheck } from './reading.ts'

/** Refusals that a receipt lists, at most: the first ones. A report of any length has an answer of bounded length. */
export const REFUSED_MAX = 1000

/** Items between two pauses: other requests are answered meanwhile. */
const TURN_ITEMS = 1000

/** What a route is made of. */
export interface ItemRoute<T> {
  readonly path: string
  /** What it takes, as it stands in errors: `report`, `sightings`. */
  readonly what: string
  readonly summary: string
  readonly item: { readonly $id: string }
  readonly receipt: { readonly $id: string }
  /** Items of a JSON list, at most; lines may be any number. */
  readonly itemsMax: number
  /** The check of `item`: fields that it does not know, as a recipient, are refused by name. */
  readonly check: ShapeCheck
  /** Resolves with the receipt; rejects where nothing can be taken, or the stream breaks off. */
  readonly take: (items: Iterable<Item<T>> | AsyncIterable<Item<T>>, reporter: Reporter) => Promise<unknown>
}

/** Mounts the route, for a key of role sensor or more. */
export async function mountItemRoute<T>(app: FastifyInstance, gate: ReportGate, route: ItemRoute<T>): Promise<void> {
  const { path, what, itemsMax, check } = route
  // In a scope of its own, so that no other route takes a body of lines.
  await app.register(async scope => {
    scope.addContentTypeParser(['application/x-ndjson', 'application/jsonl'], (_request, body, done) =>
      done(null, body),
    )
    const item = refTo(route.item)
    const schema = {
      tags: ['reports'],
      summary: route.summary,
      body: {
        content: {
          'application/json': { schema: { anyOf: [item, { type: 'array', maxItems: itemsMax, items: item }] } },
          'application/x-ndjson': { schema: { type: 'string', description: 'A line for each; any number of lines.' } },
        },
      },
      response: {
        200: { description: 'As asked.', ...refTo(route.receipt) },
        default: { description: 'A problem, RFC 9457.', ...refTo(PROBLEM_SCHEMA) },
      },
    }
    // Each item is checked by itself: one bad item does not make the rest bad.
    const validatorCompiler = () => () => true
    scope.post(path, { onRequest: gate.requireRole('sensor'), schema, validatorCompiler }, async (request, reply) => {
      const sent: unknown = request.body
      const items = isStream(sent)
        ? itemsOfLines<T>(unbroken(request.raw, sent, what), check)
        : itemsOf<T>(listOf(sent, what, itemsMax), check)
      return await reply.send(await route.take(items, gate.callerOf(request)!))
    })
  })
}

/**
 * Hands items over one by one; what breaks off keeps what came before.
 *
 * @param take says why it does not take an item; `undefined` where it did
 */
export async function takeEach<T>(
  items: Iterable<Item<T>> | AsyncIterable<Item<T>>,
  take: (value: T) => string | undefined,
): Promise<{ readonly accepted: number; readonly refused: readonly { index: number; reason: string }[] }> {
  let accepted = 0
  let seen = 0
  const refused: { readonly index: number; readonly reason: string }[] = []
  for await (const item of items) {
    const reason = 'reason' in item ? item.reason : take(item.value)
    if (reason === undefined) accepted += 1
    else if (refused.length < REFUSED_MAX) refused.push({ index: item.index, reason })
    seen += 1
    if (seen % TURN_ITEMS === 0) await new Promise(resolve => setImmediate(resolve))
  }
  return { accepted, refused }
}

function isStream(body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

/** The items of a JSON body: a list, or one item alone. */
function listOf(body: unknown, what: string, itemsMax: number): readonly unknown[] {
  const refusal = (why: string) => new ProblemError({ code: 'invalid', message: `Cannot take the ${what}: ${why}` })
  if (body === undefined) throw refusal('there is no body')
  if (!Array.isArray(body)) return [body]
  if (body.length > itemsMax) throw refusal(`a list has at most ${itemsMax} items, found ${body.length}; send NDJSON`)
  return body
}
