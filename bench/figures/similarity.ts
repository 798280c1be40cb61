/** Files like one that is known: neighbours among TLSH digests. */
import { fileURLToPath } from 'node:url'
import type { Figure } from '../harness/bench.ts'
import { run } from '../harness/processes.ts'
import { sampleOf } from '../harness/samples.ts'
import type { SimilarityOutcome } from './similarity-process.ts'

const PROCESS = fileURLToPath(new URL('./similarity-process.ts', import.meta.url))

/** Runs in a process of its own, on one core. */
export const similarity: Figure = {
  name: 'similarity',
  about: 'TLSH neighbours within 70 among a million digests (--quick: 100,000), one added before each search',
  async measure(bench, add) {
    const digests = bench.quick ? 100_000 : 1_000_000
    const args = [PROCESS, `${digests}`, `${bench.rounds}`]
    const printed = await run(process.execPath, args, { core: 'server', secondsMax: 1200 })
    const outcome = JSON.parse(printed) as SimilarityOutcome
    const of = `TLSH neighbours within 70 of ${digests.toLocaleString('en')}, one core`
    add({ what: `${of}: p50`, unit: 'ms', ours: sampleOf(outcome.p50) })
    add({
      what: `${of}: p99`,
      unit: 'ms',
      ours: sampleOf(outcome.p99),
      target: { of: 'ours', atMost: 20 },
      note: noteOf(outcome),
    })
    add({
      what: `${of}: recall against exhaustive search (${outcome.neighbours} neighbours)`,
      unit: '',
      ours: sampleOf([outcome.recall]),
      target: { of: 'ours', atLeast: 0.95 },
    })
    add({ what: 'Memory per TLSH digest', unit: 'bytes', ours: sampleOf([outcome.bytesPerDigest]) })
    add({ what: 'TLSH of files in memory, one core', unit: 'MB/s', ours: sampleOf([outcome.hashMegabytesPerSecond]) })
  },
}

function noteOf({ addMicroseconds, loadSeconds }: SimilarityOutcome): string {
  const digests = 'a fifth are digests of made-up files of 1 to 8 KiB, the rest is drawn from their bytes'
  const add = `p99 of an addition ${sampleOf(addMicroseconds).median.toFixed(0)} µs`
  return `${digests}; ${add}; loaded in ${loadSeconds.toFixed(1)} s`
}
