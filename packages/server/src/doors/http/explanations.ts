/** Explanations: every contribution to a score. */
import { ProblemError, unwrap } from '@tocsin/core/base'
import { type Subject, subjectKey, subjectText } from '@tocsin/core/subject'
import { type Answer, REASON_PHRASES, verdictOf } from '@tocsin/core/verdict'
import {
  EXPLANATION_SCHEMA,
  meaningOf,
  type WireContext,
  type WireExplanation,
  type WireMined,
} from '@tocsin/core/wire'
import type { FastifyInstance } from 'fastify'
import type { Book, Explanation, ShownContribution } from '../../book/book.ts'
import { type History, type Phase, phasesOf } from '../../book/history.ts'
import type { Gate } from './access.ts'
import { PATH_SCHEMA, QUERY_SCHEMA, subjectOfQuery, timedSubjectOfPath } from './asked-subject.ts'
import { describe } from './route-schema.ts'
import type { Schema } from './shapes.ts'

/** What explanations are answered from. */
export interface ExplanationOptions {
  readonly book: Pick<Book, 'explain'> & Partial<History>
  /** Says which other entry decides about the subject. */
  readonly answer: (subject: Subject) => Answer
  /** What is known of a subject beside its reputation; nothing, where absent. Never rejects. */
  readonly contextOf?: (subject: Subject) => Promise<WireContext | undefined>
  /** What miners know of a subject; nothing, where absent. Never rejects: where they do not answer, it says so. */
  readonly minedOf?: (subject: Subject) => Promise<WireMined>
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

const HOUR_MS = 3_600_000

const TIME = {
  type: 'string',
  format: 'date-time',
  description: 'The time to judge for, past or to come; now, where absent. A past one knows nothing that came later.',
}

/** The query of the form that names the subject in it. */
const TIMED_SCHEMA: Schema = { ...QUERY_SCHEMA, properties: { ...(QUERY_SCHEMA['properties'] as Schema), at: TIME } }

/** Mounts `/v1/explain`. */
export function mountExplanations(app: FastifyInstance, gate: Gate, options: ExplanationOptions): void {
  const explained = async (subject: Subject, at: string | undefined): Promise<WireExplanation> => {
    const now = options.clock()
    const explanation = unwrap(await options.book.explain(subject, at === undefined ? now : instantOf(at)))
    const periods = options.book.historyOf?.(subject.type, subjectKey(subject))
    const [context, mined] = await Promise.all([options.contextOf?.(subject), options.minedOf?.(subject)])
    return explanationToWire(explanation, {
      answer: at === undefined ? options.answer(subject) : undefined,
      phases: periods && phasesOf(periods, now),
      context,
      mined,
    })
  }
  const shared = { onRequest: gate.requireLookup }
  const schema = describe(
    'lookups',
    'Every contribution to a score, and what would change the verdict.',
    EXPLANATION_SCHEMA,
  )
  app.get('/v1/explain/:type/*', { ...shared, schema: { ...schema, params: PATH_SCHEMA } }, async request => {
    const { subject, at } = timedSubjectOfPath(request)
    return await explained(unwrap(subject), at)
  })
  app.get('/v1/explain', { ...shared, schema: { ...schema, querystring: TIMED_SCHEMA } }, async request => {
    return await explained(unwrap(subjectOfQuery(request)), (request.query as { readonly at?: string }).at)
  })
}

/** What is told beside the explanation itself. */
export interface Beside {
  /** What a lookup answers at the same time: names the entry that decides, where that is not the subject's own. */
  readonly answer?: Answer | undefined
  readonly phases?: readonly Phase[] | undefined
  readonly context?: WireContext | undefined
  readonly mined?: WireMined | undefined
}

/** An explanation in its wire form. */
export function explanationToWire(
  explanation: Explanation,
  { answer, phases, context, mined }: Beside,
): WireExplanation {
  const { subject, at, score, incriminated, logOdds, reason, protection, contributions, changes } = explanation
  const heldBy = answer?.heldBy
  return {
    subject: subjectText(subject),
    at: isoTime(at),
    score,
    verdict: verdictOf(score, incriminated),
    logOdds,
    reason: REASON_PHRASES[reason],
    ...(protection === undefined ? {} : { protection }),
    contributions: contributions.map(contribution => contributionToWire(contribution, at)),
    changes: heldBy === undefined ? changes : [heldSentence(heldBy), ...changes],
    ...matchesOf(answer),
    ...(phases === undefined ? {} : { history: phases.map(phaseToWire) }),
    ...(context === undefined ? {} : { context }),
    ...mined,
  }
}

/** The time of a question. The form is RFC 3339, as everywhere on the wire. */
function instantOf(text: string): number {
  const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i
  const time = form.test(text) ? Date.parse(text.toUpperCase()) : Number.NaN
  if (!Number.isNaN(time)) return time
  const message = `Cannot judge for another time: "at" must be a time as in "2026-06-30T12:00:00Z", found "${text.slice(0, 40)}"`
  throw new ProblemError({ code: 'invalid', message })
}

function matchesOf(answer: Answer | undefined): Pick<WireExplanation, 'matches'> {
  if (answer?.matched === undefined) return {}
  return { matches: [{ subject: answer.matched, score: answer.score, verdict: answer.verdict }] }
}

function phaseToWire({ from, until, score, verdict, reason }: Phase): NonNullable<WireExplanation['history']>[number] {
  return {
    ...(from === undefined ? {} : { from: isoTime(from) }),
    ...(until === undefined ? {} : { until: isoTime(until) }),
    score,
    verdict,
    reason: REASON_PHRASES[reason],
  }
}

function heldSentence(heldBy: string): string {
  return `is held at suspicious for the sake of ${heldBy}, which is protected, until more independent trusted organisations agree`
}

type WireContribution = WireExplanation['contributions'][number]

function contributionToWire({ observedAt, via, ...rest }: ShownContribution, at: number): WireContribution {
  const meaning = rest.kind === undefined ? undefined : meaningOf(rest.kind)
  const told = {
    ...rest,
    ...(meaning === undefined ? {} : { meaning }),
    ...(via === undefined ? {} : { via: { ...via, reason: REASON_PHRASES[via.reason] } }),
  }
  if (observedAt === undefined) return told
  const ageHours = Math.round((Math.max(0, at - observedAt) / HOUR_MS) * 100) / 100
  return { ...told, observedAt: isoTime(observedAt), ageHours }
}

function isoTime(time: number): string {
  return new Date(time).toISOString()
}
