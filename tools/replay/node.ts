/** Intake, ledger, scorer and book as a node has them, in one process and on a clock that is told the time. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SUBJECT_TYPES } from '@tocsin/core/subject'
import { openBookStore } from '../../packages/server/src/book/table/store.ts'
import { packagedSuffixes } from '../../packages/server/src/compose/suffixes.ts'
import type { Intake } from '../../packages/server/src/intake/intake.ts'
import { intakeFor } from '../../packages/server/src/intake/reception.ts'
import { openSqliteLedger } from '../../packages/server/src/ledger/sqlite/ledger.ts'
import { natureBy } from '../../packages/server/src/scorer/nature.ts'
import { Scorer } from '../../packages/server/src/scorer/scorer.ts'

/** A node without doors. */
export interface ReplayNode extends AsyncDisposable {
  /** Sets the clock, in milliseconds since 1970. */
  setTime(now: number): void
  /** The entrance of a feed. */
  intakeOf(feed: string): Intake
  /** Resolves when the book has all that the ledger has; rejects where the scorer failed. */
  settled(): Promise<void>
  /** Evidence that the ledger holds of each feed. */
  evidence(): Promise<ReadonlyMap<string, number>>
  /** Canonical texts with their types of all that has an entry in the book. */
  listed(): ReadonlySet<string>
}

/** Opens it in an empty folder. */
export function openReplayNode(folder: string): ReplayNode {
  let now = 0
  let failure: unknown
  const bookPath = join(folder, 'book.sqlite')
  const ledger = openSqliteLedger(join(folder, 'ledger.sqlite'))
  const book = openBookStore(bookPath)
  const scorer = new Scorer({
    ledger,
    book,
    nature: natureBy(packagedSuffixes),
    clock: () => now,
    published: () => undefined,
    failed: error => void (failure ??= error),
    recovered: () => undefined,
  })
  const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()
  return {
    setTime: time => void (now = time),
    intakeOf: feed => {
      const source = { name: feed, origin: 'feed', organisation: feed, trustStep: 12 } as const
      return intakeFor({ source, authority: 'feed' }, { ledger, clock: () => now, sha256 })
    },
    async settled() {
      await scorer.settled()
      if (failure !== undefined) throw new Error('Cannot replay: the scorer failed', { cause: failure })
    },
    async evidence() {
      return new Map((await ledger.counts()).sources.map(({ name, evidence }) => [name, evidence]))
    },
    listed: () => entriesOf(bookPath),
    async [Symbol.asyncDispose]() {
      await scorer.stop()
      await ledger[Symbol.asyncDispose]()
      book[Symbol.dispose]()
    },
  }
}

/** Read from the book's file itself, so that nothing that the book believes of it is believed here. */
function entriesOf(path: string): ReadonlySet<string> {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    const rows = database.prepare('SELECT type, value FROM entry').all() as { type: number; value: string | null }[]
    return new Set(rows.map(({ type, value }) => `${SUBJECT_TYPES[type]}:${value}`))
  } finally {
    database.close()
  }
}
