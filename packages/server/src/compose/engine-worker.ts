/** The engine's thread: ledger, scorer and the book's writer, so that a disk never holds up a door. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Subject } from '@tocsin/core/subject'
import { subjectKey } from '@tocsin/core/subject'
import { buildMemory } from '../book/table/build.ts'
import { BookKeeper } from '../book/table/keeper.ts'
import { isSegmentSound, openMemory } from '../book/table/open-memory.ts'
import { openBookStore } from '../book/table/store.ts'
import type { Generation, Ledger, LedgerSource, SubjectCase } from '../ledger/ledger.ts'
import { openSqliteLedger } from '../ledger/sqlite/ledger.ts'
import { explainCase } from '../scorer/explain.ts'
import { natureBy } from '../scorer/nature.ts'
import { Scorer } from '../scorer/scorer.ts'
import { type PackedWrite, unpackWrite } from './packed-write.ts'
import { serve } from './remote.ts'
import { segmentBuilding } from './segment-building.ts'
import { sha256 } from './sha256.ts'
import { packagedSuffixes } from './suffixes.ts'

/** How often a book is looked at that may have come to rest. */
const TIDY_MS = 15_000

const port = parentPort!
const paths = workerData as { readonly ledgerPath: string; readonly bookPath: string; readonly segmentPath: string }
const trouble = (segment: string) => port.postMessage({ segment })
const ledger: Ledger = openSqliteLedger(paths.ledgerPath)
const store = openBookStore(paths.bookPath)
const building = segmentBuilding(paths, trouble)
// Nobody is kept waiting yet, so what has to be built at the start is built here.
const memory = await openMemory(store, paths.segmentPath, async () => buildMemory(paths.bookPath), trouble)
const book = new BookKeeper(
  {
    store,
    build: () => building.build(),
    adopted: adopted => port.postMessage({ memory: adopted }),
    failed: error => trouble(error instanceof Error ? error.message : String(error)),
  },
  memory,
)
const nature = natureBy(packagedSuffixes)
const scorer = new Scorer({
  ledger: {
    sources: () => ledger.sources(),
    covers: place => ledger.covers(place),
    touchAll: () => ledger.touchAll(),
    place: () => ledger.place(),
    async touchedSince(place, limit) {
      const touched = await ledger.touchedSince(place, limit)
      tellDescribed(touched.cases)
      return touched
    },
  },
  book,
  clock: Date.now,
  nature,
  // What has changed is in shared memory already.
  published: ({ head }) => port.postMessage({ head }),
  failed: error => port.postMessage({ failed: error instanceof Error ? error.message : String(error) }),
  recovered: () => port.postMessage({ recovered: true }),
})

/** What files are like may change with no score: mining hears of it here. */
function tellDescribed(cases: readonly SubjectCase[]): void {
  const described = cases.filter(({ file }) => file?.tlsh !== undefined).map(({ subject }) => subject.key)
  if (described.length > 0) port.postMessage({ described })
}

const tidying = setInterval(() => book.tidy(), TIDY_MS)

/** Wakes the scorer once the ledger holds what is new: also what a commit had retracted before it failed. */
async function then<T>(change: Promise<T>): Promise<T> {
  try {
    return await change
  } finally {
    scorer.wake()
  }
}

serve(port, {
  write: async (packed: PackedWrite) => {
    if (packed.generation !== undefined) await scorer.caughtUp()
    return then(ledger.write(unpackWrite(packed)))
  },
  retract: (source: string, items: Parameters<Ledger['retract']>[1]) => then(ledger.retract(source, items)),
  name: (subjects: Parameters<Ledger['name']>[0]) => then(ledger.name(subjects)),
  begin: (source: LedgerSource) => then(ledger.begin(source)),
  commit: (generation: Generation) => then(ledger.commit(generation)),
  counts: async () => ledger.counts(),
  settled: () => scorer.settled(),
  waiting: () => ledger.place() - book.place(),
  explain: async (subject: Subject, at: number) => {
    const held = await ledger.caseOf(subject.type, subjectKey(subject, sha256))
    return explainCase(subject, held, await ledger.sources(), nature, at)
  },
  stop: async () => {
    clearInterval(tidying)
    await scorer.stop()
    await building[Symbol.asyncDispose]()
    await ledger[Symbol.asyncDispose]()
    book[Symbol.dispose]()
    port.close()
  },
})

// A book that is made again is whole before anyone reads it: one half made would call untested what is listed. That is one
// which the journal no longer tells of, and one that is new while the journal still tells all.
const isNew = book.head().sequence === 0
const goTogether = await scorer.begin()
if (goTogether && !isNew) scorer.wake()
else await scorer.settled()
const isRebuilt = !goTogether || (isNew && book.head().sequence > 0)
port.postMessage({ ready: true, ...(isRebuilt ? { rebuilt: true } : {}) })
// What was damaged at the start has been told; it is built again here, if it was not meanwhile.
if (!(await isSegmentSound(paths.segmentPath, memory.wasDamaged ? () => undefined : trouble))) await book.rebuild()
