/** Submissions over HTTP: the text of pages that were known by their hash alone, from sites whose policy allows it. */
import type { Result } from '@tocsin/core/base'
import type { Subject } from '@tocsin/core/subject'
import {
  PROBLEM_SCHEMA,
  SUBMISSION_RECEIPT_SCHEMA,
  SUBMISSION_SCHEMA,
  type WireSubmission,
  type WireSubmissionReceipt,
} from '@tocsin/core/wire'
import type { FastifyInstance } from 'fastify'
import type { Reporter, ReportGate } from './access.ts'
import { refTo } from './body.ts'

/** What submissions go to. */
export interface SubmissionOptions {
  /** Takes the text of a page, if it may be told and somebody waits for it. */
  readonly submit: (text: string) => Result<Subject>
  /** Told of the pages that were taken, and from whom; resolves when their text is known. */
  readonly submitted: (pages: readonly Subject[], reporter: Reporter) => Promise<unknown>
}

/** Mounts `POST /v1/submissions`, for a key of role sensor or more. */
export function mountSubmissions(app: FastifyInstance, gate: ReportGate, options: SubmissionOptions): void {
  const schema = {
    tags: ['reports'],
    summary: 'Gives the text of pages that are known by their hash: host and path, and nothing else.',
    body: refTo(SUBMISSION_SCHEMA),
    response: {
      200: { description: 'As asked.', ...refTo(SUBMISSION_RECEIPT_SCHEMA) },
      default: { description: 'A problem, RFC 9457.', ...refTo(PROBLEM_SCHEMA) },
    },
  }
  app.post('/v1/submissions', { onRequest: gate.requireRole('sensor'), schema }, async request => {
    const { subjects } = request.body as WireSubmission
    return await takeSubmission(subjects, gate.callerOf(request)!, options)
  })
}

async function takeSubmission(
  texts: readonly string[],
  reporter: Reporter,
  { submit, submitted }: SubmissionOptions,
): Promise<WireSubmissionReceipt> {
  const pages: Subject[] = []
  const refused: { readonly index: number; readonly reason: string }[] = []
  for (const [index, text] of texts.entries()) {
    const page = submit(text)
    if (page.ok) pages.push(page.value)
    else refused.push({ index, reason: page.problem.message })
  }
  if (pages.length > 0) await submitted(pages, reporter)
  return { accepted: pages.length, refused }
}
