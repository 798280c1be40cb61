/**
 * Says of files that nobody has judged that they are like known malware, and takes it back when that is known no more.
 *
 * Known-bad is what is dangerous by direct evidence: a trusted organisation at least, and no statement of this miner. So
 * likeness never spreads from file to file. What is protected or safe is left alone, and similarity to a good file is no
 * evidence: anybody can make a file near a chosen one.
 *
 * What changes is noted at once and searched for in steps, because a search among a million takes milliseconds, and of the
 * files of a list that is being imported most are known-bad by the time their turn has come. Only files whose SHA-256 is
 * known take part: the other names of a file have the evidence of that one.
 */
import { encodeHex, unwrap } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { type Tlsh, TlshIndex } from '@tocsin/core/similarity'
import { parseSubjectOf, type Subject, type SubjectType } from '@tocsin/core/subject'
import { type Entry, lapsesAt, verdictAt } from '@tocsin/core/verdict'
import type { Findings } from '../miner.ts'
import type { BookMiner } from '../reader.ts'
import { FileSlots } from './file-slots.ts'
import { confidenceAt, SAID_WITHIN } from './likeness.ts'

/** Files that are held at most: half a gigabyte. */
const FILES_MAX = 4_000_000

/** Files near a new known-bad one that are looked at, nearest first: a crowd is of one family, and each is found by others. */
const CROWD = 256

/** Searches of one step: 100 to 200 ms with a million known-bad files. */
const STEP_SEARCHES = 32

const KIND = 'similar-to-malware'
const KEY_BYTES = 32

/** What the miner is built from. */
export interface SimilarFilesParts {
  readonly findings: Findings
  /** The book's entry for a file by its key. */
  readonly entryOf: (key: Uint8Array) => Entry | undefined
  readonly clock: () => Instant
}

/** Why a file is said to be like malware. */
export interface Likeness {
  readonly neighbour: Subject
  /** TLSH, 0 for equal digests; up to 30 as a rule variants of one file. */
  readonly distance: number
}

/** A place in no index: not described, protected, safe. */
const ASIDE = 0
const OPEN = 1
const BAD = 2

interface Said {
  readonly neighbour: number
  readonly distance: number
}

/** Opens the miner; it knows no file yet. */
export function openSimilarFiles(parts: SimilarFilesParts): SimilarFiles {
  return new SimilarFiles(parts)
}

/** See above. One thread; nothing here waits. */
export class SimilarFiles implements BookMiner {
  readonly types = ['file'] as const
  readonly #parts: SimilarFilesParts
  readonly #files = new FileSlots(FILES_MAX)
  readonly #indexes = { [OPEN]: new TlshIndex(), [BAD]: new TlshIndex() } as const
  readonly #roles = new Map<number, typeof OPEN | typeof BAD>()
  /** When a known-bad file is dangerous no more, where time alone does that. */
  readonly #lapses = new Map<number, Instant>()
  readonly #said = new Map<number, Said>()
  /** By a known-bad file, those that are said to be like it. */
  readonly #likeOf = new Map<number, Set<number>>()
  readonly #waiting = new Set<number>()

  constructor(parts: SimilarFilesParts) {
    this.#parts = parts
  }

