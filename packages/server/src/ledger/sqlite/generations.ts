/**
 * The generations that are open: at most one per source, in memory alone. A crash forgets them, and whoever brought a
 * list brings it again.
 */
import { ProblemError } from '@tocsin/core/base'
import type { Generation } from '../ledger.ts'
import { SubjectSet } from './subject-set.ts'

interface OpenGeneration {
  readonly number: number
  readonly seen: SubjectSet
  /** Set while its commit walks; nothing more is written with it then. Never rejects. */
  committing?: Promise<void>
}

interface Note {
  readonly seen: SubjectSet
  readonly kindId: number
  readonly subjectId: number
}

/** See above. */
export class Generations {
  readonly #open = new Map<string, OpenGeneration>()
  /** What the transaction under way has noted. */
  #notes: Note[] = []
  #last = 0

  /** Waits for a commit of the same source, which would else retract what the new generation has written by then. */
  async begin(source: string): Promise<Generation> {
    for (let walk = this.#walk(source); walk !== undefined; walk = this.#walk(source)) await walk
    this.#last += 1
    this.#open.set(source, { number: this.#last, seen: new SubjectSet() })
    return { source, number: this.#last }
  }

  /** Throws `invalid` for a generation that is not open (any more). */
  check(generation: Generation): void {
    this.#find(generation)
  }

  /**
   * Notes that the open generation of a source, if there is one, holds this; says whether for the first time. Also what
   * the source says beside it: a commit retracts what the source held before, not what came meanwhile.
   */
  note(source: string, kindId: number, subjectId: number): boolean {
    const seen = this.#open.get(source)?.seen
    if (seen?.add(kindId, subjectId) !== true) return false
    this.#notes.push({ seen, kindId, subjectId })
    return true
  }

  /** Ends a transaction: what was noted in it stays, or is taken out again where it failed. */
  endNotes(isWritten: boolean): void {
    if (!isWritten) for (const { seen, kindId, subjectId } of this.#notes) seen.delete(kindId, subjectId)
    this.#notes = []
  }

  /** Runs the walk of a commit over what the generation has not seen; the generation is over afterwards. */
  async commit<T>(generation: Generation, walk: (seen: SubjectSet) => Promise<T>): Promise<T> {
    const open = this.#find(generation)
    const { promise, resolve } = Promise.withResolvers<void>()
    open.committing = promise
    try {
      return await walk(open.seen)
    } finally {
      this.#open.delete(generation.source)
      resolve()
    }
  }

  #walk(source: string): Promise<void> | undefined {
    return this.#open.get(source)?.committing
  }

  #find(generation: Generation): OpenGeneration {
    const open = this.#open.get(generation.source)
    if (open?.number === generation.number && open.committing === undefined) return open
    throw new ProblemError({
      code: 'invalid',
      message: `Cannot go on with generation ${generation.number} of "${generation.source}": it was committed, or another one has begun since`,
    })
  }
}
