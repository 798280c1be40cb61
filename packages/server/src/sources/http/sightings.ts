/** Sightings over HTTP: what sites counted about senders of mail. */
import type { Readable } from 'node:stream'
import { ProblemError } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import {
  admitSighting,
  PROBLEM_SCHEMA,
  SIGHTING_SCHEMA,
  SIGHTINGS_MAX,
  SIGHTINGS_RECEIPT_SCHEMA,
  type Sighting,
  type SightingSite,
  type WireSighting,
  type WireSightingsReceipt,
} from '@tocsin/core/wire'
import type { FastifyInstance } from 'fastify'
import type { Reporter, ReportGate } from './access.ts'
import { refTo, unbroken } from './body.ts'
import { type Item, itemsOf, itemsOfLines, type ShapeCheck } from './reading.ts'

/** What sightings go to. */
export interface SightingsOptions {
  /** Takes an admitted sighting. Neither throws nor waits. */
  readonly observe: (sighting: Sighting, site: SightingSite) => void
  /** Who is behind a key, and how much its word counts. */
  readonly siteOf: (reporter: Reporter) => SightingSite
  /** The check of {@link SIGHTING_SCHEMA}: fields that it does not know, as a recipient, are refused by name. */
  readonly checkSighting: ShapeCheck
  readonly clock: () => Instant
}

/** Refusals that a receipt lists, at most: the first ones. */
const REFUSED_MAX = 1000

/** Mounts `POST /v1/sightings`, which takes a key of role sensor or more. */
export async function mountSightings(app: FastifyInstance, gate: ReportGate, options: SightingsOptions): Promise<void> {
  // In a scope of its own, so that no other route takes a body of lines.
  await app.register(async scope => {
    scope.addContentTypeParser(['application/x-ndjson', 'application/jsonl'], (_request, body, done) =>
      done(null, body),
    )
    const item = refTo(SIGHTING_SCHEMA)
    const schema = {
      tags: ['reports'],
      summary: 'Counts about senders of mail, hour by hour; sightings of the same hour add up.',
      body: {
        content: {
          'application/json': { schema: { anyOf: [item, { type: 'array', maxItems: SIGHTINGS_MAX, items: item }] } },
          'application/x-ndjson': { schema: { type: 'string', description: 'A line for each; any number of lines.' } },
        },
      },
      response: {
        200: { description: 'As asked.', ...refTo(SIGHTINGS_RECEIPT_SCHEMA) },
        default: { description: 'A problem, RFC 9457.', ...refTo(PROBLEM_SCHEMA) },
      },
    }
    const onRequest = gate.requireRole('sensor')
    // Each item is checked by itself: one bad item does not make the rest bad.
    const validatorCompiler = () => () => true
    scope.post('/v1/sightings', { onRequest, schema, validatorCompiler }, async (request, reply) => {
      const site = options.siteOf(gate.callerOf(request)!)
      const sent: unknown = request.body
      const items = isStream(sent)
        ? itemsOfLines(unbroken(request.raw, sent, 'sightings'), options.checkSighting)
        : itemsOf(listOf(sent), options.checkSighting)
      return await reply.send(await take(items, site, options))
    })
  })
}

/** Hands over what is sound, item by item; what breaks off keeps what came before. */
async function take(
  items: Iterable<Item> | AsyncIterable<Item>,
  site: SightingSite,
  { observe, clock }: SightingsOptions,
): Promise<WireSightingsReceipt> {
  let accepted = 0
  const refused: { readonly index: number; readonly reason: string }[] = []
  for await (const item of items) {
    const reason = 'reason' in item ? item.reason : offer(item.evidence)
    if (reason === undefined) accepted += 1
    else if (refused.length < REFUSED_MAX) refused.push({ index: item.index, reason })
  }
  return { accepted, refused }

  /** The check let it pass, so it has the shape of a sighting whatever the reader calls it. */
  function offer(value: unknown): string | undefined {
    const sighting = admitSighting(value as WireSighting, clock())
    if (!sighting.ok) return sighting.problem.message
    observe(sighting.value, site)
    return undefined
  }
}

function isStream(body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

/** The items of a JSON body: a list, or one item alone. */
function listOf(body: unknown): readonly unknown[] {
  const refuse = (why: string) => new ProblemError({ code: 'invalid', message: `Cannot take the sightings: ${why}` })
  if (body === undefined) throw refuse('there is no body')
  if (!Array.isArray(body)) return [body]
  if (body.length > SIGHTINGS_MAX) {
    throw refuse(`a list has at most ${SIGHTINGS_MAX} items, found ${body.length}; send NDJSON`)
  }
  return body
}
