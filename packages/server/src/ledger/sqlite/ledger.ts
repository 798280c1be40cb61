/**
 * The ledger on SQLite: one file, one connection, in one worker. All statements are synchronous; the promises of the port
 * are there for engines across a network.
 */
import { hash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { ProblemError } from '@tocsin/core/base'
import { type KindName, mergeRecords } from '@tocsin/core/evidence'
import type { SubjectType } from '@tocsin/core/subject'
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
import { IdentityTable } from './identities.ts'
import { inOrderOfKeys } from './in-order.ts'
import { Journal } from './journal.ts'
import { KindTable, SourceTable } from './names.ts'
import { RelationTable } from './relations.ts'
import type { EvidenceRow } from './rows.ts'
import { prepareStatements, type Statements } from './statements.ts'
import type { SubjectSet } from './subject-set.ts'
import { SubjectTable } from './subject-table.ts'
import { WriteQueue } from './write-queue.ts'

const DAY_MS = 86_400_000

/** Rows that a commit looks at before others may write again. */
const COMMIT_CHUNK = 50_000

/** Receipts and journal rows are swept out with a write at most once in so many writes. */
const SWEEP_EVERY = 16

/** Opens the ledger in a file; makes it where there is none. */
export function openSqliteLedger(path: string): SqliteLedger {
  return new SqliteLedger(openDatabase(path, new URL('./migrations/', import.meta.url)))
}

/** See {@link Ledger}. */
export class SqliteLedger implements Ledger {
  readonly #database: DatabaseSync
  readonly #sql: Statements
  readonly #kinds: KindTable
  readonly #sources: SourceTable
  readonly #subjects: SubjectTable
  readonly #generations = new Generations()
  readonly #journal: Journal
  readonly #fresh = new FreshCases()
  readonly #relations: RelationTable
  readonly #identities: IdentityTable
  readonly #cases: CaseReader
  readonly #queue = new WriteQueue(writes =>
    this.#inTransaction(() => {
      this.#sweep(writes[0]!.receivedAt)
      return writes.map(write => this.#apply(write))
    }),
  )
  #writes = 0
  #seenPlace: Place = 0

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#sql = prepareStatements(database)
    this.#kinds = new KindTable(this.#sql)
    this.#sources = new SourceTable(this.#sql)
    this.#subjects = new SubjectTable(this.#sql, id => this.#touch(id))
    this.#journal = new Journal(database)
    const standingOf = (id: number) => this.#sources.of(id)
    this.#relations = new RelationTable(database, standingOf, (id, spreads) => this.#touch(id, spreads))
    this.#identities = new IdentityTable(database, standingOf, (id, spreads) => this.#touchOne(id, spreads))
    this.#cases = new CaseReader({
      sql: this.#sql,
      journal: this.#journal,
      fresh: this.#fresh,
      relations: this.#relations,
      identities: this.#identities,
      kind: id => this.#kinds.nameOf(id),
      source: id => this.#sources.of(id).name,
    })
  }

  write(write: LedgerWrite): Promise<WriteOutcome> {
    return this.#queue.add(write)
  }

  async retract(
    source: string,
    items: readonly { readonly subject: LedgerSubject; readonly kind: KindName }[],
  ): Promise<number> {
    this.#queue.flush()
    const sourceId = this.#sources.idOf(source)
    if (sourceId === undefined) return 0
    return this.#inTransaction(() => {
      let gone = 0
      for (const { subject, kind } of items) {
        const id = this.#subjects.find(subject)
        if (id !== undefined) gone += this.#drop(sourceId, this.#kinds.idOf(kind), id)
      }
      this.#sql.countEvidence.run(-gone, sourceId)
      return gone
    })
  }

  async name(subjects: readonly LedgerSubject[]): Promise<number> {
    this.#queue.flush()
    return this.#inTransaction(() => {
      let named = 0
      for (const subject of subjects) if (this.#subjects.name(subject)) named += 1
      return named
    })
  }

  /** Writes nothing: the source is registered with its first write, so that none is known of which nothing came. */
  begin({ name }: LedgerSource): Promise<Generation> {
    this.#queue.flush()
    return this.#generations.begin(name)
  }

  commit(generation: Generation): Promise<number> {
    this.#queue.flush()
    return this.#generations.commit(generation, seen => this.#dropUnseen(generation.source, seen))
  }

  async #dropUnseen(source: string, seen: SubjectSet): Promise<number> {
    const sourceId = this.#sources.idOf(source)
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
    const id = this.#subjects.find({ type, key })
    return id === undefined ? undefined : this.#cases.one(id)
  }

  async sources(): Promise<LedgerSource[]> {
    return this.#sources.all()
  }

  async counts(): Promise<LedgerCounts> {
    const rows = this.#sql.sources.all() as unknown as { id: number; evidence: number }[]
    const sources = rows.map(({ id, evidence }) => ({ ...this.#sources.of(id), evidence }))
    const { subjects } = this.#sql.countSubjects.get() as { subjects: number }
    return {
      place: this.#journal.last,
      subjects,
      sources,
      evidence: sources.reduce((sum, source) => sum + source.evidence, 0),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#queue.flush()
    this.#database.close()
  }

  /** Runs `work` in a transaction; where that fails, memory forgets what it learnt in it. Throws a `ProblemError`. */
  #inTransaction<T>(work: () => T): T {
    try {
      const result = transaction(this.#database, () => {
        const done = work()
        this.#relations.settle()
        this.#identities.settle()
        this.#journal.settle()
        return done
      })
      this.#generations.endNotes(true)
      this.#fresh.end(true)
      return result
    } catch (error) {
      this.#generations.endNotes(false)
      this.#relations.forget()
      this.#identities.forget()
      this.#journal.forget()
      this.#fresh.end(false)
      this.#sources.reload()
      throw error instanceof ProblemError ? error : cannotWrite(error)
    }
  }

  #apply(write: LedgerWrite): WriteOutcome {
    const sourceId = this.#register(write.source)
    if (write.generation !== undefined) this.#generations.check(write.generation)
    let added = 0
    const one = (item: EvidenceWrite) => {
      const subjectId = this.#subjects.idOf(item.subject)
      const isNew = this.#subjects.isNew(subjectId)
      if (this.#isRepeat(sourceId, subjectId, item, write.receivedAt)) return 'duplicate' as const
      const isFirst = this.#generations.note(write.source.name, this.#kinds.idOf(item.kind), subjectId)
      const replaces = isFirst && write.generation !== undefined
      added += this.#put(sourceId, subjectId, item, write.receivedAt, { replaces, isNew })
      if (isNew) this.#noteFresh(subjectId, item, write.source.name)
      if (item.relation !== undefined)
        this.#relate(sourceId, subjectId, item, { inList: write.generation !== undefined, replaces })
      if (item.digests !== undefined || (replaces && !isNew)) this.#identify(sourceId, subjectId, item, replaces)
      return 'new' as const
    }
    const outcome = inOrderOfKeys(write.evidence, one)
    if (added !== 0) this.#sql.countEvidence.run(added, sourceId)
    return outcome
  }

  #noteFresh(
    subjectId: number,
    { subject, kind, confidence, at, relation, digests }: EvidenceWrite,
    source: string,
  ): void {
    if (relation === undefined && digests === undefined)
      this.#fresh.note(subjectId, { subject, records: [{ kind, source, confidence, at }] })
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
    const kindId = this.#kinds.idOf(item.kind)
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

  /** Journals a subject that is not as it was, and its other names. */
  #touch(subjectId: number, spreads = true): void {
    this.#touchOne(subjectId, spreads)
    this.#identities.touched(subjectId, spreads)
  }

  #touchOne(subjectId: number, spreads: boolean): void {
    this.#fresh.drop(subjectId)
    this.#journal.touch(subjectId, spreads)
  }

  #drop(sourceId: number, kindId: number, subjectId: number): number {
    const { changes } = this.#sql.dropEvidence.run(subjectId, sourceId, kindId)
    if (changes === 0) return 0
    this.#relations.drop({ sourceId, subjectId, kindId })
    this.#identities.drop({ sourceId, subjectId, kindId })
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
    const ids = [...new Set(members.map(member => this.#subjects.idOf(member)))]
    const row = () => [subjectId, ...ids].sort((a, b) => a - b).join(' ')
    const statement = { sourceId, subjectId, kindId: this.#kinds.idOf(item.kind) }
    const groupId = shortDigest(inList ? row() : group)
    if (replaces) this.#relations.drop(statement, groupId)
    this.#relations.add(statement, groupId, ids)
  }

  /** Notes what else the file of an item is called, and what it is like. */
  #identify(sourceId: number, subjectId: number, { kind, digests }: EvidenceWrite, replaces: boolean): void {
    const names = (digests?.names ?? []).map(name => this.#subjects.idOf(name))
    const statement = { sourceId, subjectId, kindId: this.#kinds.idOf(kind) }
    this.#identities.say(statement, names, digests?.tlsh, replaces)
  }

  /** A known id is a repeat, unless what it said has been retracted since: then it says it anew. */
  #isRepeat(sourceId: number, subjectId: number, item: EvidenceWrite, receivedAt: number): boolean {
    if (item.id === undefined) return false
    const isNew = this.#sql.addReceipt.run(sourceId, shortDigest(item.id), receivedAt).changes === 1
    return !isNew && this.#sql.findEvidence.get(subjectId, sourceId, this.#kinds.idOf(item.kind)) !== undefined
  }

  /** Learns a source, or a new standing of one, which touches all that it ever said. */
  #register(source: LedgerSource): number {
    const { id, isChanged } = this.#sources.register(source)
    if (!isChanged) return id
    for (const row of this.#sql.saidBy.iterate(id)) this.#touch((row as { subject_id: number }).subject_id)
    this.#relations.sourceChanged(id)
    this.#identities.sourceChanged(id)
    return id
  }

  /** Forgets receipts that are too old and journal rows that the scorer has passed. */
  #sweep(now: number): void {
    this.#writes += 1
    if (this.#writes % SWEEP_EVERY !== 0) return
    this.#sql.dropReceipts.run(now - RECEIPT_DAYS * DAY_MS)
    this.#journal.sweep(this.#seenPlace)
  }
}

function shortDigest(text: string): Uint8Array {
  return hash('sha256', text, 'buffer').subarray(0, 16)
}

function cannotWrite(error: unknown): ProblemError {
  const why = error instanceof Error ? error.message : String(error)
  return new ProblemError({ code: 'unavailable', message: `Cannot write the ledger: ${why}` }, { cause: error })
}
