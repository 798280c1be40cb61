import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Outbox, openFeedbackDatabase } from './outbox.ts'
import { BEGINNING } from './world.fixture.ts'

const DAY_MS = 86_400_000

function start(bytesMax = 10_000_000) {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-outbox-'))
  const database = openFeedbackDatabase(join(folder, 'feedback.sqlite'))
  // What is tested here does not depend on the disk.
  database.exec('PRAGMA synchronous = OFF')
  const clock = { now: BEGINNING }
  const outbox = new Outbox(database, bytesMax, () => clock.now)
  return {
    outbox,
    clock,
    [Symbol.dispose]() {
      database.close()
      rmSync(folder, { recursive: true })
    },
  }
}

const items = (count: number, length = 10): string[] =>
  Array.from({ length: count }, (_, at) => JSON.stringify(String(at).padStart(length, '0')))

test('what waits grows together in order, in bodies of bounded length that are JSON', () => {
  using world = start()
  const { outbox } = world
  for (const item of items(3)) outbox.add('/v1/evidence', [item])
  outbox.add('/v1/evidence/retract', ['{"a":1}'])
  outbox.add('/v1/evidence', items(2500, 50))
  const batches = outbox.waiting(100)
  assert.deepEqual(batches[0]!.body, '["0000000000","0000000001","0000000002"]')
  assert.deepEqual(batches[1]!.body, '{"retractions":[{"a":1}]}')
  assert.ok(batches.every(({ body }) => Buffer.byteLength(body) <= 64 * 1024 + 2))
  const rest = batches.slice(2).flatMap(({ body }) => JSON.parse(body) as string[])
  assert.deepEqual(
    rest.map(Number),
    Array.from({ length: 2500 }, (_, at) => at),
  )
  const bytes = batches.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0)
  assert.deepEqual(outbox.state(), { batches: batches.length, items: 2504, bytes, oldestAt: BEGINNING })
})

test('a batch that is under way neither grows nor goes', () => {
  using world = start(60)
  const { outbox } = world
  outbox.add('/v1/evidence', items(1))
  const taken = outbox.take()!
  outbox.add('/v1/evidence', items(1))
  assert.equal(outbox.state().batches, 2)
  outbox.add('/v1/evidence', items(4))
  assert.equal(outbox.waiting(1)[0]!.id, taken.id)
  outbox.settle(taken, 0, undefined)
  assert.equal(outbox.done(1)[0]!.body, taken.body)
})

test('an item of any length is a body of its own', () => {
  using world = start()
  const long = JSON.stringify('x'.repeat(100_000))
  world.outbox.add('/v1/evidence', [...items(1), long, ...items(1)])
  assert.deepEqual(
    world.outbox.waiting(9).map(({ items: count }) => count),
    [1, 1, 1],
  )
})

test('what was sent stays for 7 days, and a thousand batches of it', () => {
  using world = start()
  const { outbox, clock } = world
  const send = (): void => {
    outbox.add('/v1/sightings', items(1))
    outbox.settle(outbox.take()!, 0, undefined)
  }
  for (let times = 0; times < 1005; times++) send()
  assert.equal(outbox.done(2000).length, 1000)
  clock.now += 8 * DAY_MS
  for (let times = 0; times < 10; times++) send()
  assert.equal(outbox.done(2000).length, 10)
  assert.equal(outbox.tallies.of('sent'), 1015)
})
