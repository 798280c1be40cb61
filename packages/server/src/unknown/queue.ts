/**
 * The queue of the unknown: what sites met and nobody knows anything of. It is told by encounters and by this node's own
 * questions, asks sites for the text of pages that several of them met, and lets go of what somebody knows by now.
 */
import { encodeHex, fail, ok, ProblemError, type Result, type Sha256, unwrap } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import {
  isHashOnly,
  parseSubjectOf,
  SUBJECT_TYPES,
  type Subject,
  type SubjectType,
  subjectKey,
  subjectText,
} from '@tocsin/core/subject'
import {
  admitPage,
  type Encounter,
  UNKNOWN_ORGANISATIONS_MAX,
  type WireUnknown,
  type WireUnknownSubject,
} from '@tocsin/core/wire'
import { family, single } from '../ops/exposition.ts'
import { OwnLookups } from './lookups.ts'
import type { Met, UnknownStore, Waiting } from './store.ts'

/** Rows that are written at once, at 50 µs of work each: others are answered between two such pieces. */
const SLICE = 50

/** What one encounter may count, however much it says: a site that lies is one of several in any case. */
const COUNT_MAX = 1000

/** Pages that are asked for in one answer. */
const WANTED_MAX = 100

/** Days after which what nobody meets any more is forgotten. */
const KEPT_DAYS = 30

const DAY_MS = 86_400_000

/** Times that a list is filled up again after known subjects were taken out of it. */
const FILLINGS_MAX = 5

/** The name under which this node's own questions stand; no organisation has an empty one. */
const THIS_NODE = ''

/** What a queue is built from. */
export interface UnknownParts {
  readonly store: UnknownStore
  /** Whether something is known of a subject by now, good or bad. */
  readonly isKnown: (subject: Subject) => boolean
  readonly clock: () => Instant
  readonly sha256: Sha256
}

/** See the module. Methods reject or throw with a `ProblemError` `unavailable` where the file cannot be written. */
export class UnknownQueue implements AsyncDisposable {
  readonly #parts: UnknownParts
  readonly #own: OwnLookups
  #swept = 0

  constructor(parts: UnknownParts) {
    this.#parts = parts
    const write = (items: readonly Met[]) => this.#write(THIS_NODE, items)
    this.#own = new OwnLookups({ sha256: parts.sha256, clock: parts.clock, write })
  }

  /** Notes a question of this node that found nothing. Neither waits nor throws. */
  asked(subject: Subject): void {
    this.#own.put(subject)
  }

