import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { textOfName } from '../../protocols/dns/index.ts'
import { placeOf, soaOf, TTL_DEFAULTS, zonesUnder } from './zones.ts'

const zones = unwrap(zonesUnder('Tocsin.Example.', ['192.0.2.53', '2001:db8::53']))

test('placeOf() finds the zone and what lies below its apex', () => {
  const place = (name: string) => {
    const found = placeOf(zones, name.split('.'))
    return found && [found.zone.kind, found.below.join('.')]
  }
  assert.deepEqual(place('tocsin.example'), ['base', ''])
  assert.deepEqual(place('ip.tocsin.example'), ['ip', ''])
  assert.deepEqual(place('2.0.0.127.ip.tocsin.example'), ['ip', '2.0.0.127'])
  assert.deepEqual(place('test.domain.tocsin.example'), ['domain', 'test'])
  assert.deepEqual(place('x.hash.tocsin.example'), ['hash', 'x'])
  assert.deepEqual(place('a.other.tocsin.example'), ['base', 'a.other'])
  assert.equal(place('example'), undefined)
  assert.equal(place('tocsin.example.org'), undefined)
  assert.equal(place('xtocsin.example'), undefined)
})

test('soaOf() has the zone as owner, the sequence as serial modulo 2^32, the negative TTL twice', () => {
  const ttl = { ...TTL_DEFAULTS, negativeSeconds: 17 }
  const soa = soaOf(zones.zones.ip, zones, 2 ** 32 + 5, ttl)
  assert.equal(textOfName(soa.name), 'ip.tocsin.example')
  assert.equal(textOfName(soa.primary), 'ns.tocsin.example')
  assert.equal(soa.serial, 5)
  assert.equal(soa.minimum, 17)
  assert.equal(soa.ttl, 17)
})

test('zonesUnder() refuses an impossible or too long base and what is not an address', () => {
  assert.equal(zonesUnder('', []).ok, false)
  assert.equal(zonesUnder('a..b', []).ok, false)
  assert.equal(zonesUnder(`${'a'.repeat(60)}.${'b'.repeat(60)}`, []).ok, false)
  assert.equal(zonesUnder('tocsin.example', ['ns.example']).ok, false)
})