  /** Known-bad files, open ones, and what is said. */
  get counts(): { readonly bad: number; readonly open: number; readonly said: number; readonly waiting: number } {
    const { [OPEN]: open, [BAD]: bad } = this.#indexes
    return { bad: bad.size, open: open.size, said: this.#said.size, waiting: this.#waiting.size }
  }

  /** See `BookFollower`: what is known of reputations is void, and all entries come now. */
  forget(): void {
    for (let slot = 0; slot < this.#files.size; slot++) this.#look(slot, undefined)
  }

  /** Tells what a file is like, or that nobody knows any more. Keys of other than 32 bytes are passed over. */
  digest(key: Uint8Array, tlsh: Tlsh | undefined): void {
    if (key.length !== KEY_BYTES) return
    const slot = tlsh === undefined ? this.#files.find(key) : this.#files.add(key)
    if (slot < 0) return
    this.#setRole(slot, ASIDE)
    this.#files.setDigest(slot, tlsh)
    this.#look(slot, this.#parts.entryOf(key))
  }

  /** See `BookFollower`. */
  entry(type: SubjectType, key: Uint8Array, value: string | undefined, entry: Entry | undefined): void {
    // MD5 and SHA-1 have keys of their own, that are no digests of the file.
    if (type !== 'file' || value?.includes(':')) return
    const slot = this.#files.find(key)
    if (slot >= 0) this.#look(slot, entry)
  }

  /** Looks which known-bad files are dangerous no more by the time alone, and does some of the searches that wait. */
  turn(now: Instant): void {
    const over = [...this.#lapses].filter(([, at]) => at <= now)
    for (const [slot] of over) this.#look(slot, this.#parts.entryOf(this.#files.key(slot)))
    this.work()
  }

  /** Does some of the searches that wait; says whether there are more. */
  work(searches = STEP_SEARCHES): boolean {
    let left = searches
    for (const slot of this.#waiting) {
      if (left-- <= 0) break
      this.#waiting.delete(slot)
      this.#search(slot)
    }
    return this.#waiting.size > 0
  }

  /** Why a file is said to be like malware; `undefined` where that is not said. */
  why(key: Uint8Array): Likeness | undefined {
    const said = this.#said.get(this.#files.find(key))
    if (said === undefined) return undefined
    return { neighbour: this.#subject(said.neighbour), distance: said.distance }
  }

  #look(slot: number, entry: Entry | undefined): void {
    const now = this.#parts.clock()
    const role = this.#files.digest(slot) === undefined ? ASIDE : roleOf(entry, now, this.#said.has(slot))
    this.#setRole(slot, role)
    const lapses = role === BAD ? lapsesAt(entry!, now) : undefined
    if (lapses === undefined) this.#lapses.delete(slot)
    else this.#lapses.set(slot, lapses)
  }

  #setRole(slot: number, role: typeof ASIDE | typeof OPEN | typeof BAD): void {
    const before = this.#roles.get(slot) ?? ASIDE
    if (before === role) return
    const digest = this.#files.digest(slot)!
    if (before !== ASIDE) this.#indexes[before].remove(digest, slot)
    if (before === BAD) for (const like of this.#likeOf.get(slot) ?? []) this.#waiting.add(like)
    if (role === ASIDE) this.#roles.delete(slot)
    else {
      this.#indexes[role].add(digest, slot)
      this.#roles.set(slot, role)
    }
    this.#waiting.add(slot)
  }

  #search(slot: number): void {
    const role = this.#roles.get(slot) ?? ASIDE
    const digest = this.#files.digest(slot)
    if (role === BAD) {
      const crowd = this.#indexes[OPEN].neighbours(digest!, { within: SAID_WITHIN, limit: CROWD })
      for (const { label } of crowd) this.#waiting.add(label)
    } else if (role === OPEN) {
      const [nearest] = this.#indexes[BAD].neighbours(digest!, { within: SAID_WITHIN, limit: 1 })
      if (nearest === undefined) this.#unsay(slot)
      else this.#say(slot, { neighbour: nearest.label, distance: nearest.distance })
    } else this.#unsay(slot)
  }

  #say(slot: number, said: Said): void {
    const before = this.#said.get(slot)
    if (before?.neighbour === said.neighbour && before.distance === said.distance) return
    this.#forget(slot)
    this.#said.set(slot, said)
    const like = this.#likeOf.get(said.neighbour) ?? new Set()
    this.#likeOf.set(said.neighbour, like.add(slot))
    const confidence = confidenceAt(said.distance)
    if (before === undefined || confidenceAt(before.distance) !== confidence)
      this.#parts.findings.say({ subject: this.#subject(slot), kind: KIND, confidence })
  }

  /**
   * A file that is dangerous without our word as well comes to speak for others when its new entry is told: the one in
   * force still has our word in it, and two files could so hold up each other.
   */
  #unsay(slot: number): void {
    if (!this.#said.has(slot)) return
    this.#forget(slot)
    this.#parts.findings.unsay(this.#subject(slot), KIND)
  }

  #forget(slot: number): void {
    const said = this.#said.get(slot)
    this.#said.delete(slot)
    if (said === undefined) return
    const like = this.#likeOf.get(said.neighbour)
    like?.delete(slot)
    if (like?.size === 0) this.#likeOf.delete(said.neighbour)
  }

  #subject(slot: number): Subject {
    return unwrap(parseSubjectOf('file', encodeHex(this.#files.key(slot))))
  }
}

function roleOf(entry: Entry | undefined, now: Instant, isSaid: boolean): typeof ASIDE | typeof OPEN | typeof BAD {
  if (entry === undefined) return OPEN
  const { verdict } = verdictAt(entry, now)
  if (entry.protection !== undefined || verdict === 'safe') return ASIDE
  return verdict === 'dangerous' && entry.organisations > 0 && !isSaid ? BAD : OPEN
}
