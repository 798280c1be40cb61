/** How soon the DNS door knows what was reported. */
import { Agent } from 'node:http'
import { DnsClient } from '../ask/dns-client.ts'
import { dnsName } from '../ask/queries.ts'
import type { Figure } from '../harness/bench.ts'
import { quantile, sampleOf } from '../harness/samples.ts'
import { post } from '../load/poster.ts'
import { copiedData, type OurNode, startOurs } from '../servers/ours.ts'
import { materialFor } from './dns-contest.ts'

const SECONDS_MAX = 10

/** One piece of evidence at a time, asked for without pause from the moment it is posted. */
export const evidenceToDns: Figure = {
  name: 'evidence-to-dns',
  about: 'from evidence acknowledged (and from its posting) to a listing in DNS',
  async measure(bench, add) {
    const { data, subjects } = await materialFor(bench, 'ip')
    await using node = await startOurs(bench, copiedData(bench, data, 'data-evidence'))
    await using dns = await DnsClient.to(node.dnsPort)
    const agent = new Agent({ keepAlive: true })
    const samples = Math.min(subjects.unlisted.length, bench.quick ? 100 : 500)
    const fromAck: number[] = []
    const fromPost: number[] = []
    for (const address of subjects.unlisted.slice(0, samples)) {
      const { acknowledged, listed } = await times(node, agent, dns, address)
      fromAck.push(Math.max(0, listed - acknowledged))
      fromPost.push(listed)
    }
    agent.destroy()
    const common = { unit: 'ms', note: `${samples} samples; the unit of spread is the sample` } as const
    const at = (share: number, of: readonly number[]) => ({
      ...sampleOf(of),
      median: quantile(of, share),
      runs: [quantile(of, share)],
    })
    const target = { of: 'ours', atMost: 100 } as const
    add({ what: 'Evidence acknowledged → listed in DNS, p99', ours: at(0.99, fromAck), target, ...common })
    add({ what: 'Evidence acknowledged → listed in DNS, p50', ours: at(0.5, fromAck), ...common })
    add({ what: 'Evidence posted → listed in DNS, p99', ours: at(0.99, fromPost), ...common })
    add({ what: 'Evidence posted → listed in DNS, p50', ours: at(0.5, fromPost), ...common })
  },
}

/** Milliseconds from the posting to its receipt and to the listing. */
async function times(
  node: OurNode,
  agent: Agent,
  dns: DnsClient,
  address: string,
): Promise<{ readonly acknowledged: number; readonly listed: number }> {
  const name = dnsName('ip', address)
  if ((await dns.ask(name)) !== 'not-listed') throw new Error(`Cannot begin with ${address}: it is listed already`)
  const evidence = { subject: `ip:${address}`, kind: 'listed', confidence: 1 }
  const startedAt = performance.now()
  const receipt = post(node, agent, JSON.stringify({ ...evidence, observedAt: new Date().toISOString() })).then(
    said => {
      if (said.accepted !== 1) throw new Error(`Cannot report ${address}: ${JSON.stringify(said)}`)
      return performance.now() - startedAt
    },
  )
  // Where the polling below fails first, nobody waits for it.
  receipt.catch(() => undefined)
  for (;;) {
    const said = await dns.ask(name)
    const now = performance.now() - startedAt
    if (said === 'listed') return { acknowledged: await receipt, listed: now }
    if (now > SECONDS_MAX * 1000) {
      await receipt
      throw new Error(`Cannot see ${address} listed: still not after ${SECONDS_MAX} s`)
    }
  }
}
