/** Counts that go on over starts, and what an administrator chose: small rows beside the batches. */
import type { DatabaseSync } from 'node:sqlite'
import { type Prepared, prepareAll } from '../storage/sqlite.ts'

/** What is counted, in items unless it says batches. */
export type TallyName = 'sent' | 'sent-batches' | 'dropped' | 'refused' | 'stayed'

const SQL = {
  list: 'SELECT name, n FROM tally',
  add: 'INSERT INTO tally (name, n) VALUES (?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n',
  chosen: 'SELECT value FROM choice WHERE name = ?',
  choose: 'INSERT INTO choice (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
} as const

/** See above. Whoever adds has opened a transaction. */
export class Tallies {
  readonly #sql: Prepared<typeof SQL>
  readonly #counts = new Map<string, number>()

  constructor(database: DatabaseSync) {
    this.#sql = prepareAll(database, SQL)
    this.reload()
  }

  reload(): void {
    this.#counts.clear()
    for (const row of this.#sql.list.all()) this.#counts.set(String(row['name']), Number(row['n']))
  }

  add(name: TallyName, n: number): void {
    if (n === 0) return
    this.#sql.add.run(name, n)
    this.#counts.set(name, this.of(name) + n)
  }

  of(name: TallyName): number {
    return this.#counts.get(name) ?? 0
  }

  chosen(name: string): string | undefined {
    const row = this.#sql.chosen.get(name)
    return row === undefined ? undefined : String(row['value'])
  }

  choose(name: string, value: string): void {
    this.#sql.choose.run(name, value)
  }
}
