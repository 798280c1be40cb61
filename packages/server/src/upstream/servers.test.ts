import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProblemError } from '@tocsin/core/base'
import { FIRST_WAIT_MS, LONGEST_WAIT_MS, SHORTEST_WAIT_MS, waitAfter } from './backoff.ts'
import { ComeLaterError } from './failure.ts'
import { UpstreamServer } from './server.ts'
import { type ServerOrder, Servers } from './servers.ts'

const URLS = ['http://a.test', 'http://b.test', 'http://c.test']

function world(order: ServerOrder, random = () => 0.5) {
  const clock = { now: 1000 }
  const nobody = () => Promise.reject(new Error('nobody is asked here'))
  const servers = URLS.map(url => new UpstreamServer({ url, key: () => undefined, send: nobody, userAgent: 'test' }))
  return { clock, servers: new Servers({ servers, order, clock: () => clock.now, random }) }
}

const unavailable = () => new ProblemError({ code: 'unavailable', message: 'no' })

test('waitAfter() doubles up to five minutes, with full jitter, and never spins', () => {
  const most = (failures: number) => waitAfter(failures, () => 0.999_999_9)
  assert.deepEqual(
    [1, 2, 3, 4].map(most),
    [1, 2, 4, 8].map(factor => FIRST_WAIT_MS * factor - 1),
  )
  assert.equal(most(500), LONGEST_WAIT_MS - 1)
  assert.equal(
    waitAfter(9, () => 0),
    SHORTEST_WAIT_MS,
  )
  const waits = Array.from({ length: 1000 }, (_, n) => waitAfter(6, () => n / 1000))
  // A thousand edges that lose one cloud: each tenth of the wait gets its tenth of them.
  const inTenth = (tenth: number) => waits.filter(wait => Math.floor(wait / 3200) === tenth).length
  for (let tenth = 1; tenth < 10; tenth++) assert.equal(inTenth(tenth), 100)
})

test('Servers.try() asks the first that is well, goes on to the next, and comes back', async () => {
  const { clock, servers } = world('in-order')
  const asked: string[] = []
  const work = (down: readonly string[]) => (server: UpstreamServer) => {
    asked.push(server.url)
    return down.includes(server.url) ? Promise.reject(unavailable()) : Promise.resolve(server.url)
  }
  assert.equal(await servers.try(work([])), URLS[0])
  assert.equal(await servers.try(work([URLS[0]!])), URLS[1])
  assert.equal(await servers.try(work([])), URLS[1], 'the first is left alone')
  clock.now += 1000
  assert.equal(await servers.try(work([])), URLS[0])
  assert.deepEqual(asked, [URLS[0], URLS[0], URLS[1], URLS[1], URLS[0]])
  assert.deepEqual(
    servers.health().map(({ state, failures }) => [state, failures]),
    [
      ['up', 0],
      ['up', 0],
      ['unknown', 0],
    ],
  )
})

test('Servers.try() says what is wrong with each where all are left alone, and when the next is asked', async () => {
  const { clock, servers } = world('in-order')
  await assert.rejects(
    servers.try(() => Promise.reject(unavailable())),
    /^ProblemError: no$/,
  )
  await assert.rejects(
    servers.try(() => Promise.resolve()),
    /each waits for its next turn \(no; no; no\)/,
  )
  assert.equal(servers.nextAttemptAt(), clock.now + 500)
  clock.now += 500
  await servers.try(() => Promise.resolve())
})

test('Servers.try() heeds when a server says to come again, and blames none for trouble of our own', async () => {
  const { clock, servers } = world('in-order')
  await servers
    .try(server => Promise.reject(server.url === URLS[0] ? new ComeLaterError('busy', 90) : unavailable()))
    .catch(() => undefined)
  assert.equal(servers.health()[0]!.nextAt, clock.now + 90_000)
  clock.now += 200_000
  await assert.rejects(
    servers.try(() => Promise.reject(new Error('disk full'))),
    /disk full/,
  )
  assert.ok(servers.preferred() !== undefined)
})

test('Servers at random begin with any and stay with the one that serves', async () => {
  let draw = 0
  const { clock, servers } = world('random', () => [0.1, 0.9, 0.4, 0.7][draw++ % 4]!)
  const first = servers.preferred()!.url
  const second = await servers.try(server =>
    server.url === first ? Promise.reject(unavailable()) : Promise.resolve(server.url),
  )
  assert.notEqual(second, first)
  clock.now += 1_000_000
  assert.equal(await servers.try(server => Promise.resolve(server.url)), second)
})
