import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { containsAddress, formatAddress, netRange, parseAddress, parseSubject } from '@tocsin/core/subject'
import fc from 'fast-check'
import { ClientNets } from './client-nets.ts'
import { Peer } from './peer.ts'

const seed = 5358

function mayAsk(nets: ClientNets, address: string): boolean {
  const peer = new Peer()
  peer.readText(address)
  return nets.mayAsk(peer)
}

test('ClientNets lets everybody ask without rules, and with an allow list nobody else', () => {
  const open = unwrap(ClientNets.from({ allow: [], deny: [] }))
  const inside = unwrap(
    ClientNets.from({ allow: ['192.0.2.0/24', '2001:db8::/32'], deny: ['192.0.2.9', '2001:db8:1::/48'] }),
  )
  for (const address of ['192.0.2.1', '2001:db8::1', '::ffff:192.0.2.1']) {
    assert.ok(mayAsk(open, address) && mayAsk(inside, address), address)
  }
  for (const address of ['192.0.3.1', '192.0.2.9', '::ffff:192.0.2.9', '2001:db8:1::1', '2001:db9::1']) {
    assert.ok(mayAsk(open, address) && !mayAsk(inside, address), address)
  }
  assert.equal(ClientNets.from({ allow: ['a'], deny: [] }).ok, false)
})

test(`ClientNets agrees with a walk over all rules (seed ${seed})`, () => {
  const quad = fc.nat(0xffff).map(n => `${(n >> 14) * 85}.${(n >> 12) & 3}.0.${n & 255}`)
  const net = fc.tuple(quad, fc.integer({ min: 0, max: 32 })).map(([address, length]) => `${address}/${length}`)
  const nets = fc.array(net, { maxLength: 6 })
  const holds = (rules: readonly string[], address: string) =>
    rules.some(rule => containsAddress(netRange(unwrap(parseSubject(`net:${rule}`))), unwrap(parseAddress(address))))
  fc.assert(
    fc.property(nets, nets, fc.array(quad, { minLength: 20 }), (allow, deny, asked) => {
      const rules = unwrap(ClientNets.from({ allow, deny }))
      for (const address of [...asked, '0.0.0.0', '255.255.255.255', formatAddress(new Uint8Array(4))]) {
        const expected = (allow.length === 0 || holds(allow, address)) && !holds(deny, address)
        assert.equal(mayAsk(rules, address), expected, address)
      }
    }),
    { seed, numRuns: 500 },
  )
})
