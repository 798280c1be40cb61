import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { loadLibc } from '../doors/dns/batched/libc.ts'
import { badEntry, MemoryBook } from '../doors/dns/book.fixture.ts'
import { ask, BASE, dataOf, EDNS, exchangeUdp, KEY, read, TcpClient, wire } from '../doors/dns/client.fixture.ts'
import { EVERYBODY } from '../doors/dns/client-nets.ts'
import type { DnsEncounter } from '../doors/dns/encounters.ts'
import { TTL_DEFAULTS } from '../doors/dns/zones.ts'
import { RCODE, type ReadResponse, TYPE, writeQuery } from '../protocols/dns/index.ts'
import { type DnsDoorsOptions, openDnsDoors } from './dns-doors.ts'
import { SharedFreshness } from './dns-freshness.ts'
import type { DnsSettings } from './dns-responder.ts'

const NONE = { approved: [], blocked: [] }
const SETTINGS: DnsSettings = {
  base: BASE,
  nameServers: ['192.0.2.53'],
  ttl: TTL_DEFAULTS,
  policy: { level: 'medium', untested: 'allow', mail: { aggressiveness: undefined }, site: NONE, operator: NONE },
  needsKey: 'off-loopback',
  clients: EVERYBODY,
  responsesPerSecond: 0,
}
const BOOK = {
  'ip:192.0.2.1': badEntry('spam'),
  'net:198.51.100.0/24': badEntry('botnet'),
  'domain:www.bad.example': badEntry('phishing'),
  [`file:${'ab'.repeat(32)}`]: badEntry('malware'),
}
const NAME = `1.2.0.192.ip.${BASE}`

const queryOf = (id: number, name = NAME) => writeQuery({ id, name: wire(name), type: TYPE.A })

async function start(more: Partial<DnsDoorsOptions> = {}, settings: Partial<DnsSettings> = {}) {
  const book = new MemoryBook()
  book.publish(BOOK)
  const freshness = new SharedFreshness()
  const errors: unknown[] = []
  const fallbacks: string[] = []
  const doors = await openDnsDoors({
    settings: { ...SETTINGS, ...settings },
    listen: [{ host: '127.0.0.1', port: 0 }],
    memory: book.memory,
    labels: [KEY],
    freshness,
    clock: Date.now,
    onError: error => errors.push(error),
    onFallback: why => fallbacks.push(why),
    ...more,
  })
  const dispose = async () => {
    await doors[Symbol.asyncDispose]()
    assert.deepEqual([errors, fallbacks], [[], []])
  }
  return { doors, book, freshness, errors, place: doors.address, [Symbol.asyncDispose]: dispose }
}

/** That something is listed and why; advice to mail servers may follow. */
const whyOf = ({ answer }: ReadResponse) => dataOf(answer).slice(0, 2)

function assertListed({ answer }: ReadResponse): void {
  assert.equal(dataOf(answer)[0], '127.0.0.2')
}

