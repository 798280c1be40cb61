import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EventReader, type PushedEvent } from './events.ts'

const STREAM =
  'retry: 3000\nevent: head\nid: b:7\ndata: {"a":\ndata: 1}\n\n: still here\n\ndata: plain\r\n\r\nevent: head\n\n'

const EVENTS: readonly PushedEvent[] = [
  { is: 'event', name: 'head', data: '{"a":\n1}' },
  { is: 'comment', text: 'still here' },
  { is: 'event', name: 'message', data: 'plain' },
]

test('EventReader reads events, comments and lines of either kind, and nothing of what has no data', () => {
  assert.deepEqual([...new EventReader().read(STREAM)], EVENTS)
})

test('EventReader gives the same however the stream is cut (seed 7)', () => {
  const cuts = fc.uniqueArray(fc.nat({ max: STREAM.length }), { maxLength: 20 })
  fc.assert(
    fc.property(cuts, places => {
      const reader = new EventReader()
      const ends = [...places.toSorted((a, b) => a - b), STREAM.length]
      const found = ends.flatMap((end, at) => [...reader.read(STREAM.slice(ends[at - 1] ?? 0, end))])
      assert.deepEqual(found, EVENTS)
    }),
    { seed: 7, numRuns: 300 },
  )
})

test('EventReader refuses an event without end', () => {
  const reader = new EventReader()
  assert.throws(() => {
    for (let n = 0; n < 1000; n++) reader.read('x'.repeat(1000))
  }, /an event must have at most 262144 characters/)
  const lines = new EventReader()
  assert.throws(() => {
    for (let n = 0; n < 1000; n++) lines.read(`data: ${'x'.repeat(1000)}\n`)
  }, /at most 262144/)
})
