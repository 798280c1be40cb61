/** Applies the rules of file identity to the claims in the tables. */
import type { DatabaseSync } from 'node:sqlite'
import { kindOf } from '@tocsin/core/evidence'
import { isTrusted, QUORUM, type SourceStanding } from '@tocsin/core/scoring'
import { fileGroupOf, type HashName, type IdentityVote } from '@tocsin/core/similarity'
import { type Prepared, prepareAll } from '../../storage/sqlite.ts'

const SQL = {
  value: 'SELECT value FROM subject WHERE id = ?',
  // CROSS JOIN keeps SQLite to this order; for PostgreSQL it is a plain join.
  links:
    'SELECT s.id, s.value, i.source_id FROM identity i CROSS JOIN subject s ON s.id = i.name_id WHERE i.subject_id = ?1 ' +
    'UNION ALL ' +
    'SELECT s.id, s.value, i.source_id FROM identity i CROSS JOIN subject s ON s.id = i.subject_id WHERE i.name_id = ?1',
  saidOf: 'SELECT k.name, e.source_id FROM evidence e CROSS JOIN kind k ON k.id = e.kind_id WHERE e.subject_id = ?',
} as const

/** The file that a name names, by ids. */
export interface NamedFile {
  readonly canonical: number
  /** The name itself among them. */
  readonly names: readonly number[]
  readonly isContested: boolean
}

interface LinkRow {
  readonly id: number
  readonly value: string | null
  readonly source_id: number
}

type Links = ReadonlyMap<HashName, readonly IdentityVote[]>

/** Reads claims as they are within the transaction under way, each once. */
export class IdentityLinks {
  readonly #sql: Prepared<typeof SQL>
  readonly #standingOf: (sourceId: number) => SourceStanding
  readonly #ids = new Map<HashName, number>()
  readonly #links = new Map<HashName, Links>()
  readonly #files = new Map<number, NamedFile>()

  constructor(database: DatabaseSync, standingOf: (sourceId: number) => SourceStanding) {
    this.#sql = prepareAll(database, SQL)
    this.#standingOf = standingOf
  }

  /** Forgets what it has read: the tables are other ones now. */
  refresh(): void {
    for (const map of [this.#ids, this.#links, this.#files]) map.clear()
  }

  /** The file that a name names; the name alone where its text is not known. */
  fileOf(id: number): NamedFile {
    const known = this.#files.get(id)
    if (known !== undefined) return known
    const { value } = this.#sql.value.get(id) as { value: string | null }
    if (value === null) return { canonical: id, names: [id], isContested: false }
    this.#ids.set(value, id)
    const { names, sha256, state } = fileGroupOf(value, this.#linksOf, this.#neededOf)
    const ids = names.map(name => this.#ids.get(name)!)
    const canonical = this.#ids.get(sha256 ?? names[0]!)!
    const file = { canonical, names: ids, isContested: state === 'contested' }
    // All of a file agree on who is of it; whether it is contested each says for itself where it is not clear.
    for (const each of file.isContested ? [id] : ids) this.#files.set(each, file)
    return file
  }

  readonly #linksOf = (name: HashName): Links => {
    const before = this.#links.get(name)
    if (before !== undefined) return before
    const links = new Map<HashName, IdentityVote[]>()
    for (const { id, value, source_id } of this.#sql.links.all(this.#ids.get(name)!) as unknown as LinkRow[]) {
      const standing = this.#standingOf(source_id)
      if (value === null || !isTrusted(standing)) continue
      this.#ids.set(value, id)
      const vote: IdentityVote = { organisation: standing.organisation, basis: 'trusted' }
      const votes = links.get(value)
      if (votes === undefined) links.set(value, [vote])
      else votes.push(vote)
    }
    this.#links.set(name, links)
    return links
  }

  /** The quorum of what trusted sources protect, so that no fewer can tie something else to it; 1 for all others. */
  readonly #neededOf = (name: HashName): number => {
    let needed = 1
    for (const row of this.#sql.saidOf.all(this.#ids.get(name)!)) {
      const { name: kindName, source_id: sourceId } = row as unknown as { name: string; source_id: number }
      const protects = kindOf(kindName)?.protects
      if (protects !== undefined && isTrusted(this.#standingOf(sourceId))) needed = Math.max(needed, QUORUM[protects])
    }
    return needed
  }
}
