/**
 * Which digests name one file, and what files are like.
 *
 * Claims are rows, each resting on the evidence that made it. Which names are one file follows from them by the rules of
 * core/similarity, settled at the end of each transaction for the names that it changed and for those that were, or now
 * are, one file with them: nobody else's group can have changed. So a reader takes one look, at `file_name`.
 *
 * Only what trusted sources say is kept: nobody else's word ever counts, and it would be room for whoever wants to fill
 * it. A source that gains trust says its claims anew with its next list.
 */
import type { DatabaseSync } from 'node:sqlite'
import { isTrusted, type SourceStanding } from '@tocsin/core/scoring'
import { type Tlsh, tlshFromBytes } from '@tocsin/core/similarity'
import { type Prepared, prepareAll } from '../../storage/sqlite.ts'
import { IdentityLinks, type NamedFile } from './identity-links.ts'
import type { Statement } from './relations.ts'
import { SubjectSet } from './subject-set.ts'

/** Other digests that one source may say of one name. A file has two; who says more is contradicting itself already. */
const CLAIMS_MAX = 32

const SQL = {
  say: 'INSERT INTO identity (subject_id, source_id, kind_id, name_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  said: 'SELECT name_id AS id FROM identity WHERE subject_id = ? AND source_id = ? AND kind_id = ?',
  unsay: 'DELETE FROM identity WHERE subject_id = ? AND source_id = ? AND kind_id = ? AND name_id = ?',
  claims:
    'SELECT count(*) AS size FROM (SELECT 1 FROM identity WHERE subject_id = ?1 AND source_id = ?2 UNION ALL ' +
    'SELECT 1 FROM identity WHERE name_id = ?1 AND source_id = ?2 LIMIT ?3)',
  liken:
    'INSERT INTO likeness (subject_id, source_id, kind_id, tlsh) VALUES (?, ?, ?, ?) ' +
    'ON CONFLICT DO UPDATE SET tlsh = excluded.tlsh WHERE tlsh <> excluded.tlsh',
  unliken: 'DELETE FROM likeness WHERE subject_id = ? AND source_id = ? AND kind_id = ?',
  likenesses: 'SELECT source_id, tlsh FROM likeness WHERE subject_id = ?',
  ofSource:
    'SELECT DISTINCT i.subject_id, i.name_id FROM evidence e CROSS JOIN identity i ' +
    'ON i.subject_id = e.subject_id AND i.source_id = e.source_id WHERE e.source_id = ?',
  likenedBy:
    'SELECT DISTINCT l.subject_id AS id FROM evidence e CROSS JOIN likeness l ' +
    'ON l.subject_id = e.subject_id AND l.source_id = e.source_id WHERE e.source_id = ?',
  group:
    'SELECT b.subject_id AS id, a.file_id, a.contested FROM file_name a CROSS JOIN file_name b ON b.file_id = a.file_id ' +
    'WHERE a.subject_id = ?',
  setGroup:
    'INSERT INTO file_name (subject_id, file_id, contested) VALUES (?, ?, ?) ' +
    'ON CONFLICT DO UPDATE SET file_id = excluded.file_id, contested = excluded.contested',
  dropGroup: 'DELETE FROM file_name WHERE subject_id = ?',
  named: 'SELECT subject_id AS id FROM identity UNION ALL SELECT name_id FROM identity',
  likened: 'SELECT subject_id AS id FROM likeness',
} as const

/** The names of a file, by ids. */
export interface FileIds {
  /** The name under which all of it is kept: the SHA-256 where it is known. */
  readonly canonical: number
  /** All names but the one that was asked for. */
  readonly others: readonly number[]
  readonly isContested: boolean
}

interface GroupRow {
  readonly id: number
  readonly file_id: number
  readonly contested: number
}

/** What {@link IdentityTable} remembers of subjects that are, or once were, in a claim: a bit each; all others cost nothing. */
const NAMED = 0
const LIKENED = 1

/** What became of a name in a transaction. */
interface Change {
  /** Something that is read under its other names as well. */
  readonly isTouched: boolean
  /** Its evidence, so that neighbours have to be scored again. */
  readonly spreads: boolean
}

