/** Entries by their keys: for an edge that mirrors a part of the book, or whose mirror is behind. */
import { decodeHex, ProblemError } from '@tocsin/core/base'
import type { EntryReader, Freshness } from '@tocsin/core/verdict'
import {
  ENTRIES_SCHEMA,
  ENTRY_KEYS_SCHEMA,
  entryToHex,
  type WireEntries,
  type WireEntryKey,
  type WireEntryKeys,
} from '@tocsin/core/wire'
import type { FastifyInstance } from 'fastify'
import type { Book } from '../../book/book.ts'
import type { Gate } from './access.ts'
import { headToWire } from './head.ts'
import { describe } from './route-schema.ts'

/** What entries are read from. */
export interface EntriesOptions {
  readonly book: EntryReader & Pick<Book, 'head'>
  /** What the book is worth now. */
  readonly freshness: () => Freshness
}

type WireMatches = WireEntries['entries'][number]

/** Mounts `POST /v1/book/entries`. What it tells of a thousand subjects takes a few milliseconds. */
export function mountEntries(app: FastifyInstance, gate: Gate, { book, freshness }: EntriesOptions): void {
  const schema = describe('book', 'Up to 4,096 entries by their keys.', ENTRIES_SCHEMA, ENTRY_KEYS_SCHEMA)
  app.post('/v1/book/entries', { onRequest: gate.requireLookup, schema }, (request): WireEntries => {
    const { keys } = request.body as WireEntryKeys
    const entries = keys.map((key, place) => matchesOf(key, place, book))
    return { head: headToWire(book.head()), ...freshness(), entries }
  })
}

function matchesOf({ type, key }: WireEntryKey, place: number, book: EntryReader): WireMatches {
  const bytes = decodeHex(key)!
  if ((type === 'ip') !== bytes.length < 32) {
    const message = `Cannot read the body: field "keys[${place}].key" must be ${type === 'ip' ? '8 or 32' : '64'} hex digits`
    throw new ProblemError({ code: 'invalid', message })
  }
  if (type === 'ip') {
    const matches = book.matchIp(bytes)
    return matches.map(({ entry, prefixLength }) => ({ entry: entryToHex(entry), prefixLength }))
  }
  const entry = book.get(type, bytes)
  return entry === undefined ? [] : [{ entry: entryToHex(entry) }]
}
