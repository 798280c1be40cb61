import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BOUND, PRIOR, scoreOf } from './scale.ts'

describe('scoreOf()', () => {
  it('is 100 / (1 + e^(L/1000)), rounded, but at −20', () => {
    for (let logOdds = -BOUND; logOdds <= BOUND; logOdds++) {
      if (logOdds === -20) continue
      assert.equal(scoreOf(logOdds), Math.round(100 / (1 + Math.exp(logOdds / 1000))), `at ${logOdds}`)
    }
  })

  it('meets the marks of the design', () => {
    assert.equal(scoreOf(PRIOR), 71)
    assert.deepEqual([-642, -641].map(scoreOf), [66, 65])
    assert.deepEqual([-20, -19].map(scoreOf), [51, 50])
    assert.deepEqual([-1418, -1417].map(scoreOf), [81, 80])
  })
})
