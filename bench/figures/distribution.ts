/** What a replica downloads for a day of changes. */
import { fileURLToPath } from 'node:url'
import type { Figure } from '../harness/bench.ts'
import { run } from '../harness/processes.ts'
import { sampleOf } from '../harness/samples.ts'
import type { DistributionOutcome } from './distribution-process.ts'

const PROCESS = fileURLToPath(new URL('./distribution-process.ts', import.meta.url))

/** Days that are measured, the last ones of the histories. */
const DAYS = 30

/** Needs dated histories of feeds, which are not ours to ship: the folder is told by an environment variable. */
export const distribution: Figure = {
  name: 'distribution',
  about:
    'bytes for a day of real feeds ÷ bytes of the whole list; TOCSIN_BENCH_HISTORIES is a folder of *.delta.tsv.gz',
  async measure(bench, add) {
    const folder = process.env['TOCSIN_BENCH_HISTORIES']
    if (folder === undefined) throw new Error('Cannot measure: TOCSIN_BENCH_HISTORIES must be a folder of histories')
    const args = ['--max-old-space-size=6144', PROCESS, folder, String(DAYS)]
    const text = await run(process.execPath, args, { core: 'any', secondsMax: 1200 })
    const { entries, snapshotBytes, days } = JSON.parse(text) as DistributionOutcome
    const total = days.reduce((sum, day) => sum + day.bytes, 0)
    const changes = days.reduce((sum, day) => sum + day.changes, 0)
    bench.say(
      `${entries} entries, snapshot ${snapshotBytes} bytes; ${changes} changes in ${days.length} days, ${total} bytes`,
    )
    const note = `${(snapshotBytes / entries).toFixed(2)} bytes an entry, ${(total / changes).toFixed(2)} a change`
    add({
      what: `Delta of a day ÷ whole list: ${entries.toLocaleString('en')} entries, mean of ${days.length} days`,
      unit: 'share',
      ours: sampleOf([total / days.length / snapshotBytes]),
      target: { of: 'ours', atMost: 0.012 },
      note,
    })
    const shares = days.map(({ bytes }) => bytes / snapshotBytes)
    add({ what: 'The same, median day', unit: 'share', ours: sampleOf(shares) })
  },
}
