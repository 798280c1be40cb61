import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextTurn, spreadTurn } from './schedule.ts'

const PAST = { name: 'a', everySeconds: 3600, failures: 0, turns: 2 }
const seconds = (past: Partial<typeof PAST> & { freshSeconds?: number }) => nextTurn({ ...PAST, ...past }, 0) / 1000

test('nextTurn() is what is configured, more or less a tenth that is the feed’s own', () => {
  const times = Array.from({ length: 200 }, (_, at) => seconds({ name: `feed-${at}` }))
  assert.ok(Math.min(...times) >= 3240 && Math.max(...times) <= 3960)
  assert.ok(Math.max(...times) - Math.min(...times) > 600)
  assert.equal(seconds({}), seconds({}))
})

test('nextTurn() scatters second turns, as first ones come within two minutes', () => {
  const times = Array.from({ length: 200 }, (_, at) => seconds({ name: `feed-${at}`, turns: 1 }))
  assert.ok(Math.min(...times) >= 1440 && Math.max(...times) <= 3960)
  assert.ok(Math.max(...times) - Math.min(...times) > 2000)
  assert.ok(seconds({ turns: 1, freshSeconds: 3600 }) >= 3240, 'not where the server asks for more')
})

test('nextTurn() comes sooner after a failure, then twice as late each time, up to a day', () => {
  const near = (time: number, wanted: number) => assert.ok(Math.abs(time / wanted - 1) <= 0.1, `${time} for ${wanted}`)
  near(seconds({ failures: 1 }), 300)
  near(seconds({ failures: 2 }), 600)
  near(seconds({ failures: 5 }), 4800)
  near(seconds({ failures: 40 }), 86_400)
})

test('nextTurn() waits as long as the server asks, but not longer than a day', () => {
  assert.ok(seconds({ freshSeconds: 7200 }) >= 6480)
  assert.ok(seconds({ freshSeconds: 1 }) >= 3240)
  assert.ok(seconds({ freshSeconds: 10_000_000 }) <= 95_040)
})

test('spreadTurn() lies within two minutes', () => {
  const times = Array.from({ length: 200 }, (_, at) => spreadTurn(`feed-${at}`, 3600, 0) / 1000)
  assert.ok(Math.min(...times) >= 0 && Math.max(...times) < 120 && Math.max(...times) > 100)
  assert.ok(spreadTurn('a', 60, 0) < 60_000)
})
