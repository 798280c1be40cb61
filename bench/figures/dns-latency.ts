/** How long an answer takes where the server is half busy. */
import type { Figure } from '../harness/bench.ts'
import type { Rival } from '../harness/rows.ts'
import { quantile, sampleOf } from '../harness/samples.ts'
import { dnsLatencies, dnsperf } from '../load/dnsperf.ts'
import { openContest } from './dns-contest.ts'

/** p99 at half of rbldnsd's highest rate (of ours without it); both get the same rate. */
export const dnsLatency: Figure = {
  name: 'dns-latency',
  about: 'p99 of DNS answers at half of the highest rate, against rbldnsd',
  async measure(bench, add) {
    await using contest = await openContest(bench, 'ip')
    const servers = { ours: contest.ours, rbldnsd: contest.rbldnsd }
    const p99: Record<'ours' | 'rbldnsd', number[]> = { ours: [], rbldnsd: [] }
    const p50: Record<'ours' | 'rbldnsd', number[]> = { ours: [], rbldnsd: [] }
    const probe = typeof servers.rbldnsd === 'string' ? servers.ours : servers.rbldnsd
    const { answersPerSecond: highest } = await dnsperf(probe, contest.queries, bench.seconds)
    const asked = highest / 2
    const overrun = new Set<string>()
    for (let round = 1; round <= bench.rounds; round++) {
      for (const name of ['ours', 'rbldnsd'] as const) {
        const server = servers[name]
        if (typeof server === 'string') continue
        const file = bench.scratch('dnsperf.out')
        const { milliseconds, answersPerSecond } = await dnsLatencies(
          server,
          contest.queries,
          bench.seconds,
          asked,
          file,
        )
        // Beyond what a server can do, the figure is the length of a queue.
        if (answersPerSecond < 0.98 * asked) overrun.add(`${name} kept up with ${Math.round(answersPerSecond)}/s only`)
        p99[name].push(quantile(milliseconds, 0.99))
        p50[name].push(quantile(milliseconds, 0.5))
        bench.say(`round ${round}, ${name}: p50 ${p50[name].at(-1)} ms, p99 ${p99[name].at(-1)} ms`)
      }
    }
    const missing = servers.rbldnsd
    const rivalOf = (runs: readonly number[]): Rival =>
      typeof missing === 'string' ? { name: 'rbldnsd', missing } : { name: 'rbldnsd', sample: sampleOf(runs) }
    const whose = probe === servers.ours ? 'our' : "rbldnsd's"
    const at = `${Math.round(asked)} questions/s (half of ${whose} highest rate)`
    const common = { unit: 'ms', note: ['every answer, as dnsperf -v prints it', ...overrun].join('; ') }
    const target = { of: 'ratio', atMost: 1.5 } as const
    add({ what: `DNS p99 at ${at}`, ours: sampleOf(p99.ours), rival: rivalOf(p99.rbldnsd), target, ...common })
    add({ what: `DNS p50 at ${at}`, ours: sampleOf(p50.ours), rival: rivalOf(p50.rbldnsd), ...common })
  },
}
