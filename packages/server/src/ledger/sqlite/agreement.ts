/**
 * Who agrees with whom, from the ledger's file, over a connection of its own that can only read. A question takes up to
 * a second (some 20 µs for each subject): not for a thread that answers.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { isDerived, kindOf } from '@tocsin/core/evidence'
import { SUBJECT_TYPES } from '@tocsin/core/subject'
import { openReadOnly } from '../../storage/sqlite.ts'
import { type LedgerAgreement, type SubjectVoice, type SubjectVoices, VOICES_MAX } from '../agreement.ts'

interface SubjectRow {
  readonly id: number
  readonly type: number
  readonly key: Uint8Array
}

interface VoiceRow {
  readonly name: string
  readonly kind_id: number
  readonly received_at: number
}

/** Opens a ledger that is there. */
export function openSqliteAgreement(path: string): LedgerAgreement {
  return new SqliteAgreement(openReadOnly(path))
}

class SqliteAgreement implements LedgerAgreement {
  readonly #database: DatabaseSync
  readonly #newest: StatementSync
  readonly #source: StatementSync
  readonly #said: StatementSync
  readonly #subject: StatementSync
  readonly #find: StatementSync
  readonly #voices: StatementSync
  /** What a kind of the file says; nothing for one that this program does not know, or that is neither. */
  readonly #says = new Map<number, SubjectVoice['says']>()

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#newest = database.prepare('SELECT coalesce(max(id), 0) AS newest FROM subject')
    this.#source = database.prepare('SELECT id, evidence FROM source WHERE name = ?')
    this.#said = database.prepare(
      `SELECT subject_id FROM evidence INDEXED BY evidence_by_source
       WHERE source_id = ? AND kind_id = ? AND subject_id > ? AND subject_id % ? = 0
       ORDER BY subject_id DESC LIMIT ${VOICES_MAX}`,
    )
    this.#subject = database.prepare('SELECT id, type, key FROM subject WHERE id = ?')
    this.#find = database.prepare('SELECT id, type, key FROM subject WHERE type = ? AND key = ?')
    this.#voices = database.prepare(
      'SELECT s.name, e.kind_id, e.received_at FROM evidence e JOIN source s ON s.id = e.source_id WHERE e.subject_id = ?',
    )
    this.#learnKinds()
  }

  async newestSubject(): Promise<number> {
    return (this.#newest.get() as { newest: number }).newest
  }

  async newOf(source: string, after: number): Promise<SubjectVoices[]> {
    return this.#saidBy(source, 'bad', after, 1)
  }

  async of(subjects: readonly Pick<SubjectVoices, 'type' | 'key'>[]): Promise<SubjectVoices[]> {
    return subjects.map(({ type, key }) => {
      const row = this.#find.get(SUBJECT_TYPES.indexOf(type), key) as SubjectRow | undefined
      return { type, key, voices: row === undefined ? [] : this.#voicesOn(row.id) }
    })
  }

  async clearedBy(source: string): Promise<SubjectVoices[]> {
    return this.#saidBy(source, 'cleared', 0, 1)
  }

  async sampleOf(source: string): Promise<SubjectVoices[]> {
    const known = this.#source.get(source) as { evidence: number } | undefined
    // Ids are given in turn, so that every so many of them are as good as drawn by lot.
    const step = Math.max(1, Math.ceil((known?.evidence ?? 0) / VOICES_MAX))
    return this.#saidBy(source, 'bad', 0, step)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#database.close()
  }

  /** The newest first, each once. */
  #saidBy(source: string, says: SubjectVoice['says'], after: number, step: number): SubjectVoices[] {
    const known = this.#source.get(source) as { id: number } | undefined
    if (known === undefined) return []
    const ids = new Set<number>()
    for (const [kindId, meaning] of this.#says) {
      if (meaning !== says) continue
      const rows = this.#said.all(known.id, kindId, after, step) as unknown as { subject_id: number }[]
      for (const row of rows) ids.add(row.subject_id)
    }
    return [...ids]
      .sort((a, b) => b - a)
      .slice(0, VOICES_MAX)
      .map(id => {
        const { type, key } = this.#subject.get(id) as unknown as SubjectRow
        return { type: SUBJECT_TYPES[type]!, key, voices: this.#voicesOn(id) }
      })
  }

  #voicesOn(subjectId: number): SubjectVoice[] {
    const latest = new Map<string, SubjectVoice>()
    for (const row of this.#voices.all(subjectId) as unknown as VoiceRow[]) {
      const says = this.#says.get(row.kind_id)
      if (says === undefined) continue
      const name = `${says} ${row.name}`
      const at = Math.max(row.received_at, latest.get(name)?.at ?? 0)
      latest.set(name, { source: row.name, says, at })
    }
    return [...latest.values()]
  }

  #learnKinds(): void {
    const rows = this.#database.prepare('SELECT id, name FROM kind').all() as unknown as { id: number; name: string }[]
    for (const { id, name } of rows) {
      const kind = kindOf(name)
      if (kind === undefined || isDerived(kind)) continue
      if (kind.name === 'analyst-cleared') this.#says.set(id, 'cleared')
      else if (kind.direction === 'bad') this.#says.set(id, 'bad')
    }
  }
}
