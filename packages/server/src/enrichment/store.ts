/** The compiled tables of a data folder: loaded into memory, replaced whole, looked at again when their files change. */
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ProblemError } from '@tocsin/core/base'
import type { Enrichment, RangeClass, TableName, TableState } from './enrichment.ts'
import { TABLE_NAMES } from './enrichment.ts'
import { columnsFault, type RangeColumns, RangeTable } from './range-table.ts'
import { type RankColumns, rankFault, rankIn } from './rank-table.ts'
import { decodeTable, encodeTable, type TableFile } from './table-file.ts'

/** A file of a table that is much smaller than the one before is refused unless it is forced: it is probably cut short. */
const SHRINK_MAX = 0.5

interface Loaded {
  readonly state: TableState
  readonly ranges?: RangeTable
  readonly ranks?: RankColumns
}

/** Tables that come with the program, for those that the folder does not have. */
export type Packaged = Partial<Readonly<Record<TableName, TableFile>>>

/** An enrichment that follows its files. */
export interface StoredEnrichment extends Enrichment {
  /** Loads the tables whose files have changed since. Never rejects: a file that cannot be read is a `damaged` table. */
  refresh(): Promise<void>
}

/** Opens the tables of a data folder; of one that is missing or damaged nothing is known. */
export async function openEnrichment(dataFolder: string, packaged: Packaged = {}): Promise<StoredEnrichment> {
  const loaded = new Map<TableName, Loaded>()
  const seen = new Map<TableName, string>()
  const refresh = async (): Promise<void> => {
    for (const table of TABLE_NAMES) {
      const path = tablePath(dataFolder, table)
      const mark = await stat(path).then(
        ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
        () => 'missing',
      )
      if (seen.get(table) === mark) continue
      seen.set(table, mark)
      const own = mark === 'missing' ? undefined : await load(path, table)
      loaded.set(table, own ?? (packaged[table] === undefined ? missing(table) : opened(packaged[table])))
    }
  }
  await refresh()
  const find = (table: TableName, address: Uint8Array) => loaded.get(table)?.ranges?.find(address)
  return {
    refresh,
    asnOf(address) {
      const found = find('asn', address)
      return found === undefined ? undefined : { asn: found.number, name: found.text }
    },
    countryOf: address => find('country', address)?.text,
    classesOf: address => classesIn(find('ranges', address)?.text),
    rankOf(host) {
      const ranks = loaded.get('popularity')?.ranks
      return ranks === undefined ? undefined : rankIn(ranks, host)
    },
    tables: () => TABLE_NAMES.map(table => loaded.get(table)!.state),
  }
}

/** The file of a table. */
export function tablePath(dataFolder: string, table: TableName): string {
  return join(dataFolder, 'enrichment', `${table}.table`)
}

/**
 * Puts a table in the place of the one before, at once for whoever reads it. Rejects with a `ProblemError` (`invalid`),
 * and keeps the one before, where the new one has less than half of its entries; `force` takes it all the same.
 */
export async function storeTable(dataFolder: string, file: TableFile, force: boolean): Promise<void> {
  const { table, entries } = file.header
  const path = tablePath(dataFolder, table)
  const before = (await load(path, table).catch(() => undefined))?.state.entries ?? 0
  if (!force && entries < before * SHRINK_MAX) {
    const message = `Cannot replace table "${table}": it must have half of the ${before} entries before, found ${entries}; --force takes it`
    throw new ProblemError({ code: 'invalid', message })
  }
  await mkdir(join(dataFolder, 'enrichment'), { recursive: true, mode: 0o700 })
  const aside = `${path}.${process.pid}.new`
  try {
    await writeFile(aside, encodeTable(file), { flush: true })
    await rename(aside, path)
  } catch (error) {
    await rm(aside, { force: true })
    throw error
  }
}

async function load(path: string, table: TableName): Promise<Loaded> {
  try {
    const file = decodeTable(await readFile(path), table)
    return file.ok ? opened(file.value) : damaged(table, file.problem.message)
  } catch (error) {
    return damaged(table, error instanceof Error ? error.message : String(error))
  }
}

/** A table from its file. What the file says of itself has passed a checksum, and is looked at all the same. */
function opened({ header, columns }: TableFile): Loaded {
  const { table, entries, attribution, madeAt } = header
  const ready = (bytes: number): TableState => ({ table, state: 'ready', entries, attribution, madeAt, bytes })
  if (table === 'popularity') {
    const ranks = columns as unknown as RankColumns
    const why = rankFault(ranks)
    return why === undefined ? { state: ready(12 * ranks.ranks.length), ranks } : damaged(table, why)
  }
  const ranges = columns as unknown as RangeColumns
  const why = columnsFault(ranges)
  if (why !== undefined) return damaged(table, why)
  const found = new RangeTable(ranges)
  return { state: ready(found.bytes), ranges: found }
}

function missing(table: TableName): Loaded {
  return { state: { table, state: 'missing' } }
}

function damaged(table: TableName, why: string): Loaded {
  return { state: { table, state: 'damaged', why } }
}

function classesIn(text: string | undefined): readonly RangeClass[] {
  if (text === undefined) return []
  return text.split('\n').map(line => {
    const [list = '', name = ''] = line.split('\t')
    return { list, class: name }
  })
}
