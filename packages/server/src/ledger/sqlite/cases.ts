/** Reads cases: subjects with all that bears on their scores, their neighbours' evidence among it. */
import type { EvidenceRecord, KindName } from '@tocsin/core/evidence'
import { NEIGHBOURS_MAX } from '@tocsin/core/scoring'
import type { LedgerNeighbour, Place, SubjectCase } from '../ledger.ts'
import type { FreshCases } from './fresh-cases.ts'
import type { IdentityTable } from './identities.ts'
import { underAllNames } from './identity-cases.ts'
import type { Journal, Touch } from './journal.ts'
import type { Neighbours, RelationTable } from './relations.ts'
import { type EvidenceRow, type SubjectRow, subjectOf } from './rows.ts'
import type { Statements } from './statements.ts'

/**
 * What one look at the journal may come to where relations are in play: subjects to score, and neighbours to read for
 * them. At 20 to 40 µs each, a fraction of a second in which the thread does nothing else.
 */
const READS_MAX = 20_000

/** Touches that are looked at in any case. */
const SPAN_MIN = 500

type CaseRow = SubjectRow & EvidenceRow

/** A subject as it was read, by its id. */
interface Held {
  readonly id: number
  readonly case: SubjectCase
  readonly degree: number | null
}

/** What a reader is built from. */
export interface CaseParts {
  readonly sql: Pick<Statements, 'caseRows' | 'degrees'>
  readonly journal: Journal
  readonly fresh: FreshCases
  readonly relations: RelationTable
  readonly identities: IdentityTable
  /** Names behind ids. */
  readonly kind: (id: number) => KindName | undefined
  readonly source: (id: number) => string
}

/** See above. */
export class CaseReader {
  readonly #parts: CaseParts
  /** Touches looked at in one go: fewer after a look that found more to read than it may. */
  #span = Number.MAX_SAFE_INTEGER

  constructor(parts: CaseParts) {
    this.#parts = parts
  }

  /** See {@link Ledger.touchedSince}. */
  touched(place: Place, limit: number): { readonly cases: SubjectCase[]; readonly place: Place } {
    const span = Math.min(limit, this.#span)
    const touches = this.#parts.journal.after(place, span)
    if (touches.length === 0) return { cases: [], place }
    const fresh = new Map<number, SubjectCase>()
    for (const { subjectId } of touches) {
      const known = this.#parts.fresh.take(subjectId)
      if (known !== undefined) fresh.set(subjectId, known)
    }
    const others = touches.filter(({ subjectId }) => !fresh.has(subjectId))
    const degrees = this.#degreesOf(others)
    const reached = touches.at(-1)!.place
    const end = degrees.size === 0 ? reached : affordable(touches, degrees)
    this.#span = end < reached ? Math.max(SPAN_MIN, Math.ceil(1.2 * (end - place))) : Math.max(SPAN_MIN, 2 * span)
    const within = others.filter(touch => touch.place <= end)
    const read = degrees.size === 0 ? this.#plain(within) : this.#withNeighbours(within, degrees)
    return { cases: [...fresh.values(), ...read], place: end }
  }

  /** One subject by its id. */
  one(id: number): SubjectCase {
    const [held] = this.#read([id])
    return this.#complete(held!, new Map([[id, held!]]))
  }

  #plain(touches: readonly Touch[]): SubjectCase[] {
    return this.#read(touches.map(touch => touch.subjectId)).map(held => held.case)
  }

