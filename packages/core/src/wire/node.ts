/** What a node says about itself: head, counts, keys, problems. */
import { SUBJECT_TYPES } from '../subject/index.ts'
import type { FromSchema } from './schema.ts'

const COUNT = { type: 'integer', minimum: 0 } as const
const TIME = { type: 'string', format: 'date-time' } as const
const HASH = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const

/** Where the book is. */
export const HEAD_SCHEMA = {
  $id: 'Head',
  type: 'object',
  required: ['bookId', 'sequence', 'publishedAt', 'entries', 'stateHash'],
  additionalProperties: false,
  properties: {
    bookId: { type: 'string' },
    sequence: { ...COUNT, description: 'Published batches.' },
    publishedAt: TIME,
    entries: { type: 'object', required: SUBJECT_TYPES, properties: eachType(COUNT) },
    stateHash: { type: 'object', required: SUBJECT_TYPES, properties: eachType(HASH) },
  },
} as const

/** {@link HEAD_SCHEMA} as a type. */
export type WireHead = FromSchema<typeof HEAD_SCHEMA>

/** Live counts for the dashboard. */
export const STATUS_SCHEMA = {
  $id: 'Status',
  type: 'object',
  required: ['version', 'startedAt', 'now', 'head', 'ledger', 'lookups', 'sources'],
  additionalProperties: false,
  properties: {
    version: { type: 'string' },
    startedAt: TIME,
    now: TIME,
    head: HEAD_SCHEMA,
    ledger: {
      type: 'object',
      required: ['subjects', 'evidence', 'waiting'],
      additionalProperties: false,
      properties: { subjects: COUNT, evidence: COUNT, waiting: { ...COUNT, description: 'Touched, not scored yet.' } },
    },
    lookups: {
      type: 'array',
      items: {
        type: 'object',
        required: ['door', 'verdict', 'action', 'count'],
        additionalProperties: false,
        properties: {
          door: { type: 'string' },
          verdict: { type: 'string' },
          action: { type: 'string' },
          count: COUNT,
        },
      },
    },
    sources: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'origin', 'trust', 'evidence'],
        additionalProperties: false,
        properties: {
          name: { type: 'string' },
          origin: { type: 'string' },
          trust: { type: 'number' },
          evidence: COUNT,
        },
      },
    },
  },
} as const

/** {@link STATUS_SCHEMA} as a type. */
export type WireStatus = FromSchema<typeof STATUS_SCHEMA>

/** What a key may do: each role may do all that the ones before it may. */
export const ROLES = ['reader', 'sensor', 'analyst', 'admin'] as const

/** One of {@link ROLES}. */
export type Role = (typeof ROLES)[number]

/** A request for a new key. */
export const NEW_KEY_SCHEMA = {
  $id: 'NewKey',
  type: 'object',
  required: ['name', 'role'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 64, pattern: '^[a-z0-9][a-z0-9._-]*$' },
    role: { enum: ROLES },
    organisation: {
      type: 'string',
      minLength: 1,
      maxLength: 64,
      description: 'Who answers for it; its name, if absent.',
    },
    trust: { type: 'number', minimum: 0, maximum: 1, description: '0.3 (fresh) if absent.' },
  },
} as const

/** {@link NEW_KEY_SCHEMA} as a type. */
export type WireNewKey = FromSchema<typeof NEW_KEY_SCHEMA>

/** A key without its secret. */
export const KEY_SCHEMA = {
  $id: 'Key',
  type: 'object',
  required: ['name', 'role', 'organisation', 'trust', 'createdAt', 'dnsLabel'],
  additionalProperties: false,
  properties: {
    name: { type: 'string' },
    role: { enum: ROLES },
    organisation: { type: 'string' },
    trust: { type: 'number' },
    createdAt: TIME,
    dnsLabel: { type: 'string', description: 'Goes between the name and the zone of a DNS question.' },
    token: { type: 'string', description: 'The secret. Shown once, when the key is made.' },
  },
} as const

/** {@link KEY_SCHEMA} as a type. */
export type WireKey = FromSchema<typeof KEY_SCHEMA>

/** All keys, without secrets. */
export const KEYS_SCHEMA = {
  $id: 'Keys',
  type: 'object',
  required: ['keys'],
  additionalProperties: false,
  properties: { keys: { type: 'array', items: KEY_SCHEMA } },
} as const

/** An error, RFC 9457. */
export const PROBLEM_SCHEMA = {
  $id: 'Problem',
  type: 'object',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { enum: ['invalid', 'unauthorized', 'limited', 'not-found', 'stale', 'unavailable', 'internal'] },
  },
} as const

/** {@link PROBLEM_SCHEMA} as a type. */
export type WireProblem = FromSchema<typeof PROBLEM_SCHEMA>

function eachType<S>(schema: S): Readonly<Record<(typeof SUBJECT_TYPES)[number], S>> {
  return { ip: schema, net: schema, domain: schema, url: schema, file: schema }
}
