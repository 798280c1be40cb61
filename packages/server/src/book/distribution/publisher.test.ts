import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { change, Follower, World } from './publisher.fixture.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

test('a replica follows each publication, from an empty book on', () => {
  using world = new World()
  world.settle()
  const follower = new Follower()
  follower.follow(world.distributor)
  for (const [text, score] of [
    ['ip:192.0.2.1', 12],
    ['domain:example.com', 60],
    ['ip:192.0.2.1', 'gone'],
  ] as const) {
    world.publish(change(text, score))
    world.settle()
    follower.follow(world.distributor)
    follower.expect(world.store.head())
  }
  assert.equal(follower.files, 3)
})

test('over simulated weeks files stay few, and replicas that lag come back by few of them', () => {
  using world = new World()
  const late = [1, 3, 10, 20].map(day => ({ day, follower: new Follower() }))
  const steady = new Follower()
  for (let hour = 0; hour < 22 * 24; hour++) {
    for (const part of hour % 24 === 7 ? [0, 17, 18] : [0]) {
      world.now += part * MINUTE
      const score = (hour % 90) + 1
      world.publish(
        change(`ip:10.0.${hour % 200}.${part}`, hour % 3 === 2 ? 'gone' : score),
        change(`domain:a${hour}.example`),
      )
      world.settle()
    }
    world.now += (hour % 24 === 7 ? 25 : 60) * MINUTE
    world.settle()
    steady.follow(world.distributor)
    for (const { day, follower } of late) if (hour === day * 24 + 5) follower.follow(world.distributor)
  }
  // The last minute of a day is the worst one.
  world.now = Math.ceil(world.now / DAY) * DAY - MINUTE
  for (let second = 0; second < 59; second++) {
    world.publish(change('ip:192.0.2.1', second))
    world.settle()
    world.now += 1000
  }
  assert.ok(readdirSync(world.files).length < 250, `${readdirSync(world.files).length} files`)
  for (const { follower } of late) {
    const before = follower.files
    follower.follow(world.distributor)
    assert.ok(follower.files - before < 60, `${follower.files - before} files`)
  }
})

test('a list that is larger than what is told leaves a snapshot, which a new replica takes', () => {
  using world = new World()
  for (let batch = 0; batch < 30; batch++) {
    const lines = Array.from({ length: 1000 }, (_, at) => change(`file:${sha(`${batch} ${at}`)}`))
    world.publish(...lines)
    world.settle()
    world.now += HOUR
  }
  world.settle()
  assert.ok(world.distributor.snapshot() !== undefined)
  for (let batch = 0; batch < 10; batch++) {
    world.publish(...Array.from({ length: 1000 }, (_, at) => change(`file:${sha(`${batch} ${at}`)}`, batch)))
    world.settle()
    world.now += DAY
  }
  const follower = new Follower()
  follower.follow(world.distributor)
  follower.expect(world.store.head())
  assert.ok(follower.files < 12, `${follower.files} files`)
  assert.ok(readdirSync(world.files).filter(name => name.endsWith('.snapshot')).length <= 2)
})

test('killed between any two steps, it goes on, and nobody is led astray', () => {
  for (let steps = 1; steps < 40; steps += 1) {
    using world = new World()
    const follower = new Follower()
    let left = steps
    for (let batch = 0; batch < 8; batch++) {
      world.publish(...Array.from({ length: 40 }, (_, at) => change(`ip:10.${batch % 3}.0.${at}`, batch)))
      while (left > 0 && world.publisher.step()) left -= 1
      if (left === 0) {
        // A file that was being written.
        writeFileSync(join(world.files, '1.aside'), 'half')
        world.restart()
        left = steps
      }
      world.now += 20_000
    }
    world.settle()
    follower.follow(world.distributor)
    follower.expect(world.store.head())
    assert.ok(!readdirSync(world.files).some(name => name.endsWith('.aside')))
  }
})

test('files that are missing, cut short or changed are noticed at a start and made again', () => {
  using world = new World()
  for (let batch = 0; batch < 5; batch++) {
    world.publish(change(`ip:192.0.2.${batch}`))
    world.settle()
    world.now += DAY
  }
  const [one, two, three] = readdirSync(world.files) as [string, string, string]
  rmSync(join(world.files, one))
  writeFileSync(join(world.files, two), readFileSync(join(world.files, two)).subarray(1))
  const bytes = readFileSync(join(world.files, three))
  bytes[bytes.length - 1]! ^= 1
  writeFileSync(join(world.files, three), bytes)
  world.restart()
  world.settle()
  const follower = new Follower()
  follower.follow(world.distributor)
  follower.expect(world.store.head())
})

test('a book that began again is told under its own id, from its beginning', () => {
  using world = new World()
  world.publish(change('ip:192.0.2.1'), change('ip:192.0.2.2'))
  world.settle()
  const before = world.distributor.head()!
  world.store.restart()
  world.publish(change('ip:192.0.2.3'))
  world.settle()
  const after = world.distributor.head()!
  assert.notEqual(after.bookId, before.bookId)
  const follower = new Follower()
  follower.follow(world.distributor)
  follower.expect(world.store.head())
  assert.deepEqual(world.distributor.changes(5), { state: 'ahead', sequence: 1 })
})

test('a way to a place in between is told where one leads exactly there', () => {
  using world = new World()
  for (let batch = 0; batch < 3; batch++) {
    world.publish(change('ip:192.0.2.1', batch))
    world.settle()
  }
  const way = world.distributor.changes(0, 2)
  assert.ok(way?.state === 'known' && way.to === 2 && way.files.at(-1)?.to === 2)
})

function sha(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
