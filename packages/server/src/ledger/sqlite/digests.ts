/**
 * What files are like, from the ledger's file over a connection that can only read: for mining, which compares them. The
 * rules are those of `identities.ts`: what trusted sources say of any name of a file, as long as they agree.
 */
import type { DatabaseSync } from 'node:sqlite'
import { TRUSTED_STEP } from '@tocsin/core/scoring'
import { type Tlsh, tlshFromBytes } from '@tocsin/core/similarity'
import { SUBJECT_TYPES } from '@tocsin/core/subject'
import { type Prepared, prepareAll } from '../../storage/sqlite.ts'

/** Names that are read at once while streaming; no cursor stays open between two pages. */
const PAGE = 1000

const SQL = {
  described: `SELECT DISTINCT subject_id AS id FROM likeness WHERE subject_id > ? ORDER BY subject_id LIMIT ${PAGE}`,
  find: 'SELECT id FROM subject WHERE type = ? AND key = ?',
  file: `
    SELECT key, value FROM subject
    WHERE id = coalesce((SELECT file_id FROM file_name WHERE subject_id = ?1), ?1)`,
  likeness: `
    SELECT DISTINCT l.tlsh FROM (
      SELECT ?1 AS id
      UNION SELECT b.subject_id FROM file_name a JOIN file_name b ON b.file_id = a.file_id WHERE a.subject_id = ?1
    ) n
    CROSS JOIN likeness l ON l.subject_id = n.id
    CROSS JOIN source s ON s.id = l.source_id
    WHERE s.trust_step >= ?2 LIMIT 2`,
} as const

/** A file by its SHA-256 (32 bytes), and what it is like, where that is known. */
export interface DescribedFile {
  readonly key: Uint8Array
  readonly tlsh: Tlsh | undefined
}

/** A part of all files that are described. */
export interface DigestPage {
  readonly files: readonly DescribedFile[]
  /** Where the next page begins; `undefined` behind the last one. */
  readonly next: number | undefined
}

/** See above. */
export class DigestReader {
  readonly #sql: Prepared<typeof SQL>

  /** @param database the ledger's file, opened by whoever closes it */
  constructor(database: DatabaseSync) {
    this.#sql = prepareAll(database, SQL)
  }

  /** Files that are described, from a place on; the first place is 0. A file with several names may come several times. */
  page(from: number): DigestPage {
    const ids = (this.#sql.described.all(from) as unknown as readonly { readonly id: number }[]).map(row => row.id)
    const files = ids.map(id => this.#fileOf(id)).filter(file => file !== undefined)
    return { files, next: ids.length < PAGE ? undefined : ids.at(-1) }
  }

  /**
   * The file that has this name, by the key of any of its names (32 bytes). `undefined` where the ledger does not know the
   * name, or no SHA-256 of it.
   */
  fileOf(key: Uint8Array): DescribedFile | undefined {
    const row = this.#sql.find.get(SUBJECT_TYPES.indexOf('file'), key) as { readonly id: number } | undefined
    return row && this.#fileOf(row.id)
  }

  #fileOf(id: number): DescribedFile | undefined {
    const file = this.#sql.file.get(id) as { readonly key: Uint8Array; readonly value: string | null } | undefined
    // MD5 and SHA-1 have keys of their own, which are no digests of a file.
    if (file === undefined || file.value === null || file.value.includes(':')) return undefined
    const rows = this.#sql.likeness.all(id, TRUSTED_STEP) as unknown as readonly { readonly tlsh: Uint8Array }[]
    const [said] = rows
    const tlsh = rows.length === 1 ? tlshFromBytes(said!.tlsh) : undefined
    return { key: file.key, tlsh: tlsh?.ok === true ? tlsh.value : undefined }
  }
}
