/** Writes the weights of the signs: `TOCSIN_TRIAL_DATA=FOLDER npm run accuracy:fit`. Commit what it writes after reading the report. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packagedSuffixes } from '../../packages/server/src/compose/suffixes.ts'
import { ROOT } from '../repository.ts'
import { addressRows } from './address-rows.ts'
import { routedSpace } from './address-space.ts'
import { fitAddresses } from './addresses.ts'
import { fitNames } from './name-model.ts'
import { learntRows, openNames } from './names.ts'
import { weightsSource } from './shipped.ts'
import { SOURCES } from './sources.ts'

const FREE = SOURCES.filter(source => source.free)

const folder = process.env['TOCSIN_TRIAL_DATA']
if (folder === undefined) {
  console.error('Cannot fit the weights: TOCSIN_TRIAL_DATA must name the folder of the data')
  process.exitCode = 2
} else {
  const space = routedSpace(folder, ROOT, process.env['TOCSIN_ASN_TABLE'])
  const trial = openNames(folder, packagedSuffixes, space)
  const model = fitNames(learntRows(trial, true), trial.signs)
  const neighbours = fitAddresses(addressRows(folder, space, FREE))
  const file = 'packages/core/src/scoring/signs/weights.ts'
  writeFileSync(join(ROOT, file), weightsSource(model, neighbours))
  console.log(`${file} is written: ${model.weights.size} signs`)
}
