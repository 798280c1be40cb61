/**
 * This node's own questions that found nothing, on their way to the queue: gathered in memory and written now and then, so
 * that no answer waits for a disk. Pages are kept by their key alone; addresses and names in clear where they are public.
 */
import type { Sha256 } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { isHashOnly, parseSubjectOf, type Subject, subjectKey, subjectText } from '@tocsin/core/subject'
import { parsePublicAddress, parsePublicName } from '@tocsin/core/wire'
import type { Met } from './store.ts'

/** Different subjects that wait, of some 300 bytes; what is more is dropped and counted. */
const WAITING_MAX = 20_000

/** Milliseconds for which questions are gathered. */
const GATHER_MS = 2000

/**
 * So many rows are written at a time, and then so many milliseconds nothing: a row takes some 50 µs of the thread that answers,
 * which leaves it 99 % while a flood of unknown names is written down.
 */
const SLICE = { rows: 50, pauseMs: 200 } as const

interface Asked {
  readonly subject: Subject
  count: number
}

/** What questions go to. */
export interface OwnLookupOptions {
  readonly sha256: Sha256
  readonly clock: () => Instant
  /** Writes what was gathered. What it rejects is lost, and counted. */
  readonly write: (items: readonly Met[]) => Promise<unknown>
}

/** See the module. */
export class OwnLookups {
  readonly #options: OwnLookupOptions
  readonly #waiting = new Map<string, Asked>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #dropped = 0
  #isClosed = false

  constructor(options: OwnLookupOptions) {
    this.#options = options
  }

  /** Subjects that were too many, or could not be written. */
  get dropped(): number {
    return this.#dropped
  }

  /** Notes a question. Neither waits nor throws. */
  put(subject: Subject): void {
    const text = subjectText(subject)
    const known = this.#waiting.get(text)
    if (known !== undefined) known.count += 1
    else if (this.#isClosed || this.#waiting.size >= WAITING_MAX) this.#dropped += 1
    else this.#waiting.set(text, { subject, count: 1 })
    this.#gather(GATHER_MS)
  }

  /** Resolves when all that was put before the call is written, or lost. */
  flush(): Promise<void> {
    return this.#writeNext(WAITING_MAX)
  }

  /** Writes what is there, and takes nothing any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.flush()
  }

  #gather(ms: number): void {
    this.#timer ??= setTimeout(() => void this.#writeSlice(), ms).unref()
  }

  async #writeSlice(): Promise<void> {
    await this.#writeNext(SLICE.rows)
    if (this.#waiting.size > 0) this.#gather(SLICE.pauseMs)
  }

  async #writeNext(rows: number): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#writing
    this.#writing = this.#write(rows)
    await this.#writing
  }

  async #write(rows: number): Promise<void> {
    const asked: Asked[] = []
    for (const [text, each] of this.#waiting) {
      if (asked.length >= rows) break
      this.#waiting.delete(text)
      asked.push(each)
    }
    const at = this.#options.clock()
    const items = asked.flatMap(({ subject, count }) => this.#metBy(subject, count, at))
    try {
      if (items.length > 0) await this.#options.write(items)
    } catch {
      this.#dropped += items.length
    }
  }

  #metBy(subject: Subject, count: number, at: Instant): readonly Met[] {
    const place = publicPart(subject)
    if (place === undefined) return []
    const value = place.type === 'url' ? undefined : place.value
    return [{ type: place.type, key: subjectKey(place, this.#options.sha256), value, at, count }]
  }
}

/** What of a question may be kept: a page without its query, for that is how sites name pages; nothing of inner networks. */
function publicPart(subject: Subject): Subject | undefined {
  const { type, value } = subject
  if (type === 'file' || isHashOnly(subject)) return subject
  if (type === 'net') return undefined
  if (type === 'url') return publicPage(value)
  const place = type === 'ip' ? parsePublicAddress(value) : parsePublicName(value)
  return place.ok ? place.value : undefined
}

function publicPage(value: string): Subject | undefined {
  const page = parseSubjectOf('url', value.split('?', 1)[0]!)
  const host = value.slice(0, value.indexOf('/'))
  if (!page.ok) return undefined
  if (page.value.type !== 'url') return publicPart(page.value)
  const isPublic = parsePublicName(host).ok || parsePublicAddress(host.replace(/^\[(.*)\]$/, '$1')).ok
  return isPublic ? page.value : undefined
}
