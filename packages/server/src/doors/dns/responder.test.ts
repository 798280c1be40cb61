import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeHex } from '@tocsin/core/base'
import { TYPE, writeQuery } from '../../protocols/dns/index.ts'
import { badEntry, MemoryBook, NOW } from './book.fixture.ts'
import { BASE, dataOf, EDNS, read, respondFrom, wire } from './client.fixture.ts'
import { readCounts } from './counters.ts'
import { isKeyShaped, KeyLabels } from './key-labels.ts'
import { Peer } from './peer.ts'
import { PACKET_BYTES, Responder } from './responder.ts'

const MD5 = '0123456789abcdef0123456789abcdef'

function respondWith(book: MemoryBook, clock = () => NOW) {
  const parts = respondFrom(book, { clock })
  const responder = new Responder(parts)
  const bytes = new Uint8Array(PACKET_BYTES)
  const peer = new Peer()
  peer.readText('192.0.2.53')
  const ask = (name: string, id: number, type: number = TYPE.TXT, edns = EDNS) => {
    const query = writeQuery({ id, name: wire(`${name}.${BASE}`), type, edns, recursionDesired: id % 2 === 0 })
    bytes.set(query)
    responder.begin()
    return bytes.slice(0, responder.respond(bytes, query.length, peer))
  }
  return { ask, events: () => readCounts([parts.counts.buffer]).events }
}

test('Responder gives the same answer again as the handler gave, but for id, RD and letter case', () => {
  const book = new MemoryBook()
  book.publish({ 'ip:192.0.2.1': badEntry('spam'), [`file:md5:${MD5}`]: badEntry('malware') })
  const { ask, events } = respondWith(book)
  for (const [name, type] of [
    ['1.2.0.192.ip', TYPE.TXT],
    ['1.2.0.192.ip', TYPE.AAAA],
    [`${MD5.replace('0', 'f')}.hash`, TYPE.A],
    ['0.192.ip', TYPE.A],
    ['2.0.0.127.ip', TYPE.A],
  ] as const) {
    const before = events()
    const first = ask(name, 4, type)
    const again = ask(name.toUpperCase(), 7, type)
    const { slow, kept } = events()
    assert.deepEqual([slow - before.slow, kept - before.kept], [1, 1], name)
    const [was, is] = [read(first), read(again)]
    assert.deepEqual([was.id, was.recursionDesired, is.id, is.recursionDesired], [4, true, 7, false])
    assert.equal(is.question?.name[1], name.toUpperCase().charCodeAt(0))
    assert.deepEqual([is.rcode, dataOf(is.answer), is.edns], [was.rcode, dataOf(was.answer), was.edns])
    assert.equal(encodeHex(again.subarray(-20)), encodeHex(first.subarray(-20)))
  }
})

test('Responder gives no answer again that is a second old, of another batch, or to a question with other EDNS', () => {
  const book = new MemoryBook()
  book.publish({ 'ip:192.0.2.1': badEntry('spam') })
  let now = NOW
  const { ask, events } = respondWith(book, () => now)
  const text = () => dataOf(read(ask('1.2.0.192.ip', 1)).answer).join('')
  assert.match(text(), /spam/)
  ask('1.2.0.192.ip', 1, TYPE.TXT, { ...EDNS, dnssecOk: true })
  assert.equal(events().kept, 0)
  text()
  now += 999
  text()
  assert.equal(events().kept, 1)
  now += 1
  text()
  assert.equal(events().kept, 1)
  book.publish({ 'ip:192.0.2.1': badEntry('attack') })
  assert.match(text(), /attacks/)
  book.publish({ 'ip:192.0.2.1': undefined })
  assert.equal(text(), '')
})

test('Responder gives no answer again from before a site blocked something, or from while it did', () => {
  const book = new MemoryBook()
  const { ask } = respondWith(book)
  const text = () => dataOf(read(ask('1.2.0.192.ip', 1)).answer).join('')
  const above = () => read(ask('bad.example.domain', 1, TYPE.A)).rcode
  assert.deepEqual([text(), text(), above()], ['', '', 3])
  book.block(['ip:192.0.2.1', 'domain:www.bad.example'])
  assert.match(text(), /listed by tocsin: ip:192\.0\.2\.1/)
  // Resolvers that ask label by label arrive (RFC 8020).
  assert.equal(above(), 0)
  book.block([], ['ip:192.0.2.1', 'domain:www.bad.example'])
  assert.deepEqual([text(), above()], ['', 3])
})

test('Responder keeps no failure', () => {
  const book = new MemoryBook()
  book.state = 'unavailable'
  const { ask, events } = respondWith(book)
  for (let n = 0; n < 3; n++) assert.equal(read(ask('1.2.0.192.ip', n)).rcode, 2)
  assert.equal(events().slow, 3)
})

test('KeyLabels finds a label in a packet in any case, and no other of its shape', () => {
  const labels = Array.from(
    { length: 1000 },
    (_, n) =>
      `tk-${'a'.repeat(22)}${n
        .toString(16)
        .padStart(4, 'x')
        .replaceAll(/[0189]/g, 'z')}`,
  )
  const keys = new KeyLabels(7, labels)
  const at = (label: string) => Buffer.from(`?${label}?`, 'latin1')
  for (const label of labels) {
    assert.ok(keys.accepts(label) && keys.acceptsAt(at(label), 1) && keys.acceptsAt(at(label.toUpperCase()), 1))
    assert.ok(isKeyShaped(at(label.toUpperCase()), 1, 29))
  }
  assert.ok(!keys.acceptsAt(at(`tk-${'b'.repeat(26)}`), 1) && !keys.accepts(`tk-${'b'.repeat(26)}`))
  for (const other of [`tk_${'a'.repeat(26)}`, `tk-${'a'.repeat(25)}1`, `tk-${'a'.repeat(25)}\x01`]) {
    assert.ok(!isKeyShaped(at(other), 1, 29), other)
  }
  keys.replace([])
  assert.ok(!keys.acceptsAt(at(labels[0]!), 1))
})
