/** Explanations on the wire. */
import { VERDICTS } from '../verdict/index.ts'
import type { FromSchema } from './schema.ts'

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
          term: { enum: ['prior', 'evidence', 'quorum', 'bound'] },
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
  },
} as const

/** {@link EXPLANATION_SCHEMA} as a type. */
export type WireExplanation = FromSchema<typeof EXPLANATION_SCHEMA>
