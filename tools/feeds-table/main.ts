/** What the formats make of a folder of real lists: `npm run feeds:table -- [FOLDER] [--write]`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../repository.ts'
import { pageOf, tableOf } from './page.ts'
import { readFolder } from './walk.ts'

/** Where the data are, if the command does not say it. */
const FOLDER_ENV = 'TOCSIN_TRIAL_DATA'
/** What of the data is read; all of the folder, where none of these is in it. */
const PARTS = ['raw', 'bad', 'good']

const words = process.argv.slice(2)
const folder = words.find(word => !word.startsWith('--')) ?? process.env[FOLDER_ENV]
if (folder === undefined) {
  console.error(`Cannot make the table: it must be told a folder of lists, as an argument or by ${FOLDER_ENV}`)
  process.exitCode = 2
} else {
  const files = await readFolder(folder, PARTS)
  console.log(tableOf(files))
  if (words.includes('--write')) {
    const remarks = readFileSync(join(import.meta.dirname, 'remarks.md'), 'utf8')
    writeFileSync(join(ROOT, 'docs/feeds-table.md'), pageOf(files, remarks))
    console.log('\ndocs/feeds-table.md is written')
  }
}
