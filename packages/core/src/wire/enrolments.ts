/** Enrolments on the wire: an administrator opens one, an edge redeems it, once. */
import { NEW_KEY_SCHEMA } from './node.ts'
import type { FromSchema } from './schema.ts'

const TIME = { type: 'string', format: 'date-time' } as const

/** What an edge may be: the roles of people are given by hand, to people. */
export const ENROLLED_ROLES = ['reader', 'sensor'] as const

/** One of {@link ENROLLED_ROLES}. */
export type EnrolledRole = (typeof ENROLLED_ROLES)[number]

/** For how long a token is good where nobody says otherwise: a day. Seconds. */
export const ENROLMENT_SECONDS = 86_400

/** The shortest time that a token may be good for: a minute. Seconds. */
export const ENROLMENT_SECONDS_MIN = 60

/** The longest: 30 days. Seconds. */
export const ENROLMENT_SECONDS_MAX = 30 * 86_400

/** A request for a new enrolment: the key that an edge will have, and for how long it may come for it. */
export const NEW_ENROLMENT_SCHEMA = {
  $id: 'NewEnrolment',
  type: 'object',
  required: ['name', 'role'],
  additionalProperties: false,
  properties: {
    ...NEW_KEY_SCHEMA.properties,
    role: { enum: ENROLLED_ROLES },
    expiresInSeconds: {
      type: 'integer',
      minimum: ENROLMENT_SECONDS_MIN,
      maximum: ENROLMENT_SECONDS_MAX,
      description: 'For how long the token is good; a day if absent.',
    },
  },
} as const

/** {@link NEW_ENROLMENT_SCHEMA} as a type. */
export type WireNewEnrolment = FromSchema<typeof NEW_ENROLMENT_SCHEMA>

/** An enrolment that waits for its edge. */
export const ENROLMENT_SCHEMA = {
  $id: 'Enrolment',
  type: 'object',
  required: ['name', 'role', 'organisation', 'trust', 'createdAt', 'expiresAt'],
  additionalProperties: false,
  properties: {
    name: { type: 'string' },
    role: { enum: ENROLLED_ROLES },
    organisation: { type: 'string' },
    trust: { type: 'number' },
    createdAt: TIME,
    expiresAt: TIME,
    token: { type: 'string', description: 'For the edge: a secret, and the public key to pin. Shown once.' },
  },
} as const

/** {@link ENROLMENT_SCHEMA} as a type. */
export type WireEnrolment = FromSchema<typeof ENROLMENT_SCHEMA>

/** All open enrolments, without secrets. */
export const ENROLMENTS_SCHEMA = {
  $id: 'Enrolments',
  type: 'object',
  required: ['enrolments'],
  additionalProperties: false,
  properties: { enrolments: { type: 'array', items: ENROLMENT_SCHEMA } },
} as const

/** What an edge sends: the secret of its token, and the key that it has made for itself. */
export const REDEMPTION_SCHEMA = {
  $id: 'Redemption',
  type: 'object',
  required: ['secret', 'key'],
  additionalProperties: false,
  properties: {
    secret: { type: 'string', pattern: '^[a-z2-7]{32}$', maxLength: 32, description: 'Of the token: 160 bits.' },
    key: {
      type: 'string',
      pattern: '^tocsin_[a-z2-7]{52}$',
      maxLength: 59,
      description: 'Made by the edge of 256 random bits; its access key from now on.',
    },
  },
} as const

/** {@link REDEMPTION_SCHEMA} as a type. */
export type WireRedemption = FromSchema<typeof REDEMPTION_SCHEMA>
