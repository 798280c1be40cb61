/** A thousand subjects in one request. */

import { subjects } from '../ask/lists.ts'
import { asked } from '../ask/queries.ts'
import type { Figure } from '../harness/bench.ts'
import { sampleOf } from '../harness/samples.ts'
import { writeScript, wrk } from '../load/wrk.ts'
import { preparedData, startOurs } from '../servers/ours.ts'

const BATCH = 1000
const BATCHES = 20
const CONNECTIONS = 4
const AT_LEAST = { ip: 400_000, domain: 120_000, url: 25_000 } as const

/** Subjects a second for each type; no rival offers it. */
export const httpBatch: Figure = {
  name: 'http-batch',
  about: 'batches of 1,000 over HTTP, in subjects a second: addresses, domains, pages',
  async measure(bench, add) {
    for (const type of ['ip', 'domain', 'url'] as const) {
      const made = subjects(type === 'ip' ? 'ip' : 'domain', bench.listed, bench.listed / 2)
      const data = await preparedData(bench, type === 'ip' ? 'ip' : 'domain', made.listed)
      await using node = await startOurs(bench, data)
      const questions = asked(made, BATCH * BATCHES).map((value, n) =>
        type === 'url' ? `url:${value}/path${n % 97}/page.html?id=${n}` : `${type}:${value}`,
      )
      const script = bench.scratch(`batch-${type}.lua`)
      const bodies = Array.from({ length: BATCHES }, (_, at) =>
        JSON.stringify({ subjects: questions.slice(at * BATCH, (at + 1) * BATCH) }),
      )
      writeScript(script, { paths: ['/v1/reputation'], bodies })
      await wrk(node, script, bench.seconds, CONNECTIONS)
      const runs: number[] = []
      for (let round = 1; round <= bench.rounds; round++) {
        runs.push((await wrk(node, script, bench.seconds, CONNECTIONS)).answersPerSecond * BATCH)
        bench.say(`round ${round}, ${type}: ${Math.round(runs.at(-1)!)} subjects/s`)
      }
      add({
        what: `Batches of 1,000 over HTTP, subjects/s: ${type}`,
        unit: '/s',
        ours: sampleOf(runs),
        target: { of: 'ours', atLeast: AT_LEAST[type] },
        ...(type === 'url' ? { note: 'pages of the hosts of the list, each of its own path, with a query' } : {}),
      })
    }
  },
}
