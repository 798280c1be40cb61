/** Edges behind edges: a cloud, and edges one behind the other, in one process over real HTTP. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { parseHead, type SignedHead } from '@tocsin/core/list'
import type { WireAnswer, WireStatus } from '@tocsin/core/wire'
import { loadConfig } from '../config/index.ts'
import { silentLog } from '../ops/events.ts'
import type { Send } from '../upstream/server.ts'
import { BEGINNING, change, startCloud, tampering } from '../upstream/world.fixture.ts'
import { startEdge } from './edge.ts'

interface EdgeOptions {
  readonly upstream: string
  readonly folder: string
  readonly send?: Send
  readonly flags?: Readonly<Record<string, string>>
}

async function world() {
  const clock = { now: BEGINNING }
  await using opened = new AsyncDisposableStack()
  const parent = mkdtempSync(join(tmpdir(), 'tocsin-chain-'))
  opened.defer(() => rmSync(parent, { recursive: true, force: true }))
  const cloud = opened.use(await startCloud(clock))
  const running = opened.move()
  return {
    clock,
    cloud,
    parent,
    /** An edge that the world disposes of, unless the test did. */
    async start({ upstream, folder, send, flags }: EdgeOptions) {
      const own = { '--data': join(parent, folder), '--http': '127.0.0.1:0', '--dns': 'off', '--upstream': upstream }
      const config = unwrap(loadConfig({ env: {}, flags: { ...own, ...flags } }))
      // An edge that stops while it connects leaves a connection on which nothing was asked yet.
      const surroundings = { clock: () => clock.now, log: silentLog, version: '0.0.0', drainMs: 200 }
      return running.use(await startEdge(config, send === undefined ? surroundings : { ...surroundings, send }))
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

async function json<T>(url: string, init?: RequestInit): Promise<T> {
  return (await (await fetch(url, init)).json()) as T
}

const answer = (url: string, subject: string) => json<WireAnswer>(`${url}/v1/reputation?subject=${subject}`)

describe('edges behind edges', () => {
  it('pass on what the cloud publishes, by push and in their order, each with the head as the cloud signed it', async () => {
    await using net = await world()
    net.cloud.publish([change('ip:192.0.2.1')])
    const first = await net.start({ upstream: net.cloud.url, folder: '1' })
    const second = await net.start({ upstream: first.httpUrl, folder: '2' })
    const third = await net.start({ upstream: second.httpUrl, folder: '3' })
    assert.deepEqual(third.head(), net.cloud.head())
    // No timer is short enough to have it there by polling.
    net.cloud.publish([change('ip:192.0.2.2')])
    await third.reached(2)
    assert.deepEqual([first.head(), second.head()], [net.cloud.head(), net.cloud.head()])
    assert.equal((await answer(third.httpUrl, 'ip:192.0.2.2')).action, 'block')
    const [theirs, ours] = await Promise.all(
      [net.cloud.url, second.httpUrl].map(url => json<SignedHead>(`${url}/v1/book/head`)),
    )
    assert.equal(unwrap(parseHead(ours!.head)).sequence, 2)
    assert.deepEqual(await json(`${second.httpUrl}/v1/book/key`), await json(`${net.cloud.url}/v1/book/key`))
    assert.equal(ours!.keyId, theirs!.keyId)
  })

  it('lead on, with the cloud unplugged, who is at the same head, and who is behind; age adds up', async () => {
    await using net = await world()
    net.cloud.publish([change('ip:192.0.2.1')])
    const first = await net.start({ upstream: net.cloud.url, folder: '1' })
    const late = await net.start({ upstream: first.httpUrl, folder: 'late' })
    await late[Symbol.asyncDispose]()
    net.cloud.publish([change('ip:192.0.2.2')])
    await first.reached(2)
    net.cloud.publish([change('ip:192.0.2.3')])
    await first.reached(3)
    net.cloud.fail(true)
    net.clock.now += 200_000
    const again = await net.start({ upstream: first.httpUrl, folder: 'late' })
    await again.reached(3)
    // It reached nobody but the first edge, and goes by what that one says of its age.
    await until(async () => (await json<{ isPushed: boolean }>(`${again.httpUrl}/v1/edge`)).isPushed)
    const { action, state, ageSeconds } = await answer(again.httpUrl, 'ip:192.0.2.3')
    assert.deepEqual([action, state], ['block', 'fresh'])
    assert.ok(ageSeconds >= 200, `${ageSeconds}`)
    net.clock.now += 110_000
    assert.equal((await answer(again.httpUrl, 'ip:192.0.2.3')).state, 'stale')
    // Nobody knows a way from a place where the first edge never was.
    const unknown = await fetch(`${first.httpUrl}/v1/book/files/${'0'.repeat(64)}.delta`)
    assert.equal(unknown.status, 404)
  })

  it('go on leading after a restart with the cloud unplugged, for as long as the head is valid, and tell its age', async () => {
    await using net = await world()
    net.cloud.publish([change('ip:192.0.2.1')])
    const first = await net.start({ upstream: net.cloud.url, folder: '1' })
    const late = await net.start({ upstream: first.httpUrl, folder: 'late' })
    await late[Symbol.asyncDispose]()
    net.cloud.publish([change('ip:192.0.2.2')])
    await first.reached(2)
    await until(
      async () => unwrap(parseHead((await json<SignedHead>(`${first.httpUrl}/v1/book/head`)).head)).sequence === 2,
    )
    await first[Symbol.asyncDispose]()
    net.cloud.fail(true)
    net.clock.now += 200_000
    const again = await net.start({ upstream: net.cloud.url, folder: '1' })
    const told = await json<SignedHead & { readonly ageSeconds: number }>(`${again.httpUrl}/v1/book/head`)
    assert.ok(told.ageSeconds >= 200 && told.ageSeconds < 270, `${told.ageSeconds}`)
    const follower = await net.start({ upstream: again.httpUrl, folder: 'late' })
    await follower.reached(2)
    const { action, ageSeconds } = await answer(follower.httpUrl, 'ip:192.0.2.2')
    assert.deepEqual([action, ageSeconds >= 200], ['block', true])
    assert.equal((await answer(again.httpUrl, 'ip:192.0.2.2')).state, 'fresh')
    net.clock.now += 110_000
    assert.equal((await answer(again.httpUrl, 'ip:192.0.2.2')).state, 'stale')
    await again[Symbol.asyncDispose]()
    net.clock.now += 3_600_000
    const weeks = await net.start({ upstream: net.cloud.url, folder: '1' })
    assert.equal((await fetch(`${weeks.httpUrl}/v1/book/head`)).status, 503)
    assert.deepEqual([(await answer(weeks.httpUrl, 'ip:192.0.2.2')).state], ['stale'])
  })

  it('offer nothing from a file that says anything but what the cloud signed, or where the clock was set back', async () => {
    await using net = await world()
    net.cloud.publish([change('ip:192.0.2.1')])
    const first = await net.start({ upstream: net.cloud.url, folder: '1' })
    const path = join(net.parent, '1', 'relay-head.json')
    await first[Symbol.asyncDispose]()
    net.cloud.fail(true)
    const statusWith = async (text: string) => {
      writeFileSync(path, text)
      await using edge = await net.start({ upstream: net.cloud.url, folder: '1' })
      return (await fetch(`${edge.httpUrl}/v1/book/head`)).status
    }
    const good = readFileSync(path, 'utf8')
    assert.equal(await statusWith(good), 200)
    assert.equal(await statusWith(good.replace(/"ip\\":\d+/, '"ip\\":7')), 503)
    assert.equal(await statusWith(good.slice(0, 99)), 503)
    net.clock.now -= 86_400_000
    assert.equal(await statusWith(good), 503)
  })

  it('say when to come again where the files are not here and the cloud is unplugged', async () => {
    await using net = await world()
    net.cloud.publish([change('ip:192.0.2.1')])
    const first = await net.start({ upstream: net.cloud.url, folder: '1', flags: { '--relay-bytes-max': '1' } })
    net.cloud.fail(true)
    const response = await fetch(`${first.httpUrl}/v1/book/changes?since=0&to=1`)
    assert.equal(response.status, 503)
    assert.ok(Number(response.headers.get('retry-after')) > 0)
  })

  it('refuse what an edge between made up, for only the signature of the cloud counts', async () => {
    await using net = await world()
    net.cloud.publish([change('ip:192.0.2.1')])
    const first = await net.start({ upstream: net.cloud.url, folder: '1' })
    let isHonest = true
    const seen: string[] = []
    const send = tampering(async (path, response) => {
      if (isHonest || !response.ok || path === '/v1/book/events') return response
      seen.push(path)
      if (path === '/v1/book/head') {
        const told = (await response.json()) as SignedHead
        const forged = told.head.replace(/"ip":\d+/, '"ip":7')
        return Response.json({ ...told, head: forged })
      }
      return response
    })
    const second = await net.start({ upstream: first.httpUrl, folder: '2', send })
    assert.deepEqual(second.head(), net.cloud.head())
    await second[Symbol.asyncDispose]()
    isHonest = false
    net.cloud.publish([change('ip:192.0.2.2')])
    await first.reached(2)
    const again = await net.start({ upstream: first.httpUrl, folder: '2', send })
    while (!seen.includes('/v1/book/head')) await new Promise(resolve => setImmediate(resolve))
    const { upstreams } = await untilDown(again.httpUrl)
    assert.match(upstreams[0]!.problem!, /its signature must be that of key/)
    assert.equal(again.head().sequence, 1)
    assert.equal((await answer(again.httpUrl, 'ip:192.0.2.2')).verdict, 'untested')
  })

  it('pass the change of the signing key through', async () => {
    await using net = await world()
    net.cloud.publish([change('ip:192.0.2.1')])
    const first = await net.start({ upstream: net.cloud.url, folder: '1' })
    const second = await net.start({ upstream: first.httpUrl, folder: '2' })
    const { keyId } = await json<SignedHead>(`${second.httpUrl}/v1/book/head`)
    net.cloud.rotate(net.clock.now + 600_000)
    net.clock.now += 61_000
    net.cloud.publish([change('ip:192.0.2.2')])
    await second.reached(2)
    net.clock.now += 600_000
    net.cloud.publish([change('ip:192.0.2.3')])
    await second.reached(3)
    await until(async () => (await json<SignedHead>(`${second.httpUrl}/v1/book/head`)).keyId !== keyId)
    // Whoever comes now pins the key that signs now.
    const third = await net.start({ upstream: second.httpUrl, folder: '3' })
    assert.deepEqual(third.head(), net.cloud.head())
  })

  it('tell one that follows itself, and questions that went through too many', async () => {
    await using net = await world()
    net.cloud.publish([change('ip:192.0.2.1')])
    const reached: { url?: string } = {}
    const send: Send = (url, init) => {
      const target = new URL(url)
      return fetch(reached.url === undefined ? url : `${reached.url}${target.pathname}${target.search}`, init)
    }
    const edge = await net.start({ upstream: net.cloud.url, folder: '1', send })
    reached.url = edge.httpUrl
    const looped = await fetch(`${edge.httpUrl}/v1/explain/ip/192.0.2.1`)
    assert.equal(looped.status, 503)
    assert.match(await looped.text(), /follows itself/)
    const hops = Array.from({ length: 9 }, (_, place) => `1.1 tocsin-${place}`).join(', ')
    assert.equal((await fetch(`${edge.httpUrl}/v1/book/head`, { headers: { via: hops } })).status, 508)
    assert.equal((await fetch(`${edge.httpUrl}/v1/book/head`, { headers: { via: '1.1 proxy' } })).status, 200)
  })
})

describe('an edge of some types', () => {
  it('asks for the others, remembers what it was told, and serves no edges', async () => {
    await using net = await world()
    net.cloud.publish([change('ip:192.0.2.1'), change('domain:bad.example')])
    const edge = await net.start({ upstream: net.cloud.url, folder: '1', flags: { '--types': 'ip' } })
    const told = await answer(edge.httpUrl, 'url:http://www.bad.example/x')
    assert.deepEqual([told.state, told.action, told.matched], ['fresh', 'block', 'domain:bad.example'])
    assert.equal((await answer(edge.httpUrl, 'domain:good.example')).verdict, 'untested')
    const { results } = await json<{ readonly results: readonly WireAnswer[] }>(`${edge.httpUrl}/v1/reputation`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ subjects: ['domain:bad.example', 'ip:192.0.2.1', 'domain:other.example', 'x'] }),
    })
    assert.deepEqual(
      results.map(({ state, action }) => [state, action]),
      [
        ['fresh', 'block'],
        ['fresh', 'block'],
        ['fresh', 'allow'],
        [undefined, undefined],
      ],
    )
    net.cloud.fail(true)
    assert.equal((await answer(edge.httpUrl, 'domain:bad.example')).action, 'block')
    assert.equal((await answer(edge.httpUrl, 'domain:never-asked.example')).state, 'unavailable')
    assert.equal((await fetch(`${edge.httpUrl}/v1/book/changes?since=0`)).status, 404)
  })

  it('asks nobody where the operator said so', async () => {
    await using net = await world()
    net.cloud.publish([change('domain:bad.example')])
    const flags = { '--types': 'ip', '--ask-unmirrored': 'off' }
    const edge = await net.start({ upstream: net.cloud.url, folder: '1', flags })
    assert.equal((await answer(edge.httpUrl, 'domain:bad.example')).state, 'unavailable')
  })
})

it('an edge gives live counts in the shape of a node, and the page that shows them', async () => {
  await using net = await world()
  net.cloud.publish([change('ip:192.0.2.1')])
  const edge = await net.start({ upstream: net.cloud.url, folder: '1' })
  await answer(edge.httpUrl, 'ip:192.0.2.1')
  const status = await json<WireStatus>(`${edge.httpUrl}/v1/status`)
  assert.deepEqual([status.head.sequence, status.ledger.evidence, status.sources.length], [1, 0, 0])
  assert.deepEqual(status.lookups, [{ door: 'http', verdict: 'dangerous', action: 'block', count: 1 }])
  assert.match(await (await fetch(`${edge.httpUrl}/`)).text(), /<html/)
})

async function until(is: () => Promise<boolean>): Promise<void> {
  while (!(await is())) await new Promise(resolve => setImmediate(resolve))
}

interface EdgeState {
  readonly upstreams: readonly { readonly state: string; readonly problem?: string }[]
}

async function untilDown(url: string): Promise<EdgeState> {
  for (;;) {
    const state = await json<EdgeState>(`${url}/v1/edge`)
    if (state.upstreams[0]!.state === 'down') return state
  }
}