  /**
   * Notes what an organisation met; resolves, when it is on disk, with the rows that it came to, for
   * {@link UnknownQueue.wanted}.
   */
  async met(organisation: string, encounters: readonly Encounter[]): Promise<readonly number[]> {
    const items: Met[] = []
    for (const { subject, hour, untested, id } of encounters) {
      if (untested === 0 || this.#parts.isKnown(subject)) continue
      items.push({ ...this.#named(subject), at: hour, count: Math.min(COUNT_MAX, untested), id })
    }
    return await this.#write(organisation, items)
  }

  /** Pages, by hash, whose text an organisation is asked for: those of `first` before others that it met. */
  wanted(organisation: string, first: Iterable<number>): readonly string[] {
    const keys = orUnavailable(() => this.#parts.store.wanted(organisation, first, this.#parts.clock(), WANTED_MAX))
    return keys.map(key => `url:sha256:${encodeHex(key)}`)
  }

  /** Takes the text of a page that waits. Fails as `invalid` where it may not be told, as `not-found` where nobody asks. */
  submit(text: string): Result<Subject> {
    const page = admitPage(text)
    if (!page.ok) return page
    const { type, key, value } = this.#named(page.value)
    const isAwaited = orUnavailable(() => this.#parts.store.name(type, key, value!))
    return isAwaited ? ok(page.value) : fail('not-found', `nobody waits for the text of "${text.slice(0, 80)}"`)
  }

  /** What waits, of a type or of all. What is known by now is taken out on the way. */
  list(type: SubjectType | undefined, limit: number): WireUnknown {
    const { store } = this.#parts
    const found = orUnavailable(() =>
      (type === undefined ? SUBJECT_TYPES : [type]).flatMap(one => this.#ranked(one, limit)),
    )
    found.sort((a, b) => b.organisations - a.organisations || b.count - a.count || a.number - b.number)
    return { subjects: found.slice(0, limit).map(toWire), waiting: store.size }
  }

  /** Looks at some of what waits, and lets go of what is known by now or was not met for long; says whether more is to see. */
  sweep(limit: number): boolean {
    const { store, clock } = this.#parts
    const now = clock()
    return orUnavailable(() => {
      if (this.#swept === 0) store.forgetReceipts(now)
      const rows = store.after(this.#swept, limit)
      store.drop(rows.filter(row => row.lastSeen < now - KEPT_DAYS * DAY_MS || this.#isOver(row)))
      this.#swept = rows.length < limit ? 0 : rows.at(-1)!.number
      return this.#swept > 0
    })
  }

  /** Resolves when this node's own questions are written. */
  flush(): Promise<void> {
    return this.#own.flush()
  }

  /** Lines for `/metrics`. */
  metrics(): readonly string[] {
    const { store } = this.#parts
    return [
      ...single('gauge', 'tocsin_unknown_waiting', 'Subjects that were met and that nobody knows.', store.size),
      ...family('counter', 'tocsin_unknown_dropped_total', 'Of them, those that could not be kept.', [
        [{ why: 'displaced' }, store.displaced],
        [{ why: 'too-many-questions' }, this.#own.dropped],
      ]),
    ]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#own.close()
    this.#parts.store[Symbol.dispose]()
  }

  #ranked(type: SubjectType, limit: number): Waiting[] {
    const { store } = this.#parts
    for (let filling = 0; ; filling++) {
      const rows = store.ranked(type, limit)
      const known = rows.filter(row => this.#isOver(row))
      store.drop(known)
      if (known.length === 0 || filling === FILLINGS_MAX) return rows.filter(row => !known.includes(row))
    }
  }

  /** Known by now; or no subject any more, as a later version may read texts otherwise: one such row must not stop the rest. */
  #isOver(row: Waiting): boolean {
    const subject = subjectOf(row)
    return !subject.ok || this.#parts.isKnown(subject.value)
  }

  async #write(organisation: string, items: readonly Met[]): Promise<readonly number[]> {
    const numbers: number[] = []
    for (let at = 0; at < items.length; at += SLICE) {
      if (at > 0) await new Promise(resolve => setImmediate(resolve))
      const slice = items.slice(at, at + SLICE)
      numbers.push(...orUnavailable(() => this.#parts.store.meet(organisation, slice, this.#parts.clock())))
    }
    return numbers
  }

  /** A page by its hash has no text. */
  #named(subject: Subject): Pick<Met, 'type' | 'key' | 'value'> {
    const { type, value } = subject
    const isNameless = isHashOnly(subject)
    return { type, key: subjectKey(subject, this.#parts.sha256), value: isNameless ? undefined : value }
  }
}

/** The subject of a row: by its text, or by its key. What stands in the file was canonical when it was written. */
function subjectOf({ type, key, value }: Pick<Waiting, 'type' | 'key' | 'value'>): Result<Subject> {
  return parseSubjectOf(type, value ?? `sha256:${encodeHex(key)}`)
}

function toWire(row: Waiting): WireUnknownSubject {
  const isMore = row.organisations > UNKNOWN_ORGANISATIONS_MAX
  return {
    subject: subjectText(unwrap(subjectOf(row))),
    firstSeen: new Date(row.firstSeen).toISOString(),
    lastSeen: new Date(row.lastSeen).toISOString(),
    count: row.count,
    organisations: isMore ? `${UNKNOWN_ORGANISATIONS_MAX}+` : String(row.organisations),
  }
}

function orUnavailable<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof ProblemError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new ProblemError(
      { code: 'unavailable', message: `Cannot write the queue of the unknown: ${why}` },
      { cause: error },
    )
  }
}
