/** What was met and nobody knows anything of, as analysts see it. */
import { SUBJECT_TYPES } from '../subject/index.ts'
import { SUBJECT_LENGTH_MAX } from './reputation.ts'
import type { FromSchema } from './schema.ts'

/** Subjects of one answer. */
export const UNKNOWN_LIST = { most: 1000, usual: 100 } as const

/** Organisations are counted exactly up to here. */
export const UNKNOWN_ORGANISATIONS_MAX = 16

/** A subject that waits for somebody who knows more. */
export const UNKNOWN_SUBJECT_SCHEMA = {
  $id: 'UnknownSubject',
  type: 'object',
  required: ['subject', 'firstSeen', 'lastSeen', 'count', 'organisations'],
  additionalProperties: false,
  properties: {
    subject: {
      type: 'string',
      maxLength: SUBJECT_LENGTH_MAX,
      description: 'Its text, or "url:sha256:…" for a page of which only the hash was told.',
    },
    firstSeen: { type: 'string', format: 'date-time' },
    lastSeen: { type: 'string', format: 'date-time' },
    count: { type: 'integer', minimum: 1, description: 'Questions that nobody could answer.' },
    organisations: {
      type: 'string',
      pattern: '^(?:[1-9]|1[0-6]|16\\+)$',
      description: 'How many met it: exact up to 16, beyond that "16+".',
    },
  },
} as const

/** {@link UNKNOWN_SUBJECT_SCHEMA} as a type. */
export type WireUnknownSubject = FromSchema<typeof UNKNOWN_SUBJECT_SCHEMA>

/** The queue of the unknown: first what most organisations met, then what was asked about most. */
export const UNKNOWN_SCHEMA = {
  $id: 'Unknown',
  type: 'object',
  required: ['subjects', 'waiting'],
  additionalProperties: false,
  properties: {
    subjects: { type: 'array', maxItems: UNKNOWN_LIST.most, items: UNKNOWN_SUBJECT_SCHEMA },
    waiting: { type: 'integer', minimum: 0, description: 'All that wait, of every type.' },
  },
} as const

/** {@link UNKNOWN_SCHEMA} as a type. */
export type WireUnknown = FromSchema<typeof UNKNOWN_SCHEMA>

/** The types that can be asked for. */
export const UNKNOWN_TYPES = SUBJECT_TYPES.filter(type => type !== 'net')
