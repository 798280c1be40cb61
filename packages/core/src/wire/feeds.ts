/** What a node tells of its feeds. */
import { FEED_SETTINGS_SCHEMA } from './feed-settings.ts'
import type { FromSchema } from './schema.ts'

const COUNT = { type: 'integer', minimum: 0 } as const
const TIME = { type: 'string', format: 'date-time' } as const
const SHARE = { type: 'number', minimum: 0, maximum: 1 } as const

/** How a turn can end. */
export const FEED_OUTCOMES = ['unchanged', 'followed', 'refused', 'failed'] as const

/** One of {@link FEED_OUTCOMES}. */
export type FeedOutcome = (typeof FEED_OUTCOMES)[number]

/** One turn of a feed: fetched, looked at, and followed or not. */
export const FEED_TURN_SCHEMA = {
  $id: 'FeedTurn',
  type: 'object',
  required: ['at', 'outcome', 'entries', 'added', 'changed', 'removed', 'refused', 'skipped', 'bytes', 'milliseconds'],
  additionalProperties: false,
  properties: {
    at: TIME,
    outcome: { enum: FEED_OUTCOMES },
    entries: { ...COUNT, description: 'Different entries that were read.' },
    added: COUNT,
    changed: COUNT,
    removed: COUNT,
    refused: { ...COUNT, description: 'Lines or objects that could not be taken.' },
    skipped: COUNT,
    bytes: COUNT,
    milliseconds: COUNT,
    reason: { type: 'string', description: 'Why it was refused, or failed.' },
  },
} as const

/** {@link FEED_TURN_SCHEMA} as a type. */
export type WireFeedTurn = FromSchema<typeof FEED_TURN_SCHEMA>

/** In which state a feed is; the first that fits. */
export const FEED_STATES = ['disabled', 'stale', 'held', 'failing', 'waiting', 'good'] as const

/** One of {@link FEED_STATES}. */
export type FeedState = (typeof FEED_STATES)[number]

const OVERVIEW = {
  name: { type: 'string' },
  state: {
    enum: FEED_STATES,
    description: 'held: a copy was refused and waits for an administrator; waiting: it had no turn yet.',
  },
  address: { type: 'string' },
  entries: COUNT,
  trust: SHARE,
  organisation: { type: 'string' },
  licence: { type: 'string' },
  checkedAt: { ...TIME, description: 'When it was last found as it is here.' },
  goodAt: { ...TIME, description: 'When the copy that is followed was fetched.' },
  nextAt: TIME,
  error: { type: 'string' },
} as const

const OVERVIEW_REQUIRED = ['name', 'state', 'address', 'entries', 'trust', 'organisation'] as const

/** All feeds in short. */
export const FEEDS_SCHEMA = {
  $id: 'Feeds',
  type: 'object',
  required: ['feeds'],
  additionalProperties: false,
  properties: {
    feeds: {
      type: 'array',
      items: { type: 'object', required: OVERVIEW_REQUIRED, additionalProperties: false, properties: OVERVIEW },
    },
  },
} as const

/** {@link FEEDS_SCHEMA} as a type. */
export type WireFeeds = FromSchema<typeof FEEDS_SCHEMA>

/** What the ledger says about a feed beside the others, from a sample of its subjects. */
export const FEED_STATISTICS_SCHEMA = {
  $id: 'FeedStatistics',
  type: 'object',
  required: ['evidence', 'newInWeek', 'sampled', 'uniqueShare', 'firstShare', 'overlaps'],
  additionalProperties: false,
  properties: {
    evidence: COUNT,
    newInWeek: { ...COUNT, description: 'Entries that were received or changed in the last 7 days.' },
    sampled: { ...COUNT, description: 'Subjects that the shares are computed from.' },
    uniqueShare: { ...SHARE, description: 'Subjects that no other source knows.' },
    firstShare: { ...SHARE, description: 'Of the subjects that others know too: those that came from here first.' },
    overlaps: {
      type: 'array',
      description: 'The other lists that share most with it; people who report are one row.',
      items: {
        type: 'object',
        required: ['source', 'share'],
        additionalProperties: false,
        properties: { source: { type: 'string' }, share: SHARE },
      },
    },
  },
} as const

