/**
 * Keeps the book: writes the table, then the memory that all readers share, and sees to a new segment when the overlay
 * has grown.
 *
 * A new segment is built by a thread of its own while changes go on. When it is there, the changes since are replayed
 * from the log onto it, and the readers are handed the new pair: nobody waits, and nothing is lost between the two.
 */
import { ProblemError } from '@tocsin/core/base'
import type { MemoryBuffers, MemoryChange } from '@tocsin/core/list'
import { growOverlay, MemoryWriter } from '@tocsin/core/list'
import { packEntry } from '@tocsin/core/verdict'
import type { Batch, Change, Head } from '../book.ts'
import type { Followed, ReplicaTable } from '../replica.ts'
import type { BookWriter, Publication } from '../writer.ts'
import { type BuiltMemory, emptyMemory } from './build.ts'
import type { BookStore } from './store.ts'

/** A new segment is worth its while from so many changes on, or half of what the book holds by then: a list of n lines costs building 2 n entries. */
const REBUILD_MIN = 50_000

/** Changes that a book at rest may have beside its segment, or a twentieth of it: some tenths of a second at a start. */
const TIDY_MIN = 5000

/** What a keeper is built from. */
export interface KeeperParts {
  readonly store: BookStore
  /** Builds the memory of the book as of some moment from now on, and keeps its segment on disk. */
  readonly build: () => Promise<BuiltMemory>
  /** Told of each new pair, before any publication that is in it alone. Must not throw. */
  readonly adopted: (memory: MemoryBuffers) => void
  /** Told when a segment could not be built: the last pair goes on. */
  readonly failed: (error: unknown) => void
  /** For a replica: takes the segment on disk away, because the table is about to be another. */
  readonly discard?: () => void
}

/** See {@link BookWriter}, and {@link ReplicaTable} for a book that is another node's. */
export class BookKeeper implements BookWriter, ReplicaTable {
  readonly #parts: KeeperParts
  #memory: MemoryBuffers
  #writer: MemoryWriter
  #building: Promise<void> | undefined
  #disposed = false
  #restingAt = -1
  /** Counts how often the table has become another: what was built of the one before is of no use. */
  #age = 0
  /** Whether memory is of the table before. */
  #isBehind = false

  /** Takes over memory that was read or built: brings it up to date and tells of it. */
  constructor(parts: KeeperParts, memory: MemoryBuffers) {
    this.#parts = parts
    this.#memory = memory
    this.#writer = new MemoryWriter(memory)
    this.#adopt(memory)
    this.#considerBuilding()
  }

  place(): number {
    return this.#parts.store.place()
  }

  head(): Head {
    return this.#parts.store.head()
  }

  publish(changes: readonly Change[], place: number, publishedAt: number): Publication | undefined {
    const publication = this.#parts.store.publish(changes, place, publishedAt)
    if (publication === undefined) return undefined
    this.#write(publication.batch)
    this.#considerBuilding()
    return publication
  }

  restart(): void {
    this.#parts.store.restart()
    this.#adopt(emptyMemory())
  }

  follow(to: Followed, changes: Iterable<MemoryChange>): void {
    const different = this.#parts.store.follow(to, changes, { anew: false })
    // Where memory is behind, the log brings it there with the rest.
    if (this.#isBehind) return
    this.#writePacked(different, to.head.sequence)
    this.#considerBuilding()
  }

  replace(to: Followed, entries: Iterable<MemoryChange>): void {
    this.#parts.discard?.()
    this.#parts.store.follow(to, entries, { anew: true })
    this.#age += 1
    this.#isBehind = true
  }

  async renew(): Promise<void> {
    if (!this.#isBehind) return
    await this.rebuild()
    if (this.#lagsBehind() && !this.#disposed) {
      const message = 'Cannot answer from the new book: its memory must be built, and that failed; the last one goes on'
      throw new ProblemError({ code: 'unavailable', message })
    }
  }

  /** A method, for the compiler would think that nothing has changed over an `await`. */
  #lagsBehind(): boolean {
    return this.#isBehind
  }

  /** To be called every so often: a book that has come to rest gets a segment of what has changed, for a quick start. */
  tidy(): void {
    const { sequence } = this.#parts.store.head()
    if (sequence === this.#restingAt && this.#writer.used > Math.max(TIDY_MIN, this.#total() / 20)) void this.rebuild()
    this.#restingAt = sequence
  }

  /** Builds a new segment now; resolves when it is in use, or when that has failed. */
  rebuild(): Promise<void> {
    this.#building ??= this.#build().finally(() => (this.#building = undefined))
    return this.#building
  }

  [Symbol.dispose](): void {
    this.#disposed = true
    this.#parts.store[Symbol.dispose]()
  }

  async #build(): Promise<void> {
    try {
      const age = this.#age
      const { bookId, memory } = await this.#parts.build()
      if (this.#disposed) return
      // The book began again meanwhile: this one is of the old.
      if (age !== this.#age || bookId !== this.#parts.store.head().bookId) return await this.#build()
      this.#adopt(memory)
      this.#isBehind = false
    } catch (error) {
      if (!this.#disposed) this.#parts.failed(error)
    }
  }

  /** Brings memory up to the book's sequence and goes over to it. */
  #adopt(memory: MemoryBuffers): void {
    this.#memory = memory
    this.#writer = new MemoryWriter(memory)
    for (const batch of this.#parts.store.batchesSince(memory.segment.sequence)) this.#write(batch, false)
    this.#parts.adopted(this.#memory)
  }

  #write({ sequence, changes }: Batch, tells = true): void {
    const packed = changes.map(change => ({ ...change, entry: change.entry && packEntry(change.entry) }))
    this.#writePacked(packed, sequence, tells)
  }

  #writePacked(packed: readonly MemoryChange[], sequence: number, tells = true): void {
    while (!this.#writer.hasRoomFor(packed.length)) {
      // The builder has not caught up: a larger overlay costs a copy of it, and makes nobody wait.
      this.#memory = { ...this.#memory, overlay: growOverlay(this.#memory) }
      this.#writer = new MemoryWriter(this.#memory)
      if (tells) this.#parts.adopted(this.#memory)
    }
    this.#writer.apply(packed, sequence)
  }

  #considerBuilding(): void {
    const isGrown = this.#writer.used > Math.max(REBUILD_MIN, this.#total() / 2)
    if (isGrown || this.#writer.isCrowded) void this.rebuild()
  }
  #total(): number {
    return Object.values(this.#parts.store.head().entries).reduce((sum, count) => sum + count, 0)
  }
}
