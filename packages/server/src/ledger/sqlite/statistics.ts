/** Statistics from the ledger's file, over a connection of its own that can only read. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { openReadOnly } from '../../storage/sqlite.ts'
import { type LedgerStatistics, SAMPLE_MAX, type SourceStatistics } from '../statistics.ts'

const WEEK_MS = 7 * 86_400_000
const OVERLAPS_MAX = 10

interface SourceRow {
  readonly id: number
  readonly name: string
  readonly origin: string
  readonly evidence: number
}

/** Opens the statistics of a ledger that is there. Its queries take up to a second: not for a thread that answers. */
export function openSqliteStatistics(path: string): LedgerStatistics {
  return new SqliteStatistics(openReadOnly(path))
}

class SqliteStatistics implements LedgerStatistics {
  readonly #database: DatabaseSync
  readonly #sources: StatementSync
  readonly #sample: StatementSync
  readonly #records: StatementSync

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#sources = database.prepare('SELECT id, name, origin, evidence FROM source')
    // Ids are given in turn, so that every so many of them are as good as drawn by lot.
    this.#sample = database.prepare(
      `SELECT DISTINCT subject_id FROM evidence INDEXED BY evidence_by_source
       WHERE source_id = ? AND subject_id % ? = 0 LIMIT ${SAMPLE_MAX}`,
    )
    this.#records = database.prepare('SELECT source_id, received_at FROM evidence WHERE subject_id = ?')
  }

  async ofSource(name: string, now: number): Promise<SourceStatistics | undefined> {
    const sources = this.#sources.all() as unknown as SourceRow[]
    const source = sources.find(each => each.name === name)
    if (source === undefined) return undefined
    const step = Math.max(1, Math.ceil(source.evidence / SAMPLE_MAX))
    const sample = this.#sample.all(source.id, step) as unknown as { readonly subject_id: number }[]
    const labels = new Map(sources.map(each => [each.id, each.origin === 'key' ? 'reporters' : each.name]))
    return {
      evidence: source.evidence,
      ...this.#shares(
        source,
        sample.map(row => row.subject_id),
        labels,
        now,
      ),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#database.close()
  }

  #shares(
    source: SourceRow,
    subjects: readonly number[],
    labels: ReadonlyMap<number, string>,
    now: number,
  ): Omit<SourceStatistics, 'evidence'> {
    const shared = new Map<string, number>()
    let [own, recent, unique, first] = [0, 0, 0, 0]
    for (const subject of subjects) {
      const rows = this.#records.all(subject) as unknown as { source_id: number; received_at: number }[]
      const mine = rows.filter(row => row.source_id === source.id)
      const others = rows.filter(row => row.source_id !== source.id)
      own += mine.length
      recent += mine.filter(row => row.received_at > now - WEEK_MS).length
      if (others.length === 0) unique++
      else if (earliest(mine) <= earliest(others)) first++
      for (const label of new Set(others.map(row => labels.get(row.source_id) ?? 'unknown'))) {
        shared.set(label, (shared.get(label) ?? 0) + 1)
      }
    }
    const sampled = subjects.length
    const overlaps = Array.from(shared, ([label, count]) => ({ source: label, share: count / sampled }))
    return {
      newInWeek: own === 0 ? 0 : Math.round((recent / own) * source.evidence),
      sampled,
      uniqueShare: sampled === 0 ? 0 : unique / sampled,
      firstShare: sampled === unique ? 0 : first / (sampled - unique),
      overlaps: overlaps.toSorted((a, b) => b.share - a.share).slice(0, OVERLAPS_MAX),
    }
  }
}

function earliest(rows: readonly { readonly received_at: number }[]): number {
  return rows.reduce((least, row) => Math.min(least, row.received_at), Number.POSITIVE_INFINITY)
}
