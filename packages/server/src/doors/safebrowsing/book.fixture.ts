/** A real book in a file, written as the scorer writes it, and the door on it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fail, sha256 } from '@tocsin/core/base'
import { isHashOnly, type PublicSuffixes, parseSubject, type Subject, subjectKey } from '@tocsin/core/subject'
import { type AnswerState, answerFor, type Entry, type Policy, PolicyList } from '@tocsin/core/verdict'
import { buildMemory, emptyMemory } from '../../book/table/build.ts'
import { SharedBook } from '../../book/table/shared-book.ts'
import { openBookStore } from '../../book/table/store.ts'
import { silentLog } from '../../ops/events.ts'
import { openToOrigins } from '../http/headers.ts'
import { createListener } from '../http/listener.ts'
import { mountSafeBrowsing } from './door.ts'

/** 2023-11-14T22:13:20Z. */
export const NOW = 1_700_000_000_000

const FOR_GOOD = 63

/** The last two labels, enough for tests. */
export const SUFFIXES: PublicSuffixes = {
  registrableDomain: host => (host.includes('.') ? host.split('.').slice(-2).join('.') : undefined),
}

/** A subject that a test relies on. */
export function subjectOf(text: string): Subject {
  const subject = parseSubject(text)
  if (!subject.ok) throw new Error(subject.problem.message)
  return subject.value
}

/** An entry that is blocked at medium and holds for good. */
export function badEntry(reason: Entry['reason'], more: Partial<Entry> = {}): Entry {
  return {
    score: 12,
    reason,
    incriminated: true,
    stops: false,
    scoredAt: 0,
    lapses: [FOR_GOOD, FOR_GOOD, FOR_GOOD],
    restsSafe: false,
    protection: undefined,
    organisations: 0,
    ...more,
  }
}

/** What a test may set. */
export interface DoorSettings {
  readonly approved?: readonly string[]
  readonly blocked?: readonly string[]
  readonly entries?: Readonly<Record<string, Entry>>
}

/** Starts a book with entries and the door on it; time stands still but for `pass`. */
export async function startDoor({ approved = [], blocked = [], entries = {} }: DoorSettings = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-safebrowsing-'))
  const path = join(folder, 'book.sqlite')
  const store = openBookStore(path)
  const book = new SharedBook(path, emptyMemory(), async () => fail('unavailable', 'not here'))
  let now = NOW
  let state: AnswerState = 'fresh'
  const publish = (changed: Readonly<Record<string, Entry | undefined>>) => {
    const changes = Object.entries(changed).map(([text, entry]) => {
      const subject = subjectOf(text)
      const value = isHashOnly(subject) ? undefined : subject.value
      return { type: subject.type, key: subjectKey(subject), value, entry }
    })
    const publication = store.publish(changes, store.place() + 1, now)
    if (publication === undefined) return
    book.adopt(buildMemory(path).memory)
    book.moveTo(publication.head)
  }
  publish(entries)
  const list = new PolicyList('site', approved.map(subjectOf), blocked.map(subjectOf))
  const policy: Policy = { level: 'medium', untested: 'allow', lists: [list] }
  const listener = await createListener({
    address: '127.0.0.1',
    port: 0,
    authenticate: token => (token === 'good' ? { name: 'alice', role: 'reader' } : undefined),
    readiness: () => ({ ready: true }),
    version: '0.1.0',
    log: silentLog,
  })
  mountSafeBrowsing(listener.app, {
    book,
    answer: subject =>
      answerFor(subject, book, { suffixes: SUFFIXES, policy, freshness: { state, ageSeconds: 0 }, now }),
    policy,
    suffixes: SUFFIXES,
    blocked: blocked.map(subjectOf),
    freshness: () => ({ state, ageSeconds: 0 }),
    requireLookup: listener.gate.requireLookup,
    sendPreflight: reply => {
      openToOrigins(reply)
      return reply.code(204).send()
    },
    clock: () => now,
    sha256,
    ttlSeconds: 300,
    negativeTtlSeconds: 60,
  })
  const get = async (url: string, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') => {
    const response = await listener.app.inject({ url, headers, remoteAddress })
    return { status: response.statusCode, headers: response.headers, bytes: response.rawPayload, text: response.body }
  }
  return {
    app: listener.app,
    get,
    publish,
    /** Moves the clock. */
    pass: (seconds: number) => {
      now += seconds * 1000
    },
    clock: () => now,
    setState: (next: AnswerState) => {
      state = next
    },
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]()
      book[Symbol.dispose]()
      store[Symbol.dispose]()
      rmSync(folder, { recursive: true })
    },
  }
}
