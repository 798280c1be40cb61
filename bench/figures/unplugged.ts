/** An edge whose cloud is cut off for a day. */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Figure } from '../harness/bench.ts'
import { run } from '../harness/processes.ts'
import { sampleOf } from '../harness/samples.ts'
import type { UnpluggedOutcome } from './unplugged-process.ts'

const PROCESS = fileURLToPath(new URL('./unplugged-process.ts', import.meta.url))

/** See the module. */
export const unplugged: Figure = {
  name: 'unplugged',
  about:
    "an edge cut off from its cloud for a (simulated) day: answers that differ from the cloud's, reports that are lost",
  async measure(bench, add) {
    const folder = bench.scratch('unplugged')
    mkdirSync(folder, { recursive: true })
    const args = [PROCESS, folder, String(bench.quick ? 1000 : 20_000)]
    const outcome = JSON.parse(await run(process.execPath, args, { core: 'any', secondsMax: 1800 })) as UnpluggedOutcome
    const { asked, subjects, different, moved, reported, lost } = outcome
    add({
      what: "Answers of the unplugged edge that differ from the cloud's, hour by hour for a day",
      unit: 'answers',
      ours: sampleOf([different]),
      target: { of: 'ours', atMost: 0 },
      note: `of ${asked.toLocaleString('en')} about ${subjects} subjects, of which time alone changed ${moved} verdicts`,
    })
    add({
      what: 'Reports at the unplugged edge that its cloud does not have afterwards',
      unit: 'reports',
      ours: sampleOf([lost]),
      target: { of: 'ours', atMost: 0 },
      note: `of ${reported.toLocaleString('en')}`,
    })
  },
}
