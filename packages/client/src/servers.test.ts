import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FetchInit, TocsinClient, type TocsinClientOptions, TocsinProblem, type WireAnswer } from './index.ts'
import { HashServer } from './list/index.ts'

const EDGE = 'http://edge.example:7080'
const CLOUD = 'https://cloud.example'

const answer = (state: WireAnswer['state'] = 'fresh'): WireAnswer => ({
  subject: 'ip:192.0.2.1',
  score: 12,
  verdict: 'dangerous',
  action: 'block',
  state,
  ageSeconds: 3,
  reason: 'a source of spam',
})

type Reply = { readonly status?: number; readonly body?: unknown; readonly text?: string } | 'down' | 'silent'

type Replies = (path: string) => Reply | Promise<Reply>

const SIGN = { body: { hashLists: [] } }

/** What a server says to all it is asked; a sign of life where it says anything a node would. */
const saying = (reply: Reply) => () => reply
const node =
  (state: WireAnswer['state'] = 'fresh') =>
  (path: string): Reply =>
    path === '/v5/hashLists' ? SIGN : { body: answer(state) }

/** A client of an edge and a cloud that answer as told, on a clock that the test moves; draws are always the highest. */
function start(options: Partial<TocsinClientOptions> = {}) {
  const asked: string[] = []
  const keys: [host: string, key: string | undefined][] = []
  const net = { edge: node() as Replies, cloud: node() as Replies, now: 1e12 }
  const fetch = async (url: string, { headers, signal }: FetchInit) => {
    const { host, pathname } = new URL(url)
    const name = host.split('.')[0] as 'edge' | 'cloud'
    asked.push(`${name} ${pathname}`)
    keys.push([name, headers['authorization']])
    const reply = await net[name](pathname)
    if (reply === 'down') throw new TypeError('connect ECONNREFUSED')
    if (reply === 'silent') return await new Promise<never>((_, reject) => onAbort(signal, reject))
    const { status = 200, body, text = JSON.stringify(body) } = reply
    return { status, text: async () => text }
  }
  const servers = [
    { url: EDGE, key: 'tocsin_edge', name: 'edge', signOfLifeMs: 20 },
    { url: CLOUD, key: 'tocsin_cloud' },
  ]
  const client = new TocsinClient({ servers, fetch, clock: () => net.now, random: () => 1, timeoutMs: 60, ...options })
  const check = async () => (await client.check('ip:192.0.2.1')).server
  return { client, check, net, keys, asked: () => asked.splice(0) }
}

function onAbort(signal: unknown, reject: (reason: Error) => void): void {
  ;(signal as AbortSignal).addEventListener('abort', () => reject(new Error('timed out')))
}

/** Lets everything run that waits for nothing. */
const idle = () => new Promise(resolve => setImmediate(resolve))

test('the preferred server is asked once it has shown life, and the answer says who gave it', async () => {
  const { client, net, check, asked, keys } = start()
  assert.deepEqual(await client.check('ip:192.0.2.1'), { ...answer(), server: 'edge' })
  assert.deepEqual(asked(), ['edge /v5/hashLists', 'edge /v1/reputation'])
  assert.deepEqual(keys, [
    ['edge', undefined],
    ['edge', 'Bearer tocsin_edge'],
  ])
  await check()
  assert.deepEqual(asked(), ['edge /v1/reputation'], 'heard from lately')
  net.now += 10_000
  await check()
  assert.deepEqual(asked(), ['edge /v5/hashLists', 'edge /v1/reputation'])
})

