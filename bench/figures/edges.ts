/** One sees it, all refuse it: from a report at one edge to the refusal at the DNS door of another one. */
import { Agent } from 'node:http'
import type { WireAnswer } from '@tocsin/core/wire'
import { DnsClient } from '../ask/dns-client.ts'
import { dnsName } from '../ask/queries.ts'
import type { Bench, Figure } from '../harness/bench.ts'
import { quantile, sampleOf } from '../harness/samples.ts'
import { post } from '../load/poster.ts'
import { keyAt, type OurEdge, startEdge } from '../servers/edges.ts'
import { type OurNode, startOurs } from '../servers/ours.ts'

const SECONDS_MAX = 30
const TRUSTED = 0.8
const FRESH = 0.3

/** Edges that start at the same time: each takes a second of processor time. */
const STARTING = 4

/** See the module. */
export const edges: Figure = {
  name: 'edges',
  about: 'from a report at one of 20 edges to the refusal at the DNS door of another, through the cloud',
  async measure(bench, add) {
    const count = bench.quick ? 3 : 20
    await using cloud = await startOurs(bench, bench.scratch('data-cloud'), 'any')
    await using opened = new AsyncDisposableStack()
    bench.say(`starting ${count} edges`)
    const trusted = await startEdges(bench, cloud, count, opened)
    const fresh = opened.use(await startEdge(bench, cloud, 'edge-fresh', await keyAt(cloud, 'edge-fresh', FRESH)))
    const agent = new Agent({ keepAlive: true })
    opened.defer(() => agent.destroy())

    const samples = bench.quick ? 20 : 200
    const refused: number[] = []
    for (let sample = 0; sample < samples; sample++) {
      const reporter = trusted[sample % count]!
      const other = trusted[(sample * 7 + 1 + (sample % (count - 1))) % count]!
      const asked = other === reporter ? trusted[(sample + 1) % count]! : other
      refused.push(await untilRefused(reporter, asked, agent, addressOf(sample)))
    }
    const known: number[] = []
    for (let sample = 0; sample < samples / 4; sample++) {
      const asked = trusted[sample % count]!
      known.push(await untilKnown(fresh, asked, agent, addressOf(samples + sample)))
    }
    const note = `${samples} reports, ${count + 1} edges and a cloud on this machine; the unit of spread is the report`
    const at = (share: number, of: readonly number[]) => ({
      ...sampleOf(of),
      median: quantile(of, share),
      runs: [quantile(of, share)],
    })
    const what = `Report at edge A (trust ${TRUSTED}) → refused at the DNS door of edge B`
    add({ what: `${what}, p50`, unit: 'ms', ours: at(0.5, refused), target: { of: 'ours', atMost: 150 }, note })
    add({ what: `${what}, p99`, unit: 'ms', ours: at(0.99, refused), target: { of: 'ours', atMost: 1000 }, note })
    const beside = `Report at an edge with a fresh key (${FRESH}) → suspicious at edge B, not refused at medium`
    add({ what: `${beside}, p50`, unit: 'ms', ours: at(0.5, known) })
    add({ what: `${beside}, p99`, unit: 'ms', ours: at(0.99, known) })
  },
}

async function startEdges(bench: Bench, cloud: OurNode, count: number, opened: AsyncDisposableStack) {
  const running: OurEdge[] = []
  while (running.length < count) {
    const names = Array.from({ length: Math.min(STARTING, count - running.length) }, (_, at) => running.length + at)
    const started = names.map(async at => {
      const name = `edge-${at}`
      return opened.use(await startEdge(bench, cloud, name, await keyAt(cloud, name, TRUSTED)))
    })
    running.push(...(await Promise.all(started)))
  }
  return running
}

/** Milliseconds from the posting of a report at one edge until another one's DNS door lists the address. */
async function untilRefused(reporter: OurEdge, asked: OurEdge, agent: Agent, address: string): Promise<number> {
  await using dns = await DnsClient.to(asked.dnsPort)
  const name = dnsName('ip', address)
  if ((await dns.ask(name)) !== 'not-listed') throw new Error(`Cannot begin with ${address}: it is listed already`)
  const startedAt = performance.now()
  const receipt = reported(reporter, agent, address)
  receipt.catch(() => undefined)
  for (;;) {
    const said = await dns.ask(name)
    const now = performance.now() - startedAt
    if (said === 'listed' || now > SECONDS_MAX * 1000) await receipt
    if (said === 'listed') return now
    if (now > SECONDS_MAX * 1000) throw new Error(`Cannot see ${address} refused: still not after ${SECONDS_MAX} s`)
    // Twenty edges and a cloud share the machine with who asks.
    await new Promise(resolve => setTimeout(resolve, 1))
  }
}

/** The same until it is suspicious there: one fresh key blocks nothing, and is known all the same. */
async function untilKnown(reporter: OurEdge, asked: OurEdge, agent: Agent, address: string): Promise<number> {
  const startedAt = performance.now()
  await reported(reporter, agent, address)
  for (;;) {
    const response = await fetch(`${asked.http}/v1/reputation/ip/${address}`)
    const { verdict, action } = (await response.json()) as WireAnswer
    const now = performance.now() - startedAt
    if (action === 'block') throw new Error(`Cannot take ${address} for a fresh key's: it is blocked`)
    if (verdict === 'suspicious') return now
    if (now > SECONDS_MAX * 1000) throw new Error(`Cannot see ${address} known: still not after ${SECONDS_MAX} s`)
    await new Promise(resolve => setTimeout(resolve, 1))
  }
}

async function reported(edge: OurEdge, agent: Agent, address: string): Promise<void> {
  const evidence = { subject: `ip:${address}`, kind: 'brute-force', confidence: 1 }
  const said = await post(edge, agent, JSON.stringify(evidence))
  if (said.accepted !== 1) throw new Error(`Cannot report ${address}: ${JSON.stringify(said)}`)
}

function addressOf(sample: number): string {
  return `198.${18 + (sample >> 8)}.${sample & 255}.${1 + ((sample * 37) % 250)}`
}
