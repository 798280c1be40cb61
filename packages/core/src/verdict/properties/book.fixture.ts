/** The book of a little world, through the eight bytes of each entry, and the answers that it gives. */
import assert from 'node:assert/strict'
import { encodeHex } from '../../base/index.ts'
import type { Instant } from '../../evidence/index.ts'
import { caseOf, typeOf, type World } from '../../scoring/properties/world.fixture.ts'
import { netRange, PrefixTable, parseSubject, type Subject, subjectKey } from '../../subject/index.ts'
import { type Answer, answerFor, type EntryReader } from '../answer.ts'
import { type Entry, entryOf, packEntry, unpackEntry } from '../entry.ts'

/** The canonical subject of a text of this world. */
export function subjectOf(text: string): Subject {
  const parsed = parseSubject(text)
  assert.ok(parsed.ok, text)
  return parsed.value
}

/** Entries by canonical text. */
export function entriesOf(world: World): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  for (const text of world.subjects) {
    const kase = caseOf(world, text)
    // The scorer asks nothing of a subject of which nothing is said.
    const entry = kase.records.length === 0 && kase.relations === undefined ? undefined : entryOf(kase)
    if (entry !== undefined) entries.set(text, unpackEntry(packEntry(entry)))
  }
  return entries
}

/** What a door asks. */
export function readerOf(entries: ReadonlyMap<string, Entry>): EntryReader {
  const byKey = new Map<string, Entry>()
  const nets = new PrefixTable<Entry>()
  for (const [text, entry] of entries) {
    const subject = subjectOf(text)
    byKey.set(`${typeOf(text)} ${encodeHex(subjectKey(subject))}`, entry)
    if (subject.type !== 'net' && subject.type !== 'ip') continue
    const { address, prefixLength } = netRange(subject)
    nets.set(address, prefixLength, entry)
  }
  return {
    get: (type, key) => byKey.get(`${type} ${encodeHex(key)}`),
    matchIp: address => nets.match(address).map(({ prefixLength, value }) => ({ prefixLength, entry: value })),
  }
}

/** The answer at a time, by a site without lists of its own. */
export function answerIn(world: World, question: string, now: Instant): Answer {
  return answerFor(subjectOf(question), readerOf(entriesOf(world)), {
    suffixes: { registrableDomain: host => (host.endsWith('example.com') ? 'example.com' : undefined) },
    policy: { level: 'medium', untested: 'allow', lists: [] },
    freshness: { state: 'fresh', ageSeconds: 0 },
    now,
  })
}

/**
 * Whether anything that a question matches may hold back what it lies in: then the number of organisations that an
 * entry tells decides, and that does not fade.
 */
export function isShielded(world: World, about: readonly string[]): boolean {
  const entries = entriesOf(world)
  return about.some(text => entries.get(text)?.protection !== undefined)
}
