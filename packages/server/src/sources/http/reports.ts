/** Reports over HTTP: evidence, and evidence taken back. */
import type { Readable } from 'node:stream'
import { ProblemError, unwrap } from '@tocsin/core/base'
import {
  EVIDENCE_SCHEMA,
  PROBLEM_SCHEMA,
  RECEIPT_SCHEMA,
  REPORT_MAX,
  RETRACTED_SCHEMA,
  RETRACTION_SCHEMA,
  type WireReceipt,
  type WireRetraction,
} from '@tocsin/core/wire'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Intake } from '../../intake/intake.ts'
import type { Reporter, ReportGate } from './access.ts'
import { refTo, unbroken } from './body.ts'
import { itemsOf, itemsOfLines, type ShapeCheck } from './reading.ts'
import { putReport } from './receipts.ts'

/** What reports go to. */
export interface ReportOptions {
  /** The entrance for who reports. */
  readonly intakeOf: (reporter: Reporter) => Intake
  /** The check of {@link EVIDENCE_SCHEMA}: fields that it does not know, as a recipient, are refused by name. */
  readonly checkEvidence: ShapeCheck
}

/** Mounts `POST /v1/evidence` and `POST /v1/evidence/retract`. Both take a key of role sensor or more. */
export async function mountReports(app: FastifyInstance, gate: ReportGate, options: ReportOptions): Promise<void> {
  const intakeOf = (request: FastifyRequest): Intake => options.intakeOf(gate.callerOf(request)!)
  const onRequest = gate.requireRole('sensor')
  const tags = ['reports']
  const problem = { default: { description: 'A problem, RFC 9457.', ...refTo(PROBLEM_SCHEMA) } }

  // In a scope of its own, so that no other route takes a body of lines.
  await app.register(async scope => {
    scope.addContentTypeParser(['application/x-ndjson', 'application/jsonl'], (_request, body, done) =>
      done(null, body),
    )
    const summary = 'Reports evidence; answered when what is accepted is durable.'
    const item = refTo(EVIDENCE_SCHEMA)
    const body = {
      content: {
        'application/json': { schema: { anyOf: [item, { type: 'array', maxItems: REPORT_MAX, items: item }] } },
        'application/x-ndjson': { schema: { type: 'string', description: 'A line for each; any number of lines.' } },
      },
    }
    const schema = {
      tags,
      summary,
      body,
      response: { 200: { description: 'As asked.', ...refTo(RECEIPT_SCHEMA) }, ...problem },
    }
    // Each item is checked by itself: one bad item does not make the rest bad.
    const validatorCompiler = () => () => true
    scope.post('/v1/evidence', { onRequest, schema, validatorCompiler }, async (request): Promise<WireReceipt> => {
      const sent: unknown = request.body
      const items = isStream(sent)
        ? itemsOfLines(unbroken(request.raw, sent, 'report'), options.checkEvidence)
        : itemsOf(listOf(sent), options.checkEvidence)
      return await putReport(items, intakeOf(request))
    })
  })

  const schema = {
    tags,
    summary: 'Takes back what the reporter said of subjects, by kind.',
    body: refTo(RETRACTION_SCHEMA),
    response: { 200: { description: 'As asked.', ...refTo(RETRACTED_SCHEMA) }, ...problem },
  }
  app.post('/v1/evidence/retract', { onRequest, schema }, async request => {
    const { retractions } = request.body as WireRetraction
    return { retracted: unwrap(await intakeOf(request).retract(retractions)) }
  })
}

function isStream(body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

/** The items of a JSON body: a list, or one item alone. */
function listOf(body: unknown): readonly unknown[] {
  if (body === undefined)
    throw new ProblemError({ code: 'invalid', message: 'Cannot take the report: there is no body' })
  if (!Array.isArray(body)) return [body]
  if (body.length > REPORT_MAX) {
    const message = `Cannot take the report: a list has at most ${REPORT_MAX} items, found ${body.length}; send NDJSON`
    throw new ProblemError({ code: 'invalid', message })
  }
  return body
}
