/** Ours, rbldnsd and the responder side by side: the servers of the DNS figures, in turns on one core. */

import { type ListKind, type Subjects, subjects } from '../ask/lists.ts'
import { HIT_SHARE, writeQueries } from '../ask/queries.ts'
import type { Bench } from '../harness/bench.ts'
import type { Rival, Row, Target } from '../harness/rows.ts'
import { sampleOf } from '../harness/samples.ts'
import { type DnsRun, dnsperf } from '../load/dnsperf.ts'
import { type DnsServer, startRbldnsd, startResponder } from '../servers/dns-rivals.ts'
import { preparedData, startOurs } from '../servers/ours.ts'

/** A list, the questions about it, and our data folder that holds it. */
export interface Material {
  readonly subjects: Subjects
  readonly queries: string
  readonly data: string
}

/** Servers that hold the same list; a string says why one is missing. */
export interface Contest extends AsyncDisposable {
  readonly ours: DnsServer
  readonly rbldnsd: DnsServer | string
  readonly responder: DnsServer | string
  readonly queries: string
}

/** The share of listed answers may be off by so much: chance, and where in the file a run ended. */
const SHARE_SLACK = 0.01

/** Makes the list, the questions and the data folder. */
export async function materialFor(bench: Bench, kind: ListKind): Promise<Material> {
  const made = subjects(kind, bench.listed, bench.listed / 2)
  const queries = bench.scratch(`${kind}.queries`)
  writeQueries(queries, kind, made, bench.quick ? 50_000 : 250_000)
  return { subjects: made, queries, data: await preparedData(bench, kind, made.listed) }
}

/** Starts all three and warms them up. */
export async function openContest(bench: Bench, kind: ListKind): Promise<Contest> {
  await using opened = new AsyncDisposableStack()
  const { queries, data, subjects: made } = await materialFor(bench, kind)
  const node = opened.use(await startOurs(bench, data))
  const ours = { pid: node.pid, port: node.dnsPort, [Symbol.asyncDispose]: () => node[Symbol.asyncDispose]() }
  const rivals: (DnsServer | string)[] = []
  for (const starting of [startRbldnsd(bench, kind, made.listed), startResponder(bench)]) {
    const rival = await starting.catch((error: unknown) => (error as Error).message)
    rivals.push(rival)
    if (typeof rival !== 'string') opened.use(rival)
  }
  for (const server of [ours, ...rivals]) if (typeof server !== 'string') await dnsperf(server, queries, bench.seconds)
  const running = opened.move()
  return {
    ours,
    rbldnsd: rivals[0]!,
    responder: rivals[1]!,
    queries,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** All rounds of the highest rate, in turns. */
export async function allRounds(bench: Bench, contest: Contest): Promise<Map<ContestantName, DnsRun[] | string>> {
  const names = ['ours', 'rbldnsd', 'responder'] as const
  const runs = new Map<ContestantName, DnsRun[] | string>()
  for (const name of names) runs.set(name, typeof contest[name] === 'string' ? contest[name] : [])
  for (let round = 1; round <= bench.rounds; round++) {
    for (const name of names) {
      const server = contest[name]
      if (typeof server === 'string') continue
      const ran = await dnsperf(server, contest.queries, bench.seconds)
      bench.say(`round ${round}, ${name}: ${Math.round(ran.answersPerSecond)} answers/s, ${ran.lost} lost`)
      if (name !== 'responder' && Math.abs(ran.hitShare - HIT_SHARE) > SHARE_SLACK) {
        throw new Error(
          `Cannot compare: ${name} lists ${(ran.hitShare * 100).toFixed(2)} % of what was asked, not 10 %`,
        )
      }
      ;(runs.get(name) as DnsRun[]).push(ran)
    }
  }
  return runs
}

/** Who takes part. */
export type ContestantName = 'ours' | 'rbldnsd' | 'responder'

/** A row out of the rounds. */
export function contestRow(
  runs: ReadonlyMap<ContestantName, DnsRun[] | string>,
  value: (ran: DnsRun) => number,
  { rival, ...row }: { what: string; unit: string; rival: ContestantName; target?: Target; note?: string },
): Row {
  const theirs = runs.get(rival)!
  const name = rival === 'responder' ? 'C responder' : rival
  const held: Rival =
    typeof theirs === 'string' ? { name, missing: theirs } : { name, sample: sampleOf(theirs.map(value)) }
  return { ...row, ours: sampleOf((runs.get('ours') as DnsRun[]).map(value)), rival: held }
}
