/** Feedback of an edge on the wire: what waits, what was sent, byte for byte, and the administrator's word about it. */
import { SUBJECT_LENGTH_MAX } from './reputation.ts'
import type { FromSchema } from './schema.ts'

/** `on`: sent as it comes. `hold`: kept, and not sent. `off`: nothing is collected; what waited stays, and is not sent. */
export const FEEDBACK_MODES = ['on', 'hold', 'off'] as const

/** One of {@link FEEDBACK_MODES}. */
export type FeedbackMode = (typeof FEEDBACK_MODES)[number]

/** What is done where the network would like the text of a page: an administrator is asked, it is sent, or nothing. */
export const SUBMIT_POLICIES = ['ask', 'auto', 'never'] as const

/** One of {@link SUBMIT_POLICIES}. */
export type SubmitPolicy = (typeof SUBMIT_POLICIES)[number]

/** Batches that one answer lists, at most. */
export const BATCHES_MAX = 1000

const COUNT = { type: 'integer', minimum: 0 } as const
const TIME = { type: 'string', format: 'date-time' } as const
const MODE = { enum: FEEDBACK_MODES } as const

/** The administrator's word about feedback. */
export const FEEDBACK_WORD_SCHEMA = {
  $id: 'FeedbackWord',
  type: 'object',
  required: ['mode'],
  additionalProperties: false,
  properties: { mode: MODE },
} as const

/** {@link FEEDBACK_WORD_SCHEMA} as a type. */
export type WireFeedbackWord = FromSchema<typeof FEEDBACK_WORD_SCHEMA>

/** How feedback stands. */
export const FEEDBACK_SCHEMA = {
  $id: 'Feedback',
  type: 'object',
  required: [
    'mode',
    'allowed',
    'submit',
    'waiting',
    'sent',
    'dropped',
    'refused',
    'stayed',
    'encounters',
    'blocks',
    'texts',
  ],
  additionalProperties: false,
  properties: {
    mode: { ...MODE, description: 'The mode in force.' },
    allowed: { ...MODE, description: 'The setting `feedback.mode`: no more than this.' },
    submit: { enum: SUBMIT_POLICIES },
    waiting: {
      type: 'object',
      required: ['batches', 'items', 'bytes'],
      additionalProperties: false,
      properties: { batches: COUNT, items: COUNT, bytes: COUNT, oldestAt: TIME },
    },
    sent: {
      type: 'object',
      required: ['batches', 'items'],
      additionalProperties: false,
      properties: { batches: COUNT, items: COUNT, lastAt: TIME },
    },
    dropped: { ...COUNT, description: 'Items that went because there was no room, or that were discarded.' },
    refused: { ...COUNT, description: 'Items that the upstream did not take.' },
    stayed: { ...COUNT, description: 'Reports and encounters that may not leave the site.' },
    encounters: {
      type: 'object',
      required: ['waiting', 'dropped'],
      additionalProperties: false,
      properties: { waiting: COUNT, dropped: COUNT },
    },
    blocks: { ...COUNT, description: 'Subjects that this site blocks for 24 hours, since it reported them.' },
    texts: { ...COUNT, description: 'Pages whose text the network would like, and an administrator may agree to.' },
    trouble: { type: 'string', description: 'Why what waits was not taken the last time.' },
  },
} as const

/** {@link FEEDBACK_SCHEMA} as a type. */
export type WireFeedback = FromSchema<typeof FEEDBACK_SCHEMA>

/** Batches, byte for byte. */
export const FEEDBACK_BATCHES_SCHEMA = {
  $id: 'FeedbackBatches',
  type: 'object',
  required: ['batches', 'texts'],
  additionalProperties: false,
  properties: {
    batches: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'path', 'items', 'madeAt', 'body', 'state'],
        additionalProperties: false,
        properties: {
          id: COUNT,
          path: { type: 'string', description: 'Where it is posted at the upstream.' },
          items: COUNT,
          madeAt: TIME,
          state: { enum: ['waiting', 'sent', 'refused'] },
          doneAt: TIME,
          reason: { type: 'string', description: 'Why it was refused, or the first of its items.' },
          body: { type: 'string', description: 'The very bytes, in UTF-8.' },
        },
      },
    },
    texts: {
      type: 'array',
      items: { type: 'string', maxLength: SUBJECT_LENGTH_MAX },
      description: 'Pages whose text the network would like: agree with POST /v1/feedback/submissions.',
    },
  },
} as const

/** {@link FEEDBACK_BATCHES_SCHEMA} as a type. */
export type WireFeedbackBatches = FromSchema<typeof FEEDBACK_BATCHES_SCHEMA>

/** How much was thrown away. */
export const DISCARDED_SCHEMA = {
  $id: 'Discarded',
  type: 'object',
  required: ['discarded'],
  additionalProperties: false,
  properties: { discarded: { ...COUNT, description: 'Items.' } },
} as const

/** {@link DISCARDED_SCHEMA} as a type. */
export type WireDiscarded = FromSchema<typeof DISCARDED_SCHEMA>