  /** Degrees of those that are in relations. */
  #degreesOf(touches: readonly Touch[]): ReadonlyMap<number, number> {
    if (touches.length === 0) return new Map()
    // What a file was met with under another name is its company as well.
    const names = touches.flatMap(({ subjectId: id }) => [id, ...(this.#parts.identities.namesOf(id)?.others ?? [])])
    const rows = this.#parts.sql.degrees.all(listOf(names))
    return new Map((rows as unknown as { id: number; degree: number }[]).map(({ id, degree }) => [id, degree]))
  }

  #withNeighbours(touches: readonly Touch[], degrees: ReadonlyMap<number, number>): SubjectCase[] {
    const wanted = new Set(touches.map(touch => touch.subjectId))
    for (const { subjectId, spreads } of touches) {
      const degree = degrees.get(subjectId)
      if (!spreads || degree === undefined || degree > NEIGHBOURS_MAX) continue
      for (const neighbour of this.#parts.relations.neighboursOf(subjectId).keys()) wanted.add(neighbour)
    }
    const known = new Map(this.#read([...wanted]).map(held => [held.id, held]))
    return Array.from(wanted, id => this.#complete(known.get(id)!, known))
  }

  #complete(held: Held, known: Map<number, Held>): SubjectCase {
    const { id } = held
    const names = [id, ...(this.#parts.identities.namesOf(id)?.others ?? [])]
    const degree = this.#degreeOf(names, held.degree)
    if (degree === null || degree > NEIGHBOURS_MAX) return held.case
    const neighbours: LedgerNeighbour[] = []
    const met = this.#neighboursOf(names)
    const unread = [...met.keys()].filter(neighbourId => !known.has(neighbourId))
    for (const neighbour of this.#read(unread)) known.set(neighbour.id, neighbour)
    for (const [neighbourId, by] of met) {
      const neighbour = known.get(neighbourId)!
      const { subject, records } = neighbour.case
      if (records.length === 0) continue
      const neighbourNames = [neighbourId, ...(this.#parts.identities.namesOf(neighbourId)?.others ?? [])]
      const theirs = this.#degreeOf(neighbourNames, neighbour.degree) ?? 0
      neighbours.push({ subject, records, degree: theirs, by: by.map(this.#parts.source) })
    }
    return neighbours.length === 0 ? held.case : { ...held.case, relations: { degree, neighbours } }
  }

  /** The greatest degree of a file's names; that of the subject itself where it has one name. */
  #degreeOf(names: readonly number[], own: number | null): number | null {
    if (names.length === 1) return own
    const rows = this.#parts.sql.degrees.all(listOf(names)) as unknown as { degree: number }[]
    return rows.length === 0 ? null : Math.max(...rows.map(row => row.degree))
  }

  /** Who was met under any of these names, each file once. */
  #neighboursOf(names: readonly number[]): Neighbours {
    const { relations, identities } = this.#parts
    const met = new Map<number, readonly number[]>()
    const places = new Map<number, number>()
    for (const [id, by] of names.flatMap(name => [...relations.neighboursOf(name)])) {
      if (names.includes(id)) continue
      const canonical = identities.namesOf(id)?.canonical ?? id
      const place = places.get(canonical) ?? id
      places.set(canonical, place)
      met.set(place, [...new Set([...(met.get(place) ?? []), ...by])])
    }
    return met
  }

  /** Subjects by their ids, each once; files with the evidence of all their names. */
  #read(ids: readonly number[]): readonly Held[] {
    return underAllNames(this.#readOwn(ids), this.#parts.identities, others => this.#readOwn(others))
  }

  #readOwn(ids: readonly number[]): Held[] {
    return ids.length === 0 ? [] : this.#held(this.#parts.sql.caseRows.all(listOf(ids)) as unknown as CaseRow[])
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
    const kind = kind_id === null ? undefined : this.#parts.kind(kind_id)
    if (kind === undefined) return undefined
    return { kind, source: this.#parts.source(source_id), confidence, at: observed_at ?? undefined }
  }
}

/** Ids as the statements take them: each once, ascending. */
function listOf(ids: readonly number[]): string {
  return JSON.stringify([...new Set(ids)].sort((a, b) => a - b))
}

/** The furthest place up to which no more than {@link READS_MAX} is read; one touch at least. */
function affordable(touches: readonly Touch[], degrees: ReadonlyMap<number, number>): Place {
  const counted = new Set<number>()
  let reads = 0
  let end = 0
  for (const { place, subjectId, spreads } of touches) {
    if (!counted.has(subjectId)) {
      const degree = degrees.get(subjectId) ?? 0
      // Its neighbours are read and, where it spreads, scored.
      reads += 1 + (degree > NEIGHBOURS_MAX ? 0 : degree * (spreads ? 2 : 1))
      if (reads > READS_MAX && end > 0) return end
      counted.add(subjectId)
    }
    end = place
  }
  return end
}
