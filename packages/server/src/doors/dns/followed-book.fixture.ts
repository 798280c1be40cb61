/** A book of a few entries in memory, and the answers from it as a composition binds them. */
import { fail, ok, type Result } from '@tocsin/core/base'
import { parseSubject, type PublicSuffixes, type Subject, subjectKey, type SubjectType } from '@tocsin/core/subject'
import {
  type Answer,
  answerFor,
  type AnswerState,
  type Entry,
  type NetMatch,
  type Policy,
  PolicyList,
} from '@tocsin/core/verdict'
import { parseAddress } from '@tocsin/core/subject'
import type { Batch, Book, Change, Explanation, Head, StoredEntry } from '../../book/book.ts'

/** 2023-11-14T22:13:20Z. */
export const NOW = 1_700_000_000_000

const FOR_GOOD = 63

/** The last two labels, enough for tests. */
const SUFFIXES: PublicSuffixes = {
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
    ...more,
  }
}

export class MemoryBook implements Book {
  bookId = 'book-1'
  state: AnswerState = 'fresh'
  policy: Policy = { level: 'medium', untested: 'allow', lists: [] }
  /** Batches before this one are not kept. */
  keptFrom = 1
  #sequence = 0
  #stored = new Map<string, { readonly subject: Subject; readonly stored: StoredEntry }>()
  readonly #batches: Batch[] = []

  /** Publishes one batch; an entry of `undefined` removes. */
  publish(entries: Readonly<Record<string, Entry | undefined>>): Batch {
    const changes: Change[] = []
    for (const [text, entry] of Object.entries(entries)) {
      const subject = subjectOf(text)
      const key = subjectKey(subject)
      if (entry === undefined) this.#stored.delete(text)
      else this.#stored.set(text, { subject, stored: { key, value: subject.value, entry } })
      const value = entry === undefined ? undefined : subject.value
      changes.push({ type: subject.type, key, value, entry })
    }
    const batch = { sequence: ++this.#sequence, changes }
    this.#batches.push(batch)
    return batch
  }

  /** Blocks and approves as a site's own list does. */
  rule(approved: readonly string[], blocked: readonly string[]): void {
    const list = new PolicyList('site', approved.map(subjectOf), blocked.map(subjectOf))
    this.policy = { ...this.policy, lists: [list] }
  }

  /** The answer from this book, with all that a composition binds. */
  answer = (subject: Subject, now: number): Answer =>
    answerFor(subject, this, {
      suffixes: SUFFIXES,
      policy: this.policy,
      freshness: { state: this.state, ageSeconds: 3 },
      now,
    })

  get(type: SubjectType, key: Uint8Array): Entry | undefined {
    for (const { subject, stored } of this.#stored.values()) {
      if (subject.type === type && stored.key.every((byte, at) => byte === key[at])) return stored.entry
    }
    return undefined
  }

  matchIp(address: Uint8Array): readonly NetMatch[] {
    const matches: NetMatch[] = []
    for (const { subject, stored } of this.#stored.values()) {
      if (subject.type !== 'net' && subject.type !== 'ip') continue
      const [net = '', length = String(address.length * 8)] = subject.value.split('/')
      const start = parseAddress(net)
      const prefixLength = Number(length)
      if (!start.ok || start.value.length !== address.length) continue
      if (bitsOf(start.value).slice(0, prefixLength) !== bitsOf(address).slice(0, prefixLength)) continue
      matches.push({ prefixLength, entry: stored.entry })
    }
    return matches.sort((a, b) => b.prefixLength - a.prefixLength)
  }

  async *entries(type: SubjectType): AsyncGenerator<StoredEntry> {
    for (const { subject, stored } of Array.from(this.#stored.values())) {
      if (subject.type === type) yield await Promise.resolve(stored)
    }
  }

  changes(since: number): Result<Iterable<Batch>> {
    if (since + 1 < this.keptFrom) return fail('not-found', `Cannot list changes since ${since}: they are not kept`)
    return ok(this.#batches.filter(batch => batch.sequence > since))
  }

  head(): Head {
    const none = { ip: 0, net: 0, domain: 0, url: 0, file: 0 }
    const stateHash = { ip: '', net: '', domain: '', url: '', file: '' }
    return { bookId: this.bookId, sequence: this.#sequence, stateHash, entries: none, publishedAt: NOW }
  }

  async explain(): Promise<Result<Explanation>> {
    return await Promise.resolve(fail('unavailable', 'Cannot explain: this book has no ledger'))
  }
}

function bitsOf(address: Uint8Array): string {
  return Array.from(address, byte => byte.toString(2).padStart(8, '0')).join('')
}
