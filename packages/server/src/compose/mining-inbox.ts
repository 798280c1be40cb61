/**
 * What miners are told, on its way to their thread: by whom something was asked, seen or told is not held up by them. Each
 * sort of news has room for so many; what is beyond is dropped and counted. One batch is under way at a time, so a thread
 * that falls behind makes the queues full and nothing else.
 */
import type { Instant } from '@tocsin/core/evidence'
import type { Subject } from '@tocsin/core/subject'
import type { Sighting, SightingSite } from '@tocsin/core/wire'
import type { Site } from '../mining/web/index.ts'

/** A name that led to an address, as somebody told it. */
export interface ToldResolution {
  readonly domain: Subject
  readonly address: Subject
  readonly at: Instant
  readonly count: number
  readonly site: Site
}

/** What a site counted of a sender. */
export interface ToldSighting {
  readonly sighting: Sighting
  readonly site: SightingSite
}

/** A site that saw a file. */
export interface SeenFile {
  /** The key of the name by which it was told, in hexadecimal. */
  readonly file: string
  readonly site: string
  readonly at: Instant
}

/** News by sort. */
export interface News {
  /** Domains and pages that were asked about, and of which nothing is known. */
  readonly asked: Subject
  readonly resolutions: ToldResolution
  readonly sightings: ToldSighting
  readonly seen: SeenFile
  /** Keys of files of which something is known that they are like. */
  readonly described: Uint8Array
}

/** A sort of news. */
export type NewsName = keyof News

/** News on its way. */
export type NewsBatch = { readonly [Name in NewsName]: readonly News[Name][] }

/** Room for each sort, in items of 100 to 500 bytes. Resolutions and sightings come in lists of up to 10,000. */
const ROOM: Readonly<Record<NewsName, number>> = {
  asked: 1000,
  resolutions: 20_000,
  sightings: 50_000,
  seen: 5000,
  described: 10_000,
}

/** All sorts. */
export const NEWS_NAMES = Object.keys(ROOM) as readonly NewsName[]

/** Items of each sort that are handed over at once: copying a thousand takes milliseconds, while nobody is answered. */
const BATCH = 1000

/** Milliseconds for which news is gathered: it then costs one message. */
const GATHER_MS = 250

/** See above. */
export class MiningInbox {
  readonly #hand: (batch: NewsBatch) => Promise<unknown>
  readonly #dropped = { asked: 0, resolutions: 0, sightings: 0, seen: 0, described: 0 }
  readonly #waiting = emptyBatch()
  #timer: NodeJS.Timeout | undefined
  #sending: Promise<void> | undefined
  #isClosed = false

  /** @param hand hands over a batch; what it rejects is lost, and counted */
  constructor(hand: (batch: NewsBatch) => Promise<unknown>) {
    this.#hand = hand
  }

  /** Notes one item. Neither waits nor throws. */
  put<Name extends NewsName>(name: Name, item: News[Name]): void {
    const queue: News[Name][] = this.#waiting[name]
    if (this.#isClosed || queue.length >= ROOM[name]) {
      this.#dropped[name]++
      return
    }
    queue.push(item)
    if (this.#sending === undefined) this.#gather()
  }

  /** Resolves when all that was put before the call is handed over, or lost. */
  flush(): Promise<void> {
    return this.#sending === undefined ? this.#deliver(true) : this.#sending.then(() => this.#deliver(true))
  }

  /** How much was dropped or lost since the start. */
  get dropped(): Readonly<Record<NewsName, number>> {
    return this.#dropped
  }

  /** Hands over nothing any more. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #gather(): void {
    this.#timer ??= setTimeout(() => void this.#deliver(false), GATHER_MS).unref()
  }

  #deliver(isAll: boolean): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#isClosed || !this.#has(1)) return this.#sending ?? Promise.resolve()
    this.#sending ??= this.#send(isAll).finally(() => {
      this.#sending = undefined
      if (!this.#isClosed && this.#has(1)) this.#gather()
    })
    return this.#sending
  }

  /** Without `isAll`, what is less than a batch is gathered further: under load, that is one message in a while. */
  async #send(isAll: boolean): Promise<void> {
    do {
      const batch = this.#take()
      try {
        await this.#hand(batch)
      } catch {
        for (const name of NEWS_NAMES) this.#dropped[name] += batch[name].length
      }
    } while (!this.#isClosed && this.#has(isAll ? 1 : BATCH + 1))
  }

  #has(count: number): boolean {
    return NEWS_NAMES.some(name => this.#waiting[name].length >= count)
  }

  #take(): NewsBatch {
    const { asked, resolutions, sightings, seen, described } = this.#waiting
    return {
      asked: asked.splice(0, BATCH),
      resolutions: resolutions.splice(0, BATCH),
      sightings: sightings.splice(0, BATCH),
      seen: seen.splice(0, BATCH),
      described: described.splice(0, BATCH),
    }
  }
}

function emptyBatch(): { [Name in NewsName]: News[Name][] } {
  return { asked: [], resolutions: [], sightings: [], seen: [], described: [] }
}