/** So many answers to so many packets, in any order. */
async function exchangeMany(port: number, packets: readonly Uint8Array[], answers: number): Promise<Buffer[]> {
  const socket = createSocket('udp4')
  const received: Buffer[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  socket.on('message', message => {
    received.push(message)
    if (received.length === answers) resolve()
  })
  for (const packet of packets) {
    await new Promise(sent => socket.send(packet, port, '127.0.0.1', sent))
  }
  await promise
  socket.close()
  return received
}

const libc = await loadLibc()
const skip = 'missing' in libc ? libc.missing : false

/** Both ways to answer UDP must behave alike. */
for (const [how, workers] of [
  ['batches in a thread', 1],
  ['datagrams in this thread', 0],
] as const) {
  describe(`the DNS door with ${how}`, { skip: workers === 0 ? false : skip }, () => {
    it('answers listings of all kinds, by UDP and TCP on one port, and counts them', async () => {
      await using started = await start({ workers })
      const { place, doors } = started
      assert.equal(doors.hasBatches, workers > 0)
      assert.deepEqual(whyOf(await ask(place, NAME, 'A', EDNS)), ['127.0.0.2', '127.0.0.3'])
      assert.deepEqual(whyOf(await ask(place, `7.100.51.198.ip.${BASE}`)), ['127.0.0.2', '127.0.0.6'])
      assert.match(
        dataOf((await ask(place, NAME, 'TXT')).answer)[0]!,
        /^listed by tocsin: ip:192\.0\.2\.1 is [^(]+\(score 12\)/,
      )
      assert.equal((await ask(place, `9.2.0.192.ip.${BASE}`)).rcode, RCODE.NXDOMAIN)
      assert.equal((await ask(place, `bad.example.domain.${BASE}`)).rcode, RCODE.NOERROR)
      const client = await TcpClient.connect(place)
      client.send(queryOf(9))
      assertListed(read(await client.receive()))
      client.socket.destroy()
      const { queries, rcodes, lookups } = doors.counters()
      assert.deepEqual([queries, rcodes.ip, rcodes.domain], [6, { NOERROR: 4, NXDOMAIN: 1 }, { NOERROR: 1 }])
      assert.deepEqual(lookups, [
        { verdict: 'untested', action: 'allow', count: 2 },
        { verdict: 'dangerous', action: 'block', count: 4 },
      ])
    })

    it('answers what is well-formed among rubbish, and lets what is no query go', async () => {
      await using started = await start({ workers })
      const answer = queryOf(1)
      answer[2] = 0x81
      const packets = Array.from({ length: 300 }, (_, n) => {
        if (n % 3 === 0) return queryOf(n)
        return n % 3 === 1 ? answer : queryOf(n).subarray(0, 20)
      })
      const answers = await exchangeMany(started.place.port, packets, 200)
      const ids = answers
        .map(each => read(each))
        .filter(each => each.rcode === RCODE.NOERROR)
        .map(each => each.id)
      assert.deepEqual(
        ids,
        Array.from({ length: 100 }, (_, n) => n * 3),
      )
      assert.deepEqual(started.doors.counters().rcodes.other, { FORMERR: 100 })
      assert.equal(started.doors.counters().events.ignored, 100)
    })

    it('goes over to new memory while it is asked, and to new keys', async () => {
      await using started = await start({ workers }, { needsKey: 'always' })
      const { doors, book, place } = started
      const other = `tk-${'7'.repeat(26)}`
      assert.equal((await ask(place, `1.2.0.192.${other}.ip.${BASE}`)).rcode, RCODE.REFUSED)
      assert.equal((await ask(place, NAME)).rcode, RCODE.REFUSED)
      doors.acceptLabels([other])
      const stop = new AbortController()
      const load = (async () => {
        let asked = 0
        for (; !stop.signal.aborted; asked += 20) {
          await exchangeMany(
            place.port,
            Array.from({ length: 20 }, (_, n) => queryOf(n)),
            20,
          )
        }
        return asked
      })()
      for (let n = 1; n <= 20; n++) {
        book.publish({ [`ip:203.0.113.${n}`]: badEntry('spam') })
        doors.adoptMemory(book.memory)
        await answered(place, `${n}.113.0.203.${other}.ip.${BASE}`)
      }
      stop.abort()
      assert.ok((await load) > 0)
      assert.equal((await ask(place, `1.2.0.192.${KEY}.ip.${BASE}`)).rcode, RCODE.REFUSED)
    })

    it('blocks what the site has reported, for as long as it says so, by UDP and TCP', async () => {
      await using started = await start({ workers })
      const { doors, place } = started
      const names = [`9.2.0.192.ip.${BASE}`, `www.reported.example.domain.${BASE}`]
      for (const name of names) assert.equal((await ask(place, name)).rcode, RCODE.NXDOMAIN)
      doors.acceptSiteBlocks(['ip:192.0.2.9', 'domain:reported.example', 'url:example.org/a'])
      for (const name of names) await answered(place, name)
      const client = await TcpClient.connect(place)
      client.send(queryOf(9, names[0]))
      assert.equal(dataOf(read(await client.receive()).answer)[0], '127.0.0.2')
      client.socket.destroy()
      const why = "by the site's list \\(domain:reported.example, reported by this site\\)"
      assert.match(dataOf((await ask(place, names[1]!, 'TXT')).answer)[0]!, new RegExp(why))
      doors.changeSiteBlocks({ added: [], removed: ['ip:192.0.2.9'] })
      doors.changeSiteBlocks({ added: ['domain:third.example'], removed: ['domain:reported.example'] })
      await answered(place, `third.example.domain.${BASE}`)
      for (const name of names) assert.equal((await ask(place, name)).rcode, RCODE.NXDOMAIN)
      assert.throws(() => doors.acceptSiteBlocks(['nonsense']), /"nonsense"/)
    })

    it('tells what was asked about and never who asked, in time and at its end', async () => {
      const met: DnsEncounter[] = []
      const heard = Promise.withResolvers<void>()
      const onEncounters = (list: readonly DnsEncounter[]) => {
        met.push(...list)
        heard.resolve()
      }
      await using started = await start({ workers, onEncounters })
      const { place } = started
      await ask(place, `new.example.domain.${BASE}`)
      await heard.promise
      assert.deepEqual(met, [{ subject: 'domain:new.example', asked: 1, blocked: 0, untested: 1 }])
      const client = await TcpClient.connect(place)
      client.send(queryOf(9))
      await client.receive()
      client.socket.destroy()
      await ask(place, NAME)
      await started.doors[Symbol.asyncDispose]()
      const asked = met.slice(1).reduce((sum, { asked: count }) => sum + count, 0)
      assert.deepEqual([asked, new Set(met.slice(1).map(({ subject }) => subject))], [2, new Set(['ip:192.0.2.1'])])
    })

    it('says that the book is stale while it is', async () => {
      await using started = await start({ workers })
      const { freshness, place } = started
      const stale = async () => (await ask(place, NAME, 'A', EDNS)).edns!.options.length > 0
      assert.equal(await stale(), false)
      freshness.tell(Date.now() - 5000)
      assert.equal(await stale(), true)
      assert.equal((await ask(place, `9.2.0.192.ip.${BASE}`)).rcode, RCODE.NXDOMAIN)
      freshness.tell(undefined)
      assert.equal(await stale(), false)
    })

    it('limits what a client network gets, and tells every second one to come by TCP', async () => {
      await using started = await start({ workers }, { responsesPerSecond: 5 })
      const packets = Array.from({ length: 65 }, (_, n) => queryOf(n))
      // At least: while the test is held up, tokens come back.
      const answers = (await exchangeMany(started.place.port, packets, 35)).map(each => read(each))
      const cut = answers.filter(each => each.truncated)
      assert.ok(cut.length >= 25 && answers.length - cut.length >= 5, `${cut.length} of ${answers.length} cut`)
      assert.ok(cut.every(each => each.answer.length === 0 && each.question !== undefined))
      const client = await TcpClient.connect(started.place)
      client.send(queryOf(9))
      assertListed(read(await client.receive()))
      client.socket.destroy()
      const { slipped, limited } = started.doors.counters().events
      assert.ok(slipped >= 25 && Math.abs(slipped - limited) <= 1)
    })

    it('refuses clients that may not ask, whatever they ask', async () => {
      await using started = await start({ workers }, { clients: { allow: [], deny: ['127.0.0.0/8'] } })
      const response = await ask(started.place, NAME)
      assert.deepEqual([response.rcode, response.answer], [RCODE.REFUSED, []])
      const client = await TcpClient.connect(started.place)
      client.send(queryOf(9))
      await client.closed
      assert.equal(started.doors.counters().events.refused, 2)
    })

    it('listens by IPv6 too, and gives its ports free at once', async () => {
      const listen = [
        { host: '127.0.0.1', port: 0 },
        { host: '::1', port: 0 },
      ]
      const started = await start({ workers, listen })
      const [four, six] = started.doors.addresses
      for (const place of [four!, six!]) assertListed(await ask(place, NAME))
      const before = performance.now()
      await started[Symbol.asyncDispose]()
      const took = performance.now() - before
      assert.ok(took < 2000, `took ${took} ms`)
      await using again = await start({ workers, listen: [four!, six!] })
      assertListed(await ask(again.doors.addresses[1]!, NAME))
    })

    it('rejects for a taken port, and leaves nothing open', async () => {
      const taken = createSocket('udp4').bind(0, '127.0.0.1')
      await once(taken, 'listening')
      const { port } = taken.address()
      await assert.rejects(start({ workers, listen: [{ host: '127.0.0.1', port }] }), { code: 'EADDRINUSE' })
      taken.close()
      await once(taken, 'close')
      await using started = await start({ workers, listen: [{ host: '127.0.0.1', port }] })
      assertListed(await ask(started.place, NAME))
    })
  })
}

/** Asks until a name is listed: what is handed to a thread is there after the batch under way. */
async function answered(place: { host: string; port: number }, name: string): Promise<void> {
  for (let attempt = 0; attempt < 10_000; attempt++) {
    if (read(await exchangeUdp(place, queryOf(attempt, name))).answer.length > 0) return
    await setImmediate()
  }
  assert.fail(`${name} is never listed`)
}

describe('openDnsDoors()', { skip }, () => {
  it('spreads clients over several threads on one port', async () => {
    await using started = await start({ workers: 3 })
    for (let n = 0; n < 100; n++) assertListed(await ask(started.place, NAME))
    assert.equal(started.doors.counters().queries, 100)
  })

  it('answers from the policy, in a thread as anywhere', async () => {
    const policy = { ...SETTINGS.policy, site: { approved: ['ip:192.0.2.1'], blocked: ['ip:203.0.113.9'] } }
    await using started = await start({}, { policy })
    assert.equal((await ask(started.place, NAME)).rcode, RCODE.NXDOMAIN)
    assertListed(await ask(started.place, `9.113.0.203.ip.${BASE}`))
  })

  it('rejects settings that make no sense', async () => {
    await assert.rejects(start({}, { base: 'a..b' }), /Cannot write DNS name "a..b"/)
    await assert.rejects(start({}, { clients: { allow: ['10.0.0.0/33'], deny: [] } }), /found "10.0.0.0\/33"/)
    await assert.rejects(start({ listen: [] }), /must have at least one address/)
  })
})

describe('loadLibc()', () => {
  it('says why it cannot be had elsewhere', async () => {
    assert.deepEqual(await loadLibc('darwin'), { missing: 'batched system calls are for Linux, found "darwin"' })
  })
})
