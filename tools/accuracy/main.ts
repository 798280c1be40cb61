/** How right the signs are: `npm run accuracy -- [--write] [--inner]`. Takes some minutes; `--inner` asks the days before the test. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SIGN_INTERCEPT, SIGN_WEIGHTS } from '@tocsin/core/scoring'
import { packagedSuffixes } from '../../packages/server/src/compose/suffixes.ts'
import { ROOT } from '../repository.ts'
import { addressRows } from './address-rows.ts'
import { routedSpace } from './address-space.ts'
import { addressFigures } from './addresses.ts'
import { diagramOf } from './diagram.ts'
import type { Figures } from './figures.ts'
import { fileFigures } from './files.ts'
import { fitNames } from './name-model.ts'
import { learntRows, mistakesOf, nameFigures, openNames, strangerFigures } from './names.ts'
import { pageOf, type Trial, table } from './page.ts'
import { modelOf } from './shipped.ts'

const MISTAKES = 15

const folder = process.env['TOCSIN_TRIAL_DATA']
if (folder === undefined) {
  console.error('Cannot measure: TOCSIN_TRIAL_DATA must name the folder of the data')
  process.exitCode = 2
} else if (process.argv.includes('--inner')) tryInner(folder)
else report(measure(folder), process.argv.includes('--write'))

function measure(from: string): Trial {
  const space = routedSpace(from, ROOT, process.env['TOCSIN_ASN_TABLE'])
  const trial = openNames(from, packagedSuffixes, space)
  const model = fitNames(learntRows(trial, false), trial.signs)
  return {
    full: nameFigures(trial, model),
    shipped: nameFigures(trial, modelOf(SIGN_INTERCEPT, SIGN_WEIGHTS)),
    strangers: strangerFigures(trial),
    addresses: addressFigures(addressRows(from, space)),
    files: fileFigures(from, trial.known),
    mistakes: mistakesOf(trial, model, MISTAKES),
    routedOrigin: space.origin,
  }
}

/** Figures of the days before the test, by models that did not learn from them: for trying choices. */
function tryInner(from: string): void {
  const space = routedSpace(from, ROOT, process.env['TOCSIN_ASN_TABLE'])
  console.log(table(addressFigures(addressRows(from, space), 'inner')))
  const trial = openNames(from, packagedSuffixes, space)
  for (const free of [false, true]) {
    console.log(free ? '\nlists with a free licence' : '\nall data')
    console.log(table(nameFigures(trial, fitNames(learntRows(trial, free, 'inner'), trial.signs), 'inner')))
  }
}

function report(trial: Trial, write: boolean): void {
  for (const figures of [trial.full, trial.shipped, trial.strangers, trial.addresses])
    console.log(`${table(figures)}\n`)
  console.log(trial.files)
  if (!write) return
  const remarks = readFileSync(join(import.meta.dirname, 'remarks.md'), 'utf8')
  mkdirSync(join(ROOT, 'docs/accuracy'), { recursive: true })
  writeFileSync(join(ROOT, 'docs/accuracy.md'), pageOf(trial, remarks))
  draw('web', 'names and pages, a model of all data', trial.full.at(-1)!)
  draw('web-shipped', 'names and pages, shipped weights', trial.shipped.at(-1)!)
  draw('addresses', 'addresses', trial.addresses[0]!)
  console.log('docs/accuracy.md and its diagrams are written')
}

function draw(name: string, title: string, { bins }: Figures): void {
  writeFileSync(join(ROOT, `docs/accuracy/${name}.svg`), diagramOf(title, bins))
}
