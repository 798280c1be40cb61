/** All files of a folder of lists. */
import { existsSync, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { total } from './counts.ts'
import type { FileCounts } from './page.ts'
import { readLists } from './reading.ts'

/**
 * Reads all files below the parts of a folder that are there, or below the folder itself where none is, in the order of their
 * paths. Rejects where the counts of a file do not add up, with its path.
 */
export async function readFolder(folder: string, parts: readonly string[]): Promise<readonly FileCounts[]> {
  const there = parts.map(part => join(folder, part)).filter(existsSync)
  const roots = there.length > 0 ? there : [folder]
  const read: FileCounts[] = []
  for (const file of roots.flatMap(filesBelow)) {
    const path = relative(folder, file).split(sep).join('/')
    const counts = await readLists(file).catch((error: unknown) => {
      throw new Error(`Cannot read "${path}": ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      })
    })
    const { dataLines, accepted, refused, skipped } = counts
    const sum = accepted + total(refused) + total(skipped)
    if (sum !== dataLines) throw new Error(`Cannot read "${path}": ${dataLines} data lines must add up, found ${sum}`)
    read.push({ path, counts })
  }
  return read
}

function filesBelow(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .toSorted()
}
