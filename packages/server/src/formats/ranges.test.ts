import assert from 'node:assert/strict'
import { test } from 'node:test'
import { containsAddress, formatAddress, netRange, parseAddress, parseSubject } from '@tocsin/core/subject'
import fc from 'fast-check'
import { lastAddress, RANGE_NETS_MAX, readRange } from './ranges.ts'

const seed = 20261122

function read(text: string): string | undefined {
  const content = readRange(text)
  if (content === undefined) return undefined
  return content.is === 'indicators'
    ? content.indicators.map(({ subject }) => subject).join(' ')
    : `!${String(content.is === 'refused' && content.cause)}`
}

test('readRange() gives the networks that cover a range exactly', () => {
  assert.equal(read('192.0.2.0-192.0.2.255'), 'net:192.0.2.0/24')
  assert.equal(read('192.0.2.1 - 192.0.2.4'), 'ip:192.0.2.1 net:192.0.2.2/31 ip:192.0.2.4')
  assert.equal(read('192.0.2.9-192.0.2.9'), 'ip:192.0.2.9')
  assert.equal(read('255.255.255.254-255.255.255.255'), 'net:255.255.255.254/31')
  assert.equal(read('2001:db8::-2001:db8::ffff'), 'net:2001:db8::/112')
})

test('readRange() refuses what is no range, goes down, or is too wide or too ragged', () => {
  assert.equal(read('192.0.2.9-192.0.2.1'), '!range')
  assert.equal(read('192.0.2.1-2001:db8::1'), '!range')
  assert.equal(read('192.0.2.1-192.0.2'), '!range')
  assert.equal(read('0.0.0.0-255.255.255.255'), '!too-broad')
  assert.equal(read('::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'), '!too-broad')
  assert.equal(read('2001:db8::1-2001:db8:ffff:ffff:ffff:ffff:ffff:fffe'), '!range')
  assert.equal(read('example.com'), undefined)
  assert.equal(read('a-b.example'), undefined)
})

test(`readRange() covers each address of a range once and none beside it (seed ${seed})`, () => {
  const quad = (value: number) => formatAddress(Uint8Array.of(198, 51, value >> 8, value & 255))
  fc.assert(
    fc.property(fc.nat(65_535), fc.nat(600), (from, size) => {
      const to = Math.min(65_535, from + size)
      const content = readRange(`${quad(from)}-${quad(to)}`)
      assert.ok(content?.is === 'indicators' && content.indicators.length <= RANGE_NETS_MAX)
      const nets = content.indicators.map(({ subject }) => {
        const parsed = parseSubject(subject)
        assert.ok(parsed.ok)
        return netRange(parsed.value)
      })
      for (let at = Math.max(0, from - 2); at <= Math.min(65_535, to + 2); at++) {
        const address = parseAddress(quad(at))
        assert.ok(address.ok)
        const holding = nets.filter(net => containsAddress(net, address.value)).length
        assert.equal(holding, at >= from && at <= to ? 1 : 0)
      }
    }),
    { seed, numRuns: 100 },
  )
})

test('readRange() does not look at what is too long to be a range: a field of colons took half a minute', () => {
  assert.equal(readRange(`${':'.repeat(60_000)}`), undefined)
  assert.equal(readRange(`${' '.repeat(120)}192.0.2.1-192.0.2.2`), undefined)
})

test('lastAddress() is the end of a network', () => {
  assert.equal(lastAddress(Uint8Array.of(192, 0, 2, 0), 24), '192.0.2.255')
  assert.equal(lastAddress(Uint8Array.of(192, 0, 2, 7), 32), '192.0.2.7')
})
