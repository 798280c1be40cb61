import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { entryDigest, StateHash } from './state-hash.ts'

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
const someDigest = fc.uint8Array({ minLength: 32, maxLength: 32 })
const asNumber = (digest: Uint8Array) => BigInt(`0x${Buffer.from(digest).toString('hex')}`)

describe('StateHash', () => {
  it('is the sum modulo 2^256, in any order, and takes back what it added', () => {
    fc.assert(
      fc.property(fc.array(someDigest), fc.array(someDigest), (kept, gone) => {
        const hash = new StateHash()
        for (const digest of [...gone, ...kept]) hash.add(digest)
        for (const digest of gone.toReversed()) hash.subtract(digest)
        const sum = kept.reduce((total, digest) => (total + asNumber(digest)) % 2n ** 256n, 0n)
        assert.equal(hash.hex(), sum.toString(16).padStart(64, '0'))
        assert.equal(StateHash.fromHex(hash.hex()).hex(), hash.hex())
      }),
      { seed: 20261122 },
    )
  })
})

describe('entryDigest()', () => {
  it('is SHA-256 over the type, the key and the payload, big-endian', () => {
    const key = new Uint8Array(32).fill(7)
    const bytes = Buffer.concat([Buffer.from([2]), key, Buffer.from('0102030405060708', 'hex')])
    assert.deepEqual(entryDigest('domain', key, { when: 0x01020304, what: 0x05060708 }, sha256), sha256(bytes))
  })
})
