/** Group commit: what is written within one turn of the event loop shares a transaction and its way to the disk. */
import type { DatabaseSync } from 'node:sqlite'
import { ProblemError } from '@tocsin/core/base'
import { transaction } from '../storage/sqlite.ts'

interface Work {
  readonly write: () => unknown
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

/** Writes of one database. */
export class Commits {
  readonly #database: DatabaseSync
  /** Called where a transaction was taken back: what is held in memory is counted anew. */
  readonly #takenBack: () => void
  /** Called after each that went well. */
  readonly #committed: () => void
  #waiting: Work[] = []

  constructor(database: DatabaseSync, takenBack: () => void, committed: () => void) {
    this.#database = database
    this.#takenBack = takenBack
    this.#committed = committed
  }

  /**
   * Resolves with what `write` gave when it is on the disk. Rejects with a `ProblemError` `unavailable` where the disk takes
   * nothing; then nothing of the same turn was written.
   */
  write<T>(write: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    if (this.#waiting.length === 0) setImmediate(() => this.flush())
    this.#waiting.push({ write, resolve, reject })
    return promise
  }

  /** Writes now what waits. */
  flush(): void {
    const works = this.#waiting
    this.#waiting = []
    if (works.length === 0) return
    let results: unknown[]
    try {
      results = transaction(this.#database, () => works.map(({ write }) => write()))
    } catch (error) {
      this.#fail(works, error)
      return
    }
    works.forEach(({ resolve }, at) => resolve(results[at] as never))
    this.#committed()
  }

  #fail(works: readonly Work[], cause: unknown): void {
    const why = cause instanceof Error ? cause.message : String(cause)
    const message = `Cannot keep feedback: the disk must take it, found "${why}"`
    const error = new ProblemError({ code: 'unavailable', message }, { cause })
    try {
      this.#takenBack()
    } catch {
      // The disk gives nothing either; the next transaction says so again.
    }
    for (const { reject } of works) reject(error)
  }
}
