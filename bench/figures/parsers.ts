/** Formats of feeds: how fast they are read. */
import { fileURLToPath } from 'node:url'
import type { Figure } from '../harness/bench.ts'
import { run } from '../harness/processes.ts'
import { sampleOf } from '../harness/samples.ts'
import { PARSER_INPUTS } from './parsers-inputs.ts'
import type { ParsersOutcome } from './parsers-process.ts'

const PROCESS = fileURLToPath(new URL('./parsers-process.ts', import.meta.url))

/** Runs in a process of its own, on one core. */
export const parsers: Figure = {
  name: 'parsers',
  about: 'lines, rows and objects a second of every format, through its reader in pieces of 64 KiB',
  async measure(bench, add) {
    const items = bench.quick ? 50_000 : 300_000
    const printed = await run(process.execPath, [PROCESS, `${items}`, `${bench.rounds}`], {
      core: 'server',
      secondsMax: 600,
    })
    for (const { input, perSecond } of JSON.parse(printed) as ParsersOutcome) {
      const { format, holds, unit, target } = PARSER_INPUTS[input]!
      add({
        what: `Parser ${format}${holds === undefined ? '' : ` (${holds})`}, ${unit}/s on one core`,
        unit: '/s',
        ours: sampleOf(perSecond),
        ...(target !== undefined && { target: { of: 'ours', atLeast: target } }),
      })
    }
  },
}
