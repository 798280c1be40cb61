/** Entries of the book by their keys: for an edge that mirrors a part of it, and asks for the rest. */
import { SUBJECT_TYPES } from '../subject/index.ts'
import { type Entry, packEntry, unpackEntry } from '../verdict/index.ts'
import { HEAD_SCHEMA } from './node.ts'
import type { FromSchema } from './schema.ts'

/** Keys in one request, at most: all that 130 pages of 31 expressions match, or 4,096 addresses. */
export const ENTRY_KEYS_MAX = 4096

/**
 * What is asked for. A domain, page or file is named by its key (`subjectKey`, 64 hex digits); an address, of type `ip`, by
 * its 4 or 16 bytes, and the answer holds all nets around it.
 */
export const ENTRY_KEYS_SCHEMA = {
  $id: 'EntryKeys',
  type: 'object',
  required: ['keys'],
  additionalProperties: false,
  properties: {
    keys: {
      type: 'array',
      maxItems: ENTRY_KEYS_MAX,
      items: {
        type: 'object',
        required: ['type', 'key'],
        additionalProperties: false,
        properties: {
          type: { enum: SUBJECT_TYPES.filter(type => type !== 'net') },
          key: {
            type: 'string',
            pattern: '^(?:[0-9a-f]{8}|[0-9a-f]{32}|[0-9a-f]{64})$',
            description: 'The 32 bytes of a key; for "ip" the 4 or 16 bytes of the address.',
          },
        },
      },
    },
  },
} as const

/** {@link ENTRY_KEYS_SCHEMA} as a type. */
export type WireEntryKeys = FromSchema<typeof ENTRY_KEYS_SCHEMA>

/** One of the keys. */
export type WireEntryKey = WireEntryKeys['keys'][number]

/** What the book holds, in the order of the keys, and what it is worth. */
export const ENTRIES_SCHEMA = {
  $id: 'Entries',
  type: 'object',
  required: ['head', 'state', 'ageSeconds', 'entries'],
  additionalProperties: false,
  properties: {
    head: HEAD_SCHEMA,
    state: { enum: ['fresh', 'stale', 'unavailable'] },
    ageSeconds: { type: 'integer', minimum: 0 },
    entries: {
      type: 'array',
      description: 'For each key what it meets: nothing, an entry, or an address and the nets around it.',
      items: {
        type: 'array',
        items: {
          type: 'object',
          required: ['entry'],
          additionalProperties: false,
          properties: {
            entry: { type: 'string', pattern: '^[0-9a-f]{16}$', description: 'The eight bytes of the entry.' },
            prefixLength: { type: 'integer', minimum: 0, maximum: 128, description: 'With addresses.' },
          },
        },
      },
    },
  },
} as const

/** {@link ENTRIES_SCHEMA} as a type. */
export type WireEntries = FromSchema<typeof ENTRIES_SCHEMA>

/** An entry on its way: its two words, the greater end first, as 16 hex digits. */
export function entryToHex(entry: Entry): string {
  const { when, what } = packEntry(entry)
  return `${when.toString(16).padStart(8, '0')}${what.toString(16).padStart(8, '0')}`
}

/** Reads it back; `undefined` for what is no entry: another form, or a score above 100. */
export function entryFromHex(text: string): Entry | undefined {
  if (!/^[0-9a-f]{16}$/.test(text)) return undefined
  const entry = unpackEntry({
    when: Number.parseInt(text.slice(0, 8), 16),
    what: Number.parseInt(text.slice(8), 16),
  })
  return entry.score <= 100 ? entry : undefined
}
