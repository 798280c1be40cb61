/** A list of a million lines into a running node. */

import { rmSync } from 'node:fs'
import { subjects } from '../ask/lists.ts'
import type { Figure } from '../harness/bench.ts'
import { memoryBytes } from '../harness/processes.ts'
import { sampleOf } from '../harness/samples.ts'
import { importList, startOurs, writeList } from '../servers/ours.ts'

/** Each round begins with an empty data folder; it takes long, so there are three at most. */
export const importFigure: Figure = {
  name: 'import',
  about: 'tocsin import of a million lines into a running node: until durable, until scored, peak memory',
  async measure(bench, add) {
    const { listed } = subjects('ip', bench.listed, 0)
    const file = bench.scratch('import.txt')
    writeList(file, listed)
    const durable: number[] = []
    const scored: number[] = []
    const peak: number[] = []
    for (let round = 1; round <= Math.min(3, bench.rounds); round++) {
      const data = bench.scratch(`data-import-${round}`)
      {
        await using node = await startOurs(bench, data, 'any', [], 'on')
        const startedAt = performance.now()
        await importList(node, file, 'bench')
        durable.push(listed.length / ((performance.now() - startedAt) / 1000))
        const { ledger } = await node.settled()
        scored.push(listed.length / ((performance.now() - startedAt) / 1000))
        peak.push(memoryBytes(node.pid, 'VmHWM') / 2 ** 20)
        if (ledger.subjects < listed.length) {
          throw new Error(`Cannot count the import: ${ledger.subjects} subjects in the ledger, not ${listed.length}`)
        }
      }
      rmSync(data, { recursive: true, force: true })
      const rates = `durable ${Math.round(durable.at(-1)!)} lines/s, scored ${Math.round(scored.at(-1)!)} lines/s`
      bench.say(`round ${round}: ${rates}, peak ${Math.round(peak.at(-1)!)} MiB`)
    }
    const what = `Import of ${listed.length.toLocaleString('en')} lines, node and import on both cores`
    const target = { of: 'ours', atLeast: 40_000 } as const
    add({ what: `${what}: until durable`, unit: 'lines/s', ours: sampleOf(durable), target })
    add({ what: `${what}: until durable and scored`, unit: 'lines/s', ours: sampleOf(scored), target })
    const limit = { of: 'ours', atMost: 600 } as const
    add({ what: `${what}: peak memory of the node`, unit: 'MiB', ours: sampleOf(peak), target: limit })
  },
}