test('the next is asked in the same call where the preferred does not answer as a node does', async () => {
  const portals: [string, (path: string) => Reply][] = [
    ['down', saying('down')],
    ['silent', saying('silent')],
    ['a page', saying({ text: '<h1>Please log in</h1>' })],
    ['a page of its own for everything', saying({ body: { status: 'ok' } })],
    ['a login', saying({ status: 401, text: '<h1>Who are you?</h1>' })],
    ['a portal that forbids', saying({ status: 403, body: { error: 'no' } })],
    ['RFC 6585', saying({ status: 511, text: '' })],
    ['broken behind its lists', path => (path === '/v5/hashLists' ? SIGN : { status: 500, body: {} })],
    ['a portal behind its lists', path => (path === '/v5/hashLists' ? SIGN : { status: 403, text: '<h1>No</h1>' })],
    ['lists and nonsense', path => (path === '/v5/hashLists' ? SIGN : { body: { state: 'fresh' } })],
  ]
  for (const [name, edge] of portals) {
    const { net, check, asked, keys } = start()
    net.edge = edge
    assert.equal(await check(), CLOUD, name)
    assert.equal(asked().at(-1), 'cloud /v1/reputation', name)
    await check()
    assert.deepEqual(asked(), ['cloud /v1/reputation'], `${name}: set aside`)
    for (const [host, key] of keys) assert.ok(key === undefined || key === `Bearer tocsin_${host}`, name)
  }
})

test('who was set aside is looked for in the background after a rest, and no call waits for that', async () => {
  const { net, check, asked } = start()
  net.edge = saying('down')
  await check()
  net.now += 1000
  asked()
  assert.equal(await check(), CLOUD)
  await idle()
  assert.deepEqual(asked(), ['edge /v5/hashLists', 'cloud /v1/reputation'])
  net.now += 1999
  await check()
  assert.deepEqual(asked(), ['cloud /v1/reputation'], 'the second rest is twice as long')
  net.now += 1
  net.edge = node()
  assert.equal(await check(), CLOUD)
  await idle()
  assert.equal(await check(), 'edge')
})

test('rests grow to five minutes and no longer, and a clock that was set back lengthens none', async () => {
  const { net, check, asked } = start()
  net.edge = saying('down')
  for (let n = 0; n < 12; n++) {
    await check()
    await idle()
    net.now += 300_000
  }
  asked()
  await check()
  assert.ok(asked().includes('edge /v5/hashLists'))
  await idle()
  net.now -= 3_600_000
  await check()
  assert.ok(asked().includes('edge /v5/hashLists'))
})

test('networkChanged() looks for the preferred server at once', async () => {
  const { client, net, check, asked } = start()
  net.edge = saying('down')
  await check()
  net.edge = node()
  asked()
  client.networkChanged()
  await idle()
  assert.deepEqual(asked(), ['edge /v5/hashLists'])
  assert.equal(await check(), 'edge')
  assert.deepEqual(asked(), ['edge /v1/reputation'])
})

test('a server that shows life late is used from then on', async () => {
  const { net, check } = start({ timeoutMs: 5000 })
  const { promise, resolve } = Promise.withResolvers<Reply>()
  net.edge = path => (path === '/v5/hashLists' ? promise : { body: answer() })
  assert.equal(await check(), CLOUD)
  resolve(SIGN)
  await idle()
  assert.equal(await check(), 'edge')
})

test('a wrong key is told and never hidden by another server', async () => {
  for (const status of [401, 403]) {
    const { net, check, asked } = start()
    net.edge = saying({ status, body: { code: 'unauthorized', detail: 'the key is not valid here' } })
    await assert.rejects(check(), { code: 'unauthorized', message: 'the key is not valid here' })
    assert.ok(asked().every(each => each.startsWith('edge')))
  }
})

test('a server that lies behind gives way to one that does not; else its answer is the best there is', async () => {
  const { client, net, check } = start()
  net.edge = node('stale')
  assert.equal(await check(), CLOUD)
  net.cloud = saying('down')
  const guess = await client.check('ip:192.0.2.1')
  assert.deepEqual([guess.state, guess.server], ['stale', 'edge'])
  net.edge = node('unavailable')
  net.cloud = node('stale')
  assert.equal(await check(), CLOUD)
})

test('where none answers it is unavailable, and says of each why', async () => {
  const { client, net } = start()
  net.edge = saying('down')
  net.cloud = saying({ status: 502, text: '' })
  const { state, reason, server } = await client.check('ip:192.0.2.1')
  assert.deepEqual([state, server], ['unavailable', undefined])
  assert.match(reason, /any of 2 servers: .*edge.*; .*502/)
  net.cloud = node()
  assert.equal((await client.check('ip:192.0.2.1')).state, 'fresh')
})

