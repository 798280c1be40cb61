import assert from 'node:assert/strict'
import { test } from 'node:test'
import { publicAddress } from './public-address.ts'

const REFUSED = [
  '0.0.0.0',
  '0.255.255.255',
  '10.0.0.1',
  '100.64.0.1',
  '100.127.255.255',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.0.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.7',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::8.8.8.8',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:169.254.169.254',
  '::ffff:0:127.0.0.1',
  '64:ff9b::127.0.0.1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::808:808',
  '100::1',
  '2001::1',
  '2001:0:4136:e378::1',
  '2001:2::1',
  '2001:1ff::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '2002:a9fe:a9fe::1',
  '2002:c0a8:1::1',
  '3fff:fff::1',
  '5f00::1',
  'fc00::1',
  'fdff::1',
  'fe80::1',
  'fec0::1',
  'ff02::1',
]

const SPELLINGS = [
  '2130706433',
  '0177.0.0.1',
  '0x7f.1',
  '127.1',
  '127.0.0.1.',
  '[::1]',
  'fe80::1%eth0',
  '',
  'a.example',
]

const PUBLIC = {
  '8.8.8.8': '8.8.8.8',
  '100.63.255.255': '100.63.255.255',
  '100.128.0.1': '100.128.0.1',
  '172.15.255.255': '172.15.255.255',
  '172.32.0.1': '172.32.0.1',
  '192.0.1.1': '192.0.1.1',
  '198.17.255.255': '198.17.255.255',
  '198.20.0.1': '198.20.0.1',
  '223.255.255.255': '223.255.255.255',
  '::ffff:8.8.8.8': '8.8.8.8',
  '64:ff9b::8.8.8.8': '64:ff9b::808:808',
  '2001:200::1': '2001:200::1',
  '2001:4860:4860::8888': '2001:4860:4860::8888',
  '2002:808:808::1': '2002:808:808::1',
  '2A00:1450::1': '2a00:1450::1',
}

test('publicAddress() refuses what is not on the public internet, wrapped in IPv6 or not', () => {
  for (const text of REFUSED) {
    const result = publicAddress(text)
    assert.ok(!result.ok, text)
    assert.equal(result.problem.code, 'invalid')
  }
})

test('publicAddress() refuses every spelling that is not the plain one', () => {
  for (const text of SPELLINGS) assert.ok(!publicAddress(text).ok, text)
})

test('publicAddress() takes the neighbours of what it refuses, and gives the canonical text', () => {
  for (const [text, canonical] of Object.entries(PUBLIC)) {
    assert.deepEqual(publicAddress(text), { ok: true, value: canonical })
  }
})
