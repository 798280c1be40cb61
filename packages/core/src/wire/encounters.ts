/**
 * Encounters on the wire: what a site met, how often, and what became of it. Keys, counts and hours: nothing about who met
 * it, where it lay, or what stood in it.
 */
import { REFUSED } from './evidence.ts'
import { SUBJECT_LENGTH_MAX } from './reputation.ts'
import type { FromSchema } from './schema.ts'

/** Items in one JSON list, at most; a stream (NDJSON) may hold any number. */
export const ENCOUNTERS_MAX = 10_000

/** The most that one count may say. */
export const ENCOUNTER_COUNT_MAX = 10_000_000

/** Hours after which nobody can say any more what was met. */
export const ENCOUNTER_AGE_HOURS_MAX = 8 * 24

const COUNT = { type: 'integer', minimum: 0, maximum: ENCOUNTER_COUNT_MAX } as const

/** What a site met in one hour, or in a part of it: encounters of the same hour add up. */
export const ENCOUNTER_SCHEMA = {
  $id: 'Encounter',
  type: 'object',
  description: 'What a site met in (a part of) one hour. A page is named by its hash: "url:sha256:…".',
  required: ['subject', 'hour'],
  additionalProperties: false,
  properties: {
    subject: { type: 'string', minLength: 4, maxLength: SUBJECT_LENGTH_MAX },
    hour: {
      type: 'string',
      pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:00:00Z$',
      description: 'When that hour began, in UTC.',
    },
    asked: { ...COUNT, description: 'Questions about it.' },
    blocked: { ...COUNT, description: 'Of them, those answered by "block".' },
    untested: { ...COUNT, description: 'Of them, those of which nobody knew anything.' },
    id: { type: 'string', minLength: 1, maxLength: 128, description: 'Yours: what is sent again with it counts once.' },
  },
} as const

/** {@link ENCOUNTER_SCHEMA} as a type. */
export type WireEncounter = FromSchema<typeof ENCOUNTER_SCHEMA>

/** The answer to encounters. */
export const ENCOUNTER_RECEIPT_SCHEMA = {
  $id: 'EncounterReceipt',
  type: 'object',
  required: ['accepted', 'refused', 'wanted'],
  additionalProperties: false,
  properties: {
    accepted: { type: 'integer', minimum: 0 },
    refused: REFUSED,
    wanted: {
      type: 'array',
      maxItems: 1000,
      items: { type: 'string', maxLength: SUBJECT_LENGTH_MAX },
      description:
        'Pages, by hash, of which the network would like the text (POST /v1/submissions), if the site allows.',
    },
  },
} as const

/** {@link ENCOUNTER_RECEIPT_SCHEMA} as a type. */
export type WireEncounterReceipt = FromSchema<typeof ENCOUNTER_RECEIPT_SCHEMA>

/** The text of pages, sent by sites whose policy allows: without user, query and fragment. */
export const SUBMISSION_SCHEMA = {
  $id: 'Submission',
  type: 'object',
  required: ['subjects'],
  additionalProperties: false,
  properties: {
    subjects: {
      type: 'array',
      minItems: 1,
      maxItems: 1000,
      items: { type: 'string', minLength: 5, maxLength: SUBJECT_LENGTH_MAX },
      description: 'As "url:example.com/a/b".',
    },
  },
} as const

/** {@link SUBMISSION_SCHEMA} as a type. */
export type WireSubmission = FromSchema<typeof SUBMISSION_SCHEMA>

/** The answer to a submission. */
export const SUBMISSION_RECEIPT_SCHEMA = {
  $id: 'SubmissionReceipt',
  type: 'object',
  required: ['accepted', 'refused'],
  additionalProperties: false,
  properties: { accepted: { type: 'integer', minimum: 0 }, refused: REFUSED },
} as const

/** {@link SUBMISSION_RECEIPT_SCHEMA} as a type. */
export type WireSubmissionReceipt = FromSchema<typeof SUBMISSION_RECEIPT_SCHEMA>
