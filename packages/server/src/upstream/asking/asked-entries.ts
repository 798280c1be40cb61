/**
 * Entries that the mirror does not hold, asked of the upstream by their keys and remembered for a while: that there is one,
 * and for a shorter while that there is none.
 *
 * Keys that are asked for already are not asked for again, however many wait. Where nobody answers in time, nobody is asked
 * for some seconds, so that a dead upstream costs a few lookups their wait and not all of them.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { encodeHex, type Sha256, unwrap } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import type { PublicSuffixes, Subject } from '@tocsin/core/subject'
import { type Answer, type AnswerContext, answerFor, type EntryReader, type NetMatch } from '@tocsin/core/verdict'
import { ENTRY_KEYS_MAX, type WireEntryKey } from '@tocsin/core/wire'
import type { Later } from '../following.ts'
import { entryKeysOf, nameOf, nameOfAddress } from './entry-keys.ts'
import { parseEntries, type ToldEntries } from './told-entries.ts'

/** What is asked and remembered with. */
export interface AskedEntriesParts {
  /** Asks upstream; rejects where nobody answers. */
  readonly ask: (keys: readonly WireEntryKey[]) => Promise<unknown>
  readonly suffixes: PublicSuffixes
  readonly sha256: Sha256
  readonly clock: () => Instant
  readonly later: Later
  /** Milliseconds after which an entry is asked for again. */
  readonly listedMs: number
  /** Milliseconds after which it is asked again whether there is one. */
  readonly unlistedMs: number
  /** Milliseconds after which what was told is stale. */
  readonly staleAfterMs: number
  /** Keys that are remembered, at most. */
  readonly entriesMax: number
}

/** For so long a lookup waits for the upstream, in milliseconds. */
export const WAIT_MS = 1500

/** After nobody answered in time, nobody is asked for so long, in milliseconds. */
export const QUIET_MS = 5000

/** An entry is used for so long where nobody can be asked again, in milliseconds; it is stale long before. */
export const KEPT_MS = 3_600_000

/** Requests under way at the same time. */
const AT_A_TIME = 16

/** Milliseconds of work on keys after which others have a turn. */
const TURN_MS = 5

/** What answers lack: keys to ask for, and requests that are under way for others. */
interface Lack {
  readonly keys: Map<string, WireEntryKey>
  readonly waits: Set<Promise<void>>
}

interface Fact {
  readonly matches: readonly NetMatch[]
  /** When the upstream was asked. */
  readonly at: Instant
  readonly isStale: boolean
  /** By the upstream's own word, when it was asked. */
  readonly ageSeconds: number
}

/** See the head of this file. */
export class AskedEntries {
  readonly #parts: AskedEntriesParts
  /** By type and key, what was told longest ago first. */
  readonly #facts = new Map<string, Fact>()
  readonly #underWay = new Map<string, Promise<void>>()
  #requests = 0
  #bookId = ''
  #quietUntil: Instant = 0

  constructor(parts: AskedEntriesParts) {
    this.#parts = parts
  }

  /** Keys that are remembered. */
  get size(): number {
    return this.#facts.size
  }

  /**
   * Asks for what answers about these subjects lack: resolves when it has come, or when it has not come in time.
   * `undefined` where there is nothing to wait for. Never rejects.
   */
  learn(subjects: readonly Subject[]): Promise<void> | undefined {
    const lack: Lack = { keys: new Map(), waits: new Set() }
    if (subjects.length > 1) return this.#learnMany(subjects, lack)
    for (const subject of subjects) this.#lookFor(subject, lack)
    return this.#askFor(lack)
  }

  /**
   * The answer by what is remembered; `undefined` where something that it rests on is not known.
   *
   * @param context what else the answer depends on
   */
  answer(subject: Subject, context: Omit<AnswerContext, 'freshness' | 'suffixes' | 'sha256'>): Answer | undefined {
    const { suffixes, sha256, staleAfterMs } = this.#parts
    const reader = new FactReader(name => this.#factOf(name, context.now))
    const freshness = { state: 'fresh', ageSeconds: 0 } as const
    const answer = answerFor(subject, reader, { ...context, suffixes, sha256, freshness })
    if (reader.hasMissed) return undefined
    let isStale = false
    let ageSeconds = 0
    for (const fact of reader.facts) {
      const age = fact.ageSeconds + Math.max(0, Math.floor((context.now - fact.at) / 1000))
      ageSeconds = Math.max(ageSeconds, age)
      isStale ||= fact.isStale || age * 1000 >= staleAfterMs
    }
    return { ...answer, state: isStale ? 'stale' : 'fresh', ageSeconds }
  }

  /** A thousand long pages are a second of hashing; others are answered in between. */
  async #learnMany(subjects: readonly Subject[], lack: Lack): Promise<void> {
    let turnBegan = performance.now()
    for (const subject of subjects) {
      this.#lookFor(subject, lack)
      if (performance.now() - turnBegan < TURN_MS) continue
      await nextTurn()
      turnBegan = performance.now()
    }
    await this.#askFor(lack)
  }