test('a report goes to one server and is never sent again by itself; keys are those of the preferred', async () => {
  const { client, net, asked } = start()
  const receipt = { body: { accepted: 1, duplicate: 0, refused: [] } }
  const evidence = [{ subject: 'ip:192.0.2.1', kind: 'spam-sent' as const }]
  net.edge = path => (path === '/v5/hashLists' ? SIGN : 'down')
  net.cloud = saying(receipt)
  await assert.rejects(client.report(evidence), { code: 'unavailable' })
  assert.deepEqual(asked(), ['edge /v5/hashLists', 'edge /v1/evidence'])
  assert.equal((await client.report(evidence)).accepted, 1)
  assert.deepEqual(asked(), ['cloud /v1/evidence'])
  await assert.rejects(client.keys.list(), { code: 'unavailable' })
  assert.deepEqual(asked(), ['edge /v1/keys'])
})

test('what nobody could answer is remembered, and told when somebody answers again', async () => {
  const settled: [string, string | undefined][] = []
  const onSettled: TocsinClientOptions['onSettled'] = (told, asked) => {
    settled.push([asked, 'error' in told ? 'error' : told.state])
  }
  const { client, net } = start({ onSettled, rememberedMax: 2 })
  const both = (reply: (path: string) => Reply) => {
    net.edge = net.cloud = reply
  }
  both(saying('down'))
  for (const last of [1, 2, 3]) await client.check(`ip:192.0.2.${last}`)
  assert.deepEqual([client.waiting, client.forgotten], [['ip:192.0.2.2', 'ip:192.0.2.3'], 1])
  assert.deepEqual(await client.recheck(), [])
  both(path => {
    if (path === '/v5/hashLists') return SIGN
    // What is asked again goes as a batch; the single question is the one that finds the network back.
    const results = [answer(), { subject: 'ip:192.0.2.3', error: 'Cannot parse' }]
    return { body: { ...answer(), results } }
  })
  await client.check('ip:192.0.2.9')
  while (client.waiting.length > 0) await idle()
  await idle()
  assert.deepEqual(settled, [
    ['ip:192.0.2.2', 'fresh'],
    ['ip:192.0.2.3', 'error'],
  ])
})

test('HashServer chooses among servers in the same way', async () => {
  const asked: string[] = []
  const server = new HashServer({
    servers: [{ url: EDGE, key: 'tocsin_edge' }, { url: CLOUD }],
    fetch: async url => {
      asked.push(url)
      if (url.startsWith(EDGE)) throw new TypeError('connect ECONNREFUSED')
      const headers = new Map([['content-type', 'application/x-protobuf']])
      return {
        status: 200,
        headers: { get: name => headers.get(name) ?? null },
        arrayBuffer: async () => new ArrayBuffer(),
      }
    },
  })
  assert.deepEqual(await server.search([1]), { hashes: [], cacheSeconds: 0, state: 'fresh', server: CLOUD })
  assert.deepEqual(asked, [`${EDGE}/v5/hashLists`, `${CLOUD}/v5/hashes:search?hashPrefixes=AAAAAQ`])
})

test('addresses that cannot be meant are refused', () => {
  const wrong: Partial<TocsinClientOptions>[] = [
    {},
    { servers: [] },
    { server: EDGE, servers: [{ url: CLOUD }] },
    { key: 'tocsin_all', servers: [{ url: CLOUD }] },
    { servers: [{ url: 'edge.example' }] },
    { servers: [{ url: 'ftp://edge.example' }] },
    { servers: [{ url: 'https://user:word@edge.example' }] },
    { servers: [{ url: 'https://edge.example/?key=1' }] },
  ]
  for (const options of wrong) {
    assert.throws(
      () => new TocsinClient(options),
      (error: unknown) => error instanceof TocsinProblem && error.code === 'invalid',
      JSON.stringify(options),
    )
  }
})
