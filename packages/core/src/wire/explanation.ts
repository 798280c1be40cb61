/** Explanations on the wire. */
import { VERDICTS } from '../verdict/index.ts'
import type { FromSchema } from './schema.ts'

/** What is known of a subject beside its reputation. No evidence: the score does not read it. */
export const CONTEXT_SCHEMA = {
  type: 'object',
  required: ['attribution'],
  additionalProperties: false,
  properties: {
    asn: {
      type: 'object',
      required: ['number', 'name'],
      additionalProperties: false,
      properties: { number: { type: 'integer', minimum: 1 }, name: { type: 'string' } },
      description: 'The network that announces the address.',
    },
    country: { type: 'string', description: 'ISO 3166-1, two letters.' },
    ranges: {
      type: 'array',
      description: 'Published lists of ranges that hold the address.',
      items: {
        type: 'object',
        required: ['list', 'class'],
        additionalProperties: false,
        properties: { list: { type: 'string' }, class: { type: 'string' } },
      },
    },
    popularity: {
      type: 'object',
      required: ['name', 'rank'],
      additionalProperties: false,
      properties: { name: { type: 'string' }, rank: { type: 'integer', minimum: 1 } },
      description: 'The place of the name, or of one above it, in the list of popular names.',
    },
    attribution: {
      type: 'array',
      description: 'Where this comes from; to be shown with it.',
      items: {
        type: 'object',
        required: ['table', 'text', 'licence', 'date'],
        additionalProperties: false,
        properties: {
          table: { type: 'string' },
          text: { type: 'string' },
          licence: { type: 'string' },
          date: { type: 'string', description: 'The day of the data.' },
        },
      },
    },
  },
} as const

/** {@link CONTEXT_SCHEMA} as a type. */
export type WireContext = FromSchema<typeof CONTEXT_SCHEMA>

/** Every contribution to a score, and what would change the verdict. */
export const EXPLANATION_SCHEMA = {
  $id: 'Explanation',
  type: 'object',
  required: ['subject', 'at', 'score', 'verdict', 'logOdds', 'reason', 'contributions', 'changes'],
  additionalProperties: false,
  properties: {
    subject: { type: 'string' },
    at: { type: 'string', format: 'date-time', description: 'The time that the score is computed for.' },
    score: { type: 'integer', minimum: 0, maximum: 100 },
    verdict: { enum: VERDICTS },
    logOdds: {
      type: 'integer',
      description: 'Log-odds of "bad" in thousandths of a nat; the sum of the contributions.',
    },
    reason: { type: 'string' },
    protection: { enum: ['popular', 'certified'] },
    contributions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['term', 'value'],
        additionalProperties: false,
        properties: {
          term: {
            enum: ['prior', 'evidence', 'relation', 'quorum', 'bound'],
            description: 'relation: what follows from a neighbour; such lines have via.',
          },
          value: { type: 'integer', description: 'Thousandths of a nat; positive is towards bad.' },
          kind: { type: 'string' },
          source: {
            type: 'string',
            description: 'A feed by name; people who report only by how far they are trusted.',
          },
          confidence: { type: 'number', minimum: 0, maximum: 1 },
          observedAt: { type: 'string', format: 'date-time', description: 'Absent for a standing fact.' },
          ageHours: { type: 'number', minimum: 0 },
          halfLifeHours: { type: 'number', minimum: 0 },
          via: {
            type: 'object',
            description:
              'A subject that this one was met with, in one mail, page or download, and what is known of it.',
            required: ['subject', 'reason', 'organisations'],
            additionalProperties: false,
            properties: {
              subject: { type: 'string', description: 'Canonical; type and digest where the text is not known.' },
              reason: { type: 'string', description: 'Completes "it is …".' },
              organisations: { type: 'integer', minimum: 1, description: 'How many organisations say so.' },
            },
          },
        },
      },
    },
    changes: { type: 'array', items: { type: 'string' }, description: 'Sentences: what would change the verdict.' },
    matches: {
      type: 'array',
      description: 'Entries of less specific expressions that a lookup of this subject meets too.',
      items: {
        type: 'object',
        required: ['subject', 'score', 'verdict'],
        additionalProperties: false,
        properties: { subject: { type: 'string' }, score: { type: 'integer' }, verdict: { enum: VERDICTS } },
      },
    },
    context: CONTEXT_SCHEMA,
  },
} as const

/** {@link EXPLANATION_SCHEMA} as a type. */
export type WireExplanation = FromSchema<typeof EXPLANATION_SCHEMA>
