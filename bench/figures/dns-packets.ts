/** What a packet costs by what it is: rubbish must not cost more than a question. */
import { TYPE, writeQuery } from '../../packages/server/src/protocols/dns/index.ts'
import { badEntry, MemoryBook, NOW } from '../../packages/server/src/doors/dns/book.fixture.ts'
import { BASE, respondFrom, wire } from '../../packages/server/src/doors/dns/client.fixture.ts'
import { QuickAnswers, SILENCE } from '../../packages/server/src/doors/dns/quick.ts'
import { PACKET_BYTES } from '../../packages/server/src/doors/dns/responder.ts'
import type { Figure } from '../harness/bench.ts'
import { sampleOf } from '../harness/samples.ts'

const PACKETS = 300_000

/** In process, without the system calls that all of them cost alike. */
export const dnsPackets: Figure = {
  name: 'dns-packets',
  about: 'what a malformed packet costs, against a good question about an address that is not listed',
  async measure(bench, add) {
    const book = new MemoryBook()
    book.publish({ 'ip:192.0.2.1': badEntry('listed') })
    const quick = new QuickAnswers(respondFrom(book))
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

function packets(): Record<string, Uint8Array> {
  const good = writeQuery({ id: 1, name: wire(`7.113.0.203.ip.${BASE}`), type: TYPE.A, recursionDesired: true })
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
    if (quick.answer(bytes, packet.length, false, true, NOW) !== SILENCE) answered++
  }
  const milliseconds = performance.now() - startedAt
  if (answered !== 0 && answered !== PACKETS) throw new Error('Cannot trust the answers: like packets got unlike ones')
  return (milliseconds * 1e6) / PACKETS
}
