/** Appeals: somebody holds a listing to be wrong, and an analyst looks. */
import { SUBJECT_LENGTH_MAX } from './reputation.ts'
import type { FromSchema } from './schema.ts'

const TIME = { type: 'string', format: 'date-time' } as const

/** Plain text: lines are fine, other control characters are not. */
const plainText = <N extends number>(maxLength: N) =>
  ({ type: 'string', maxLength, pattern: '^[\\P{Cc}\\n]*$' }) as const

/** How an appeal stands: `cleared` says that the listing was wrong, `confirmed` that it stays. */
export const APPEAL_STATES = ['open', 'cleared', 'confirmed'] as const

/** One of {@link APPEAL_STATES}. */
export type AppealState = (typeof APPEAL_STATES)[number]

/** An appeal on its way in. */
export const NEW_APPEAL_SCHEMA = {
  $id: 'NewAppeal',
  type: 'object',
  required: ['subject'],
  additionalProperties: false,
  properties: {
    subject: { type: 'string', minLength: 1, maxLength: SUBJECT_LENGTH_MAX },
    reason: { ...plainText(500), description: 'Why it is harmless, for the analyst.' },
    contact: { ...plainText(200), description: 'Whom to ask. Stays in the node, and is shown to analysts alone.' },
  },
} as const

/** {@link NEW_APPEAL_SCHEMA} as a type. */
export type WireNewAppeal = FromSchema<typeof NEW_APPEAL_SCHEMA>

const ID = {
  type: 'string',
  description: 'Cannot be guessed: whoever knows it may ask how the appeal stands.',
} as const
const STATUS = { enum: APPEAL_STATES } as const

/** The answer to an appeal. */
export const APPEAL_OPENED_SCHEMA = {
  $id: 'AppealOpened',
  type: 'object',
  required: ['id', 'status'],
  additionalProperties: false,
  properties: { id: ID, status: STATUS },
} as const

/** {@link APPEAL_OPENED_SCHEMA} as a type. */
export type WireAppealOpened = FromSchema<typeof APPEAL_OPENED_SCHEMA>

const SHOWN = {
  id: ID,
  subject: { type: 'string' },
  status: STATUS,
  openedAt: TIME,
  answeredAt: TIME,
  answer: { type: 'string', description: 'In an analyst’s words.' },
} as const

/** An appeal as whoever made it sees it. */
export const APPEAL_SCHEMA = {
  $id: 'Appeal',
  type: 'object',
  required: ['id', 'subject', 'status', 'openedAt'],
  additionalProperties: false,
  properties: SHOWN,
} as const

/** {@link APPEAL_SCHEMA} as a type. */
export type WireAppeal = FromSchema<typeof APPEAL_SCHEMA>

/** An appeal as analysts see it: who made it is not in it. */
export const APPEAL_CASE_SCHEMA = {
  $id: 'AppealCase',
  type: 'object',
  required: ['id', 'subject', 'status', 'openedAt'],
  additionalProperties: false,
  properties: { ...SHOWN, reason: { type: 'string' }, contact: { type: 'string' } },
} as const

/** {@link APPEAL_CASE_SCHEMA} as a type. */
export type WireAppealCase = FromSchema<typeof APPEAL_CASE_SCHEMA>

/** Appeals, the oldest first. */
export const APPEALS_SCHEMA = {
  $id: 'Appeals',
  type: 'object',
  required: ['appeals', 'open'],
  additionalProperties: false,
  properties: {
    appeals: { type: 'array', items: APPEAL_CASE_SCHEMA },
    open: { type: 'integer', minimum: 0, description: 'All that are open.' },
  },
} as const

/** {@link APPEALS_SCHEMA} as a type. */
export type WireAppeals = FromSchema<typeof APPEALS_SCHEMA>

/** An analyst's answer. It answers all open appeals for the same subject. */
export const APPEAL_ANSWER_SCHEMA = {
  $id: 'AppealAnswer',
  type: 'object',
  required: ['decision'],
  additionalProperties: false,
  properties: {
    decision: { enum: ['clear', 'confirm'], description: '`clear` says that the listing is wrong; it acts at once.' },
    answer: { ...plainText(500), description: 'For whoever appealed.' },
  },
} as const

/** {@link APPEAL_ANSWER_SCHEMA} as a type. */
export type WireAppealAnswer = FromSchema<typeof APPEAL_ANSWER_SCHEMA>
