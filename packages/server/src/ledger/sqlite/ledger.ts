/**
 * The ledger on SQLite: one file, one connection, in one worker.
 *
 * Writes that wait together are committed together, so that a hundred small reports cost one flush to disk. All
 * statements are synchronous; the promises of the port are there for engines across a network.
 */
import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { ProblemError } from '@tocsin/core/base'
import { KINDS, type KindName, mergeRecords } from '@tocsin/core/evidence'
import { SUBJECT_TYPES, type SubjectType } from '@tocsin/core/subject'
import { openDatabase, transaction } from '../../storage/sqlite.ts'
import {
  type EvidenceWrite,
  type Generation,
  type Ledger,
  type LedgerCounts,
  type LedgerSource,
  type LedgerSubject,
  type LedgerWrite,
  type Place,
  RECEIPT_DAYS,
  type SubjectCase,
  type WriteOutcome,
} from '../ledger.ts'
import { CaseReader } from './cases.ts'
import { FreshCases } from './fresh-cases.ts'
import { Generations } from './generations.ts'
import { inOrderOfKeys } from './in-order.ts'
import { Journal } from './journal.ts'
import { RelationTable } from './relations.ts'
import type { EvidenceRow } from './rows.ts'
import { prepareStatements, type Statements } from './statements.ts'
import type { SubjectSet } from './subject-set.ts'

const DAY_MS = 86_400_000

/** Rows that a commit looks at before others may write again. */
const COMMIT_CHUNK = 50_000

/** Receipts and journal rows are swept out with a write at most once in so many writes. */
const SWEEP_EVERY = 16

interface KnownSource {
  readonly id: number
  readonly source: LedgerSource
}

interface Waiting {
  readonly write: LedgerWrite
  readonly resolve: (outcome: WriteOutcome) => void
  readonly reject: (error: unknown) => void
}

/** Opens the ledger in a file; makes it where there is none. */
export function openSqliteLedger(path: string): SqliteLedger {
  return new SqliteLedger(openDatabase(path, new URL('./migrations/', import.meta.url)))
}

