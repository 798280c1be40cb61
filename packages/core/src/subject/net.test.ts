import assert from 'node:assert/strict'
import { BlockList } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { unwrap } from '../base/index.ts'
import {
  containsAddress,
  formatAddress,
  netRange,
  netSubject,
  parseAddress,
  parseSubject,
  subjectText,
} from './index.ts'

const seed = 4632
const canonical = (text: string) => subjectText(unwrap(parseSubject(text)))

test('parseSubject() clears the host bits of a net and makes an ip of one address', () => {
  assert.equal(canonical('net:192.0.2.255/24'), 'net:192.0.2.0/24')
  assert.equal(canonical('net:255.255.255.255/0'), 'net:0.0.0.0/0')
  assert.equal(canonical('net:192.0.2.7/32'), 'ip:192.0.2.7')
  assert.equal(canonical('net:2001:DB8:ffff::1/33'), 'net:2001:db8:8000::/33')
  assert.equal(canonical('net:2001:db8::1/128'), 'ip:2001:db8::1')
})

test('parseSubject() takes IPv4-mapped nets for the IPv4 nets they are', () => {
  assert.equal(canonical('net:::ffff:192.0.2.9/120'), 'net:192.0.2.0/24')
  assert.equal(canonical('net:::ffff:0:0/96'), 'net:0.0.0.0/0')
  assert.equal(canonical('net:::ffff:192.0.2.9/128'), 'ip:192.0.2.9')
  assert.equal(canonical('net:::ffff:0:0/95'), 'net:::fffe:0:0/95')
  assert.equal(canonical('net:::ffff:1.2.3.4/64'), 'net:::/64')
})

test('parseSubject() refuses nets without a plain length in bounds, or with another spelling of IPv4', () => {
  const bad =
    '1.2.3.4|1.2.3.4/|1.2.3.4/33|::/129|1.2.3.4/024|1.2.3.4/-1|1.2.3.4/+1|1.2.3.4/1e1|1.2.3.4/255.255.0.0|1.2.3/24|010.0.0.0/8|' +
    '[::]/8|fe80::%1/64|/8|a/8|1.2.3.4/8 |1.2.3.4/8/8'
  for (const text of bad.split('|')) {
    assert.equal(parseSubject(`net:${text}`).ok, false, text)
  }
})

test('netRange() gives ip and net as a range and throws for what has none', () => {
  assert.deepEqual(netRange(unwrap(parseSubject('ip:192.0.2.1'))), {
    address: Uint8Array.of(192, 0, 2, 1),
    prefixLength: 32,
  })
  assert.equal(netRange(unwrap(parseSubject('net:2001:db8::/32'))).prefixLength, 32)
  for (const text of ['domain:192.0.2.1', 'url:a.b/c', `file:${'0'.repeat(64)}`]) {
    assert.throws(() => netRange(unwrap(parseSubject(text))), { name: 'ProblemError' })
  }
})

test('netSubject() refuses a length out of bounds', () => {
  for (const length of [-1, 33, 1.5, Number.NaN]) assert.throws(() => netSubject(new Uint8Array(4), length), RangeError)
})

test(`containsAddress() agrees with node:net (seed ${seed})`, () => {
  const bases =
    '10.0.0.0 10.0.0.1 10.0.128.0 10.128.0.0 11.0.0.0 :: ::1 2001:db8:: 2001:db8:8000:: 2001:db8:0:1:: ffff::'
  const near = fc.constantFrom(...bases.split(' '))
  fc.assert(
    fc.property(near, near, fc.nat(128), (base, asked, length) => {
      const address = unwrap(parseAddress(base))
      const prefixLength = length % (8 * address.length + 1)
      const list = new BlockList()
      list.addSubnet(base, prefixLength, address.length === 4 ? 'ipv4' : 'ipv6')
      const other = unwrap(parseAddress(asked))
      const range = netRange(netSubject(address, prefixLength))
      // BlockList holds IPv4 in IPv6 nets as mapped addresses; ours are apart by design.
      const expected =
        other.length === address.length && list.check(formatAddress(other), other.length === 4 ? 'ipv4' : 'ipv6')
      assert.equal(containsAddress(range, other), expected, `${base}/${prefixLength} ${asked}`)
    }),
    { seed, numRuns: 5_000 },
  )
})
