/** What one piece of evidence costs where subjects are related: it moves the scores of all that were met with it. */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Figure } from '../harness/bench.ts'
import { run } from '../harness/processes.ts'
import { quantile, sampleOf } from '../harness/samples.ts'
import type { RescoreOutcome } from './rescore-process.ts'

const PROCESS = fileURLToPath(new URL('./rescore-process.ts', import.meta.url))

/** One round: a ledger of this size is filled anew for each, and runs differ less than fillings take. */
export const rescore: Figure = {
  name: 'rescore',
  about: 're-score after one evidence with correlation: 10 million rows with --full, else 1 million',
  async measure(bench, add) {
    const rows = bench.full ? 10_000_000 : bench.listed
    const folder = bench.scratch('rescore')
    mkdirSync(folder)
    const args = ['--max-old-space-size=4096', PROCESS, folder, `${rows}`, `${bench.seconds * 5}`]
    const outcome = JSON.parse(
      await run(process.execPath, args, { core: 'server', secondsMax: 3600 }),
    ) as RescoreOutcome
    const of = `${rows.toLocaleString('en')} rows, 70 % known, 3 relations each`
    const scored = `${outcome.scoredEach.toFixed(1)} subjects scored for each`
    const at = (share: number, values: readonly number[]) => ({
      ...sampleOf(values),
      median: quantile(values, share),
      runs: [quantile(values, share)],
    })
    add({
      what: `Re-score after one evidence, p99: ${of}`,
      unit: 'ms',
      ours: at(0.99, outcome.rescore),
      note: `${scored}; the unit of spread is the sample`,
      ...(bench.full ? { target: { of: 'ours', atMost: 20 } as const } : {}),
    })
    add({ what: `Re-score after one evidence, p50: ${of}`, unit: 'ms', ours: at(0.5, outcome.rescore) })
    add({ what: 'Its write before that, to disk, p50', unit: 'ms', ours: at(0.5, outcome.write) })
    add({
      what: `Evidence written and re-scored a second: ${of}`,
      unit: '/s',
      ours: sampleOf([outcome.perSecond]),
      note: `${outcome.evidence.toLocaleString('en')} pieces; ledger, scorer and book's file on one core, no doors`,
      ...(bench.full ? { target: { of: 'ours', atLeast: 10_000 } as const } : {}),
    })
  },
}
