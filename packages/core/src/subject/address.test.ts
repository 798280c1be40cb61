import assert from 'node:assert/strict'
import { isIPv4, isIPv6 } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeHex, unwrap } from '../base/index.ts'
import { addressSubject, formatAddress, parseAddress, parseSubject, reservedPrefix, subjectText } from './index.ts'

const seed = 4291
const bytesOf = (text: string) => unwrap(parseAddress(text))
const platformIpv6 = (text: string) => new URL(`http://[${text}]/`).hostname.slice(1, -1)

test('parseAddress() reads dotted quads and every form of RFC 4291 §2.2', () => {
  const vectors = {
    '192.0.2.1': 'c0000201',
    '0.0.0.0': '00000000',
    '::': '0'.repeat(32),
    '::1': `${'0'.repeat(31)}1`,
    'ABCD:EF01:2345:6789:ABCD:EF01:2345:6789': 'abcdef0123456789abcdef0123456789',
    '2001:db8::8:800:200c:417a': '20010db80000000000080800200c417a',
    '0:0:0:0:0:0:13.1.68.3': `${'0'.repeat(24)}0d014403`,
    '::13.1.68.3': `${'0'.repeat(24)}0d014403`,
    '1::': `0001${'0'.repeat(28)}`,
    '1:2:3:4:5:6:7::': '00010002000300040005000600070000',
    '::ffff:129.144.52.38': '81903426',
    '::FFFF:8190:3426': '81903426',
  }
  for (const [text, hex] of Object.entries(vectors)) assert.deepEqual(bytesOf(text), decodeHex(hex), text)
})

test('parseAddress() refuses other spellings, zone ids and brackets', () => {
  const bad =
    '1.2.3|1.2.3.4.5|01.2.3.4|1.2.3.256|1.2.3.|.1.2.3|1..2.3|0x1.2.3.4| 1.2.3.4|1.2.3.4\n|１.2.3.4|:|:::|1:2|1:2:3:4:5:6:7:8:9|' +
    '1:2:3:4:5:6:7:8::|1::2::3|::12345|:1::|::1:|fe80::1%eth0|[::1]|::1.2.3|1:2:3:4:5:6:7:1.2.3.4|::1.2.3.4:5|::g|'
  for (const text of bad.split('|')) assert.equal(parseAddress(text).ok, false, text)
})

test(`parseAddress() accepts what node:net accepts but zone ids (seed ${seed})`, () => {
  const piece = fc.constantFrom(':', '::', '.', '0', '1', 'f', 'ffff', '255', '256', '1.2.3.4', '00', '%', 'g', '12345')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 16 }), list => {
      const text = list.join('')
      assert.equal(parseAddress(text).ok, isIPv4(text) || (isIPv6(text) && !text.includes('%')), text)
    }),
    { seed, numRuns: 100_000 },
  )
})

test(`formatAddress() writes IPv6 as the URL standard does, which is RFC 5952 (seed ${seed})`, () => {
  const group = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat(0xffff), fc.constant(1))
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), groups => {
      const bytes = Uint8Array.from(groups.flatMap(value => [value >> 8, value & 255]))
      const full = groups.map(value => value.toString(16)).join(':')
      assert.deepEqual(bytesOf(formatAddress(bytes)), bytesOf(full))
      if (bytesOf(full).length === 16) assert.equal(formatAddress(bytes), platformIpv6(full))
    }),
    { seed, numRuns: 20_000 },
  )
})

test('formatAddress() refuses any length but 4 and 16, and writes IPv4-mapped IPv6 as IPv4', () => {
  assert.throws(() => formatAddress(new Uint8Array(5)), RangeError)
  assert.equal(formatAddress(decodeHex('00000000000000000000ffffc0000201') as Uint8Array), '192.0.2.1')
  assert.equal(subjectText(addressSubject(Uint8Array.of(192, 0, 2, 1))), 'ip:192.0.2.1')
})

test(`parseSubject() reads IPv4 in every spelling of inet_aton (seed ${seed})`, () => {
  const spellings = [
    (value: number) => value.toString(),
    (value: number) => `0${value.toString(8)}`,
    (value: number) => `0x${value.toString(16)}`,
    (value: number) => `0X00${value.toString(16).toUpperCase()}`,
  ]
  const spelling = fc.constantFrom(...spellings)
  fc.assert(
    fc.property(fc.nat(0xffffffff), fc.array(spelling, { minLength: 1, maxLength: 4 }), (address, parts) => {
      const bytes = Uint8Array.of(address >>> 24, address >>> 16, address >>> 8, address)
      const last = address % 256 ** (5 - parts.length)
      const text = parts.map((spell, i) => spell(i === parts.length - 1 ? last : Number(bytes[i]))).join('.')
      assert.equal(subjectText(unwrap(parseSubject(`ip:${text}`))), `ip:${bytes.join('.')}`, text)
      assert.equal(new URL(`http://${text}/`).hostname, bytes.join('.'))
    }),
    { seed, numRuns: 10_000 },
  )
})

test('parseSubject() refuses IPv4 parts that are too large, empty or no numbers', () => {
  const bad = '4294967296|1.16777216|1.2.65536|1.2.3.256|256.1|1.|1..2|0x|08|1.2.3.4.5|-1|1e3|0xg|1 |'
  for (const text of bad.split('|')) {
    assert.equal(parseSubject(`ip:${text}`).ok, false, text)
  }
})

test('reservedPrefix() knows what names another host on every network, and nothing else', () => {
  const vectors: Record<string, string> = {
    4: '224.0.0.1 239.255.255.255',
    7: 'fc00:: fdff::1',
    8: '0.0.0.0 0.1.2.3 10.255.255.255 127.0.0.1 ::ffff:10.0.0.1 ff02::1',
    10: 'fe80::1 febf:ffff::',
    12: '172.16.0.0 172.31.255.255',
    16: '192.168.0.1 169.254.169.254',
    32: '255.255.255.255',
    128: ':: ::1',
    undefined:
      '9.255.255.255 11.0.0.0 126.255.255.255 128.0.0.1 172.15.255.255 172.32.0.0 192.167.255.255 169.253.0.1 240.0.0.1 255.255.255.254 192.0.2.1 198.18.0.1 203.0.113.9 100.64.0.1 ::2 1:: 1::1 fec0::1 fe00:: fbff:: 2001:db8::1',
  }
  for (const [prefixLength, texts] of Object.entries(vectors)) {
    for (const text of texts.split(' ')) assert.equal(String(reservedPrefix(bytesOf(text))), prefixLength, text)
  }
})