/** {@link FEED_STATISTICS_SCHEMA} as a type. */
export type WireFeedStatistics = FromSchema<typeof FEED_STATISTICS_SCHEMA>

/** All about one feed. */
export const FEED_STATUS_SCHEMA = {
  $id: 'FeedStatus',
  type: 'object',
  required: [...OVERVIEW_REQUIRED, 'settings', 'turns', 'refusals'],
  additionalProperties: false,
  properties: {
    ...OVERVIEW,
    settings: FEED_SETTINGS_SCHEMA,
    format: { type: 'string', description: 'As it was found.' },
    held: {
      type: 'object',
      description: 'The copy that is not followed.',
      required: ['cause', 'entries', 'since', 'turns', 'agreed'],
      additionalProperties: false,
      properties: {
        cause: { enum: ['empty', 'shrunk', 'swollen'] },
        entries: COUNT,
        since: TIME,
        turns: COUNT,
        agreed: { type: 'boolean', description: 'The next turn follows a copy of about this length.' },
      },
    },
    turns: { type: 'array', items: FEED_TURN_SCHEMA, description: 'The last ones, newest first.' },
    refusals: {
      type: 'array',
      description: 'The first lines or objects that the last turn could not take.',
      items: {
        type: 'object',
        required: ['place', 'reason'],
        additionalProperties: false,
        properties: { place: COUNT, reason: { type: 'string' } },
      },
    },
    statistics: FEED_STATISTICS_SCHEMA,
  },
} as const

/** {@link FEED_STATUS_SCHEMA} as a type. */
export type WireFeedStatus = FromSchema<typeof FEED_STATUS_SCHEMA>

/** What the next turn would do. */
export const FEED_DIFF_SCHEMA = {
  $id: 'FeedDiff',
  type: 'object',
  required: ['outcome', 'entries', 'added', 'changed', 'removed', 'firstAdded', 'firstRemoved'],
  additionalProperties: false,
  properties: {
    outcome: { enum: ['unchanged', 'followed', 'refused'] },
    reason: { type: 'string' },
    entries: COUNT,
    added: COUNT,
    changed: COUNT,
    removed: COUNT,
    firstAdded: { type: 'array', items: { type: 'string' } },
    firstRemoved: { type: 'array', items: { type: 'string' } },
  },
} as const

/** {@link FEED_DIFF_SCHEMA} as a type. */
export type WireFeedDiff = FromSchema<typeof FEED_DIFF_SCHEMA>

/** Well-known feeds that can be added by name. */
export const FEED_CATALOGUE_SCHEMA = {
  $id: 'FeedCatalogue',
  type: 'object',
  required: ['feeds'],
  additionalProperties: false,
  properties: {
    feeds: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'about', 'terms', 'settings', 'configured'],
        additionalProperties: false,
        properties: {
          name: { type: 'string' },
          about: { type: 'string', description: 'What it is good for.' },
          terms: { type: 'string', description: 'What its publisher asks for.' },
          asks: {
            enum: ['non-commercial', 'registration', 'permission'],
            description: 'Why it is added only by who says that the terms were read.',
          },
          settings: FEED_SETTINGS_SCHEMA,
          configured: { type: 'boolean' },
        },
      },
    },
  },
} as const

/** {@link FEED_CATALOGUE_SCHEMA} as a type. */
export type WireFeedCatalogue = FromSchema<typeof FEED_CATALOGUE_SCHEMA>

/** The answer to the removal of a feed. */
export const FEED_REMOVED_SCHEMA = {
  $id: 'FeedRemoved',
  type: 'object',
  required: ['retracted'],
  additionalProperties: false,
  properties: { retracted: COUNT },
} as const

/** {@link FEED_REMOVED_SCHEMA} as a type. */
export type WireFeedRemoved = FromSchema<typeof FEED_REMOVED_SCHEMA>
