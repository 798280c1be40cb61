/** The settings of feeds, which `feeds.yaml` and the API share. */
import { KINDS } from '../evidence/index.ts'
import { SUBJECT_TYPES } from '../subject/index.ts'
import type { FromSchema } from './schema.ts'

const WORDS = { type: 'string', maxLength: 500 } as const
const SHARE = { type: 'number', minimum: 0, maximum: 1 } as const
const KIND = { enum: KINDS.map(kind => kind.name), description: 'From the catalogue of kinds.' } as const
const TYPES = { type: 'array', maxItems: 5, items: { enum: SUBJECT_TYPES } } as const
const COLUMN = {
  anyOf: [
    { type: 'string', minLength: 1, maxLength: 100 },
    { type: 'integer', minimum: 1, maximum: 1000 },
  ],
} as const
const CONFIDENCE = { type: 'number', exclusiveMinimum: 0, maximum: 1 } as const

/** What a feed may be called: the name of its source in the ledger, and of its folder. */
export const FEED_NAME = { type: 'string', pattern: '^[a-z0-9][a-z0-9._-]{0,63}$' } as const

const YEAR_HOURS = 8760

/** The settings of a feed, but for its name. */
const SETTINGS = {
  address: {
    type: 'string',
    minLength: 1,
    maxLength: 2000,
    description:
      'https: or http:, the path of a file or of a folder on the machine of the node, or packaged:NAME. "${TOCSIN_FEED_…}" stands for a variable of the node\'s environment.',
  },
  format: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,39}$', description: '"auto" (the default) finds it.' },
  columns: {
    type: 'object',
    description: 'For the format "csv": which column holds what, by its name or by its number from 1.',
    required: ['subject'],
    additionalProperties: false,
    properties: {
      subject: COLUMN,
      observedAt: COLUMN,
      confidence: COLUMN,
      separator: { type: 'string', minLength: 1, maxLength: 1 },
      header: { type: 'boolean' },
    },
  },
  kind: { ...KIND, description: 'What an entry means; where absent, what the format says, else "listed".' },
  kinds: {
    type: 'object',
    description: 'What an entry means by the type of its subject; before "kind".',
    additionalProperties: false,
    properties: { ip: KIND, net: KIND, domain: KIND, url: KIND, file: KIND },
  },
  confidence: {
    description:
      'A number for all entries (1 is the default), or "low" and "high": what the feed says is laid between.',
    anyOf: [
      CONFIDENCE,
      {
        type: 'object',
        required: ['low', 'high'],
        additionalProperties: false,
        properties: { low: CONFIDENCE, high: CONFIDENCE },
      },
    ],
  },
  mode: {
    enum: ['standing', 'window'],
    description:
      'standing (the default): what it drops is taken back. window: it shows the last days; drops say nothing.',
  },
  expireAfterHours: {
    type: 'integer',
    minimum: 1,
    maximum: 10 * YEAR_HOURS,
    description: 'For "window": what was not seen for so long is taken back. Needed where the kind does not fade.',
  },
  trust: { ...SHARE, description: 'How far it counts; 0.8 is the default.' },
  organisation: {
    type: 'string',
    minLength: 1,
    maxLength: 64,
    description: 'Who is behind it: feeds of one organisation count as one. Its name, where absent.',
  },
  licence: WORDS,
  attribution: WORDS,
  homepage: WORDS,
  everySeconds: { type: 'integer', minimum: 60, maximum: 2_592_000, description: '3600 is the default.' },
  staleAfterHours: {
    type: 'integer',
    minimum: 1,
    maximum: YEAR_HOURS,
    description: 'Without a good copy for so long it is called stale; 72 is the default.',
  },
  enabled: { type: 'boolean', description: 'true is the default.' },
  shrinkMax: { ...SHARE, description: 'The share of its entries that it may lose at once; 0.5 is the default.' },
  growMax: {
    type: 'number',
    minimum: 1,
    maximum: 1000,
    description: 'How many times as long it may be at once, above 1,000 entries; 2 is the default.',
  },
  bytesMax: {
    type: 'integer',
    minimum: 1,
    maximum: 2_147_483_648,
    description: 'Bytes as they are fetched; 104857600 is the default.',
  },
  headers: {
    type: 'object',
    description: 'Sent with each request. Secrets stand as "${TOCSIN_FEED_…}".',
    maxProperties: 20,
    propertyNames: { pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$" },
    additionalProperties: { type: 'string', maxLength: 1000, pattern: '^[\\x20-\\x7e]*$' },
  },
  allowedHosts: {
    type: 'array',
    maxItems: 20,
    items: { type: 'string', minLength: 1, maxLength: 260 },
    description: 'Hosts, "name" or "name:port", that may lie off the public internet.',
  },
  include: { ...TYPES, description: 'Only subjects of these types are taken.' },
  exclude: { ...TYPES, description: 'Subjects of these types are left out.' },
  hosts: {
    type: 'boolean',
    description: 'false: only its pages and files are taken, and no name or address is condemned. true is the default.',
  },
} as const

/** The settings of a feed, as they stand in `feeds.yaml` below its name. */
export const FEED_SETTINGS_SCHEMA = {
  $id: 'FeedSettings',
  type: 'object',
  required: ['address'],
  additionalProperties: false,
  properties: SETTINGS,
} as const

/** {@link FEED_SETTINGS_SCHEMA} as a type. */
export type WireFeedSettings = FromSchema<typeof FEED_SETTINGS_SCHEMA>

/** A request to add a feed: without an address, the one of this name in the catalogue is taken, changed as said. */
export const NEW_FEED_SCHEMA = {
  $id: 'NewFeed',
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: FEED_NAME,
    acceptTerms: { type: 'boolean', description: 'That its terms were read, where the catalogue asks for it.' },
    ...SETTINGS,
  },
} as const

/** {@link NEW_FEED_SCHEMA} as a type. */
export type WireNewFeed = FromSchema<typeof NEW_FEED_SCHEMA>

/** A request to switch a feed on or off; what is not configured yet is taken from the catalogue. */
export const FEED_SWITCH_SCHEMA = {
  $id: 'FeedSwitch',
  type: 'object',
  required: ['enabled'],
  additionalProperties: false,
  properties: { enabled: { type: 'boolean' }, acceptTerms: NEW_FEED_SCHEMA.properties.acceptTerms },
} as const

/** {@link FEED_SWITCH_SCHEMA} as a type. */
export type WireFeedSwitch = FromSchema<typeof FEED_SWITCH_SCHEMA>
