/**
 * Who was met with whom.
 *
 * Members of a group are rows; that two subjects are neighbours is a join over the groups of one of them. Their number,
 * the degree, stands with the subject, so that scoring reads one hop and no more. It is settled at the end of each
 * transaction that changed a relation, and where its damping changes (or it passes the limit) the neighbours are
 * journaled, for only then does what they derive change: adding n relations to a subject costs O(log n) such sweeps.
 *
 * Alternatives set aside: a row for each pair (a group of 100 is 9,900 rows in place of 100), degrees counted while
 * scoring (two hops: a subject with 1,000 neighbours reads a million rows).
 */
import type { DatabaseSync } from 'node:sqlite'
import { dampingOf, isTrusted, NEIGHBOURS_MAX, type SourceStanding } from '@tocsin/core/scoring'
import { type Prepared, prepareAll } from '../../storage/sqlite.ts'

/** Rows of one group, at most: an item with 100 related subjects, or 16 that all name each other. More say nothing new. */
const GROUP_ROWS_MAX = 256

/** Rows that one trusted source may say of one subject: it is a hub then, or is known well enough. */
const ROWS_MAX = 1024

/** The same for an untrusted source, which could else make every touch of a subject read what it made up. */
const UNTRUSTED_ROWS_MAX = 32

const SQL = {
  add:
    'INSERT INTO relation (source_id, group_id, subject_id, said_of, kind_id) VALUES (?, ?, ?, ?, ?) ' +
    'ON CONFLICT DO NOTHING',
  sizeOfSource: 'SELECT count(*) AS size FROM (SELECT 1 FROM relation WHERE subject_id = ? AND source_id = ? LIMIT ?)',
  members: 'SELECT subject_id FROM relation WHERE source_id = ? AND group_id = ?',
  // CROSS JOIN keeps SQLite to this order; for PostgreSQL it is a plain join.
  met:
    'SELECT m.subject_id, m.source_id FROM relation r CROSS JOIN relation m ' +
    'ON m.source_id = r.source_id AND m.group_id = r.group_id WHERE r.subject_id = ?',
  groupsSaid:
    'SELECT DISTINCT group_id FROM relation WHERE subject_id = ? AND source_id = ? AND said_of = ? AND kind_id = ?',
  dropSaid: 'DELETE FROM relation WHERE source_id = ? AND group_id = ? AND said_of = ? AND kind_id = ?',
  ofSource: 'SELECT DISTINCT subject_id FROM relation WHERE source_id = ?',
  degree: 'SELECT degree FROM subject WHERE id = ?',
  setDegree: 'UPDATE subject SET degree = ? WHERE id = ?',
} as const

/** Subjects whose neighbours are kept in mind: what is settled is scored next. Some hundred bytes each. */
const REMEMBERED_MAX = 20_000

/** A piece of evidence, by ids. */
export interface Statement {
  readonly sourceId: number
  readonly subjectId: number
  readonly kindId: number
}

/** Neighbours of a subject and the ids of the sources that saw each with it. */
export type Neighbours = ReadonlyMap<number, readonly number[]>

/** See above. All of it runs within the ledger's transaction. */
export class RelationTable {
  readonly #sql: Prepared<typeof SQL>
  readonly #standingOf: (sourceId: number) => SourceStanding
  readonly #touch: (subjectId: number, spreads: boolean) => void
  /** Subjects whose relations the transaction changed; true where it took some away. */
  #changed = new Map<number, boolean>()
  /** Neighbours as they were last read; of no subject whose relations the transaction under way changed. */
  readonly #remembered = new Map<number, Neighbours>()

  /** @param touch journals a subject */
  constructor(
    database: DatabaseSync,
    standingOf: (sourceId: number) => SourceStanding,
    touch: (subjectId: number, spreads: boolean) => void,
  ) {
    this.#sql = prepareAll(database, SQL)
    this.#standingOf = standingOf
    this.#touch = touch
  }

