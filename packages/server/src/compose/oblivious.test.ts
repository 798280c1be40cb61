import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { TocsinClient, TocsinProblem } from '@tocsin/client'
import { HashServer } from '@tocsin/client/list'
import { type ObliviousOptions, ObliviousTransport } from '@tocsin/client/oblivious'
import { decodeKeyConfigs, decodeResponse, encapsulateRequest, encodeRequest, type Field } from '@tocsin/client/ohttp'
import { unwrap } from '@tocsin/core/base'
import { loadConfig } from '../config/index.ts'
import { silentLog } from '../ops/events.ts'
import { startRelay } from './relay.ts'
import { startSingle } from './single.ts'

function configOf(flags: Readonly<Record<string, string>>) {
  return unwrap(loadConfig({ env: {}, flags }))
}

function newFolder(opened: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-oblivious-'))
  opened.defer(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A node that blocks 192.0.2.1 and example.com, with a gateway, and a relay before it. */
async function startNet(flags: Readonly<Record<string, string>> = {}) {
  await using opened = new AsyncDisposableStack()
  const data = newFolder(opened)
  const config = configOf({
    '--data': data,
    '--http': '127.0.0.1:0',
    '--dns': 'off',
    '--mining': 'off',
    '--starter': 'off',
    '--policy-site-blocked': 'ip:192.0.2.1,domain:example.com',
    ...flags,
  })
  const node = opened.use(await startSingle(config, { clock: Date.now, log: silentLog, version: '0.0.0' }))
  const gateway = `${node.httpUrl}/v1/ohttp/gateway`
  const relay = opened.use(
    await startRelay(configOf({ '--gateway': gateway, '--ohttp-relay': '127.0.0.1:0' }), {
      clock: Date.now,
      log: silentLog,
    }),
  )
  const running = opened.move()
  const oblivious = (part: Partial<ObliviousOptions> = {}) =>
    new ObliviousTransport({ relay: relay.url, keys: { from: `${node.httpUrl}/v1/ohttp/keys` }, ...part })
  return {
    data,
    node,
    gateway,
    relay,
    oblivious,
    admin: readFileSync(join(data, 'admin.key'), 'utf8').trim(),
    client: (key?: string) =>
      new TocsinClient({ server: node.httpUrl, fetch: oblivious().fetch, ...(key === undefined ? {} : { key }) }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

type Net = Awaited<ReturnType<typeof startNet>>

async function keysOf({ node }: Pick<Net, 'node'>): Promise<Uint8Array> {
  const response = await fetch(`${node.httpUrl}/v1/ohttp/keys`)
  assert.equal(response.headers.get('content-type'), 'application/ohttp-keys')
  return new Uint8Array(await response.arrayBuffer())
}

/** Seals a message for the node's gateway, sends it there, and gives what was sealed in return. */
async function sealedFor(net: Net, message: Uint8Array) {
  const [key] = unwrap(decodeKeyConfigs(await keysOf(net)))
  const sealed = await encapsulateRequest(key!, message)
  const response = await post(net.gateway, sealed.bytes)
  assert.equal(response.status, 200)
  const opened = unwrap(await sealed.openResponse(new Uint8Array(await response.arrayBuffer())))
  const { status, content } = unwrap(decodeResponse(opened))
  return { status, length: opened.length, text: Buffer.from(content).toString() }
}

function requestOf(method: string, path: string, fields: readonly Field[] = [], content = ''): Uint8Array {
  return encodeRequest({ method, scheme: 'http', authority: 'localhost', path, fields, content: Buffer.from(content) })
}

function post(url: string, body: Uint8Array, headers: Readonly<Record<string, string>> = {}) {
  const type = { 'content-type': 'message/ohttp-req' }
  return fetch(url, { method: 'POST', headers: { ...type, ...headers }, body: new Uint8Array(body) })
}

test('lookups and searches by prefix go through relay and gateway, with a key where lookups need one', async () => {
  await using net = await startNet()
  assert.equal((await net.client(net.admin).check('ip:192.0.2.1')).action, 'block')
  const many = await net.client(net.admin).checkAll(['ip:192.0.2.1', 'ip:192.0.2.2', 'what?'])
  assert.deepEqual(
    many.map(each => ('error' in each ? 'error' : each.action)),
    ['block', 'allow', 'error'],
  )
  const server = new HashServer({ server: net.node.httpUrl, key: net.admin, fetch: net.oblivious().fetch })
  const found = await server.search([0x73d986e0])
  assert.equal(found.state, 'fresh')
  // Node and relay are on this machine, and a request that came sealed is still nobody's.
  await assert.rejects(net.client().check('ip:192.0.2.1'), (error: unknown) => {
    assert.ok(error instanceof TocsinProblem)
    assert.deepEqual([error.code, error.status], ['unauthorized', 401])
    return true
  })
  await assert.rejects(net.client('wrong').check('ip:192.0.2.1'), /the key is not valid here/)
})

test('an open gateway needs no key, and still refuses a wrong one', async () => {
  await using net = await startNet({ '--ohttp-open': 'on', '--http-lookups-need-key': 'always' })
  assert.equal((await net.client().check('ip:192.0.2.1')).action, 'block')
  await assert.rejects(net.client('wrong').check('ip:192.0.2.1'), /the key is not valid here/)
  await assert.rejects(fetch(`${net.node.httpUrl}/v1/reputation?subject=ip:192.0.2.1`).then(refused), /401/)
})

async function refused(response: Response): Promise<void> {
  if (!response.ok) throw new Error(`status ${response.status}`)
}

test('the gateway answers lookups alone, whatever key is inside and however the path is written', async () => {
  await using net = await startNet()
  const authorization = ['authorization', `Bearer ${net.admin}`] as const
  const paths: [string, string][] = [
    ['GET', '/v1/status'],
    ['GET', '/v1/keys'],
    ['POST', '/v1/keys'],
    ['GET', '/metrics'],
    ['POST', '/v1/evidence'],
    ['GET', '/v1/explain?subject=ip:192.0.2.1'],
    ['POST', '/v1/ohttp/gateway'],
    ['GET', '/v1/ohttp/keys'],
    ['DELETE', '/v1/reputation'],
    ['GET', '/v5/../v1/keys'],
    ['GET', '/v5/%2e%2e/v1/keys'],
    ['GET', '/v5\\..\\v1\\keys'],
    ['GET', '/v1/reputation/../keys'],
    ['GET', '/v1/reputationx'],
    ['GET', '//v5/hashLists'],
    ['GET', '/'],
  ]
  for (const [method, path] of paths) {
    const { status, text } = await sealedFor(net, requestOf(method, path, [authorization], '{}'))
    assert.deepEqual([path, status], [path, 404])
    assert.match(text, /it takes lookups alone/)
  }
  assert.equal((await sealedFor(net, requestOf('GET', 'v5/hashLists', [authorization]))).status, 400)
  assert.equal((await sealedFor(net, requestOf('GET', '/v5/hashLists?alt=json', [authorization]))).status, 200)
})

test('what is inside is held to the rules of any other request: hosts, shapes, messages', async () => {
  await using net = await startNet()
  const fields = [
    ['authorization', `Bearer ${net.admin}`],
    ['content-type', 'application/json'],
  ] as const
  const foreign = { method: 'GET', scheme: 'http', authority: 'rebound.example', path: '/v5/hashLists', fields }
  assert.equal((await sealedFor(net, encodeRequest({ ...foreign, content: new Uint8Array() }))).status, 421)
  assert.equal((await sealedFor(net, requestOf('POST', '/v1/reputation', fields, '{"subjects":7}'))).status, 400)
  assert.equal((await sealedFor(net, Uint8Array.of(9, 9, 9))).status, 400)
  assert.equal((await sealedFor(net, new Uint8Array())).status, 400)
  const [one, other] = await Promise.all(
    ['ip:192.0.2.1', 'ip:198.51.100.200'].map(subject =>
      sealedFor(net, requestOf('GET', `/v1/reputation?subject=${subject}`, fields)),
    ),
  )
  assert.deepEqual([one!.status, one!.length, other!.length], [200, 512, 512])
})

test('one and the same refusal for all that cannot be opened; other types and lengths are refused as usual', async () => {
  await using net = await startNet()
  const [key] = unwrap(decodeKeyConfigs(await keysOf(net)))
  const { bytes } = await encapsulateRequest(key!, requestOf('GET', '/v5/hashLists'))
  const told = new Set<string>()
  const hostile = [new Uint8Array(1), bytes.subarray(0, 54), bytes.subarray(0, -1), new Uint8Array(200)]
  for (const at of [0, 2, 4, 6, 7, 38, 39, bytes.length - 1]) hostile.push(bytes.with(at, bytes[at]! ^ 1))
  for (const each of hostile) {
    const response = await post(net.gateway, each)
    assert.equal(response.status, 422)
    told.add(`${response.headers.get('content-type')} ${await response.text()}`)
  }
  assert.equal(told.size, 1)
  assert.match([...told][0]!, /^application\/problem\+json .*http-problem-types#ohttp-key/)
  assert.equal((await post(net.gateway, new Uint8Array(64 * 1024 + 1))).status, 413)
  assert.equal((await post(net.gateway, bytes, { 'content-type': 'text/plain' })).status, 415)
  assert.equal((await post(net.gateway, bytes, { 'content-type': 'application/json' })).status, 400)
  assert.equal((await fetch(net.gateway)).status, 405)
  // No other route takes the type.
  assert.equal((await post(`${net.node.httpUrl}/v1/reputation`, bytes)).status, 415)
})

test('with the gateway off there is none, and no key file', async () => {
  await using net = await startNet({ '--ohttp-gateway': 'off' })
  assert.equal((await fetch(`${net.node.httpUrl}/v1/ohttp/keys`)).status, 404)
  assert.equal(statSync(join(net.data, 'ohttp-keys.json'), { throwIfNoEntry: false }), undefined)
  // What another program says is not taken for an answer: nobody could say.
  assert.equal((await net.client(net.admin).check('ip:192.0.2.1')).state, 'unavailable')
})

test('a client that fetched its key takes the new one; one that pinned it says that it is old', async () => {
  await using net = await startNet({ '--ohttp-open': 'on' })
  const old = await keysOf(net)
  const stray = await encapsulateRequest(
    { id: 200, publicKey: unwrap(decodeKeyConfigs(old))[0]!.publicKey },
    new Uint8Array(),
  )
  const wrong = Uint8Array.from([...old.subarray(0, 2), 200, ...old.subarray(3)])
  assert.equal((await post(net.relay.url, stray.bytes)).status, 422)
  const pinned = new TocsinClient({ server: net.node.httpUrl, fetch: net.oblivious({ keys: wrong }).fetch })
  const { state } = await pinned.check('ip:192.0.2.1')
  assert.equal(state, 'unavailable')

  // Served the old keys at first, the right ones from an hour later on.
  const clock = { now: 0 }
  let fetches = 0
  const transport = net.oblivious({
    clock: () => clock.now,
    fetch: async (url, init) => {
      const response = await fetch(url, init as RequestInit)
      if (!url.endsWith('/keys')) return response
      fetches += 1
      return fetches > 1 ? response : new Response(wrong, { headers: { 'content-type': 'application/ohttp-keys' } })
    },
  })
  const client = new TocsinClient({ server: net.node.httpUrl, fetch: transport.fetch })
  assert.equal((await client.check('ip:192.0.2.1')).state, 'unavailable')
  assert.equal((await client.check('ip:192.0.2.1')).state, 'unavailable')
  assert.equal(fetches, 1)
  clock.now += 3_600_000
  assert.equal((await client.check('ip:192.0.2.1')).action, 'block')
  assert.equal((await client.check('ip:192.0.2.1')).action, 'block')
  assert.equal(fetches, 2)
})
