/**
 * The book as miners read it: all entries once, in pages, then the batches since. Where the log of changes does not reach
 * back so far, or the book is another one, all is told anew.
 *
 * What miners read are reputations in force, and what they find enters them. That nothing feeds itself is for each of
 * them to see to: `entry.organisations` counts nobody but who has seen something, and never what was derived.
 */
import type { Result } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { SUBJECT_TYPES, type SubjectType } from '@tocsin/core/subject'
import type { Entry } from '@tocsin/core/verdict'
import type { Batch, Book, Sequence } from '../book/book.ts'

/** The part of a book that is followed; `head()` tells the book as its file has it now. */
export type FollowedBook = Pick<Book, 'entries' | 'changes'> & {
  head(): { readonly bookId: string; readonly sequence: Sequence }
}

/** Who follows the book. None of it may throw. */
export interface BookFollower {
  /** The types of subjects that it wants to hear of. */
  readonly types: readonly SubjectType[]
  /** All that was told is void; all entries come now. */
  forget(): void
  /**
   * An entry that is (`undefined`: is no more). May be told again unchanged.
   *
   * @param key 32 bytes, valid during the call
   * @param value canonical text without the type, where it is known
   */
  entry(type: SubjectType, key: Uint8Array, value: string | undefined, entry: Entry | undefined): void
}

/** A miner of the book. */
export interface BookMiner extends BookFollower {
  /** Says and unsays what has changed since the last turn; what lapses by time alone as well. */
  turn(now: Instant): void
}

/** Entries or changes that are read before others get their turn. */
const SLICE = 10_000

/** Reads the book for its followers. */
export class BookReader {
  readonly #book: FollowedBook
  readonly #followers: readonly BookFollower[]
  readonly #pause: () => Promise<void>
  #bookId: string | undefined
  #sequence: Sequence = 0
  #isWhole = false

  /** @param pause called after each slice; it rejects where reading has to end */
  constructor(book: FollowedBook, followers: readonly BookFollower[], pause: () => Promise<void>) {
    this.#book = book
    this.#followers = followers
    this.#pause = pause
  }

  /** Whether the book has moved since it was read. */
  isBehind(): boolean {
    const { bookId, sequence } = this.#book.head()
    return !this.#isWhole || bookId !== this.#bookId || sequence !== this.#sequence
  }

  /** Tells all that is in the book by now; resolves with how much was told. Rejects where the book cannot be read. */
  async catchUp(): Promise<number> {
    let told = 0
    while (this.isBehind()) {
      const changes = this.#changes()
      const followed = changes.ok ? this.#follow(changes.value) : 0
      // A log that tells nothing of what is behind it is no log.
      told += followed > 0 ? followed : await this.#beginAnew()
      await this.#pause()
    }
    return told
  }

  #changes(): Result<Iterable<Batch>> {
    const isSame = this.#isWhole && this.#book.head().bookId === this.#bookId
    return isSame ? this.#book.changes(this.#sequence) : { ok: false, problem: { code: 'not-found', message: '' } }
  }

  /** One slice of the log, whole batches: a cursor that stays open would keep the file from being tidied. */
  #follow(batches: Iterable<Batch>): number {
    let told = 0
    for (const { sequence, changes } of batches) {
      for (const { type, key, value, entry } of changes) this.#tell(type, key, value, entry)
      this.#sequence = sequence
      told += changes.length
      if (told >= SLICE) break
    }
    return told
  }

  /** What changes while the entries are read is told twice: here as it is, and by the log. */
  async #beginAnew(): Promise<number> {
    const { bookId, sequence } = this.#book.head()
    this.#isWhole = false
    for (const follower of this.#followers) follower.forget()
    let told = 0
    for (const type of SUBJECT_TYPES) {
      if (!this.#followers.some(follower => follower.types.includes(type))) continue
      for await (const { key, value, entry } of this.#book.entries(type)) {
        this.#tell(type, key, value, entry)
        told += 1
        if (told % SLICE === 0) await this.#pause()
      }
    }
    this.#bookId = bookId
    this.#sequence = sequence
    this.#isWhole = true
    return told
  }

  #tell(type: SubjectType, key: Uint8Array, value: string | undefined, entry: Entry | undefined): void {
    for (const follower of this.#followers) if (follower.types.includes(type)) follower.entry(type, key, value, entry)
  }
}