  /** Notes what a statement says was met together with its subject. What is over the limits is left out. */
  add(statement: Statement, groupId: Uint8Array, members: readonly number[]): void {
    const { sourceId, subjectId, kindId } = statement
    const most = isTrusted(this.#standingOf(sourceId)) ? ROWS_MAX : UNTRUSTED_ROWS_MAX
    // Without its own row a statement could not be found again to be taken back.
    if (this.#isFull(subjectId, sourceId, most)) return
    const ids = [subjectId, ...members.filter(id => id !== subjectId && !this.#isFull(id, sourceId, most))]
    const before = this.#membersOf(sourceId, groupId)
    if (before.length + ids.length > GROUP_ROWS_MAX) return
    let added = 0
    for (const id of ids) added += Number(this.#sql.add.run(sourceId, groupId, id, subjectId, kindId).changes)
    if (added > 0) this.#change([...before, ...ids], false)
  }

  /** Takes back all that a statement related, but in one group where that is given. */
  drop({ sourceId, subjectId, kindId }: Statement, but?: Uint8Array): void {
    const groups = this.#sql.groupsSaid.all(subjectId, sourceId, subjectId, kindId) as unknown as {
      group_id: Uint8Array
    }[]
    for (const { group_id: groupId } of groups) {
      if (but !== undefined && Buffer.compare(groupId, but) === 0) continue
      this.#change(this.#membersOf(sourceId, groupId), true)
      this.#sql.dropSaid.run(sourceId, groupId, subjectId, kindId)
    }
  }

  /** Says that a source is trusted otherwise than before, or belongs to another organisation. */
  sourceChanged(sourceId: number): void {
    this.#change(idsOf(this.#sql.ofSource.all(sourceId)), true)
  }

  /** All that were met with a subject, whoever saw it. */
  neighboursOf(subjectId: number): Neighbours {
    const remembered = this.#remembered.get(subjectId)
    if (remembered !== undefined) return remembered
    const neighbours = this.#readNeighbours(subjectId)
    if (this.#remembered.size >= REMEMBERED_MAX) this.#remembered.clear()
    // Of a hub nothing follows, so nobody asks again.
    if (neighbours.size <= NEIGHBOURS_MAX) this.#remembered.set(subjectId, neighbours)
    return neighbours
  }

  #readNeighbours(subjectId: number): Neighbours {
    const rows = this.#sql.met.all(subjectId) as unknown as { subject_id: number; source_id: number }[]
    const neighbours = new Map<number, number[]>()
    for (const { subject_id: id, source_id: sourceId } of rows) {
      if (id === subjectId) continue
      const by = neighbours.get(id)
      if (by === undefined) neighbours.set(id, [sourceId])
      else if (!by.includes(sourceId)) by.push(sourceId)
    }
    return neighbours
  }

  /** Ends the work of a transaction: degrees as they are now, and a note in the journal of all whom it concerns. */
  settle(): void {
    for (const [id, isLess] of this.#changed) this.#settleOne(id, isLess)
    this.#changed = new Map()
  }

  /** Forgets what a transaction that failed had changed. */
  forget(): void {
    this.#remembered.clear()
    this.#changed = new Map()
  }

  #settleOne(id: number, isLess: boolean): void {
    const before = this.#degreeOf(id)
    // A hub that was met once more stays one, and nothing follows from it.
    if (before !== null && before > NEIGHBOURS_MAX && !isLess) return
    const neighbours = this.neighboursOf(id)
    const after = isLess && neighbours.size === 0 ? null : this.#credible(neighbours)
    if (after !== before) this.#sql.setDegree.run(after, id)
    this.#touch(id, false)
    if (classOf(after) === classOf(before)) return
    for (const neighbour of neighbours.keys()) if (!this.#changed.has(neighbour)) this.#touch(neighbour, false)
  }

  #degreeOf(id: number): number | null {
    return (this.#sql.degree.get(id) as { degree: number | null }).degree
  }

  #credible(neighbours: Neighbours): number {
    let count = 0
    for (const by of neighbours.values()) {
      const standings = by.map(this.#standingOf)
      const isCredible = standings.some(isTrusted) || new Set(standings.map(each => each.organisation)).size > 1
      if (isCredible && ++count > NEIGHBOURS_MAX) break
    }
    return count
  }

  #change(ids: readonly number[], isLess: boolean): void {
    for (const id of ids) {
      this.#remembered.delete(id)
      this.#changed.set(id, isLess || this.#changed.get(id) === true)
    }
  }

  /** Once for each statement that names it. */
  #membersOf(sourceId: number, groupId: Uint8Array): number[] {
    return idsOf(this.#sql.members.all(sourceId, groupId))
  }

  #isFull(subjectId: number, sourceId: number, most: number): boolean {
    // Who is in no relation, as most are, has no rows; what the transaction itself has added is looked at.
    if (!this.#changed.has(subjectId) && this.#degreeOf(subjectId) === null) return false
    return (this.#sql.sizeOfSource.get(subjectId, sourceId, most) as { size: number }).size >= most
  }
}

function idsOf(rows: readonly unknown[]): number[] {
  return (rows as readonly { readonly subject_id: number }[]).map(row => row.subject_id)
}

/** What of a degree has an influence on scores. */
function classOf(degree: number | null): number {
  return degree !== null && degree > NEIGHBOURS_MAX ? Number.POSITIVE_INFINITY : dampingOf(degree ?? 0)
}
