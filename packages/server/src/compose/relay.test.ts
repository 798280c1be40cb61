import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { loadConfig } from '../config/index.ts'
import { type EventName, silentLog } from '../ops/events.ts'
import { startRelay } from './relay.ts'

function configOf(flags: Readonly<Record<string, string>>) {
  return unwrap(loadConfig({ env: {}, flags }))
}

function post(url: string, body: Uint8Array, headers: Readonly<Record<string, string>> = {}) {
  const type = { 'content-type': 'message/ohttp-req' }
  return fetch(url, { method: 'POST', headers: { ...type, ...headers }, body: new Uint8Array(body) })
}

/** A gateway that records what it is sent, and says what it is told to. */
async function startFakeGateway() {
  const heard: { readonly headers: IncomingHttpHeaders; readonly body: Buffer }[] = []
  const says = {
    status: 200,
    headers: { 'content-type': 'message/ohttp-res' } as Record<string, string>,
    body: Buffer.from('sealed'),
  }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      heard.push({ headers: request.headers, body: Buffer.concat(parts) })
      response.writeHead(says.status, says.headers).end(says.body)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    heard,
    says,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/gateway`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

test('a relay forwards the sealed bytes, none of the headers of who asks, and gives none of the gateway’s back', async () => {
  await using gateway = await startFakeGateway()
  const events: EventName[] = []
  const surroundings = { clock: Date.now, log: (event: EventName) => void events.push(event) }
  await using relay = await startRelay(
    configOf({ '--gateway': gateway.url, '--ohttp-relay': '127.0.0.1:0' }),
    surroundings,
  )
  const telling = {
    cookie: 'id=7',
    'user-agent': 'somebody/1.0',
    authorization: 'Bearer secret',
    'x-forwarded-for': '198.51.100.7',
    forwarded: 'for=198.51.100.7',
    'accept-language': 'fr-CH',
    origin: 'https://page.example',
    referer: 'https://page.example/a',
    'x-tocsin-key': 'secret',
  }
  gateway.says.headers['set-cookie'] = 'tag=1'
  gateway.says.headers['x-tag'] = '1'
  const bytes = Buffer.from('sealed question')
  const response = await post(relay.url, bytes, telling)
  assert.equal(await response.text(), 'sealed')
  const { headers, body } = gateway.heard[0]!
  assert.deepEqual(body, bytes)
  for (const [name, value] of Object.entries(telling)) assert.notEqual(headers[name], value, name)
  // The same with each request: what the runtime says of itself, and these two.
  await post(relay.url, bytes)
  assert.deepEqual(gateway.heard[1]!.headers, headers)
  assert.equal(headers['user-agent'], 'tocsin-relay')
  assert.equal(response.headers.get('set-cookie'), null)
  assert.equal(response.headers.get('x-tag'), null)
  assert.deepEqual(events, ['relay-started'])
})

test('a relay gives constant words in place of what a gateway says unsealed, and logs when it falls silent', async () => {
  await using gateway = await startFakeGateway()
  const events: EventName[] = []
  const surroundings = { clock: Date.now, log: (event: EventName) => void events.push(event) }
  await using relay = await startRelay(
    configOf({ '--gateway': gateway.url, '--ohttp-relay': '127.0.0.1:0' }),
    surroundings,
  )
  const said = [
    [422, 422],
    [503, 503],
    [429, 503],
    [500, 502],
    [302, 502],
    [404, 502],
  ] as const
  for (const [status, relayed] of said) {
    Object.assign(gateway.says, { status, headers: { location: '/elsewhere' }, body: Buffer.from('tag-7') })
    const response = await post(relay.url, Buffer.from('x'))
    assert.deepEqual([status, response.status], [status, relayed])
    assert.doesNotMatch(await response.text(), /tag-7/)
  }
  Object.assign(gateway.says, { status: 200, headers: { 'content-type': 'text/html' } })
  assert.equal((await post(relay.url, Buffer.from('x'))).status, 502)
  const type = { 'content-type': 'message/ohttp-res' }
  Object.assign(gateway.says, { headers: type, body: Buffer.alloc(1024 * 1024 + 1) })
  assert.equal((await post(relay.url, Buffer.from('x'))).status, 502)
  Object.assign(gateway.says, { body: Buffer.alloc(1024 * 1024) })
  assert.equal((await post(relay.url, Buffer.from('x'))).status, 200)
  assert.deepEqual(events, ['relay-started', 'gateway-silent', 'gateway-answers'])
})

test('a relay takes sealed requests at its one address, from any page, and hands out no keys', async () => {
  await using gateway = await startFakeGateway()
  await using relay = await startRelay(configOf({ '--gateway': gateway.url, '--ohttp-relay': '127.0.0.1:0' }), {
    clock: Date.now,
    log: silentLog,
  })
  assert.equal((await post(relay.url, new Uint8Array(64 * 1024 + 1))).status, 400)
  assert.equal((await post(relay.url, Buffer.from('{}'), { 'content-type': 'application/json' })).status, 400)
  assert.equal((await post(`${relay.url}/other`, Buffer.from('x'))).status, 404)
  for (const path of ['/', '/keys', '/v1/ohttp/keys', '/v1/ohttp/gateway']) {
    assert.equal((await fetch(relay.url + path)).status, 404, path)
  }
  assert.equal((await fetch(`${relay.url}/healthz`)).status, 200)
  const preflight = await fetch(relay.url, { method: 'OPTIONS' })
  assert.equal(preflight.headers.get('access-control-allow-origin'), '*')
  assert.equal(gateway.heard.length, 0)
})

test('a relay without a gateway does not start', async () => {
  const surroundings = { clock: Date.now, log: silentLog }
  await assert.rejects(
    startRelay(configOf({ '--ohttp-relay': '127.0.0.1:0' }), surroundings),
    /--gateway must name the gateway/,
  )
})
