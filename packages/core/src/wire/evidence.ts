/** Reports on the wire. */
import { KINDS } from '../evidence/index.ts'
import { SUBJECT_LENGTH_MAX } from './reputation.ts'
import type { FromSchema } from './schema.ts'

/** Items in one report, at most; a stream (NDJSON) may hold any number. */
export const REPORT_MAX = 10_000

/** Subjects related to one item, at most. */
export const RELATED_MAX = 100

/** Other names of the very same file, and its fuzzy digest. What each must look like is checked again at the intake. */
export const DIGESTS_SCHEMA = {
  type: 'object',
  description: 'Of evidence about a file: other digests of the very same content, in hexadecimal.',
  additionalProperties: false,
  properties: {
    md5: { type: 'string', minLength: 32, maxLength: 32 },
    sha1: { type: 'string', minLength: 40, maxLength: 40 },
    sha256: { type: 'string', minLength: 64, maxLength: 64 },
    tlsh: { type: 'string', minLength: 70, maxLength: 72, description: 'With or without "T1" before its 70 digits.' },
  },
} as const

/** {@link DIGESTS_SCHEMA} as a type. */
export type WireDigests = FromSchema<typeof DIGESTS_SCHEMA>

/** One observation. */
export const EVIDENCE_SCHEMA = {
  $id: 'Evidence',
  type: 'object',
  description: 'One observation about one subject. It carries nothing about people or content.',
  required: ['subject', 'kind'],
  additionalProperties: false,
  properties: {
    subject: { type: 'string', minLength: 1, maxLength: SUBJECT_LENGTH_MAX },
    kind: { enum: KINDS.map(kind => kind.name), description: 'From the catalogue of kinds.' },
    confidence: { type: 'number', exclusiveMinimum: 0, maximum: 1, default: 1 },
    observedAt: { type: 'string', format: 'date-time', description: 'When it was seen; now, where absent.' },
    id: { type: 'string', minLength: 1, maxLength: 128, description: 'Yours, unique for 7 days: say it again safely.' },
    group: { type: 'string', minLength: 1, maxLength: 128, description: 'Opaque: one mail, page or download.' },
    related: {
      type: 'array',
      maxItems: RELATED_MAX,
      items: { type: 'string', maxLength: SUBJECT_LENGTH_MAX },
      description: 'Other subjects met in the same mail, page or download.',
    },
    digests: DIGESTS_SCHEMA,
  },
} as const

/** {@link EVIDENCE_SCHEMA} as a type, the kind being any text until it is checked. */
export type WireEvidence = FromSchema<typeof EVIDENCE_SCHEMA>

/** Items that were not taken, by their places, and why; the first thousand. */
export const REFUSED = {
  type: 'array',
  items: {
    type: 'object',
    required: ['index', 'reason'],
    additionalProperties: false,
    properties: { index: { type: 'integer', minimum: 0 }, reason: { type: 'string' } },
  },
} as const

/** The answer to a report, given once what it accepts is durable. */
export const RECEIPT_SCHEMA = {
  $id: 'Receipt',
  type: 'object',
  required: ['accepted', 'duplicate', 'refused'],
  additionalProperties: false,
  properties: {
    accepted: { type: 'integer', minimum: 0 },
    duplicate: { type: 'integer', minimum: 0 },
    refused: REFUSED,
  },
} as const

/** {@link RECEIPT_SCHEMA} as a type. */
export type WireReceipt = FromSchema<typeof RECEIPT_SCHEMA>

/** Evidence taken back by who gave it. */
export const RETRACTION_SCHEMA = {
  $id: 'Retraction',
  type: 'object',
  required: ['retractions'],
  additionalProperties: false,
  properties: {
    retractions: {
      type: 'array',
      minItems: 1,
      maxItems: REPORT_MAX,
      items: {
        type: 'object',
        required: ['subject', 'kind'],
        additionalProperties: false,
        properties: { subject: EVIDENCE_SCHEMA.properties.subject, kind: EVIDENCE_SCHEMA.properties.kind },
      },
    },
  },
} as const

/** {@link RETRACTION_SCHEMA} as a type. */
export type WireRetraction = FromSchema<typeof RETRACTION_SCHEMA>

/** The answer to a retraction. */
export const RETRACTED_SCHEMA = {
  $id: 'Retracted',
  type: 'object',
  required: ['retracted'],
  additionalProperties: false,
  properties: { retracted: { type: 'integer', minimum: 0 } },
} as const

/** The outcome of importing a whole list. */
export const IMPORT_SCHEMA = {
  $id: 'Import',
  type: 'object',
  required: ['source', 'lines', 'accepted', 'refused', 'skipped', 'retracted', 'refusals'],
  additionalProperties: false,
  properties: {
    source: { type: 'string' },
    lines: { type: 'integer', minimum: 0, description: 'All lines read, comments and blank ones too.' },
    accepted: { type: 'integer', minimum: 0, description: 'Lines that named a subject, repeats included.' },
    refused: { type: 'integer', minimum: 0 },
    skipped: { type: 'integer', minimum: 0, description: 'Blank lines and comments.' },
    retracted: { type: 'integer', minimum: 0, description: 'What the list held before and does not hold any more.' },
    refusals: {
      type: 'array',
      description: 'The first refused lines.',
      items: {
        type: 'object',
        required: ['line', 'reason'],
        additionalProperties: false,
        properties: { line: { type: 'integer', minimum: 1 }, reason: { type: 'string' } },
      },
    },
  },
} as const

/** {@link IMPORT_SCHEMA} as a type. */
export type WireImport = FromSchema<typeof IMPORT_SCHEMA>
