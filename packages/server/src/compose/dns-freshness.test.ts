import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SharedFreshness } from './dns-freshness.ts'

test('SharedFreshness is fresh for as long as is borne, and never because the clock was set back', () => {
  const shared = new SharedFreshness(undefined, 300_000)
  shared.tell(1_000_000)
  const seen = new SharedFreshness(shared.buffer)
  assert.deepEqual(seen.at(1_299_999), { state: 'fresh', ageSeconds: 299 })
  assert.deepEqual(seen.at(1_300_000), { state: 'stale', ageSeconds: 300 })
  // Some seconds are a clock that is put right; an hour is one that nobody can go by.
  assert.deepEqual(seen.at(995_000), { state: 'fresh', ageSeconds: 5 })
  assert.deepEqual(seen.at(1_000_000 - 600_000), { state: 'stale', ageSeconds: 600 })
})

test('SharedFreshness tells what keeps up from what was never there', () => {
  const shared = new SharedFreshness()
  assert.deepEqual(shared.at(5), { state: 'fresh', ageSeconds: 0 })
  shared.tellNothing()
  assert.deepEqual(shared.at(5), { state: 'unavailable', ageSeconds: 0 })
  shared.tell(undefined)
  assert.equal(shared.at(5).state, 'fresh')
})
