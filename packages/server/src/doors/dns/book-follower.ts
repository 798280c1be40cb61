import { setImmediate } from 'node:timers/promises'
import type { Batch, Book } from '../../book/book.ts'
import { NonTerminals } from './non-terminals.ts'

/** Entries read before others get their turn: some 10 ms of work. */
const ENTRIES_A_TURN = 10_000

/**
 * Keeps what the door must know of the whole book: the non-terminals of the domain zone, and the sequence as SOA
 * serial.
 *
 * Batches may come while the book is read, twice, or with a gap (the book is asked for what lies between), and the book
 * may be another one all of a sudden (it is read anew, and the old state answers until then). Nothing here throws once
 * it is open: what goes wrong is reported, and the next batch tries again.
 */
export class BookFollower {
  readonly #book: Book
  readonly #onError: (error: unknown) => void
  #names = new NonTerminals()
  #bookId = ''
  #sequence = 0
  #reading: Promise<void> | undefined
  #mustRead = false

  private constructor(book: Book, onError: (error: unknown) => void) {
    this.#book = book
    this.#onError = onError
  }

  /** Reads the whole book once: about a second for a million domains. Rejects if that fails. */
  static async open(book: Book, onError: (error: unknown) => void): Promise<BookFollower> {
    const follower = new BookFollower(book, onError)
    await follower.#read()
    return follower
  }

  get nonTerminals(): NonTerminals {
    return this.#names
  }

  /** Of the last batch that was applied. */
  get sequence(): number {
    return this.#sequence
  }

  /** Takes note of a published batch. */
  apply(batch: Batch): void {
    try {
      if (this.#mustRead || this.#book.head().bookId !== this.#bookId) return this.#readAgain()
      if (batch.sequence <= this.#sequence || this.#reading !== undefined) return
      if (batch.sequence > this.#sequence + 1 && !this.#catchUp(this.#names, this.#sequence)) return this.#readAgain()
      this.#take(this.#names, batch)
    } catch (error) {
      this.#mustRead = true
      this.#onError(error)
    }
  }

  /** Resolves when no reading is under way. */
  async settled(): Promise<void> {
    await this.#reading
  }

  #readAgain(): void {
    if (this.#reading !== undefined) return
    this.#reading = this.#read().catch((error: unknown) => {
      this.#mustRead = true
      this.#reading = undefined
      this.#onError(error)
    })
  }

  /** What is published meanwhile is in `changes` afterwards; applying a change that was read already is harmless. */
  async #read(): Promise<void> {
    this.#mustRead = false
    const { bookId, sequence } = this.#book.head()
    const names = new NonTerminals()
    let count = 0
    for await (const { key, value } of this.#book.entries('domain')) {
      names.add(key, value)
      if (++count % ENTRIES_A_TURN === 0) await setImmediate()
    }
    this.#names = names
    this.#bookId = bookId
    this.#sequence = sequence
    if (!this.#catchUp(names, sequence)) this.#mustRead = true
    if (this.#book.head().bookId !== bookId) this.#mustRead = true
    // In the same turn as the catching up, so that no batch falls between the two.
    this.#reading = undefined
  }

  /** Applies all batches after `since`; false where the book does not keep them any more. */
  #catchUp(names: NonTerminals, since: number): boolean {
    const batches = this.#book.changes(since)
    if (!batches.ok) return false
    for (const batch of batches.value) this.#take(names, batch)
    return true
  }

  #take(names: NonTerminals, batch: Batch): void {
    if (batch.sequence <= this.#sequence) return
    for (const { type, key, value, entry } of batch.changes) {
      if (type !== 'domain') continue
      if (entry === undefined) names.remove(key)
      else names.add(key, value)
    }
    this.#sequence = batch.sequence
  }
}
