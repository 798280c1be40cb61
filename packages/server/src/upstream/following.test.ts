import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Following, POLL_BESIDE_PUSH_MS, POLL_MS } from './following.ts'
import type { Send } from './server.ts'
import { BEGINNING, change, startCloud, startReplica, type TestClock } from './world.fixture.ts'

/** Timers that run when the test says so. */
function handTimers() {
  const waiting: { readonly ms: number; readonly action: () => void }[] = []
  const noted: (() => void)[] = []
  return {
    later(ms: number, action: () => void) {
      const timer = { ms, action }
      waiting.push(timer)
      for (const tell of noted.splice(0)) tell()
      return () => void waiting.splice(waiting.indexOf(timer), waiting.includes(timer) ? 1 : 0)
    },
    /** Runs the one of so many milliseconds, as soon as there is one. */
    async run(fits: (ms: number) => boolean): Promise<number> {
      for (;;) {
        const found = waiting.find(({ ms }) => fits(ms))
        if (found !== undefined) {
          waiting.splice(waiting.indexOf(found), 1)
          found.action()
          return found.ms
        }
        await new Promise<void>(resolve => noted.push(resolve))
      }
    },
  }
}

async function world(clock: TestClock, send?: Send) {
  await using opened = new AsyncDisposableStack()
  const cloud = opened.use(await startCloud(clock))
  const replica = opened.use(await startReplica({ clock, urls: [cloud.url], ...(send === undefined ? {} : { send }) }))
  const timers = handTimers()
  const told: string[] = []
  const noted: (() => void)[] = []
  const tell = (what: string) => {
    told.push(what)
    for (const resolve of noted.splice(0)) resolve()
  }
  const following = opened.use(
    new Following({
      synchroniser: replica.synchroniser,
      servers: replica.servers,
      heads: replica.heads,
      isAt: ({ sequence }) => replica.head().sequence === sequence,
      clock: () => clock.now,
      later: (...args) => timers.later(...args),
      random: () => 0.5,
      confirmed: () => tell('confirmed'),
      failed: error => tell(`failed: ${String(error)}`),
      recovered: () => tell('recovered'),
    }),
  )
  const running = opened.move()
  return {
    cloud,
    replica,
    following,
    timers,
    told,
    async until(is: () => boolean) {
      while (!is()) {
        await new Promise<void>(resolve => {
          noted.push(resolve)
          replica.onConfirmed(resolve)
        })
      }
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

describe('Following', () => {
  it('is where the upstream is as soon as it pushes its news, with no timer run', async () => {
    const clock = { now: BEGINNING }
    await using net = await world(clock)
    await net.following.firstRound
    for (let n = 1; n <= 5; n++) {
      net.cloud.publish([change(`ip:192.0.2.${n}`)])
      await net.until(() => net.replica.head().sequence === n)
      assert.ok(net.replica.lists(`192.0.2.${n}`))
    }
    assert.ok(net.following.isPushed)
  })

  it('polls where nothing is pushed, with jitter, and less often where it is', async () => {
    const clock = { now: BEGINNING }
    await using net = await world(clock)
    await net.following.firstRound
    const first = await net.timers.run(ms => ms > 1000)
    assert.equal(first, 0.75 * POLL_MS)
    net.cloud.publish([change('ip:192.0.2.1')])
    await net.until(() => net.replica.head().sequence === 1)
    assert.equal(await net.timers.run(ms => ms > POLL_MS), 0.75 * POLL_BESIDE_PUSH_MS)
  })

  it('looks what is wrong soon after its news have ended, and not with a poll minutes later', async () => {
    const clock = { now: BEGINNING }
    const cut = new AbortController()
    const cutting: Send = (url, init) => {
      const signal = AbortSignal.any([init.signal!, cut.signal])
      return fetch(url, url.endsWith('/v1/book/events') ? { ...init, signal } : init)
    }
    await using net = await world(clock, cutting)
    await net.following.firstRound
    net.cloud.publish([change('ip:192.0.2.1')])
    await net.until(() => net.replica.head().sequence === 1)
    net.cloud.fail(true)
    cut.abort()
    assert.equal(await net.timers.run(ms => ms <= 1000), 500)
    await net.until(() => net.told.some(what => what.startsWith('failed')))
    assert.ok(!net.following.isPushed)
  })

  it('says that it fails and that it goes on again, once for each', async () => {
    const clock = { now: BEGINNING }
    await using net = await world(clock)
    await net.following.firstRound
    net.cloud.fail(true)
    await net.timers.run(ms => ms > 1000)
    await net.until(() => net.told.length > 0)
    net.cloud.fail(false)
    clock.now += 600_000
    // The one for the round, and the one for the news, if that has failed as well.
    void net.timers.run(ms => ms <= 1000)
    void net.timers.run(ms => ms <= 1000)
    await net.until(() => net.told.includes('recovered'))
    assert.match(net.told[0]!, /^failed: .*this cloud is unwell/)
    assert.deepEqual(net.told.slice(1), ['recovered'])
  })
})
