/** What a thousand replicas cost the node that they follow, and how long the last of them waits. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent } from 'node:http'
import { fileURLToPath } from 'node:url'
import type { Bench, Figure } from '../harness/bench.ts'
import { memoryBytes } from '../harness/processes.ts'
import { quantile, sampleOf } from '../harness/samples.ts'
import { post } from '../load/poster.ts'
import { keyAt } from '../servers/edges.ts'
import { type OurNode, startOurs } from '../servers/ours.ts'
import type { FromReplicas, ToReplicas } from './replicas-process.ts'

const PROCESS = fileURLToPath(new URL('./replicas-process.ts', import.meta.url))

/** Seconds for all replicas to be where the book is. */
const SECONDS_MAX = 60

/** See the module. */
export const replicas: Figure = {
  name: 'replicas',
  about: 'from a report to 1,000 simulated replicas of one node that have fetched it; memory of the node for each',
  async measure(bench, add) {
    const count = bench.quick ? 50 : 1000
    await using node = await startOurs(bench, bench.scratch('data-replicated'))
    // The first reports load what reports need: they must not count as memory of the replicas.
    await reportsTo(node, 0, 20)
    await node.settled()
    await using crowd = await startCrowd(node)
    const before = memoryBytes(node.pid, 'VmRSS')
    bench.say(`connecting ${count} replicas`)
    await crowd.connect(count)
    const waited = await reachedAfter(bench, node, crowd, count)
    const after = memoryBytes(node.pid, 'VmRSS')
    const note = `${waited.length / count} reports, one at a time; the unit of spread is a replica that has one`
    const at = (share: number) => ({
      ...sampleOf(waited),
      median: quantile(waited, share),
      runs: [quantile(waited, share)],
    })
    const what = `Report → fetched by each of ${count.toLocaleString('en')} simulated replicas`
    add({ what: `${what}, p50`, unit: 'ms', ours: at(0.5), note })
    add({ what: `${what}, p99`, unit: 'ms', ours: at(0.99), target: { of: 'ours', atMost: 3000 } })
    add({
      what: 'Memory of the node for each replica',
      unit: 'kB',
      ours: sampleOf([(after - before) / count / 1000]),
      target: { of: 'ours', atMost: 200 },
      note: 'resident memory after all reports, less that before the first connection',
    })
  },
}

/** Milliseconds from each posting to each arrival. */
async function reachedAfter(bench: Bench, node: OurNode, crowd: Crowd, count: number): Promise<number[]> {
  const reports = bench.quick ? 5 : 30
  const agent = new Agent({ keepAlive: true })
  const posted: { readonly sequence: number; readonly at: number }[] = []
  for (let report = 0; report < reports; report++) {
    const at = Date.now()
    await reportsTo(node, 1000 + report, 1, agent)
    const { head } = await node.settled()
    posted.push({ sequence: head.sequence, at })
    await crowd.untilAll(head.sequence, count)
  }
  agent.destroy()
  const arrivals = new Map(await crowd.arrivals())
  return posted.flatMap(({ sequence, at }) => arrivals.get(sequence)!.map(arrived => arrived - at))
}

async function reportsTo(node: OurNode, from: number, count: number, agent = new Agent()): Promise<void> {
  for (let at = from; at < from + count; at++) {
    const subject = `ip:198.18.${at >> 8}.${at & 255}`
    const said = await post(node, agent, JSON.stringify({ subject, kind: 'brute-force' }))
    if (said.accepted !== 1) throw new Error(`Cannot report ${subject}: ${JSON.stringify(said)}`)
  }
}

interface Crowd extends AsyncDisposable {
  connect(count: number): Promise<void>
  arrivals(): Promise<readonly (readonly [number, readonly number[]])[]>
  /** Resolves when so many are at a sequence. */
  untilAll(sequence: number, count: number): Promise<void>
}

async function startCrowd(node: OurNode): Promise<Crowd> {
  const child = fork(PROCESS, [node.http, await keyAt(node, 'replicas', 0.3)], { stdio: 'inherit' })
  const ended = once(child, 'exit')
  async function asked(word: ToReplicas): Promise<FromReplicas> {
    const heard = once(child, 'message')
    child.send(word)
    const [answer] = (await Promise.race([
      heard,
      ended.then(() => Promise.reject(new Error('The replicas ended'))),
    ])) as [FromReplicas]
    return answer
  }
  const arrivals = async () => {
    const answer = await asked({ do: 'tell' })
    return answer.is === 'arrivals' ? answer.arrivals : []
  }
  return {
    async connect(count) {
      await asked({ do: 'connect', count })
    },
    arrivals,
    async untilAll(sequence, count) {
      for (const since = performance.now(); ; ) {
        const there = (await arrivals()).find(([at]) => at === sequence)?.[1].length ?? 0
        if (there >= count) return
        if (performance.now() - since > SECONDS_MAX * 1000) {
          throw new Error(`Cannot see all replicas at ${sequence}: ${there} of ${count} after ${SECONDS_MAX} s`)
        }
        await new Promise(resolve => setTimeout(resolve, 50))
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill()
      await ended
    },
  }
}
