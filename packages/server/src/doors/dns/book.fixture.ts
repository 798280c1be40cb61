/** A book of a few entries in shared memory, and the answers from it as a composition binds them. */
import { buildSegment, type MemoryBuffers, MemoryReader } from '@tocsin/core/list'
import { type PublicSuffixes, parseSubject, type Subject, type SubjectType, subjectKey } from '@tocsin/core/subject'
import {
  type Answer,
  type AnswerState,
  answerFor,
  type Entry,
  type EntryReader,
  type Policy,
  PolicyList,
  packEntry,
  unpackEntry,
} from '@tocsin/core/verdict'
import { BlockFilter } from './block-filter.ts'

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
    protection: undefined,
    organisations: 0,
    ...more,
  }
}

export class MemoryBook implements EntryReader {
  state: AnswerState = 'fresh'
  policy: Policy = { level: 'medium', untested: 'allow', lists: [] }
  /** Whether {@link MemoryBook.rule} was called. */
  hasLists = false
  sequence = 0
  /** Follows {@link MemoryBook.block}. */
  readonly blocks = new BlockFilter(2026)
  readonly #blocked = new Set<string>()
  readonly #entries = new Map<string, Entry>()
  #memory = this.#built()
  /** Goes over to each new segment by itself. */
  readonly reader = new MemoryReader(this.#memory)

  /** The last segment, for readers in other threads. */
  get memory(): MemoryBuffers {
    return this.#memory
  }

  /** Publishes one batch; an entry of `undefined` removes. */
  publish(entries: Readonly<Record<string, Entry | undefined>>): void {
    for (const [text, entry] of Object.entries(entries)) {
      if (entry === undefined) this.#entries.delete(text)
      else this.#entries.set(text, entry)
    }
    this.sequence++
    this.#memory = this.#built()
    this.reader.adopt(this.#memory)
  }

  /** Blocks and approves as a site's own list does. */
  rule(approved: readonly string[], blocked: readonly string[]): void {
    const list = new PolicyList('site', approved.map(subjectOf), blocked.map(subjectOf))
    this.policy = { ...this.policy, lists: [list, ...this.policy.lists] }
    this.hasLists = true
  }

  /** Blocks what a site reported, or blocks it no longer, as canonical texts. */
  block(added: readonly string[], removed: readonly string[] = []): void {
    for (const text of removed) if (this.#blocked.delete(text)) this.blocks.remove(subjectOf(text))
    for (const text of added) {
      if (!this.#blocked.has(text)) this.blocks.add(subjectOf(text))
      this.#blocked.add(text)
    }
    const list = new PolicyList('reported', [], Array.from(this.#blocked, subjectOf))
    this.policy = { ...this.policy, lists: [...this.policy.lists.filter(({ name }) => name !== 'reported'), list] }
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
    const packed = type === 'ip' || type === 'net' ? undefined : this.reader.get(type, key)
    return packed && unpackEntry(packed)
  }

  matchIp(address: Uint8Array) {
    return this.reader.matchIp(address)
  }

  #built(): MemoryBuffers {
    const counts = { ip: 0, net: 0, domain: 0, url: 0, file: 0 }
    const changes = Array.from(this.#entries, ([text, entry]) => {
      const subject = subjectOf(text)
      counts[subject.type]++
      return { type: subject.type, key: subjectKey(subject), value: subject.value, entry: packEntry(entry) }
    })
    const secret = { low: 20_261_122, high: 8020 + this.sequence }
    return buildSegment({ entries: counts, sequence: this.sequence, secret }, changes)
  }
}
