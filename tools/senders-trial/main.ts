/** The judgment of senders on made-up traffic: `npm run trial:senders -- [--write]`. Takes some minutes. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../repository.ts'
import { measureCost } from './memory.ts'
import { pageOf, summaryOf } from './page.ts'
import { runTrial } from './trial.ts'

/** The first two were looked at while the figures of the detectors were chosen, the others were not. */
const SEEDS = [1, 2, 3, 4, 5]

const cost = measureCost()
const outcomes = SEEDS.map(runTrial)
console.log(`SYNTHETIC\n${summaryOf(outcomes)}`)
console.log(
  `${Math.round(cost.bytesPerSender)} bytes for a sender, ${Math.round(cost.sightingsPerSecond)} sightings a second`,
)
if (process.argv.includes('--write')) {
  const remarks = readFileSync(join(import.meta.dirname, 'remarks.md'), 'utf8')
  writeFileSync(join(ROOT, 'docs/senders.md'), pageOf(outcomes, cost, remarks))
  console.log('docs/senders.md is written')
}
