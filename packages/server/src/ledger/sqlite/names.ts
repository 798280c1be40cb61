/** The small tables of the ledger, held in memory: kinds and sources behind their ids. */
import { KINDS, type KindName } from '@tocsin/core/evidence'
import type { LedgerSource } from '../ledger.ts'
import type { Statements } from './statements.ts'

/** Kinds and their ids. A kind that only a newer program knows has an id and no name. */
export class KindTable {
  readonly #ids = new Map<string, number>()
  readonly #names = new Map<number, KindName>()

  constructor(sql: Pick<Statements, 'kinds' | 'addKind'>) {
    const rows = sql.kinds.all() as unknown as { id: number; name: string }[]
    for (const row of rows) this.#ids.set(row.name, row.id)
    for (const { name } of KINDS) {
      const id = this.#ids.get(name) ?? Number(sql.addKind.run(name).lastInsertRowid)
      this.#ids.set(name, id)
      this.#names.set(id, name)
    }
  }

  idOf(name: KindName): number {
    return this.#ids.get(name)!
  }

  nameOf(id: number): KindName | undefined {
    return this.#names.get(id)
  }
}

/** Sources and their ids. */
export class SourceTable {
  readonly #sql: Pick<Statements, 'sources' | 'addSource' | 'changeSource'>
  readonly #ids = new Map<string, number>()
  readonly #sources = new Map<number, LedgerSource>()

  constructor(sql: Pick<Statements, 'sources' | 'addSource' | 'changeSource'>) {
    this.#sql = sql
    this.reload()
  }

  /** Reads the table anew: a transaction that failed may have registered sources that do not exist now. */
  reload(): void {
    const rows = this.#sql.sources.all() as unknown as {
      id: number
      name: string
      origin: LedgerSource['origin']
      organisation: string
      trust_step: number
    }[]
    this.#ids.clear()
    for (const { id, name, origin, organisation, trust_step: trustStep } of rows) {
      this.#ids.set(name, id)
      this.#sources.set(id, { name, origin, organisation, trustStep })
    }
  }

  idOf(name: string): number | undefined {
    return this.#ids.get(name)
  }

  /** The source behind an id that the ledger's own rows hold. */
  of(id: number): LedgerSource {
    return this.#sources.get(id)!
  }

  all(): LedgerSource[] {
    return Array.from(this.#ids.values(), id => this.of(id))
  }

  /** Learns a source, or a new standing of one; says whether that bears on what it said before. */
  register(source: LedgerSource): { readonly id: number; readonly isChanged: boolean } {
    const { name, origin, organisation, trustStep } = source
    const known = this.#ids.get(name)
    if (known === undefined) {
      const id = Number(this.#sql.addSource.run(name, origin, organisation, trustStep).lastInsertRowid)
      this.#ids.set(name, id)
      this.#sources.set(id, source)
      return { id, isChanged: false }
    }
    const before = this.of(known)
    if (before.trustStep === trustStep && before.organisation === organisation) return { id: known, isChanged: false }
    this.#sql.changeSource.run(origin, organisation, trustStep, known)
    this.#sources.set(known, source)
    return { id: known, isChanged: true }
  }
}
