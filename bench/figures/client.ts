/** The light client: what it holds, how fast it answers, how large it is. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { findPeer } from '../../testing/peers.ts'
import type { Figure } from '../harness/bench.ts'
import { run } from '../harness/processes.ts'
import { sampleOf } from '../harness/samples.ts'
import type { ClientOutcome } from './client-process.ts'

const ENTRY = fileURLToPath(import.meta.resolve('@tocsin/client/list'))
const PROCESS = fileURLToPath(new URL('./client-process.ts', import.meta.url))

/** Runs in a process of its own, on one core. */
export const client: Figure = {
  name: 'client',
  about: 'the light client with a million domains (--quick: 200,000): bytes a threat, lookups, size',
  async measure(bench, add) {
    const threats = bench.quick ? 200_000 : 1_000_000
    const urls = bench.quick ? 10_000 : 50_000
    const args = ['--disable-warning=ExperimentalWarning', PROCESS, `${threats}`, `${urls}`, `${bench.rounds}`]
    const printed = await run(process.execPath, args, { core: 'server', secondsMax: 600 })
    const outcome = JSON.parse(printed) as ClientOutcome
    const of = `Light client, ${threats.toLocaleString('en')} threats`
    add({
      what: `${of}: memory for each`,
      unit: 'bytes',
      ours: sampleOf([outcome.bytesPerThreat]),
      target: { of: 'ours', atMost: 5 },
    })
    add({
      what: `${of}: a prefix, one core`,
      unit: 'ns',
      ours: sampleOf(outcome.nanosecondsPerPrefix),
      target: { of: 'ours', atMost: 1000 },
    })
    add({
      what: `${of}: a URL that is on none, one core`,
      unit: 'µs',
      ours: sampleOf(outcome.microsecondsPerUrl),
      target: { of: 'ours', atMost: 60 },
      note: 'made-up hosts below a public suffix, a path of two parts and a query; the Public Suffix List is that of tldts',
    })
    add({ what: `${of}: a URL of 30 expressions`, unit: 'µs', ours: sampleOf(outcome.microsecondsPerLongUrl) })
    add({ what: `${of}: a URL that is listed and kept`, unit: 'µs', ours: sampleOf(outcome.microsecondsPerListed) })
    add({ what: `${of}: a whole list into place`, unit: 'ms', ours: sampleOf(outcome.millisecondsPerList) })
    const files = 'Light client: the files that it imports, without types and comments, gzip'
    add({ what: files, unit: 'kB', ours: sampleOf([outcome.gzipBytes / 1000]) })
    const bun = findPeer('bun')
    if (bun === undefined) bench.say('client: not bundled, for there is no Bun: npm install --global bun')
    else {
      const bytes = await bundledBytes(bun, bench.scratch('client.js'))
      add({
        what: 'Light client: as a page would load it, bundled and minified by Bun, gzip, no Public Suffix List',
        unit: 'kB',
        ours: sampleOf([bytes / 1000]),
        target: { of: 'ours', atMost: 20 },
      })
    }
  },
}

async function bundledBytes(bun: string, file: string): Promise<number> {
  await run(bun, ['build', ENTRY, '--minify', '--target=browser', `--outfile=${file}`], { core: 'any', secondsMax: 60 })
  return gzipSync(readFileSync(file), { level: 9 }).length
}
