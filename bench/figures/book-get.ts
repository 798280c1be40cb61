/** The book in memory: how fast it is asked, and what an entry takes. */
import { fileURLToPath } from 'node:url'
import type { Figure } from '../harness/bench.ts'
import { run } from '../harness/processes.ts'
import { sampleOf } from '../harness/samples.ts'
import type { BookGetOutcome, MemoryUse } from './book-get-process.ts'

const PROCESS = fileURLToPath(new URL('./book-get-process.ts', import.meta.url))

/** Runs in a process of its own, so that its memory is nobody else's. */
export const bookGet: Figure = {
  name: 'book-get',
  about: 'lookups by key in process, 10 million subjects (--quick: 1 million), and memory for each',
  async measure(bench, add) {
    const entries = bench.quick ? 1_000_000 : 10_000_000
    const args = ['--expose-gc', '--max-old-space-size=8192', PROCESS, `${entries}`, `${bench.rounds}`]
    const printed = await run(process.execPath, args, { core: 'server', secondsMax: 600 })
    const outcome = JSON.parse(printed) as BookGetOutcome
    const of = `${entries.toLocaleString('en')} subjects, key given, in process`
    const target = { of: 'ours', atLeast: 5_000_000 } as const
    add({ what: `Book get, hits/s: ${of}`, unit: '/s', ours: sampleOf(outcome.hitsPerSecond), target })
    add({ what: `Book get, misses/s: ${of}`, unit: '/s', ours: sampleOf(outcome.missesPerSecond), target })
    const addresses = sampleOf(outcome.addressesPerSecond)
    add({ what: `Book, IPv4 hits/s: ${of.replace('key', 'address')}`, unit: '/s', ours: addresses })
    for (const [what, use, atMost] of [
      ['hash-keyed subject', outcome.file, 40],
      ['IPv4 address', outcome.ip, 16],
    ] as const) {
      add({
        what: `Memory per ${what}`,
        unit: 'bytes',
        ours: sampleOf([use.tableBytes]),
        target: { of: 'ours', atMost },
        note: memoryNote(use),
      })
    }
  },
}

function memoryNote({ allBytes, residentBytes, buildSeconds }: MemoryUse): string {
  const whole = `${allBytes.toFixed(1)} with filters and an overlay for a quarter more`
  return `${whole}; the process grew by ${residentBytes.toFixed(1)} each; built in ${buildSeconds.toFixed(1)} s`
}
