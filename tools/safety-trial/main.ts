/** What is blocked by mistake with everything imported: `npm run trial:safety -- [--write]`. Takes some minutes. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../repository.ts'
import { pageOf, summaryOf } from './page.ts'
import { runTrial } from './trial.ts'

/** Where the data are. */
const FOLDER_ENV = 'TOCSIN_TRIAL_DATA'

const folder = process.env[FOLDER_ENV]
if (folder === undefined) {
  console.error(`Cannot run the trial: ${FOLDER_ENV} must name the folder of the data`)
  process.exitCode = 2
} else {
  const trial = await runTrial(folder, line => console.log(line))
  console.log(summaryOf(trial))
  if (process.argv.includes('--write')) {
    const remarks = readFileSync(join(import.meta.dirname, 'remarks.md'), 'utf8')
    writeFileSync(join(ROOT, 'docs/safety-trial.md'), pageOf(trial, remarks))
    console.log('docs/safety-trial.md is written')
  }
}
