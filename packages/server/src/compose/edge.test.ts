import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import type { WireAnswer } from '@tocsin/core/wire'
import { loadConfig } from '../config/index.ts'
import { silentLog } from '../ops/events.ts'
import { BEGINNING, change, startCloud } from '../upstream/world.fixture.ts'
import { startEdge } from './edge.ts'
import { mirroredTypes } from './mirrored-types.ts'

function configOf(data: string, upstream: string) {
  const flags = { '--data': data, '--http': '127.0.0.1:0', '--dns': 'off', '--upstream': upstream }
  return unwrap(loadConfig({ env: {}, flags: { ...flags, '--stale-after-seconds': '300' } }))
}

async function world() {
  const clock = { now: BEGINNING }
  await using opened = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-edge-'))
  opened.defer(() => rmSync(folder, { recursive: true, force: true }))
  const cloud = opened.use(await startCloud(clock))
  const surroundings = { clock: () => clock.now, log: silentLog, version: '0.0.0' }
  const running = opened.move()
  return {
    clock,
    cloud,
    folder,
    start: (upstream = cloud.url) => startEdge(configOf(folder, upstream), surroundings),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

async function answer(url: string, subject: string): Promise<WireAnswer> {
  return (await (await fetch(`${url}/v1/reputation?subject=${subject}`)).json()) as WireAnswer
}

test('an edge answers as its cloud, and with the cloud silent from its mirror: stale after the stated time', async () => {
  await using net = await world()
  net.cloud.publish([change('ip:192.0.2.1')])
  const started = await net.start()
  {
    await using edge = started
    assert.deepEqual(edge.head(), net.cloud.head())
    net.cloud.publish([change('ip:192.0.2.2')])
    await edge.reached(2)
    assert.equal((await answer(edge.httpUrl, 'ip:192.0.2.2')).action, 'block')
    net.cloud.fail(true)
    net.clock.now += 299_000
    assert.equal((await answer(edge.httpUrl, 'ip:192.0.2.1')).state, 'fresh')
    net.clock.now += 2000
    const { state, ageSeconds, action } = await answer(edge.httpUrl, 'ip:192.0.2.1')
    assert.deepEqual([state, action], ['stale', 'block'])
    assert.ok(ageSeconds >= 300 && ageSeconds < 310, `${ageSeconds}`)
    assert.equal((await fetch(`${edge.httpUrl}/readyz`)).status, 200)
    const metrics = await (await fetch(`${edge.httpUrl}/metrics`)).text()
    assert.match(metrics, /\ntocsin_book_sequence 2\n/)
    assert.match(metrics, /\ntocsin_upstream_sequence 2\n/)
    assert.match(metrics, /\ntocsin_upstream_up\{upstream="http:\/\/127\.0\.0\.1:\d+"\} [01]\n/)
  }
  // With the cloud still silent, it starts from its mirror.
  await using again = await net.start()
  assert.equal((await answer(again.httpUrl, 'ip:192.0.2.2')).state, 'stale')
})

test('an edge that has never reached anybody says that nobody can say, and is not ready', async () => {
  await using net = await world()
  net.cloud.fail(true)
  await using edge = await net.start()
  assert.equal((await answer(edge.httpUrl, 'ip:192.0.2.1')).state, 'unavailable')
  assert.equal((await fetch(`${edge.httpUrl}/readyz`)).status, 503)
  assert.equal((await fetch(`${edge.httpUrl}/v1/explain/ip/192.0.2.1`)).status, 503)
})

test('an edge whose file is no database any more makes it again', async () => {
  await using net = await world()
  net.cloud.publish([change('ip:192.0.2.1')])
  await (await net.start())[Symbol.asyncDispose]()
  for (const tail of ['-wal', '-shm']) rmSync(join(net.folder, `book.sqlite${tail}`), { force: true })
  writeFileSync(
    join(net.folder, 'book.sqlite'),
    'this is no database at all, and long enough to be taken for one'.repeat(99),
  )
  await using edge = await net.start()
  assert.deepEqual(edge.head(), net.cloud.head())
  assert.equal((await answer(edge.httpUrl, 'ip:192.0.2.1')).action, 'block')
})

test('an edge goes to the next upstream where the first does not answer', async () => {
  await using net = await world()
  net.cloud.publish([change('ip:192.0.2.1')])
  await using edge = await net.start(`http://127.0.0.1:1,${net.cloud.url}`)
  assert.deepEqual(edge.head(), net.cloud.head())
  assert.ok(existsSync(join(net.folder, 'upstream-keys.json')))
})

test('mirroredTypes() adds the types that answers about a type rest on', () => {
  assert.deepEqual(mirroredTypes(['ip', 'file']), ['ip', 'net', 'file'])
  assert.deepEqual(mirroredTypes(['url']), ['ip', 'net', 'domain', 'url'])
  assert.deepEqual(mirroredTypes(['domain']), ['domain'])
})
