/** From the start of the process to the first answer. */

import { DnsClient } from '../ask/dns-client.ts'
import { subjects } from '../ask/lists.ts'
import { dnsName } from '../ask/queries.ts'
import type { Figure } from '../harness/bench.ts'
import { sampleOf } from '../harness/samples.ts'
import { type DnsServer, startRbldnsd } from '../servers/dns-rivals.ts'
import { preparedData, startOurs } from '../servers/ours.ts'

/** The files were written in the same run, so they are in the page cache: a restart, not a boot. */
export const startFigure: Figure = {
  name: 'start',
  about: 'start to the first right answer by DNS: 10 million subjects with --full, else 1 million',
  async measure(bench, add) {
    const count = bench.full ? 10_000_000 : bench.listed
    const { listed } = subjects('ip', count, 0)
    const data = await preparedData(bench, 'ip', listed)
    const address = listed.at(-1)!
    const ourStart = async () => {
      const node = await startOurs(bench, data)
      return { port: node.dnsPort, [Symbol.asyncDispose]: () => node[Symbol.asyncDispose]() }
    }
    // The first start writes its list too, so it does not count.
    const first = await startRbldnsd(bench, 'ip', listed)
    if (typeof first !== 'string') await first[Symbol.asyncDispose]()
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = 1; round <= bench.rounds; round++) {
      ours.push(await secondsToAnswer(ourStart, address))
      if (typeof first !== 'string') {
        theirs.push(await secondsToAnswer(async () => (await startRbldnsd(bench, 'ip', listed)) as DnsServer, address))
      }
      bench.say(
        `round ${round}: ours ${ours.at(-1)!.toFixed(2)} s, rbldnsd ${theirs.at(-1)?.toFixed(2).concat(' s') ?? 'missing'}`,
      )
    }
    const of = `${count.toLocaleString('en')} subjects${bench.full ? '' : ' (10 million only with --full)'}`
    const rival = typeof first === 'string' ? { missing: first } : { sample: sampleOf(theirs) }
    add({
      what: `Start to first answer, ${of}`,
      unit: 's',
      ours: sampleOf(ours),
      rival: { name: 'rbldnsd', ...rival },
      // A figure for fewer subjects than the target names would say nothing about it.
      ...(bench.full ? { target: { of: 'ours', atMost: 2 } as const } : {}),
    })
  },
}

interface Started extends AsyncDisposable {
  readonly port: number
}

async function secondsToAnswer(starting: () => Promise<Started>, address: string): Promise<number> {
  const startedAt = performance.now()
  await using server = await starting()
  await using client = await DnsClient.to(server.port)
  for (let tries = 0; tries < 1000; tries++) {
    if ((await client.ask(dnsName('ip', address))) === 'listed') return (performance.now() - startedAt) / 1000
  }
  throw new Error(`Cannot see ${address} listed after the start: asked 1,000 times`)
}
