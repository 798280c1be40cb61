import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { halved, log2 } from './decay.ts'

describe('halved()', () => {
  it('is 2^(−x) to 1e-14', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 60, noNaN: true }), x => {
        const exact = 2 ** -x
        assert.ok(Math.abs(halved(x) - exact) <= 1e-14 * exact)
      }),
      { seed: 20261122, numRuns: 10_000 },
    )
    assert.deepEqual([0, 1, 10, 64, 1e9].map(halved), [1, 0.5, 2 ** -10, 0, 0])
  })

  it('never grows with x', () => {
    fc.assert(
      fc.property(fc.nat(6_000_000), fc.nat(6_000_000), (a, b) => {
        assert.ok(a <= b === halved(a / 1e5) >= halved(b / 1e5) || a === b)
      }),
      { seed: 20261122, numRuns: 10_000 },
    )
  })
})

describe('log2()', () => {
  it('is the binary logarithm of every confidence to 1e-12', () => {
    for (let confidence = 1; confidence <= 1000; confidence++) {
      assert.ok(Math.abs(log2(confidence / 1000) - Math.log2(confidence / 1000)) < 1e-12)
    }
  })
})
