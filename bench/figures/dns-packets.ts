/** What a packet costs by what it is: rubbish must not cost more than a question. */
import { unwrap } from '@tocsin/core/base'
import { buildSegment, MemoryReader } from '@tocsin/core/list'
import { KeyLabels } from '../../packages/server/src/doors/dns/key-labels.ts'
import { QuickAnswers, SILENCE } from '../../packages/server/src/doors/dns/quick.ts'
import { PACKET_BYTES } from '../../packages/server/src/doors/dns/responder.ts'
import { TTL_DEFAULTS, zonesUnder } from '../../packages/server/src/doors/dns/zones.ts'
import { TYPE, wireNameOf, writeQuery } from '../../packages/server/src/protocols/dns/index.ts'
import { BASE } from '../ask/queries.ts'
import type { Figure } from '../harness/bench.ts'
import { sampleOf } from '../harness/samples.ts'

const PACKETS = 300_000

/** In process, without the system calls that all of them cost alike. */
export const dnsPackets: Figure = {
  name: 'dns-packets',
  about: 'what a malformed packet costs, against a good question about an address that is not listed',
  async measure(bench, add) {
    const quick = emptyList()
    const kinds = packets()
    const runs = new Map(Object.keys(kinds).map(name => [name, [] as number[]]))
    for (let round = 0; round <= bench.rounds; round++) {
      for (const [name, packet] of Object.entries(kinds)) {
        const nanoseconds = costOf(quick, packet)
        if (round > 0) runs.get(name)!.push(nanoseconds)
      }
    }
    const rival = { name: 'a good question', sample: sampleOf(runs.get('good')!) }
    for (const name of ['cut short', 'endless name', 'no question']) {
      const target = { of: 'ratio', atMost: 1 } as const
      add({ what: `DNS packet, ${name}: time to answer`, unit: 'ns', ours: sampleOf(runs.get(name)!), rival, target })
    }
  },
}

/** The door's quick answers over a book with nothing in it. */
function emptyList(): QuickAnswers {
  const entries = { ip: 0, net: 0, domain: 0, url: 0, file: 0 }
  return new QuickAnswers({
    zones: unwrap(zonesUnder(BASE, [])),
    ttl: TTL_DEFAULTS,
    keys: new KeyLabels(1),
    known: new MemoryReader(buildSegment({ entries, sequence: 1, secret: { low: 1, high: 2 } }, [])),
    hasLists: false,
    answer: () => {
      throw new Error('Cannot judge: nothing is listed, so nothing has to be')
    },
  })
}

function packets(): Record<string, Uint8Array> {
  const good = writeQuery({
    id: 1,
    name: unwrap(wireNameOf(`7.113.0.203.ip.${BASE}`)),
    type: TYPE.A,
    recursionDesired: true,
  })
  const pointing = good.slice()
  // A label of 63 bytes that the packet does not hold, and a pointer to itself.
  pointing.set([0xc0, 12], 12)
  const response = good.slice()
  response[2]! |= 0x80
  return { good, 'cut short': good.subarray(0, good.length - 6), 'endless name': pointing, 'no question': response }
}

function costOf(quick: QuickAnswers, packet: Uint8Array): number {
  const bytes = new Uint8Array(PACKET_BYTES)
  let answered = 0
  const startedAt = performance.now()
  for (let n = 0; n < PACKETS; n++) {
    bytes.set(packet)
    if (quick.answer(bytes, packet.length, false, true, Date.now()) !== SILENCE) answered++
  }
  const milliseconds = performance.now() - startedAt
  if (answered !== 0 && answered !== PACKETS) throw new Error('Cannot trust the answers: like packets got unlike ones')
  return (milliseconds * 1e6) / PACKETS
}
