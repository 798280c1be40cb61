/**
 * The mirror's only writer: another node's snapshot and deltas become this node's book.
 *
 * What comes here has a head that somebody verified (`upstream/`). The files themselves are signed by nobody: their names
 * are hashes of their bytes, and what they come to is measured by the state hash of the head. So a step is the whole way
 * from where the mirror is to a signed head, in one transaction. A delta that was tampered with, left out or said twice
 * gives another hash, and the mirror is as it was; a kill in the middle leaves the same.
 */
import { ProblemError, type Sha256 } from '@tocsin/core/base'
import type { MemoryChange } from '@tocsin/core/list'
import type { SubjectType } from '@tocsin/core/subject'
import type { Head } from '../book.ts'
import type { Mirror, MirrorStep, ReplicaTable } from '../replica.ts'
import { type OpenList, openListFile } from './list-file.ts'

/** What a mirror is built from. */
export interface MirrorParts {
  readonly table: ReplicaTable
  /** The types that are kept: all, or some. */
  readonly types: readonly SubjectType[]
  readonly sha256: Sha256
}

/** See {@link Mirror}, and the head of this file. */
export class MirrorWriter implements Mirror {
  readonly #parts: MirrorParts

  constructor(parts: MirrorParts) {
    this.#parts = parts
  }

  head(): Head {
    return this.#parts.table.head()
  }

  async apply(step: MirrorStep): Promise<Head> {
    const { table } = this.#parts
    this.#refuseRollback(step.head)
    const isAnew = step.snapshot !== undefined || step.fromNothing === true
    using opened = new DisposableStack()
    const open = (path: string) => opened.use(openListFile(path, this.#parts.sha256))
    const lists = [...(step.snapshot === undefined ? [] : [open(step.snapshot)]), ...step.deltas.map(open)]
    refuseGaps(lists, step.head, isAnew ? 0 : table.head().sequence)
    const to = { head: step.head, types: this.#parts.types }
    const changes = kept(lists, this.#parts.types)
    if (isAnew) table.replace(to, changes)
    else table.follow(to, changes)
    await table.renew()
    return table.head()
  }

  renew(): Promise<void> {
    return this.#parts.table.renew()
  }

  #refuseRollback({ bookId, sequence, publishedAt }: Head): void {
    const own = this.head()
    const isBack = bookId === own.bookId ? sequence < own.sequence : publishedAt < own.publishedAt
    if (!isBack) return
    throw stale(
      `it must not go back from sequence ${own.sequence} of ${timeOf(own.publishedAt)}, found ${sequence} of ${timeOf(publishedAt)}`,
    )
  }
}

/** Each list must be of the head's book and begin where, or before, the last one ends; the last ends at the head. */
function refuseGaps(lists: readonly OpenList[], head: Head, from: number): void {
  let at = from
  for (const [place, { header }] of lists.entries()) {
    if (header.bookId !== head.bookId) throw stale(`a file must be of book "${head.bookId}", found "${header.bookId}"`)
    if (header.kind === 'snapshot' && place > 0) throw stale('a snapshot must come first')
    if (header.from > at) throw stale(`a delta must begin at ${at} or before, found ${header.from}`)
    if (header.to < at) throw stale(`a delta must lead beyond ${at}, found one to ${header.to}`)
    at = header.to
  }
  if (at !== head.sequence) throw stale(`its files must lead to sequence ${head.sequence}, found ${at}`)
}

/** The changes of the types that are kept, file by file: each in the order of the table. */
function* kept(lists: readonly OpenList[], types: readonly SubjectType[]): Generator<MemoryChange> {
  for (const list of lists) {
    for (const block of list.blocks()) {
      if (!types.includes(block[0]!.type)) continue
      for (const change of block) {
        // Without its text an address could be hashed and stored, and would not be found.
        if (isLost(change)) throw stale(`an entry of type ${change.type} must have its text, found its key alone`)
        yield change
      }
    }
  }
}

function isLost({ type, value, entry }: MemoryChange): boolean {
  return (type === 'ip' || type === 'net') && value === undefined && entry !== undefined
}

function stale(why: string): ProblemError {
  return new ProblemError({ code: 'stale', message: `Cannot follow the upstream's book: ${why}` })
}

function timeOf(time: number): string {
  return new Date(time).toISOString()
}
