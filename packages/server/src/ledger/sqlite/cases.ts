/** Reads cases: subjects with all that bears on their scores, their neighbours' evidence among it. */
import type { EvidenceRecord, KindName } from '@tocsin/core/evidence'
import { NEIGHBOURS_MAX } from '@tocsin/core/scoring'
import type { LedgerNeighbour, Place, SubjectCase } from '../ledger.ts'
import type { RelationTable } from './relations.ts'
import { type EvidenceRow, type SubjectRow, subjectOf } from './rows.ts'
import type { Statements } from './statements.ts'

/**
 * What one look at the journal may come to where relations are in play: subjects to score, and neighbours to read for
 * them. At 20 to 40 µs each, a fraction of a second in which the thread does nothing else.
 */
const READS_MAX = 20_000

/** Journal rows that are looked at in any case. */
const SPAN_MIN = 500

type CaseRow = SubjectRow & EvidenceRow
type TouchedRow = CaseRow & { readonly spreads: number }

interface DegreeRow extends Pick<TouchedRow, 'subject_id' | 'spreads' | 'degree'> {
  readonly place: Place
}

/** A subject as it was read, by its id. */
interface Held {
  readonly id: number
  readonly case: SubjectCase
  readonly degree: number | null
}

/** Names behind ids. */
export interface Names {
  readonly kind: (id: number) => KindName | undefined
  readonly source: (id: number) => string
}

/** See above. */
export class CaseReader {
  readonly #sql: Statements
  readonly #relations: RelationTable
  readonly #names: Names
  /** Journal rows looked at in one go: fewer after a look that found more to read than it may. */
  #span = Number.MAX_SAFE_INTEGER

  constructor(sql: Statements, relations: RelationTable, names: Names) {
    this.#sql = sql
    this.#relations = relations
    this.#names = names
  }

  /** See {@link Ledger.touchedSince}. */
  touched(place: Place, limit: number): { readonly cases: SubjectCase[]; readonly place: Place } {
    const span = Math.min(limit, this.#span)
    const { reached } = this.#sql.reached.get(place, span) as { reached: number | null }
    if (reached === null) return { cases: [], place }
    const rows = this.#touchedRows(place, reached)
    const isRelated = rows.some(row => row.degree !== null)
    const end = isRelated ? this.#affordable(place, reached) : reached
    this.#span = end < reached ? Math.max(SPAN_MIN, Math.ceil(1.2 * (end - place))) : Math.max(SPAN_MIN, 2 * span)
    if (!isRelated) return { cases: this.#held(rows).map(each => each.case), place: end }
    return { cases: this.#withNeighbours(end < reached ? this.#touchedRows(place, end) : rows), place: end }
  }

  /** One subject by its id. */
  one(id: number): SubjectCase {
    const [held] = this.#held(this.#rowsOf(id))
    const known = new Map([[id, held!]])
    return this.#complete(held!, known)
  }

  /** The furthest place up to which no more than {@link READS_MAX} is read; one row at least. */
  #affordable(place: Place, reached: Place): Place {
    const counted = new Set<number>()
    let reads = 0
    let end = place
    for (const row of this.#sql.touchedDegrees.iterate(place, reached)) {
      const { place: at, subject_id: id, spreads, degree } = row as unknown as DegreeRow
      if (!counted.has(id)) {
        // Its neighbours are read and, where it spreads, scored.
        reads += 1 + (degree === null || degree > NEIGHBOURS_MAX ? 0 : degree * (1 + spreads))
        if (reads > READS_MAX && end > place) return end
        counted.add(id)
      }
      end = at
    }
    return end
  }

  #withNeighbours(rows: readonly TouchedRow[]): SubjectCase[] {
    const known = new Map(this.#held(rows).map(held => [held.id, held]))
    const wanted = new Set(known.keys())
    for (const { subject_id: id, degree, spreads } of rows) {
      if (spreads === 0 || degree === null || degree > NEIGHBOURS_MAX) continue
      for (const neighbour of this.#relations.neighboursOf(id).keys()) wanted.add(neighbour)
    }
    return Array.from(wanted, id => this.#complete(this.#find(id, known), known))
  }

  #complete(held: Held, known: Map<number, Held>): SubjectCase {
    const { id, degree } = held
    if (degree === null || degree > NEIGHBOURS_MAX) return held.case
    const neighbours: LedgerNeighbour[] = []
    for (const [neighbourId, by] of this.#relations.neighboursOf(id)) {
      const neighbour = this.#find(neighbourId, known)
      const { subject, records } = neighbour.case
      if (records.length === 0) continue
      neighbours.push({ subject, records, degree: neighbour.degree ?? 0, by: by.map(this.#names.source) })
    }
    return neighbours.length === 0 ? held.case : { ...held.case, relations: { degree, neighbours } }
  }

  #find(id: number, known: Map<number, Held>): Held {
    const before = known.get(id)
    if (before !== undefined) return before
    const [held] = this.#held(this.#rowsOf(id))
    known.set(id, held!)
    return held!
  }

  #touchedRows(place: Place, reached: Place): TouchedRow[] {
    return this.#sql.touchedCases.all(place, reached) as unknown as TouchedRow[]
  }

  #rowsOf(id: number): CaseRow[] {
    return this.#sql.caseRows.all(id) as unknown as CaseRow[]
  }

  /** Rows of one subject stand together. */
  #held(rows: readonly CaseRow[]): Held[] {
    const held: (Held & { readonly case: { readonly records: EvidenceRecord[] } })[] = []
    for (const row of rows) {
      if (held.at(-1)?.id !== row.subject_id) {
        held.push({ id: row.subject_id, degree: row.degree, case: { subject: subjectOf(row), records: [] } })
      }
      const record = this.#recordOf(row)
      if (record !== undefined) held.at(-1)!.case.records.push(record)
    }
    return held
  }

  /** The record of a row; none of a left join without evidence, or of a kind that a newer program wrote. */
  #recordOf({ source_id, kind_id, confidence, observed_at }: EvidenceRow): EvidenceRecord | undefined {
    const kind = kind_id === null ? undefined : this.#names.kind(kind_id)
    if (kind === undefined) return undefined
    return { kind, source: this.#names.source(source_id), confidence, at: observed_at ?? undefined }
  }
}
