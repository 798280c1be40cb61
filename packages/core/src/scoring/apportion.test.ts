import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { apportion } from './apportion.ts'

describe('apportion()', () => {
  it('adds up exactly and stays within one of the exact share', () => {
    fc.assert(
      fc.property(fc.nat(20_000), fc.array(fc.nat(6000), { minLength: 1 }), (total, weights) => {
        const sum = weights.reduce((a, b) => a + b, 0)
        const parts = apportion(total, weights)
        if (sum === 0)
          return assert.deepEqual(
            parts,
            weights.map(() => 0),
          )
        assert.equal(
          parts.reduce((a, b) => a + b, 0),
          total,
        )
        for (const [index, part] of parts.entries()) assert.ok(Math.abs(part - (total * weights[index]!) / sum) < 1)
      }),
      { seed: 20261122 },
    )
  })
})
