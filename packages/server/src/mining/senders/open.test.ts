import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { HOUR_MS } from '@tocsin/core/evidence'
import { openSenders } from './open.ts'
import { SenderPictures } from './pictures.ts'
import { RecentIds } from './recent-ids.ts'
import { readSnapshot, writeSnapshot } from './snapshot.ts'
import { NOON, recorded, sighting, startPictures } from './traffic.fixture.ts'

const SITE = { organisation: 'a', trustStep: 12 }

function startMiner() {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-senders-'))
  const statePath = join(folder, 'senders.state')
  const troubles: string[] = []
  const findings = recorded()
  const world = {
    now: NOON,
    statePath,
    troubles,
    findings,
    open: () =>
      openSenders({
        findings,
        clock: () => world.now,
        asnOf: () => undefined,
        statePath,
        log: trouble => void troubles.push(trouble),
      }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  }
  return world
}

test('a restart gives the same picture, statements and all', () => {
  const before = startPictures()
  before.history('2001:db8::1', ['a', 'b'], 3)
  for (let host = 1; host < 100; host++) {
    for (const site of ['a', 'b', 'c']) before.sees(site, `192.0.2.${host}`, { messages: 20, spam: host % 20 })
  }
  before.tick()
  const bytes = writeSnapshot(before.pictures, before.now)
  const findings = recorded()
  const after = new SenderPictures({ findings, asnOf: () => undefined, sendersMax: 10_000 })
  assert.equal(readSnapshot(bytes, after).ok, true)
  assert.deepEqual(writeSnapshot(after, before.now), bytes)
  assert.equal(after.numbers().senders, before.pictures.numbers().senders)
  after.tick(before.now)
  assert.deepEqual(findings.said, [])
  // What was said before the restart is taken back after it.
  const [name = ''] = before.kinds().filter(kind => kind.startsWith('bad-mail-share'))
  const address = name.replace('bad-mail-share ip:', '')
  findings.standing.set(name, 500)
  for (const organisation of ['a', 'b', 'c', 'd', 'e']) {
    after.observe(sighting(address, { messages: 5000 }, before.now), { organisation, trustStep: 12 }, before.now)
  }
  after.tick(before.now)
  assert.equal(findings.standing.has(name), false)
})

test('the state is kept when the miner ends and every ten minutes, for its owner alone', async () => {
  using world = startMiner()
  {
    using miner = world.open()
    miner.observe(sighting('192.0.2.1', { messages: 1 }), SITE)
    miner.tick()
    assert.equal(existsSync(world.statePath), false)
  }
  assert.equal(statSync(world.statePath).mode & 0o777, 0o600)
  using miner = world.open()
  assert.equal(miner.numbers().senders, 1)
  miner.observe(sighting('192.0.2.2', { messages: 1 }), SITE)
  const first = readFileSync(world.statePath)
  world.now += 600_000
  miner.tick()
  while (readFileSync(world.statePath).equals(first)) await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(world.troubles, [])
})

test('a state that is broken is told of, kept beside, and begun anew', () => {
  using world = startMiner()
  {
    using miner = world.open()
    miner.observe(sighting('192.0.2.1', { messages: 1 }), SITE)
  }
  const whole = readFileSync(world.statePath)
  const spoiled = [
    whole.subarray(0, 10),
    whole.subarray(0, -1),
    Buffer.from('something else entirely'),
    ...[0, 9, 13, 17, 25, whole.length - 1].map(at => {
      const other = Buffer.from(whole)
      other[at] = (other[at] as number) ^ 1
      return other
    }),
  ]
  for (const bytes of spoiled) {
    writeFileSync(world.statePath, bytes)
    world.troubles.length = 0
    using miner = world.open()
    assert.equal(miner.numbers().senders, 0)
    assert.equal(world.troubles.length, 1)
    assert.deepEqual(readFileSync(`${world.statePath}.broken`), bytes)
  }
})

test('a sighting that comes again with its id counts once, for each organisation; one out of time not at all', () => {
  using world = startMiner()
  using miner = world.open()
  const one = { ...sighting('192.0.2.1', { messages: 1 }), id: '1' }
  miner.observe(one, SITE)
  miner.observe(one, SITE)
  miner.observe(one, { organisation: 'b', trustStep: 12 })
  miner.observe(sighting('192.0.2.1', { messages: 1 }, NOON + 2 * HOUR_MS), SITE)
  miner.observe(sighting('192.0.2.1', { messages: 1 }, NOON - 60 * HOUR_MS), SITE)
  const { sightings, repeated, outOfTime } = miner.numbers()
  assert.deepEqual({ sightings, repeated, outOfTime }, { sightings: 2, repeated: 1, outOfTime: 2 })
})

test('RecentIds knows the last ones and forgets the oldest', () => {
  const ids = new RecentIds(10)
  for (let id = 0; id < 25; id++) assert.equal(ids.take('a', String(id)), true)
  for (let id = 15; id < 25; id++) assert.equal(ids.take('a', String(id)), false)
  assert.equal(ids.take('a', '0'), true)
})
