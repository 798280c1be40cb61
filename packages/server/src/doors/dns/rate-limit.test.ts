import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Peer } from './peer.ts'
import { KIND, RateLimit } from './rate-limit.ts'

function peerOf(address: string): Peer {
  const peer = new Peer()
  peer.readText(address)
  return peer
}

function sentOf(limit: RateLimit, address: string, times: number, now: number, kind: number = KIND.listed): number {
  const peer = peerOf(address)
  return Array.from({ length: times }, () => limit.judge(peer, kind, now)).filter(judged => judged === 'send').length
}

test('RateLimit sends a second of answers at once, and then what the rate allows', () => {
  const limit = new RateLimit(10, 1)
  assert.equal(sentOf(limit, '192.0.2.1', 30, 5000), 10)
  assert.equal(sentOf(limit, '192.0.2.1', 30, 5300), 3)
  assert.equal(sentOf(limit, '192.0.2.1', 30, 9000), 10)
})

test('RateLimit goes on where milliseconds pass 2³²', () => {
  const limit = new RateLimit(10, 1)
  assert.equal(sentOf(limit, '192.0.2.1', 30, 2 ** 32 - 100), 10)
  assert.equal(sentOf(limit, '192.0.2.1', 30, 2 ** 32 + 100), 2)
})

test('RateLimit counts a /24 and a /56 as one client, kinds of answers apart, and neighbours apart', () => {
  const limit = new RateLimit(10, 1)
  assert.equal(sentOf(limit, '192.0.2.1', 10, 0), 10)
  assert.equal(sentOf(limit, '192.0.2.200', 10, 0), 0)
  assert.equal(sentOf(limit, '192.0.2.1', 10, 0, KIND.unlisted), 10)
  assert.equal(sentOf(limit, '192.0.3.1', 10, 0), 10)
  assert.equal(sentOf(limit, '2001:db8:0:ff::1', 10, 0), 10)
  assert.equal(sentOf(limit, '2001:db8:0:1::1', 10, 0), 0)
  assert.equal(sentOf(limit, '2001:db8:0:100::1', 10, 0), 10)
})

test('RateLimit slips every second answer over the rate, and limits nothing at 0', () => {
  const limit = new RateLimit(1, 1)
  const peer = peerOf('192.0.2.1')
  const judged = Array.from({ length: 5 }, () => limit.judge(peer, KIND.listed, 0))
  assert.deepEqual(judged, ['send', 'drop', 'slip', 'drop', 'slip'])
  assert.equal(sentOf(new RateLimit(0, 1), '192.0.2.1', 1000, 0), 1000)
})

test('RateLimit holds on to who is over the rate while a hundred thousand others come by', () => {
  const limit = new RateLimit(2, 1)
  assert.equal(sentOf(limit, '192.0.2.1', 10, 0), 2)
  for (let n = 0; n < 100_000; n++) sentOf(limit, `${1 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}.1`, 1, 1)
  assert.equal(sentOf(limit, '192.0.2.1', 10, 2), 0)
})
