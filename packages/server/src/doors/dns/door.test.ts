import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { RCODE, readResponse, TYPE, writeQuery } from '../../protocols/dns/index.ts'
import { badEntry, MemoryBook, NOW } from './book.fixture.ts'
import { ask, BASE, dataOf, exchangeUdp, read, respondFrom, startDoor, TcpClient, wire } from './client.fixture.ts'
import { DnsHandler } from './handler.ts'
import type { Peer } from './peer.ts'

const BOOK = { 'ip:192.0.2.1': badEntry('spam') }
const NAME = `1.2.0.192.ip.${BASE}`

const queryOf = (id: number, name = NAME) => writeQuery({ id, name: wire(name), type: TYPE.A })

test('the door does not answer answers, or what is too short', async () => {
  await using started = await startDoor(BOOK)
  const { address } = started
  const socket = createSocket('udp4')
  const answer = queryOf(1)
  answer[2] = 0x81
  for (const packet of [answer, queryOf(2).subarray(0, 11), new Uint8Array(), queryOf(3)]) {
    socket.send(packet, address.port, address.host)
  }
  const [received] = (await once(socket, 'message')) as [Uint8Array]
  assert.equal(read(received).id, 3)
  assert.equal(started.counters().events.ignored, 3)
  socket.close()
})

test('the door answers SERVFAIL, never an address or NXDOMAIN, when the book is unavailable', async () => {
  await using started = await startDoor(BOOK)
  started.book.state = 'unavailable'
  for (const name of [
    NAME,
    `9.2.0.192.ip.${BASE}`,
    `2.0.0.127.ip.${BASE}`,
    `1.0.0.127.ip.${BASE}`,
    `test.domain.${BASE}`,
  ]) {
    const response = await started.ask(name)
    assert.deepEqual([response.rcode, response.answer, response.authority], [RCODE.SERVFAIL, [], []])
    assert.deepEqual(response.edns?.options, Uint8Array.of(0, 15, 0, 2, 0, 14))
  }
  assert.deepEqual(started.counters().lookups, [])
})

test('the door answers SERVFAIL and reports it when answering fails', async () => {
  const answer = () => {
    throw new Error('broken')
  }
  await using started = await startDoor(BOOK, { answer })
  const response = await started.ask(NAME)
  assert.deepEqual([response.rcode, response.answer, response.authority], [RCODE.SERVFAIL, [], []])
  assert.deepEqual(started.errors.map(String), ['Error: broken'])
})

test('handle() answers though observe fails', () => {
  const book = new MemoryBook()
  book.publish(BOOK)
  const errors: unknown[] = []
  const observe = () => {
    throw new Error('full')
  }
  const { answer, clock, keys, zones, ttl } = respondFrom(book)
  const others = { sequence: () => 1, hasBelow: () => false, count: () => undefined }
  const handler = new DnsHandler(
    { answer, clock, keys, ...others, observe, onError: error => errors.push(error) },
    zones,
    ttl,
  )
  assert.equal(readResponse(handler.handle(queryOf(8), false, 'udp')!)?.answer.length, 3)
  assert.deepEqual(errors.map(String), ['Error: full'])
})

test('the door counts answers about subjects by verdict and action alone, and not test points or rubbish', async () => {
  await using started = await startDoor(BOOK)
  for (const name of [
    NAME,
    `good.example.domain.${BASE}`,
    `2.0.0.127.ip.${BASE}`,
    `x.ip.${BASE}`,
    `0.192.ip.${BASE}`,
  ]) {
    await started.ask(name)
  }
  assert.deepEqual(started.counters().lookups, [
    { verdict: 'untested', action: 'allow', count: 1 },
    { verdict: 'dangerous', action: 'block', count: 1 },
  ])
})

test('the door answers by a batch at once: listing, SOA serial, and which names exist', async () => {
  await using started = await startDoor(BOOK)
  const name = `www.new.example.domain.${BASE}`
  assert.equal((await started.ask(name)).rcode, RCODE.NXDOMAIN)
  assert.equal((await started.ask(`new.example.domain.${BASE}`)).rcode, RCODE.NXDOMAIN)
  started.book.publish({ 'domain:www.new.example': badEntry('scam') })
  assert.deepEqual(dataOf((await started.ask(name)).answer), ['127.0.1.2', '127.0.1.8'])
  assert.equal((await started.ask(`new.example.domain.${BASE}`)).rcode, RCODE.NOERROR)
  assert.match((await started.ask(`domain.${BASE}`, 'SOA')).answer[0]?.data ?? '', / 2 300 60 86400 60$/)
  started.book.publish({ 'domain:www.new.example': undefined })
  assert.equal((await started.ask(name)).rcode, RCODE.NXDOMAIN)
  assert.equal((await started.ask(`new.example.domain.${BASE}`)).rcode, RCODE.NXDOMAIN)
})

test('the door asks the clock for each answer', async () => {
  let now = NOW
  const entry = badEntry('spam', { score: 60, scoredAt: NOW, lapses: [0, 1, 1] })
  await using started = await startDoor({ 'ip:192.0.2.1': entry }, { clock: () => now })
  assert.equal((await started.ask(NAME)).rcode, RCODE.NOERROR)
  now += 1000 * 3_600_000
  assert.equal((await started.ask(NAME)).rcode, RCODE.NXDOMAIN)
})

test('the door takes an IPv4 peer of a dual-stack socket for what it is', async () => {
  const peers: boolean[] = []
  const needsKey = (peer: Peer) => peers.push(peer.isIpv4 && peer.isLoopback()) < 0
  await using started = await startDoor(BOOK, { listen: [{ host: '::', port: 0 }], needsKey })
  const place = { host: '127.0.0.1', port: started.address.port }
  assert.equal((await ask(place, NAME)).answer.length, 3)
  const client = await TcpClient.connect(place)
  client.send(queryOf(1))
  await client.receive()
  client.socket.destroy()
  assert.deepEqual(peers, [true, true])
})

test('listenAt() rejects for a taken port, and for no address, and leaves nothing open', async () => {
  await using started = await startDoor(BOOK)
  const { address } = started
  await assert.rejects(startDoor(BOOK, { listen: [{ host: '127.0.0.1', port: 0 }, address] }), { code: 'EADDRINUSE' })
  await assert.rejects(startDoor(BOOK, { listen: [] }), /must have at least one address/)
})

test('the door counts queries, response codes and what was malformed', async () => {
  await using started = await startDoor(BOOK)
  await started.ask(NAME)
  await started.ask(`9.2.0.192.ip.${BASE}`)
  await exchangeUdp(started.address, queryOf(1).subarray(0, 15))
  const client = await TcpClient.connect(started.address)
  client.send(queryOf(1))
  await client.receive()
  client.socket.destroy()
  const { queries, events, rcodes } = started.counters()
  assert.deepEqual([queries, rcodes], [4, { ip: { NOERROR: 2, NXDOMAIN: 1 }, other: { FORMERR: 1 } }])
  assert.deepEqual([events.quick, events.slow, events.kept, events.failed], [3, 1, 0, 0])
})

test('disposing of the door closes its sockets and gives the port free', async () => {
  const started = await startDoor(BOOK)
  const { address } = started
  const client = await TcpClient.connect(address)
  client.send(queryOf(1))
  await client.receive()
  await started[Symbol.asyncDispose]()
  await client.closed
  await using again = await startDoor(BOOK, { listen: [address] })
  assert.equal((await again.ask(NAME)).answer.length, 3)
})
