/**
 * What miners know of a subject, as a part of its explanation. Facts about the subject, for whoever may look it up: nothing
 * that would tell who reported them. What comes from sites has no time but the day: an hour, held against one's own log,
 * would say whose sighting it was.
 */
import type { FromSchema } from './schema.ts'

/** Sentences about one subject, at most. */
export const NOTES_MAX = 20

/** Characters of one sentence, at most. */
export const NOTE_LENGTH_MAX = 300

/** Moves of one name that are told, at most: the latest. */
export const MOVES_MAX = 20

/** Characters of the name of a registrar, at most. */
export const REGISTRAR_LENGTH_MAX = 200

const PLACE = {
  type: 'object',
  required: ['asn', 'country'],
  additionalProperties: false,
  properties: {
    asn: { type: 'integer', minimum: 1, maximum: 4_294_967_295 },
    country: { type: 'string', maxLength: 2, description: 'ISO 3166-1, two letters.' },
  },
} as const

const MOVE = {
  type: 'object',
  required: ['host', 'on', 'from', 'to', 'stableDays'],
  additionalProperties: false,
  properties: {
    host: { type: 'string', maxLength: 253 },
    on: { type: 'string', format: 'date', description: 'The day that it was first seen at the new place, in UTC.' },
    from: PLACE,
    to: PLACE,
    stableDays: { type: 'integer', minimum: 0, description: 'How long it was seen at the old place.' },
  },
} as const

/** Where a name led, and since when it is there. */
export const HOSTING_SCHEMA = {
  type: 'object',
  description: 'Where the name led and since when it is there; of domains, where anything is known.',
  required: ['domain'],
  additionalProperties: false,
  properties: {
    domain: {
      type: 'string',
      maxLength: 253,
      description: 'The registrable domain, which firstSeen and registration are of.',
    },
    firstSeen: {
      type: 'string',
      format: 'date',
      description: 'The first day of which a site told where a host of the domain led, in UTC.',
    },
    registration: {
      type: 'object',
      description: 'What the registry said, where it was asked and knew.',
      required: ['state'],
      additionalProperties: false,
      properties: {
        state: { enum: ['known', 'absent'] },
        registeredAt: { type: 'string', format: 'date-time' },
        registrar: { type: 'string', maxLength: REGISTRAR_LENGTH_MAX },
      },
    },
    moves: {
      type: 'array',
      maxItems: MOVES_MAX,
      items: MOVE,
      description:
        'When the name itself, or its www, went to another network in another country: the latest, oldest first. Told by two sites or a trusted one.',
    },
  },
} as const

/** {@link HOSTING_SCHEMA} as a type. */
export type WireHosting = FromSchema<typeof HOSTING_SCHEMA>

/** Properties of an explanation. All of them are absent where nothing is mined. */
export const MINED_PROPERTIES = {
  notes: {
    type: 'array',
    maxItems: NOTES_MAX,
    items: { type: 'string', maxLength: NOTE_LENGTH_MAX },
    description:
      'What miners know of the subject now, in sentences: signs of its name, what it is like, how many sites saw it ("few" for one or two). No evidence by themselves.',
  },
  notesState: {
    enum: ['unavailable'],
    description: 'The miners did not answer in time: neither notes nor hosting say anything.',
  },
  hosting: HOSTING_SCHEMA,
} as const

/** {@link MINED_PROPERTIES} as a type. */
export type WireMined = FromSchema<{ readonly type: 'object'; readonly properties: typeof MINED_PROPERTIES }>
