/** The table of subjects: finds and adds them, and gives a text to what was known by its key alone. */
import { SUBJECT_TYPES } from '@tocsin/core/subject'
import type { LedgerSubject } from '../ledger.ts'
import type { Statements } from './statements.ts'

interface Row {
  readonly id: number
  readonly value: string | null
}

/** See the module. All methods belong in a transaction of the caller. */
export class SubjectTable {
  readonly #sql: Pick<Statements, 'findSubject' | 'addSubject' | 'nameSubject'>
  readonly #named: (id: number) => void
  /** The subject that the last look-up of one has made; −1 where it was there. */
  #newest = -1

  /** @param named told of each subject that was given a text: what it is may protect it, as a reserved address is */
  constructor(sql: Pick<Statements, 'findSubject' | 'addSubject' | 'nameSubject'>, named: (id: number) => void) {
    this.#sql = sql
    this.#named = named
  }

  /** The id of a subject; `undefined` where it is not known. */
  find({ type, key }: Pick<LedgerSubject, 'type' | 'key'>): number | undefined {
    return this.#row(SUBJECT_TYPES.indexOf(type), key)?.id
  }

  /** The id of a subject, which is added where it is not known. */
  idOf(subject: LedgerSubject): number {
    const type = SUBJECT_TYPES.indexOf(subject.type)
    // A list is mostly new or mostly known, so the last one says which of the two to try first.
    const added = this.#newest < 0 ? undefined : this.#add(type, subject)
    if (added !== undefined) return added
    const row = this.#row(type, subject.key)
    if (row === undefined) return this.#add(type, subject)!
    this.#newest = -1
    this.#nameRow(row, subject.value)
    return row.id
  }

  /** Whether the last {@link SubjectTable.idOf} has made this subject. */
  isNew(id: number): boolean {
    return this.#newest === id
  }

  /** Gives a known subject its text if it has none; says whether it did. */
  name({ type, key, value }: LedgerSubject): boolean {
    const row = this.#row(SUBJECT_TYPES.indexOf(type), key)
    return row !== undefined && this.#nameRow(row, value)
  }

  #nameRow({ id, value: known }: Row, value: string | undefined): boolean {
    if (known !== null || value === undefined) return false
    this.#sql.nameSubject.run(value, id)
    this.#named(id)
    return true
  }

  #row(type: number, key: Uint8Array): Row | undefined {
    return this.#sql.findSubject.get(type, key) as Row | undefined
  }

  /** The id of a subject that is added; `undefined` where it is known. */
  #add(type: number, { key, value }: LedgerSubject): number | undefined {
    const { changes, lastInsertRowid } = this.#sql.addSubject.run(type, key, value ?? null)
    if (changes === 0) return undefined
    this.#newest = Number(lastInsertRowid)
    return this.#newest
  }
}
