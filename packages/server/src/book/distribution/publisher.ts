/**
 * Makes the files by which other nodes follow the book: cuts deltas from its log, merges them, takes snapshots.
 *
 * It does one small thing at a time and may be killed between any two: the folder is all that it remembers. What is
 * urgent comes first: a cut with each publication, then what is over is merged, then a snapshot is written, both a block
 * at a time. After a cut it rests for as long as the cut took, so that a list that is being imported is told in fewer and
 * longer deltas.
 */
import { type ListHeader, type ListPacking, type ListUnpacking, writeList } from '@tocsin/core/list'
import type { Head } from '../book.ts'
import type { DeltaFile, SnapshotFile } from '../distribution.ts'
import type { BookLog } from '../log.ts'
import { type Cut, cutFrom } from './cut.ts'
import type { DistributionFolder, KeptFile } from './folder.ts'
import { openMerged } from './merging.ts'
import { bytesOf, chainTo, type DatedDelta, deltasOver, keptUntil, mergeDue } from './plan.ts'

/** What is new since the last time; told after each change. */
export interface PublisherNews {
  /** Whether all is told: what another publisher told before is over. */
  readonly isAll: boolean
  /** The last place to which files lead. */
  readonly head: Head
  readonly snapshot: SnapshotFile | undefined
  /** The snapshots that there are, the one before among them: somebody may be on the way to it. */
  readonly snapshots: readonly SnapshotFile[]
  readonly added: readonly DeltaFile[]
  /** Names of deltas that are gone. */
  readonly removed: readonly string[]
}

/** What a publisher is built from. */
export interface PublisherParts {
  readonly log: BookLog
  readonly folder: DistributionFolder
  readonly packing: ListPacking & ListUnpacking
  readonly clock: () => number
  readonly told: (news: PublisherNews) => void
}

/** Milliseconds between the beginnings of two cuts: 20 a second, as often as the book moves at most. */
const CUT_MS = 50

/** How often it is looked whether a stretch of time is over: often for two minutes after a publication. */
const BUSY_MS = 120_000
const REST_BUSY_MS = 500
const REST_MS = 30_000

/** A new snapshot is worth its while when the deltas since the last come to this share of it, and to so many bytes. */
const SNAPSHOT_SHARE = 0.2
const SNAPSHOT_MIN_BYTES = 256 * 1024

/** A snapshot is not taken again before so many times what the last one took. */
const SNAPSHOT_REST = 5

/** Snapshots that are kept: the newest, and the one before for whoever is on the way to it. */
const SNAPSHOTS = 2

/** See the module. */
export class Publisher implements Disposable {
  readonly #parts: PublisherParts
  #deltas: readonly DatedDelta[] = []
  #snapshots: readonly SnapshotFile[] = []
  #bookId = ''
  /** Where the deltas lead; `undefined` until the book has been looked at. */
  #tip: number | undefined
  #head: Head | undefined
  #cutAt = Number.NEGATIVE_INFINITY
  #isMoved = true
  readonly #keptUntil = new Map<string, number>()
  #merging: { readonly due: readonly DatedDelta[]; readonly job: Generator<void, DatedDelta> } | undefined
  /** The snapshot under way. */
  #job: Generator<void, SnapshotFile> | undefined
  #snapshotAt = Number.NEGATIVE_INFINITY
  #told: ReadonlySet<string> | undefined

