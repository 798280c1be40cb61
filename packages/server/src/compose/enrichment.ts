/** Enrichment put together: the tables of the data folder, and those that come with the program. */
import { randomBytes } from 'node:crypto'
import type { Subject } from '@tocsin/core/subject'
import type { WireContext } from '@tocsin/core/wire'
import { contextOf } from '../enrichment/about.ts'
import { type Compiled, compileTable } from '../enrichment/compile.ts'
import { type DataInput, fileInput } from '../enrichment/data-lines.ts'
import type { Attribution, TableName } from '../enrichment/enrichment.ts'
import { type InstalledData, installedData } from '../enrichment/published.ts'
import { openEnrichment, type Packaged, type StoredEnrichment, storeTable } from '../enrichment/store.ts'
import { readSafetyRanges } from '../sources/lists/starter.ts'

/** The enrichment of a node, and how explanations ask for it. */
export interface NodeEnrichment {
  readonly enrichment: StoredEnrichment
  /** Looks at the files again, then answers. */
  readonly contextOf: (subject: Subject) => Promise<WireContext | undefined>
}

/** Opens the tables of a data folder; ranges of clouds and mail providers come with the program. */
export async function openNodeEnrichment(dataFolder: string): Promise<NodeEnrichment> {
  const enrichment = await openEnrichment(dataFolder, await packagedTables())
  return {
    enrichment,
    async contextOf(subject) {
      await enrichment.refresh()
      return contextOf(subject, enrichment)
    },
  }
}

/**
 * The context of subjects, for explanations. Tables are opened with the first question: a start does not wait for what
 * few ask for. Never rejects: tables that cannot be opened are unknown, and are tried again.
 */
export function contextFrom(dataFolder: string): NodeEnrichment['contextOf'] {
  let opening: Promise<NodeEnrichment> | undefined
  return async subject => {
    try {
      opening ??= openNodeEnrichment(dataFolder)
      return await (await opening).contextOf(subject)
    } catch {
      opening = undefined
      return undefined
    }
  }
}

/** What `tocsin enrich update` does with one table. */
export interface EnrichmentUpdate {
  readonly table?: TableName | undefined
  readonly inputs: readonly DataInput[]
  readonly attribution: Attribution
  /** Takes a table that is much smaller than the one before. */
  readonly force: boolean
}

/** Compiles files and puts the table in its place. Rejects with a `ProblemError`, with the table before still there. */
export async function updateEnrichment(dataFolder: string, update: EnrichmentUpdate, now: number): Promise<Compiled> {
  const { table, inputs, attribution, force } = update
  const compiled = await compileTable({ table, inputs, attribution, madeAt: now, random: randomBytes })
  await storeTable(dataFolder, compiled.file, force)
  return compiled
}

/** The data packages that are installed beside the program or in the working folder. */
export function installedPackages(workingFolder: string): readonly InstalledData[] {
  return installedData([workingFolder, import.meta.dirname])
}

export { fileInput }

async function packagedTables(): Promise<Packaged> {
  const { file, attribution } = readSafetyRanges()
  const madeAt = Date.parse(attribution.date)
  const inputs = [fileInput(file)]
  const ranges = await compileTable({ table: 'ranges', inputs, attribution, madeAt, random: randomBytes })
  return { ranges: ranges.file }
}
