/**
 * Makes the starter set from a folder of public data: `node tools/starter/make.ts FOLDER`. The same data give the same
 * files: what is dropped and what is picked depends on the entries alone.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../repository.ts'
import { type StarterPart, starterParts } from './parts.ts'

const target = join(ROOT, 'packages/server/starter')

function textOf({ title, origin, licence, date, entries }: StarterPart): string {
  const header = [
    `# ${title}`,
    `# source: ${origin}`,
    `# licence: ${licence}`,
    `# taken: ${date}`,
    `# entries: ${entries.length}, a sample`,
  ]
  return `${[...header, ...entries].join('\n')}\n`
}

function rowOf({ name, kind, confidence, licence, origin, date }: StarterPart): string {
  const fields = { name: `starter-${name}`, file: `${name}.txt`, kind, confidence, licence, origin, date }
  const lines = Object.entries(fields).map(([field, value]) => `${field}: ${JSON.stringify(value)}`)
  return `  - ${lines.join('\n    ')}`
}

const folder = process.argv[2]
if (folder === undefined) {
  console.error('Cannot make the starter set: it must be told the folder of the data, as in "make.ts FOLDER"')
  process.exitCode = 2
} else {
  mkdirSync(target, { recursive: true })
  const parts = starterParts(folder)
  for (const part of parts) {
    writeFileSync(join(target, `${part.name}.txt`), textOf(part))
    console.log(`${part.name}: ${part.entries.length} entries`)
  }
  const index = ['# Made by tools/starter/make.ts.', 'lists:', ...parts.map(rowOf)]
  writeFileSync(join(target, 'starter.yaml'), `${index.join('\n')}\n`)
}