  /** Looks through the folder; what leads nowhere goes with the first steps. */
  constructor(parts: PublisherParts) {
    this.#parts = parts
    const files = parts.folder.scan()
    this.#bookId = files.find(({ header }) => header.kind === 'delta')?.header.bookId ?? files[0]?.header.bookId ?? ''
    for (const file of files) if (file.header.bookId !== this.#bookId) parts.folder.remove(file.name)
    const ofBook = files.filter(({ header }) => header.bookId === this.#bookId)
    this.#deltas = ofBook.filter(({ header }) => header.kind === 'delta').map(deltaOf)
    this.#snapshots = ofBook
      .filter(({ header }) => header.kind === 'snapshot')
      .map(snapshotOf)
      .sort(newestFirst)
    const last = Math.max(...this.#deltas.map(({ to }) => to), this.#snapshots[0]?.sequence ?? -1)
    this.#tip = last < 0 ? undefined : last
  }

  /** Says that the book has moved, or may have. */
  moved(): void {
    this.#isMoved = true
  }

  /** Milliseconds after which a step may have something to do, where none had; sooner when the book moves. */
  restMs(): number {
    const now = this.#parts.clock()
    if (this.#isMoved) return Math.max(0, this.#cutAt - now)
    const newest = this.#deltas.at(-1)?.publishedAt ?? 0
    return now - newest < BUSY_MS ? REST_BUSY_MS : REST_MS
  }

  /**
   * Does the most urgent thing that is due; says whether there was one. Throws where the book or the folder fails: what
   * was under way is given up, and the next steps begin again.
   */
  step(): boolean {
    try {
      return this.#cut() || this.#advanceMerge() || this.#sweep() || this.#advanceSnapshot()
    } catch (error) {
      this.#giveUp()
      this.#isMoved = true
      throw error
    }
  }

  [Symbol.dispose](): void {
    this.#giveUp()
  }

  #cut(): boolean {
    const { log, folder, packing, clock } = this.#parts
    const startedAt = clock()
    if (!this.#isMoved || startedAt < this.#cutAt) return false
    const cut = cutFrom(log, this.#bookId, this.#tip)
    if (cut.state === 'astray') this.#beginAgain(cut)
    else if (cut.state === 'changed') this.#keepCut(cut, folder, packing)
    this.#isMoved = this.#tip !== cut.head.sequence
    const endedAt = clock()
    this.#cutAt = Math.max(startedAt + CUT_MS, 2 * endedAt - startedAt)
    if (this.#isMoved) return true
    this.#head = cut.head
    this.#tell()
    return true
  }

  #keepCut(
    { header, changes }: Extract<Cut, { state: 'changed' }>,
    folder: DistributionFolder,
    packing: ListPacking,
  ): void {
    using aside = folder.aside()
    for (const piece of writeList(header, changes, packing)) aside.add(piece)
    this.#deltas = [...this.#deltas, deltaOf({ ...aside.keep('delta'), header })]
    this.#tip = header.to
  }

  /** The files do not lead to the book as it is: they go, and deltas begin where they can. */
  #beginAgain({ head, begin }: Extract<Cut, { state: 'astray' }>): void {
    this.#giveUp()
    for (const { name } of [...this.#deltas, ...this.#snapshots]) this.#parts.folder.remove(name)
    this.#deltas = []
    this.#snapshots = []
    this.#bookId = head.bookId
    this.#tip = begin
  }

  #advanceMerge(): boolean {
    if (this.#merging === undefined) {
      const due = mergeDue(this.#chain(), this.#parts.clock())
      if (due === undefined) return false
      this.#merging = { due, job: this.#merge(due) }
    }
    const { due, job } = this.#merging
    const next = job.next()
    if (next.done !== true) return true
    this.#merging = undefined
    this.#deltas = [...this.#deltas, next.value]
    const until = keptUntil(due, this.#parts.clock())
    for (const { name } of due) this.#keptUntil.set(name, until)
    this.#tell()
    return true
  }

  *#merge(due: readonly DatedDelta[]): Generator<void, DatedDelta> {
    const { folder, packing } = this.#parts
    using merged = openMerged(due, folder, packing)
    const { header, changes } = merged
    using aside = folder.aside()
    for (const piece of writeList(header, changes, packing)) {
      aside.add(piece)
      yield
    }
    return deltaOf({ ...aside.keep('delta'), header })
  }

  #sweep(): boolean {
    const all = { deltas: this.#deltas, keptUntil: this.#keptUntil }
    const over = new Set(deltasOver(this.#chain(), all, this.#snapshots[0], this.#parts.clock()))
    const old = this.#snapshots.slice(SNAPSHOTS)
    if (over.size === 0 && old.length === 0) return false
    this.#deltas = this.#deltas.filter(delta => !over.has(delta))
    this.#snapshots = this.#snapshots.slice(0, SNAPSHOTS)
    // Nobody is told of a file that is about to go.
    this.#tell()
    for (const { name } of [...over, ...old]) {
      this.#parts.folder.remove(name)
      this.#keptUntil.delete(name)
    }
    return true
  }

  #advanceSnapshot(): boolean {
    if (this.#job === undefined && !this.#isSnapshotDue()) return false
    this.#job ??= this.#writeSnapshot()
    const next = this.#job.next()
    if (next.done !== true) return true
    this.#job = undefined
    this.#snapshots = [next.value, ...this.#snapshots].sort(newestFirst)
    this.#tell()
    return true
  }

  #isSnapshotDue(): boolean {
    if (this.#head === undefined || this.#head.sequence === 0 || this.#parts.clock() < this.#snapshotAt) return false
    const [newest] = this.#snapshots
    const chain = this.#chain()
    // Without one, whoever comes anew cannot begin, but where the deltas tell all from the first batch on.
    if (newest === undefined && chain[0]?.from !== 0) return true
    // One that began before it does not count: it is merged of what the snapshot has and what it has not.
    const since = bytesOf(chain.filter(({ from }) => from >= (newest?.sequence ?? 0)))
    return since > Math.max(SNAPSHOT_MIN_BYTES, SNAPSHOT_SHARE * (newest?.bytes ?? 0))
  }

  *#writeSnapshot(): Generator<void, SnapshotFile> {
    const { log, folder, packing, clock } = this.#parts
    const startedAt = clock()
    using view = log.entries()
    const { bookId, sequence: to, publishedAt, stateHash } = view.head
    if (bookId !== this.#bookId) throw new Error('Cannot take a snapshot: the book began again meanwhile')
    const header: ListHeader = { kind: 'snapshot', bookId, from: 0, to, publishedAt, stateHash }
    using aside = folder.aside()
    for (const piece of writeList(header, view.entries, packing)) {
      aside.add(piece)
      yield
    }
    const endedAt = clock()
    this.#snapshotAt = endedAt + SNAPSHOT_REST * (endedAt - startedAt)
    return snapshotOf({ ...aside.keep('snapshot'), header })
  }

  #giveUp(): void {
    this.#merging?.job.return(undefined as never)
    this.#merging = undefined
    this.#job?.return(undefined as never)
    this.#job = undefined
  }

  #chain(): readonly DatedDelta[] {
    return chainTo(this.#tip, this.#deltas)
  }

  #tell(): void {
    if (this.#head === undefined) return
    const names = new Set(this.#deltas.map(({ name }) => name))
    const isAll = this.#told === undefined
    const told = this.#told ?? new Set()
    const added = this.#deltas.filter(({ name }) => !told.has(name))
    const removed = [...told].filter(name => !names.has(name))
    this.#told = names
    // A snapshot of a place that no delta leads on from yet would be ahead of the head.
    const usable = this.#snapshots.filter(({ sequence }) => sequence <= this.#head!.sequence)
    this.#parts.told({ isAll, head: this.#head, snapshot: usable[0], snapshots: usable, added, removed })
  }
}

function newestFirst(a: SnapshotFile, b: SnapshotFile): number {
  return b.sequence - a.sequence
}

function deltaOf({ name, bytes, header: { from, to, publishedAt } }: KeptFile): DatedDelta {
  return { name, bytes, from, to, publishedAt }
}

function snapshotOf({ name, bytes, header }: KeptFile): SnapshotFile {
  return { name, bytes, sequence: header.to }
}
