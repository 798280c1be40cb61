/** Lookups on the wire. */
import { subjectText } from '../subject/index.ts'
import type { Answer } from '../verdict/index.ts'
import { ADVICES, VERDICTS } from '../verdict/index.ts'
import type { FromSchema } from './schema.ts'

/** Subjects in one batch lookup, at most. */
export const BATCH_MAX = 1000

/** Bytes of a subject's text, at most. */
export const SUBJECT_LENGTH_MAX = 16_384

/** One subject's reputation. */
export const ANSWER_SCHEMA = {
  $id: 'Answer',
  type: 'object',
  description: 'What the network says about one subject, and what this site does about it.',
  required: ['subject', 'score', 'verdict', 'action', 'state', 'ageSeconds', 'reason'],
  additionalProperties: false,
  properties: {
    subject: { type: 'string', description: 'Canonical text of the subject.' },
    score: { type: 'integer', minimum: 0, maximum: 100, description: '100 × P(benign); 71 is untested.' },
    verdict: { enum: VERDICTS },
    action: { enum: ['allow', 'block'], description: "By this site's policy." },
    state: { enum: ['fresh', 'stale', 'unavailable'], description: 'Anything but fresh means unsure.' },
    ageSeconds: { type: 'integer', minimum: 0, description: 'How far the book may lie behind its network.' },
    reason: { type: 'string' },
    advice: {
      enum: ADVICES,
      description:
        'With an address that is blocked: how a mail server should refuse it; permanent by 550 5.7.1, temporary by 450 4.7.1.',
    },
    ruling: { enum: ['approved', 'blocked'], description: "What this site's own lists say, where they say anything." },
    matched: { type: 'string', description: 'The entry that decided, where it is not the subject itself.' },
    lapsesAt: {
      type: 'string',
      format: 'date-time',
      description: 'When the verdict grows milder if nothing is heard.',
    },
  },
} as const

/** {@link ANSWER_SCHEMA} as a type. */
export type WireAnswer = FromSchema<typeof ANSWER_SCHEMA>

/** What stands in the place of a subject that cannot be parsed. */
export const UNPARSED_SCHEMA = {
  $id: 'Unparsed',
  type: 'object',
  required: ['subject', 'error'],
  additionalProperties: false,
  properties: { subject: { type: 'string' }, error: { type: 'string' } },
} as const

/** {@link UNPARSED_SCHEMA} as a type. */
export type WireUnparsed = FromSchema<typeof UNPARSED_SCHEMA>

/** A batch question. */
export const BATCH_SCHEMA = {
  $id: 'Batch',
  type: 'object',
  required: ['subjects'],
  additionalProperties: false,
  properties: {
    subjects: {
      type: 'array',
      minItems: 1,
      maxItems: BATCH_MAX,
      items: { type: 'string', maxLength: SUBJECT_LENGTH_MAX },
    },
  },
} as const

/** {@link BATCH_SCHEMA} as a type. */
export type WireBatch = FromSchema<typeof BATCH_SCHEMA>

/** A batch answer, in the order asked. */
export const RESULTS_SCHEMA = {
  $id: 'Results',
  type: 'object',
  required: ['results'],
  additionalProperties: false,
  properties: { results: { type: 'array', items: { anyOf: [ANSWER_SCHEMA, UNPARSED_SCHEMA] } } },
} as const

/** {@link RESULTS_SCHEMA} as a type. */
export type WireResults = FromSchema<typeof RESULTS_SCHEMA>

/** An answer in its wire form. */
export function answerToWire(answer: Answer): WireAnswer {
  return {
    subject: subjectText(answer.subject),
    score: answer.score,
    verdict: answer.verdict,
    action: answer.action,
    state: answer.state,
    ageSeconds: answer.ageSeconds,
    reason: answer.reason,
    ...(answer.advice === undefined ? {} : { advice: answer.advice }),
    ...(answer.ruling === undefined ? {} : { ruling: answer.ruling }),
    ...(answer.matched === undefined ? {} : { matched: answer.matched }),
    ...(answer.lapsesAt === undefined ? {} : { lapsesAt: new Date(answer.lapsesAt).toISOString() }),
  }
}

/** Makes the same as JSON text, to the letter what `JSON.stringify` makes of it, and remembers what is often said. */
export class AnswerWriter {
  /** By score: all that follows the subject, of the last answer of that score which had no text of its own. */
  readonly #tails: ({ readonly of: Answer; readonly text: string } | undefined)[] = []

  /** One answer. */
  write(answer: Answer): string {
    const { type, value } = answer.subject
    // Only names and pages have characters that JSON escapes.
    const subject = type === 'domain' || type === 'url' ? quoted(subjectText(answer.subject)) : `"${type}:${value}"`
    return `{"subject":${subject}${this.#tail(answer)}`
  }

  #tail(answer: Answer): string {
    if (answer.matched !== undefined || answer.lapsesAt !== undefined || answer.ruling !== undefined) {
      return tailOf(answer)
    }
    const known = this.#tails[answer.score]
    if (known !== undefined && saysTheSame(known.of, answer)) return known.text
    const text = tailOf(answer)
    this.#tails[answer.score] = { of: answer, text }
    return text
  }
}

function saysTheSame(one: Answer, other: Answer): boolean {
  return (
    one.verdict === other.verdict &&
    one.action === other.action &&
    one.state === other.state &&
    one.ageSeconds === other.ageSeconds &&
    one.reason === other.reason &&
    one.advice === other.advice
  )
}

function tailOf(answer: Answer): string {
  const { score, verdict, action, state, ageSeconds, reason, advice, ruling, matched, lapsesAt } = answer
  let text = `,"score":${score},"verdict":"${verdict}","action":"${action}"`
  text += `,"state":"${state}","ageSeconds":${ageSeconds},"reason":${quoted(reason)}`
  if (advice !== undefined) text += `,"advice":"${advice}"`
  if (ruling !== undefined) text += `,"ruling":"${ruling}"`
  if (matched !== undefined) text += `,"matched":${quoted(matched)}`
  if (lapsesAt !== undefined) text += `,"lapsesAt":"${new Date(lapsesAt).toISOString()}"`
  return `${text}}`
}

/** As `JSON.stringify` quotes it; nearly all text here needs no escape. */
function quoted(text: string): string {
  return /^[ !#-[\]-~]*$/.test(text) ? `"${text}"` : JSON.stringify(text)
}