/** See {@link Ledger}. */
export class SqliteLedger implements Ledger {
  readonly #database: DatabaseSync
  readonly #sql: Statements
  readonly #kindIds = new Map<string, number>()
  readonly #kindNames = new Map<number, KindName>()
  readonly #sources = new Map<string, KnownSource>()
  readonly #sourceById = new Map<number, LedgerSource>()
  readonly #generations = new Generations()
  readonly #journal: Journal
  readonly #fresh = new FreshCases()
  readonly #relations: RelationTable
  readonly #cases: CaseReader
  readonly #waiting: Waiting[] = []
  #writes = 0
  #seenPlace: Place = 0
  /** The subject that the last look-up of one has made; −1 where it was there. */
  #newSubject = -1

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#sql = prepareStatements(database)
    this.#journal = new Journal(database)
    this.#relations = new RelationTable(
      database,
      id => this.#sourceById.get(id)!,
      (id, spreads) => this.#touch(id, spreads),
    )
    this.#cases = new CaseReader({
      sql: this.#sql,
      journal: this.#journal,
      fresh: this.#fresh,
      relations: this.#relations,
      kind: id => this.#kindNames.get(id),
      source: id => this.#sourceById.get(id)!.name,
    })
    this.#learnKinds()
    this.#learnSources()
  }

  write(write: LedgerWrite): Promise<WriteOutcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject })
      if (this.#waiting.length === 1) setImmediate(() => this.#flush())
    })
  }

  async retract(
    source: string,
    items: readonly { readonly subject: LedgerSubject; readonly kind: KindName }[],
  ): Promise<number> {
    this.#flush()
    const known = this.#sources.get(source)
    if (known === undefined) return 0
    return this.#inTransaction(() => {
      let gone = 0
      for (const { subject, kind } of items) {
        const id = this.#findSubject(subject)
        if (id !== undefined) gone += this.#drop(known.id, this.#kindIds.get(kind)!, id)
      }
      this.#sql.countEvidence.run(-gone, known.id)
      return gone
    })
  }

  /** Writes nothing: the source is registered with its first write, so that none is known of which nothing came. */
  begin({ name }: LedgerSource): Promise<Generation> {
    this.#flush()
    return this.#generations.begin(name)
  }

  commit(generation: Generation): Promise<number> {
    this.#flush()
    return this.#generations.commit(generation, seen => this.#dropUnseen(generation.source, seen))
  }

  async #dropUnseen(source: string, seen: SubjectSet): Promise<number> {
    const sourceId = this.#sources.get(source)?.id
    if (sourceId === undefined) return 0
    let gone = 0
    let after: readonly [number, number] = [0, 0]
    for (;;) {
      const rows = this.#sql.evidenceFrom.all(sourceId, after[0], after[1], COMMIT_CHUNK) as unknown as {
        kind_id: number
        subject_id: number
      }[]
      const last = rows.at(-1)
      if (last === undefined) return gone
      after = [last.kind_id, last.subject_id]
      const dropped = rows.filter(row => !seen.has(row.kind_id, row.subject_id))
      if (dropped.length > 0) {
        this.#inTransaction(() => {
          for (const row of dropped) this.#drop(sourceId, row.kind_id, row.subject_id)
          this.#sql.countEvidence.run(-dropped.length, sourceId)
        })
      }
      gone += dropped.length
      await new Promise(resolve => setImmediate(resolve))
    }
  }

  async touchedSince(place: Place, limit: number): Promise<{ cases: SubjectCase[]; place: Place }> {
    this.#seenPlace = place
    return this.#cases.touched(place, limit)
  }

  place(): Place {
    return this.#journal.last
  }

  async covers(place: Place): Promise<boolean> {
    return place <= this.#journal.last && place + 1 >= this.#journal.first()
  }

  async touchAll(): Promise<void> {
    this.#inTransaction(() => {
      for (const row of this.#sql.allScored.iterate()) this.#journal.touch((row as { id: number }).id, false)
    })
  }

  async caseOf(type: SubjectType, key: Uint8Array): Promise<SubjectCase | undefined> {
    const id = this.#findSubject({ type, key, value: undefined })
    return id === undefined ? undefined : this.#cases.one(id)
  }

  async sources(): Promise<LedgerSource[]> {
    return Array.from(this.#sources.values(), known => known.source)
  }

  async counts(): Promise<LedgerCounts> {
    const rows = this.#sql.sources.all() as unknown as { name: string; evidence: number }[]
    const sources = rows.map(({ name, evidence }) => ({ ...this.#sources.get(name)!.source, evidence }))
    const { subjects } = this.#sql.countSubjects.get() as { subjects: number }
    return {
      place: this.#journal.last,
      subjects,
      sources,
      evidence: sources.reduce((sum, source) => sum + source.evidence, 0),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#flush()
    this.#database.close()
  }

  #flush(): void {
    const waiting = this.#waiting.splice(0)
    if (waiting.length === 0) return
    try {
      const outcomes = this.#inTransaction(() => {
        this.#sweep(waiting[0]!.write.receivedAt)
        return waiting.map(each => this.#apply(each.write))
      })
      for (const [index, each] of waiting.entries()) each.resolve(outcomes[index]!)
    } catch (error) {
      if (waiting.length === 1) return waiting[0]!.reject(error)
      // One of them may be the reason, as the write of a generation that is over; the others are not refused for it.
      for (const each of waiting) this.#flushOne(each)
    }
    return undefined
  }

  #flushOne({ write, resolve, reject }: Waiting): void {
    try {
      resolve(this.#inTransaction(() => this.#apply(write)))
    } catch (error) {
      reject(error)
    }
  }

  /** Runs `work` in a transaction; where that fails, memory forgets what it learnt in it. Throws a `ProblemError`. */
  #inTransaction<T>(work: () => T): T {
    try {
      const result = transaction(this.#database, () => {
        const done = work()
        this.#relations.settle()
        this.#journal.settle()
        return done
      })
      this.#generations.endNotes(true)
      this.#fresh.end(true)
      return result
    } catch (error) {
      this.#generations.endNotes(false)
      this.#relations.forget()
      this.#journal.forget()
      this.#fresh.end(false)
      // It may have registered sources that do not exist now.
      this.#learnSources()
      throw error instanceof ProblemError ? error : cannotWrite(error)
    }
  }

  #apply(write: LedgerWrite): WriteOutcome {
    const sourceId = this.#register(write.source)
    if (write.generation !== undefined) this.#generations.check(write.generation)
    let added = 0
    const one = (item: EvidenceWrite) => {
      const subjectId = this.#subjectId(item.subject)
      const isNew = this.#newSubject === subjectId
      if (this.#isRepeat(sourceId, subjectId, item, write.receivedAt)) return 'duplicate' as const
      const isFirst = this.#generations.note(write.source.name, this.#kindIds.get(item.kind)!, subjectId)
      const replaces = isFirst && write.generation !== undefined
      added += this.#put(sourceId, subjectId, item, write.receivedAt, { replaces, isNew })
      if (isNew) this.#noteFresh(subjectId, item, write.source.name)
      if (item.relation !== undefined)
        this.#relate(sourceId, subjectId, item, { inList: write.generation !== undefined, replaces })
      return 'new' as const
    }
    const outcome = inOrderOfKeys(write.evidence, one)
    if (added !== 0) this.#sql.countEvidence.run(added, sourceId)
    return outcome
  }

  #noteFresh(subjectId: number, { subject, kind, confidence, at, relation }: EvidenceWrite, source: string): void {
    if (relation === undefined) this.#fresh.note(subjectId, { subject, records: [{ kind, source, confidence, at }] })
  }

  /**
   * Writes one record where it says something new; answers how many rows were added, 0 or 1. One that `replaces` takes
   * the place of what the generation before said; any other is merged.
   */
  #put(
    sourceId: number,
    subjectId: number,
    item: EvidenceWrite,
    receivedAt: number,
    { replaces, isNew }: { readonly replaces: boolean; readonly isNew: boolean },
  ): number {
    const kindId = this.#kindIds.get(item.kind)!
    // Nothing was ever said of a subject that this very item has brought.
    const row = isNew
      ? undefined
      : (this.#sql.findEvidence.get(subjectId, sourceId, kindId) as
          | Pick<EvidenceRow, 'confidence' | 'observed_at'>
          | undefined)
    let { confidence, at } = item
    if (row !== undefined && !replaces) {
      const before = { confidence: row.confidence, at: row.observed_at ?? undefined }
      const name = { kind: item.kind, source: '' }
      const merged = mergeRecords({ ...name, ...before }, { ...name, confidence, at })
      confidence = merged.confidence
      at = merged.at
    }
    if (row !== undefined && row.confidence === confidence && (row.observed_at ?? undefined) === at) return 0
    if (isNew) {
      this.#sql.addEvidence.run(subjectId, sourceId, kindId, confidence, at ?? null, receivedAt)
      this.#journal.touch(subjectId)
      return 1
    }
    this.#sql.putEvidence.run(subjectId, sourceId, kindId, confidence, at ?? null, receivedAt)
    this.#touch(subjectId)
    return row === undefined ? 1 : 0
  }

  /** Journals a subject that is not as it was. */
  #touch(subjectId: number, spreads = true): void {
    this.#fresh.drop(subjectId)
    this.#journal.touch(subjectId, spreads)
  }

  #drop(sourceId: number, kindId: number, subjectId: number): number {
    const { changes } = this.#sql.dropEvidence.run(subjectId, sourceId, kindId)
    if (changes === 0) return 0
    this.#relations.drop({ sourceId, subjectId, kindId })
    this.#touch(subjectId)
    return 1
  }

  /**
   * A row of a list is one meeting, the same as long as it names the same subjects: else each import would bring all of
   * them anew. What the row named before and names no more goes.
   */
  #relate(
    sourceId: number,
    subjectId: number,
    item: EvidenceWrite,
    { inList, replaces }: { readonly inList: boolean; readonly replaces: boolean },
  ): void {
    const { group, members } = item.relation!
    const ids = [...new Set(members.map(member => this.#subjectId(member)))]
    const row = () => [subjectId, ...ids].sort((a, b) => a - b).join(' ')
    const statement = { sourceId, subjectId, kindId: this.#kindIds.get(item.kind)! }
    const groupId = shortDigest(inList ? row() : group)
    if (replaces) this.#relations.drop(statement, groupId)
    this.#relations.add(statement, groupId, ids)
  }

  /** A known id is a repeat, unless what it said has been retracted since: then it says it anew. */
  #isRepeat(sourceId: number, subjectId: number, item: EvidenceWrite, receivedAt: number): boolean {
    if (item.id === undefined) return false
    const isNew = this.#sql.addReceipt.run(sourceId, shortDigest(item.id), receivedAt).changes === 1
    return !isNew && this.#sql.findEvidence.get(subjectId, sourceId, this.#kindIds.get(item.kind)!) !== undefined
  }

  #findSubject({ type, key }: LedgerSubject): number | undefined {
    const row = this.#sql.findSubject.get(SUBJECT_TYPES.indexOf(type), key) as { id: number } | undefined
    return row?.id
  }

  #subjectId(subject: LedgerSubject): number {
    const type = SUBJECT_TYPES.indexOf(subject.type)
    // A list is mostly new or mostly known, so the last one says which of the two to try first.
    const added = this.#newSubject < 0 ? undefined : this.#addSubject(type, subject)
    if (added !== undefined) return added
    const row = this.#sql.findSubject.get(type, subject.key) as { id: number; value: string | null } | undefined
    if (row === undefined) return this.#addSubject(type, subject)!
    this.#newSubject = -1
    if (row.value === null && subject.value !== undefined) {
      this.#sql.nameSubject.run(subject.value, row.id)
      this.#fresh.drop(row.id)
    }
    return row.id
  }

  /** The id of a subject that is added; `undefined` where it is known. */
  #addSubject(type: number, { key, value }: LedgerSubject): number | undefined {
    const { changes, lastInsertRowid } = this.#sql.addSubject.run(type, key, value ?? null)
    if (changes === 0) return undefined
    this.#newSubject = Number(lastInsertRowid)
    return this.#newSubject
  }

  /** Learns a source, or a new standing of one, which touches all that it ever said. */
  #register(source: LedgerSource): number {
    const known = this.#sources.get(source.name)
    if (known === undefined) {
      const { name, origin, organisation, trustStep } = source
      const id = Number(this.#sql.addSource.run(name, origin, organisation, trustStep).lastInsertRowid)
      this.#sources.set(name, { id, source })
      this.#sourceById.set(id, source)
      return id
    }
    const before = known.source
    if (before.trustStep !== source.trustStep || before.organisation !== source.organisation) {
      this.#sql.changeSource.run(source.origin, source.organisation, source.trustStep, known.id)
      for (const row of this.#sql.saidBy.iterate(known.id)) this.#touch((row as { subject_id: number }).subject_id)
      this.#sources.set(source.name, { id: known.id, source })
      this.#sourceById.set(known.id, source)
      this.#relations.sourceChanged(known.id)
    }
    return known.id
  }

  /** Forgets receipts that are too old and journal rows that the scorer has passed. */
  #sweep(now: number): void {
    this.#writes += 1
    if (this.#writes % SWEEP_EVERY !== 0) return
    this.#sql.dropReceipts.run(now - RECEIPT_DAYS * DAY_MS)
    this.#journal.sweep(this.#seenPlace)
  }

  #learnKinds(): void {
    const rows = this.#sql.kinds.all() as unknown as { id: number; name: string }[]
    for (const row of rows) this.#kindIds.set(row.name, row.id)
    for (const { name } of KINDS) {
      if (!this.#kindIds.has(name)) this.#kindIds.set(name, Number(this.#sql.addKind.run(name).lastInsertRowid))
    }
    for (const { name } of KINDS) this.#kindNames.set(this.#kindIds.get(name)!, name)
  }

  #learnSources(): void {
    const rows = this.#sql.sources.all() as unknown as {
      id: number
      name: string
      origin: LedgerSource['origin']
      organisation: string
      trust_step: number
    }[]
    this.#sources.clear()
    for (const { id, name, origin, organisation, trust_step: trustStep } of rows) {
      const source: LedgerSource = { name, origin, organisation, trustStep }
      this.#sources.set(name, { id, source })
      this.#sourceById.set(id, source)
    }
  }
}

function shortDigest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest().subarray(0, 16)
}

function cannotWrite(error: unknown): ProblemError {
  const why = error instanceof Error ? error.message : String(error)
  return new ProblemError({ code: 'unavailable', message: `Cannot write the ledger: ${why}` }, { cause: error })
}