const NO_CHANGE: Change = { isTouched: false, spreads: false }

/** Neighbours do not hear of what a file is like. */
const LIKENESS_CHANGED: Change = { isTouched: true, spreads: false }

/** See above. All that changes it runs within the ledger's transaction. */
export class IdentityTable {
  readonly #sql: Prepared<typeof SQL>
  readonly #links: IdentityLinks
  readonly #standingOf: (sourceId: number) => SourceStanding
  readonly #touch: (subjectId: number, spreads: boolean) => void
  readonly #known = new SubjectSet()
  #changed = new Map<number, Change>()

  /** @param touch journals a subject, without telling this table of it */
  constructor(
    database: DatabaseSync,
    standingOf: (sourceId: number) => SourceStanding,
    touch: (subjectId: number, spreads: boolean) => void,
  ) {
    this.#sql = prepareAll(database, SQL)
    this.#links = new IdentityLinks(database, standingOf)
    this.#standingOf = standingOf
    this.#touch = touch
    for (const row of this.#sql.named.iterate()) this.#known.add(NAMED, (row as { id: number }).id)
    for (const row of this.#sql.likened.iterate()) this.#known.add(LIKENED, (row as { id: number }).id)
  }

  /**
   * Notes what a statement says its subject is also called (ids of other digests) and what it is like. With `replaces`
   * what the same statement said before and says no more goes.
   */
  say(statement: Statement, names: readonly number[], tlsh: Tlsh | undefined, replaces: boolean): void {
    const { sourceId, subjectId, kindId } = statement
    const before = this.#saidBy(statement)
    if (replaces) {
      const gone = before.filter(name => !names.includes(name))
      this.#unsay(statement, gone)
      if (tlsh === undefined) this.#unliken(statement)
    }
    if (!isTrusted(this.#standingOf(sourceId))) return
    for (const name of names) {
      if (name === subjectId || before.includes(name)) continue
      if (this.#isFull(subjectId, sourceId) || this.#isFull(name, sourceId)) continue
      this.#sql.say.run(subjectId, sourceId, kindId, name)
      for (const id of [subjectId, name]) this.#change(id, NO_CHANGE)
    }
    if (tlsh === undefined || this.#sql.liken.run(subjectId, sourceId, kindId, tlsh).changes === 0) return
    this.#known.add(LIKENED, subjectId)
    this.#change(subjectId, LIKENESS_CHANGED)
  }

  /** Takes back all that a statement said, with the evidence that it was. */
  drop(statement: Statement): void {
    this.#unsay(statement, this.#saidBy(statement))
    this.#unliken(statement)
  }

  /** Says that something else about a subject changed: it is read under its other names, and may protect them. */
  touched(subjectId: number, spreads: boolean): void {
    if (this.#known.has(NAMED, subjectId)) this.#change(subjectId, { isTouched: true, spreads })
  }

  /** Says that a source is trusted otherwise than before, or belongs to another organisation. */
  sourceChanged(sourceId: number): void {
    for (const row of this.#sql.ofSource.iterate(sourceId)) {
      const { subject_id, name_id } = row as { subject_id: number; name_id: number }
      for (const id of [subject_id, name_id]) this.#change(id, NO_CHANGE)
    }
    for (const id of idsOf(this.#sql.likenedBy.all(sourceId))) this.#change(id, LIKENESS_CHANGED)
  }

  /** The names of the file that a subject names; `undefined` where it stands alone and nothing contradicts that. */
  namesOf(subjectId: number): FileIds | undefined {
    if (!this.#known.has(NAMED, subjectId)) return undefined
    const rows = this.#sql.group.all(subjectId) as unknown as readonly GroupRow[]
    const [first] = rows
    if (first === undefined) return undefined
    const others = rows.filter(row => row.id !== subjectId).map(row => row.id)
    return { canonical: first.file_id, others, isContested: first.contested === 1 }
  }

  /** What the file of these names is like; `undefined` where no trusted source says it, or two say otherwise. */
  tlshOf(names: readonly number[]): Tlsh | undefined {
    let found: Uint8Array | undefined
    for (const id of names) {
      if (!this.#known.has(LIKENED, id)) continue
      const rows = this.#sql.likenesses.all(id) as unknown as { source_id: number; tlsh: Uint8Array }[]
      for (const { source_id: sourceId, tlsh } of rows) {
        if (!isTrusted(this.#standingOf(sourceId))) continue
        if (found !== undefined && Buffer.compare(found, tlsh) !== 0) return undefined
        found = tlsh
      }
    }
    const tlsh = found === undefined ? undefined : tlshFromBytes(found)
    return tlsh?.ok === true ? tlsh.value : undefined
  }

  /** Ends the work of a transaction: groups as they are now, and a note in the journal of all whom it concerns. */
  settle(): void {
    const changed = this.#changed
    if (changed.size === 0) return
    this.#changed = new Map()
    this.#links.refresh()
    // All as they were are read before the first is written: what one of them is depends on the rows of others.
    const before = new Map(Array.from(changed.keys(), id => [id, this.namesOf(id)]))
    const concerned = new Map<number, Change>()
    for (const [id, change] of changed) {
      const others = before.get(id)?.others ?? []
      for (const name of new Set([id, ...others, ...this.#links.fileOf(id).names])) note(concerned, name, change)
    }
    for (const id of concerned.keys()) if (!before.has(id)) before.set(id, this.namesOf(id))
    for (const [id, change] of concerned) this.#settleOne(id, before.get(id), change)
  }

  /** Forgets what a transaction that failed had changed. */
  forget(): void {
    this.#changed = new Map()
  }

  #settleOne(id: number, before: FileIds | undefined, { isTouched, spreads }: Change): void {
    const after = this.#links.fileOf(id)
    const isPlain = after.names.length === 1 && !after.isContested
    const isOther = before === undefined ? !isPlain : isPlain || !isSame(before, after)
    if (isOther && isPlain) this.#sql.dropGroup.run(id)
    else if (isOther) this.#sql.setGroup.run(id, after.canonical, after.isContested ? 1 : 0)
    if (isTouched || isOther) this.#touch(id, spreads || isOther)
  }

  #saidBy({ sourceId, subjectId, kindId }: Statement): readonly number[] {
    return this.#known.has(NAMED, subjectId) ? idsOf(this.#sql.said.all(subjectId, sourceId, kindId)) : []
  }

  #unsay({ sourceId, subjectId, kindId }: Statement, names: readonly number[]): void {
    for (const name of names) {
      this.#sql.unsay.run(subjectId, sourceId, kindId, name)
      for (const id of [subjectId, name]) this.#change(id, NO_CHANGE)
    }
  }

  #unliken({ sourceId, subjectId, kindId }: Statement): void {
    if (!this.#known.has(LIKENED, subjectId)) return
    if (this.#sql.unliken.run(subjectId, sourceId, kindId).changes > 0) this.#change(subjectId, LIKENESS_CHANGED)
  }

  #change(id: number, change: Change): void {
    this.#known.add(NAMED, id)
    note(this.#changed, id, change)
  }

  #isFull(id: number, sourceId: number): boolean {
    if (!this.#known.has(NAMED, id)) return false
    return (this.#sql.claims.get(id, sourceId, CLAIMS_MAX) as { size: number }).size >= CLAIMS_MAX
  }
}

function note(changes: Map<number, Change>, id: number, { isTouched, spreads }: Change): void {
  const before = changes.get(id) ?? NO_CHANGE
  changes.set(id, { isTouched: isTouched || before.isTouched, spreads: spreads || before.spreads })
}

function isSame(before: FileIds, { canonical, isContested, names }: NamedFile): boolean {
  if (before.canonical !== canonical || before.isContested !== isContested) return false
  return before.others.length === names.length - 1 && before.others.every(id => names.includes(id))
}

function idsOf(rows: readonly unknown[]): number[] {
  return (rows as readonly { readonly id: number }[]).map(row => row.id)
}
