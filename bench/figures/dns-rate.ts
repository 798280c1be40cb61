/** How many DNS questions are answered a second, from a list of a million, one core each. */

import type { ListKind } from '../ask/lists.ts'
import type { Bench, Figure } from '../harness/bench.ts'
import type { Row } from '../harness/rows.ts'
import { allRounds, contestRow, openContest } from './dns-contest.ts'

/** Addresses, against `ip4set`. */
export const dnsIp = rateFigure('dns-ip', 'ip', 'listed IPv4', 1.1, 'ip4set')
/** Names, against `dnset`. */
export const dnsDomain = rateFigure(
  'dns-domain',
  'domain',
  'names',
  1,
  'dnset, exact names only: ours asks for parents too',
)
/** File hashes, against `dnset`. */
export const dnsHash = rateFigure('dns-hash', 'hash', 'SHA-256 in base32', 1, 'dnset')

function rateFigure(name: string, kind: ListKind, what: string, atLeast: number, set: string): Figure {
  return {
    name,
    about: `DNS answers a second and for each CPU second: ${what}, ten per cent hits, against rbldnsd and a C responder`,
    async measure(bench: Bench, add: (row: Row) => void): Promise<void> {
      await using contest = await openContest(bench, kind)
      const runs = await allRounds(bench, contest)
      const note = `rbldnsd: ${set}; lost in all rounds: ${lostBy(runs)}`
      const list = `${bench.listed.toLocaleString('en')} ${what}, 10 % hits`
      const rate = { unit: '/s', rival: 'rbldnsd', target: { of: 'ratio', atLeast }, note } as const
      add(contestRow(runs, ran => ran.answersPerSecond, { what: `DNS answers/s: ${list}`, ...rate }))
      const cpu = { unit: '/CPU s', note }
      const perCpu = (ran: { readonly answersPerCpuSecond: number }) => ran.answersPerCpuSecond
      add(
        contestRow(runs, perCpu, {
          what: `DNS answers per CPU second: ${list}`,
          ...cpu,
          rival: 'rbldnsd',
          target: { of: 'ratio', atLeast },
        }),
      )
      add(
        contestRow(runs, perCpu, {
          what: `DNS answers per CPU second: ${list}`,
          unit: '/CPU s',
          rival: 'responder',
          target: { of: 'ratio', atLeast: 0.5 },
        }),
      )
      add(
        contestRow(runs, ran => ran.answersPerSecond, {
          what: `DNS answers/s against the load generator's limit: ${list}`,
          unit: '/s',
          rival: 'responder',
          note: 'no target: the C responder is what dnsperf can ask at most',
        }),
      )
    },
  }
}

/** Questions without an answer, of each server. */
function lostBy(runs: Awaited<ReturnType<typeof allRounds>>): string {
  const counts = [...runs].flatMap(([name, ran]) =>
    typeof ran === 'string' ? [] : [`${name} ${ran.reduce((sum, { lost }) => sum + lost, 0)}`],
  )
  return counts.join(', ')
}
