/** Trust that sources have earned and lost, for administrators. */
import { EPOCH_REASONS } from '../scoring/index.ts'
import type { FromSchema } from './schema.ts'

const COUNT = { type: 'integer', minimum: 0 } as const
const TRUST = { type: 'number', minimum: 0, maximum: 1 } as const
const SOURCE = { type: 'string', minLength: 1, maxLength: 128, pattern: '^\\P{Cc}+$' } as const

/** How the statements of a source fared, see `Agreement` in core/scoring. */
export const AGREEMENT_SCHEMA = {
  $id: 'Agreement',
  type: 'object',
  required: ['confirmed', 'contradicted', 'revoked', 'open', 'confirmers', 'days'],
  additionalProperties: false,
  properties: {
    confirmed: { ...COUNT, description: 'Said first, and later by a trusted source of another organisation.' },
    contradicted: { ...COUNT, description: 'Cleared by an analyst.' },
    revoked: { ...COUNT, description: 'Taken back within a week, unconfirmed.' },
    open: { ...COUNT, description: 'Nobody has said anything to it yet.' },
    confirmers: { ...COUNT, description: 'Organisations that confirmed.' },
    days: { ...COUNT, description: 'Different days on which it said what was confirmed.' },
  },
} as const

/** A source with its trust, 0 to 1 in fifteenths. */
export const SOURCE_TRUST_SCHEMA = {
  $id: 'SourceTrust',
  type: 'object',
  required: ['name', 'origin', 'organisation', 'start', 'before', 'now', 'advice', 'why', 'counts'],
  additionalProperties: false,
  properties: {
    name: { type: 'string' },
    origin: { type: 'string' },
    organisation: { type: 'string' },
    start: { ...TRUST, description: 'As the operator gave it.' },
    before: { ...TRUST, description: 'Before the epoch.' },
    now: { ...TRUST, description: 'What its word counts.' },
    advice: { ...TRUST, description: 'Where the counts alone point.' },
    pinned: { ...TRUST, description: 'The operator’s word, which nothing that is learnt changes.' },
    why: { enum: EPOCH_REASONS },
    counts: AGREEMENT_SCHEMA,
  },
} as const

/** {@link SOURCE_TRUST_SCHEMA} as a type. */
export type WireSourceTrust = FromSchema<typeof SOURCE_TRUST_SCHEMA>

/** The table of an epoch. */
export const TRUST_SCHEMA = {
  $id: 'Trust',
  type: 'object',
  required: ['epoch', 'applied', 'sources'],
  additionalProperties: false,
  properties: {
    epoch: { ...COUNT, description: '0 before the first.' },
    at: { type: 'string', format: 'date-time', description: 'When the epoch was made; absent before the first.' },
    applied: { type: 'boolean', description: 'Whether it is in force; else what the next one would be.' },
    sources: { type: 'array', items: SOURCE_TRUST_SCHEMA },
  },
} as const

/** {@link TRUST_SCHEMA} as a type. */
export type WireTrust = FromSchema<typeof TRUST_SCHEMA>

/** Asks for the next epoch. */
export const TRUST_EPOCH_SCHEMA = {
  $id: 'TrustEpoch',
  type: 'object',
  required: ['apply'],
  additionalProperties: false,
  properties: { apply: { type: 'boolean', description: 'false computes it and changes nothing.' } },
} as const

/** {@link TRUST_EPOCH_SCHEMA} as a type. */
export type WireTrustEpoch = FromSchema<typeof TRUST_EPOCH_SCHEMA>

/** Holds a source at a trust. */
export const TRUST_PIN_SCHEMA = {
  $id: 'TrustPin',
  type: 'object',
  required: ['source', 'trust'],
  additionalProperties: false,
  properties: { source: { ...SOURCE, description: 'Its name, or that of its key.' }, trust: TRUST },
} as const

/** {@link TRUST_PIN_SCHEMA} as a type. */
export type WireTrustPin = FromSchema<typeof TRUST_PIN_SCHEMA>

/** Lets a source learn again. */
export const TRUST_UNPIN_SCHEMA = {
  $id: 'TrustUnpin',
  type: 'object',
  required: ['source'],
  additionalProperties: false,
  properties: { source: TRUST_PIN_SCHEMA.properties.source },
} as const

/** {@link TRUST_UNPIN_SCHEMA} as a type. */
export type WireTrustUnpin = FromSchema<typeof TRUST_UNPIN_SCHEMA>
