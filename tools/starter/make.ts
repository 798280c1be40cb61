/**
 * Makes the starter set from a folder of public data: `node tools/starter/make.ts FOLDER`. The same data give the same
 * files: what is dropped and what is picked depends on the entries alone.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ROOT } from '../repository.ts'
import { type StarterPart, starterParts } from './parts.ts'
import { enrichmentRanges } from './safety.ts'

const target = join(ROOT, 'packages/server/starter')

function textOf({ title, origin, licence, date, entries, whole }: StarterPart): string {
  const header = [
    `# ${title}`,
    `# source: ${origin}`,
    `# licence: ${licence}`,
    `# taken: ${date}`,
    `# entries: ${entries.length}${whole === true ? '' : ', a sample'}`,
  ]
  return `${[...header, ...entries].join('\n')}\n`
}

function fileOf({ name, compressed }: StarterPart): string {
  return `${name.replace(/^starter-/, '')}.txt${compressed === true ? '.gz' : ''}`
}

function rowOf(part: StarterPart): string {
  const { name, kind, confidence, licence, origin, date } = part
  const fields = { name, file: fileOf(part), kind, confidence, licence, origin, date }
  const lines = Object.entries(fields).map(([field, value]) => `${field}: ${JSON.stringify(value)}`)
  return `  - ${lines.join('\n    ')}`
}

/** Compressed without a time and a name, so that the same text gives the same bytes. */
function write(file: string, text: string): void {
  writeFileSync(join(target, file), file.endsWith('.gz') ? gzipSync(text, { level: 9 }) : text)
}

const folder = process.argv[2]
if (folder === undefined) {
  console.error('Cannot make the starter set: it must be told the folder of the data, as in "make.ts FOLDER"')
  process.exitCode = 2
} else {
  mkdirSync(target, { recursive: true })
  const parts = starterParts(folder)
  for (const part of parts) {
    write(fileOf(part), textOf(part))
    console.log(`${part.name}: ${part.entries.length} entries`)
  }
  const ranges = enrichmentRanges(folder)
  write('enrichment-ranges.tsv.gz', `${ranges.join('\n')}\n`)
  console.log(`enrichment-ranges: ${ranges.length} entries`)
  const index = ['# Made by tools/starter/make.ts.', 'lists:', ...parts.map(rowOf)]
  writeFileSync(join(target, 'starter.yaml'), `${index.join('\n')}\n`)
}
