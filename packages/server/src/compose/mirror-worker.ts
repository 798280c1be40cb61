/** The thread of an edge's mirror: the book's writer alone, so that a disk and a snapshot never hold up a door. */
import { rmSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import type { SubjectType } from '@tocsin/core/subject'
import { MirrorWriter } from '../book/mirror/mirror.ts'
import type { MirrorStep } from '../book/replica.ts'
import { buildMemory } from '../book/table/build.ts'
import { BookKeeper } from '../book/table/keeper.ts'
import { isSegmentSound, openMemory } from '../book/table/open-memory.ts'
import { type BookStore, openBookStore } from '../book/table/store.ts'
import { serve } from './remote.ts'
import { segmentBuilding } from './segment-building.ts'
import { sha256 } from './sha256.ts'

/** How often a book is looked at that may have come to rest. */
const TIDY_MS = 15_000

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGES: readonly number[] = [11, 26]

const port = parentPort!
const { types, ...paths } = workerData as {
  readonly bookPath: string
  readonly segmentPath: string
  readonly types: readonly SubjectType[]
}
const trouble = (segment: string) => port.postMessage({ segment })
const store = openMirrorStore()
const building = segmentBuilding(paths, trouble)
const memory = await openMemory(store, paths.segmentPath, async () => buildMemory(paths.bookPath), trouble)
const keeper = new BookKeeper(
  {
    store,
    build: () => building.build(),
    adopted: adopted => port.postMessage({ memory: adopted }),
    failed: error => trouble(error instanceof Error ? error.message : String(error)),
    discard: () => rmSync(paths.segmentPath, { force: true }),
  },
  memory,
)
const mirror = new MirrorWriter({ table: keeper, types, sha256 })
const tidying = setInterval(() => keeper.tidy(), TIDY_MS)

/** A mirror's file that is damaged is no loss: the upstream has all that was in it. */
function openMirrorStore(): BookStore {
  try {
    return openBookStore(paths.bookPath)
  } catch (error) {
    if (!DAMAGES.includes((error as { readonly errcode?: number }).errcode ?? 0)) throw error
    trouble(`the mirror's file "${paths.bookPath}" is damaged; making it again from the upstream`)
    for (const tail of ['', '-wal', '-shm']) rmSync(`${paths.bookPath}${tail}`, { force: true })
    rmSync(paths.segmentPath, { force: true })
    return openBookStore(paths.bookPath)
  }
}

serve(port, {
  head: () => mirror.head(),
  apply: (step: MirrorStep) => mirror.apply(step),
  renew: () => mirror.renew(),
  stop: async () => {
    clearInterval(tidying)
    await building[Symbol.asyncDispose]()
    keeper[Symbol.dispose]()
    port.close()
  },
})
port.postMessage({ ready: true })
if (!(await isSegmentSound(paths.segmentPath, memory.wasDamaged ? () => undefined : trouble))) await keeper.rebuild()
