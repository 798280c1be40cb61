/** Reports over HTTP: evidence, and evidence taken back. */
import { unwrap } from '@tocsin/core/base'
import {
  EVIDENCE_SCHEMA,
  PROBLEM_SCHEMA,
  RECEIPT_SCHEMA,
  REPORT_MAX,
  RETRACTED_SCHEMA,
  RETRACTION_SCHEMA,
  type WireEvidence,
  type WireRetraction,
} from '@tocsin/core/wire'
import type { FastifyInstance } from 'fastify'
import type { Intake } from '../../intake/intake.ts'
import type { Reporter, ReportGate } from './access.ts'
import { refTo } from './body.ts'
import { mountItemRoute } from './item-route.ts'
import type { ShapeCheck } from './reading.ts'
import { putReport } from './receipts.ts'

/** What reports go to. */
export interface ReportOptions {
  /** The entrance for who reports. */
  readonly intakeOf: (reporter: Reporter) => Intake
  /** The check of {@link EVIDENCE_SCHEMA}. */
  readonly checkEvidence: ShapeCheck
}

/** Mounts `POST /v1/evidence` and `POST /v1/evidence/retract`. Both take a key of role sensor or more. */
export async function mountReports(app: FastifyInstance, gate: ReportGate, options: ReportOptions): Promise<void> {
  const { intakeOf, checkEvidence } = options
  await mountItemRoute<WireEvidence>(app, gate, {
    path: '/v1/evidence',
    what: 'report',
    summary: 'Reports evidence; answered when what is accepted is durable.',
    item: EVIDENCE_SCHEMA,
    receipt: RECEIPT_SCHEMA,
    itemsMax: REPORT_MAX,
    check: checkEvidence,
    take: (items, reporter) => putReport(items, intakeOf(reporter)),
  })
  const schema = {
    tags: ['reports'],
    summary: 'Takes back what the reporter said of subjects, by kind.',
    body: refTo(RETRACTION_SCHEMA),
    response: {
      200: { description: 'As asked.', ...refTo(RETRACTED_SCHEMA) },
      default: { description: 'A problem, RFC 9457.', ...refTo(PROBLEM_SCHEMA) },
    },
  }
  app.post('/v1/evidence/retract', { onRequest: gate.requireRole('sensor'), schema }, async request => {
    const { retractions } = request.body as WireRetraction
    return { retracted: unwrap(await intakeOf(gate.callerOf(request)!).retract(retractions)) }
  })
}
