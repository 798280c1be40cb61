/** Whole lists over HTTP: what a source held before and the new list does not hold is retracted. */
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { ProblemError } from '@tocsin/core/base'
import { EVIDENCE_SCHEMA, IMPORT_SCHEMA, PROBLEM_SCHEMA, type WireImport } from '@tocsin/core/wire'
import type { FastifyInstance } from 'fastify'
import type { ReportGate } from './access.ts'
import { refTo, unbroken } from './body.ts'

/** How a list is to be read. What is absent is for the importer to choose. */
export interface ListOptions {
  /** The kind of every row. */
  readonly kind?: string
  /** 0 (excluded) to 1. */
  readonly confidence?: number
  /** The name of a format. */
  readonly format?: string
  /** For the format `csv`: which column is what, as in `subject=2,observedAt=1`. */
  readonly columns?: string
  /** ISO 8601 with an offset: when the list was so, in place of the dates of its rows. */
  readonly asOf?: string
  /** Who is behind the source: sources of one organisation do not confirm each other. Its name, where absent. */
  readonly organisation?: string
  /** What the list was called where it comes from, by which some formats are told apart. */
  readonly fileName?: string
}

/**
 * Imports a whole list as the source of this name: begins a generation, puts the lines, commits.
 *
 * `text` gives the bytes as they come, cut anywhere. It rejects where the body breaks off; the import must then reject
 * too and commit nothing. It ends only where the body is whole.
 */
export type ImportList = (name: string, text: AsyncIterable<Uint8Array>, options: ListOptions) => Promise<WireImport>

/** What lists go to. */
export interface ListRouteOptions {
  readonly importList: ImportList
  /** Milliseconds between two signs of life while a list is worked on; a minute where absent. */
  readonly signOfLifeMs?: number
}

/** Clients give up where no header comes for long, Node's own `fetch` after five minutes. */
const SIGN_OF_LIFE_MS = 60_000

const NAME_SCHEMA = {
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string', minLength: 1, maxLength: 64, pattern: '^[a-z0-9][a-z0-9._-]*$' } },
}

const QUERY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    kind: EVIDENCE_SCHEMA.properties.kind,
    confidence: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
    format: { type: 'string', minLength: 1, maxLength: 32 },
    columns: { type: 'string', minLength: 1, maxLength: 256 },
    asOf: EVIDENCE_SCHEMA.properties.observedAt,
    organisation: {
      type: 'string',
      minLength: 1,
      maxLength: 64,
      description: 'Who is behind it: sources of one organisation count as one. The name of the source, where absent.',
    },
    fileName: {
      type: 'string',
      minLength: 1,
      maxLength: 255,
      description: 'What the list was called where it comes from; helps to find its format.',
    },
  },
}

/** Mounts `PUT /v1/sources/:name/list`. It takes a key of role admin. */
export async function mountLists(app: FastifyInstance, gate: ReportGate, options: ListRouteOptions): Promise<void> {
  await app.register(async scope => {
    // A list is text of whatever type; how to read it is said in the query.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, body, done) => done(null, body))
    const schema = {
      tags: ['reports'],
      summary: 'Imports a whole list; what it does not hold any more is retracted.',
      consumes: ['text/plain'],
      params: NAME_SCHEMA,
      querystring: QUERY_SCHEMA,
      response: {
        200: { description: 'As asked.', ...refTo(IMPORT_SCHEMA) },
        default: { description: 'A problem, RFC 9457.', ...refTo(PROBLEM_SCHEMA) },
      },
    }
    scope.put('/v1/sources/:name/list', { onRequest: gate.requireRole('admin'), schema }, async (request, reply) => {
      const body = request.body as Readable | undefined
      if (body === undefined || request.headers['content-length'] === '0') {
        const message = 'Cannot import the list: the body is empty, which would retract all that the source holds'
        throw new ProblemError({ code: 'invalid', message })
      }
      // Nothing moves on the connection while a long list is committed. A request of `inject` has no connection.
      const isConnected = request.raw.socket instanceof Socket
      if (isConnected) request.raw.socket.setTimeout(0)
      const signs = setInterval(() => {
        if (isConnected) reply.raw.writeProcessing()
      }, options.signOfLifeMs ?? SIGN_OF_LIFE_MS)
      const { name } = request.params as { readonly name: string }
      const query = { ...(request.query as ListOptions) }
      try {
        return await options.importList(name, unbroken(request.raw, body, 'list'), query)
      } finally {
        clearInterval(signs)
      }
    })
  })
}
