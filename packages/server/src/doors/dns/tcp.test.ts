import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { frameMessage, TYPE, writeQuery } from '../../protocols/dns/index.ts'
import { badEntry } from './book.fixture.ts'
import { ask, BASE, dataOf, read, startDoor, TcpClient, wire } from './client.fixture.ts'
import type { Peer } from './peer.ts'

const BOOK = { 'ip:192.0.2.1': badEntry('spam') }
const NAME = `1.2.0.192.ip.${BASE}`

const queryOf = (id: number, name = NAME) => writeQuery({ id, name: wire(name), type: TYPE.A })

/** A name of 253 bytes in a TXT answer of 400 bytes is more than 512. */
const LONG_HOST = `${`${'a'.repeat(57)}.`.repeat(3)}${'b'.repeat(37)}.example`

test('the door truncates by UDP without EDNS, and answers in full by TCP', async () => {
  await using started = await startDoor({})
  started.book.policy = { ...started.book.policy, level: 'high' }
  started.book.rule([], [`domain:${LONG_HOST}`])
  const name = `${LONG_HOST}.domain.${BASE}`
  const cut = await ask(started.address, name, 'TXT')
  assert.deepEqual([cut.truncated, cut.rcode, cut.answer, cut.authority], [true, 0, [], []])
  assert.deepEqual(cut.question?.name, wire(name))
  assert.equal((await started.ask(name, 'TXT')).truncated, false)
  const client = await TcpClient.connect(started.address)
  client.send(writeQuery({ id: 1, name: wire(name), type: TYPE.TXT }))
  const whole = read(await client.receive())
  assert.equal(whole.truncated, false)
  assert.ok((dataOf(whole.answer)[0] ?? '').startsWith(`listed by tocsin: domain:${LONG_HOST} is blocked by the site`))
  client.socket.destroy()
})

test('the door answers pipelined TCP queries in their order', async () => {
  await using started = await startDoor(BOOK)
  const client = await TcpClient.connect(started.address)
  const ids = Array.from({ length: 500 }, (_, at) => at)
  client.send(...ids.map(id => queryOf(id)))
  for (const id of ids) assert.equal(read(await client.receive()).id, id)
  client.socket.destroy()
})

test('the door answers a TCP query that arrives byte by byte', async () => {
  await using started = await startDoor(BOOK)
  const client = await TcpClient.connect(started.address)
  const stream = Buffer.concat([frameMessage(queryOf(1)), frameMessage(queryOf(2))])
  for (const byte of stream) {
    await new Promise<void>(resolve => client.socket.write(Uint8Array.of(byte), () => resolve()))
  }
  assert.deepEqual([read(await client.receive()).id, read(await client.receive()).id], [1, 2])
  client.socket.destroy()
})

test('the door answers what was asked before the client closed its side', async () => {
  await using started = await startDoor(BOOK)
  const client = await TcpClient.connect(started.address)
  client.send(queryOf(1), queryOf(2))
  client.socket.end()
  assert.deepEqual([read(await client.receive()).id, read(await client.receive()).id], [1, 2])
  await client.closed
})

test('the door closes a TCP connection that sends no whole query in time, though bytes come', async () => {
  await using started = await startDoor(BOOK, { tcp: { firstMessageMs: 30 } })
  const client = await TcpClient.connect(started.address)
  const trickle = setInterval(() => client.socket.write(Uint8Array.of(0)), 5)
  client.socket.write(Uint8Array.of(15, 0))
  await client.closed
  clearInterval(trickle)
})

test('the door closes a TCP connection that falls silent after its first query', async () => {
  await using started = await startDoor(BOOK, { tcp: { idleMs: 30 } })
  const client = await TcpClient.connect(started.address)
  client.send(queryOf(1))
  await client.receive()
  await client.closed
})

test('the door closes a TCP connection that announces too long a query or sends an answer', async () => {
  await using started = await startDoor(BOOK)
  const long = await TcpClient.connect(started.address)
  long.socket.write(Uint8Array.of(0x10, 0x01))
  await long.closed
  const answer = queryOf(1)
  answer[2] = 0x81
  const odd = await TcpClient.connect(started.address)
  odd.send(answer)
  await odd.closed
  assert.equal(started.counters().events.ignored, 1)
})

test('the door stops reading from a TCP client that does not take its answers, and lets go of it', async () => {
  await using started = await startDoor(BOOK, { tcp: { idleMs: 200 } })
  const client = await TcpClient.connect(started.address)
  client.socket.pause()
  const flood = Buffer.concat(Array.from({ length: 1000 }, () => frameMessage(queryOf(1))))
  let sent = 0
  // Each answer is larger than its query, so the answers fill what the kernel holds, and then the queries stand still.
  while (!client.socket.destroyed && sent < 2_000_000) {
    sent += 1000
    if (!client.socket.write(flood)) await Promise.race([drained(client.socket), client.closed])
  }
  assert.equal(client.socket.destroyed, true)
  assert.ok(started.counters().queries < sent)
  assert.equal((await started.ask(NAME)).answer.length, 3)
})

function drained(socket: Socket): Promise<void> {
  return new Promise(resolve => socket.once('drain', () => resolve()))
}

test('the door allows so many TCP connections in all and of one peer, and counts the others', async () => {
  await using started = await startDoor(BOOK, { tcp: { connections: 3, connectionsOfPeer: 2 } })
  const clients = [await TcpClient.connect(started.address), await TcpClient.connect(started.address)]
  const third = await TcpClient.connect(started.address)
  await third.closed
  assert.deepEqual([started.tcp.connections, started.tcp.refused], [2, 1])
  const [first] = clients
  first?.send(queryOf(9))
  assert.equal(read((await first?.receive()) as Uint8Array).id, 9)
  for (const client of clients) client.socket.destroy()
})

test('the door listens at several addresses, IPv6 among them, UDP and TCP on one port each', async () => {
  const listen = [
    { host: '127.0.0.1', port: 0 },
    { host: '::1', port: 0 },
  ]
  const peers: boolean[] = []
  const needsKey = (peer: Peer) => peers.push(peer.isIpv4 && peer.isLoopback()) < 0
  await using started = await startDoor(BOOK, { listen, needsKey })
  assert.deepEqual(started.address, started.addresses[0])
  assert.equal(started.addresses.length, 2)
  for (const place of started.addresses) {
    assert.equal((await ask(place, NAME)).answer.length, 3)
    const client = await TcpClient.connect(place)
    client.send(queryOf(1))
    assert.equal(read(await client.receive()).answer.length, 3)
    client.socket.destroy()
  }
  assert.deepEqual(peers, [true, true, false, false])
})