  /** Notes what an answer about a subject lacks, and what of it is asked for already. */
  #lookFor(subject: Subject, lack: Lack): void {
    const { suffixes, sha256, clock } = this.#parts
    const now = clock()
    for (const key of entryKeysOf(subject, suffixes, sha256)) {
      const name = nameOf(key)
      const underWay = this.#underWay.get(name)
      if (underWay !== undefined) lack.waits.add(underWay)
      else if (this.#isDue(this.#facts.get(name), now)) lack.keys.set(name, key)
    }
  }

  #askFor({ keys, waits }: Lack): Promise<void> | undefined {
    const now = this.#parts.clock()
    // Time may have been set back.
    const isQuiet = now < this.#quietUntil && now >= this.#quietUntil - QUIET_MS
    if (!isQuiet) for (const part of partsOf([...keys])) this.#begin(part, waits)
    return waits.size === 0 ? undefined : this.#inTime(waits)
  }

  #isDue(fact: Fact | undefined, now: Instant): boolean {
    if (fact === undefined) return true
    const { listedMs, unlistedMs } = this.#parts
    return Math.abs(now - fact.at) >= (fact.matches.length > 0 ? listedMs : unlistedMs)
  }

  #factOf(name: string, now: Instant): Fact | undefined {
    const fact = this.#facts.get(name)
    if (fact === undefined) return undefined
    const keptMs = fact.matches.length > 0 ? KEPT_MS : this.#parts.unlistedMs
    return Math.abs(now - fact.at) < Math.max(1, keptMs) ? fact : undefined
  }

  #begin(part: readonly (readonly [name: string, key: WireEntryKey])[], waits: Set<Promise<void>>): void {
    if (this.#requests >= AT_A_TIME) return
    this.#requests += 1
    const request = this.#request(part.map(([, key]) => key)).finally(() => {
      this.#requests -= 1
      for (const [name] of part) this.#underWay.delete(name)
    })
    for (const [name] of part) this.#underWay.set(name, request)
    waits.add(request)
  }

  async #request(keys: readonly WireEntryKey[]): Promise<void> {
    try {
      const told = unwrap(parseEntries(await this.#parts.ask(keys), keys))
      if (told.state !== 'unavailable') return this.#remember(told, keys)
    } catch {
      // Whoever waits finds that nothing is known.
    }
    this.#quiet()
  }

  #remember({ bookId, state, ageSeconds, entries }: ToldEntries, keys: readonly WireEntryKey[]): void {
    if (bookId !== this.#bookId) this.#facts.clear()
    this.#bookId = bookId
    const at = this.#parts.clock()
    for (const [place, key] of keys.entries()) {
      const name = nameOf(key)
      this.#facts.delete(name)
      this.#facts.set(name, { matches: entries[place]!, at, isStale: state === 'stale', ageSeconds })
    }
    for (const oldest of this.#facts.keys()) {
      if (this.#facts.size <= this.#parts.entriesMax) break
      this.#facts.delete(oldest)
    }
  }

  #quiet(): void {
    this.#quietUntil = this.#parts.clock() + QUIET_MS
  }

  #inTime(waits: Iterable<Promise<void>>): Promise<void> {
    return new Promise(resolve => {
      const callOff = this.#parts.later(WAIT_MS, () => {
        this.#quiet()
        resolve()
      })
      void Promise.all(waits).then(() => {
        callOff()
        resolve()
      })
    })
  }
}

/** Answers from facts, and notes which, and whether one was missing. */
class FactReader implements EntryReader {
  readonly facts: Fact[] = []
  hasMissed = false
  readonly #factOf: (name: string) => Fact | undefined

  constructor(factOf: (name: string) => Fact | undefined) {
    this.#factOf = factOf
  }

  get(...[type, key]: Parameters<EntryReader['get']>): ReturnType<EntryReader['get']> {
    return this.#matches(`${type}:${encodeHex(key)}`)[0]?.entry
  }

  matchIp(address: Uint8Array): readonly NetMatch[] {
    return this.#matches(nameOfAddress(address))
  }

  #matches(name: string): readonly NetMatch[] {
    const fact = this.#factOf(name)
    if (fact === undefined) this.hasMissed = true
    else this.facts.push(fact)
    return fact?.matches ?? []
  }
}

function* partsOf<T>(all: readonly T[]): Generator<readonly T[], void> {
  for (let at = 0; at < all.length; at += ENTRY_KEYS_MAX) yield all.slice(at, at + ENTRY_KEYS_MAX)
}
