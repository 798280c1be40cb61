/** Explanations: every contribution to a score. */
import { unwrap } from '@tocsin/core/base'
import { type Subject, subjectText } from '@tocsin/core/subject'
import { type Answer, REASON_PHRASES, verdictOf } from '@tocsin/core/verdict'
import { EXPLANATION_SCHEMA, type WireContext, type WireExplanation } from '@tocsin/core/wire'
import type { FastifyInstance } from 'fastify'
import type { Book, Explanation, ShownContribution } from '../../book/book.ts'
import type { Gate } from './access.ts'
import { PATH_SCHEMA, QUERY_SCHEMA, subjectOfPath, subjectOfQuery } from './asked-subject.ts'
import { describe } from './route-schema.ts'

/** What explanations are answered from. */
export interface ExplanationOptions {
  readonly book: Pick<Book, 'explain'>
  /** Says which other entry decides about the subject. */
  readonly answer: (subject: Subject) => Answer
  /** What is known of a subject beside its reputation; nothing, where absent. Never rejects. */
  readonly contextOf?: (subject: Subject) => Promise<WireContext | undefined>
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

const HOUR_MS = 3_600_000

/** Mounts `/v1/explain`. */
export function mountExplanations(app: FastifyInstance, gate: Gate, options: ExplanationOptions): void {
  const explained = async (subject: Subject): Promise<WireExplanation> => {
    const explanation = unwrap(await options.book.explain(subject, options.clock()))
    return explanationToWire(explanation, options.answer(subject), await options.contextOf?.(subject))
  }
  const shared = { onRequest: gate.requireLookup }
  const schema = describe(
    'lookups',
    'Every contribution to a score, and what would change the verdict.',
    EXPLANATION_SCHEMA,
  )
  app.get('/v1/explain/:type/*', { ...shared, schema: { ...schema, params: PATH_SCHEMA } }, async request => {
    return await explained(unwrap(subjectOfPath(request)))
  })
  app.get('/v1/explain', { ...shared, schema: { ...schema, querystring: QUERY_SCHEMA } }, async request => {
    return await explained(unwrap(subjectOfQuery(request)))
  })
}

/** An explanation in its wire form. `answer` names the entry that decides, where that is not the subject's own. */
export function explanationToWire(explanation: Explanation, answer: Answer, context?: WireContext): WireExplanation {
  const { subject, at, score, incriminated, logOdds, reason, protection, contributions, changes } = explanation
  const { matched, heldBy } = answer
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
    ...(matched === undefined ? {} : { matches: [{ subject: matched, score: answer.score, verdict: answer.verdict }] }),
    ...(context === undefined ? {} : { context }),
  }
}

function heldSentence(heldBy: string): string {
  return `is held at suspicious for the sake of ${heldBy}, which is protected, until more independent trusted organisations agree`
}

type WireContribution = WireExplanation['contributions'][number]

function contributionToWire({ observedAt, via, ...rest }: ShownContribution, at: number): WireContribution {
  const met = via === undefined ? {} : { via: { ...via, reason: REASON_PHRASES[via.reason] } }
  if (observedAt === undefined) return { ...rest, ...met }
  const ageHours = Math.round((Math.max(0, at - observedAt) / HOUR_MS) * 100) / 100
  return { ...rest, ...met, observedAt: isoTime(observedAt), ageHours }
}

function isoTime(time: number): string {
  return new Date(time).toISOString()
}
