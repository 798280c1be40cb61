import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type BinaryRequest,
  decapsulateRequest,
  decodeRequest,
  encodeKeyConfigs,
  encodeResponse,
  generateStoredKeyPair,
  loadKeyPair,
} from '@tocsin/client/ohttp'
import { unwrap } from '@tocsin/core/base'
import type { BytesFetch } from '../list/server.ts'
import type { FetchInit } from '../platform.ts'
import { ObliviousTransport } from './transport.ts'

const GET: FetchInit = { method: 'GET', headers: { Accept: 'application/json' }, redirect: 'error' }

/** A relay and a gateway in one function, which remembers what each of them saw. */
async function startWay() {
  const stored = await generateStoredKeyPair()
  const pair = await loadKeyPair(stored)
  const relayed: { readonly url: string; readonly init: FetchInit; readonly length: number }[] = []
  const asked: BinaryRequest[] = []
  const fetch: BytesFetch = async (url, init) => {
    const body = init.body as Uint8Array
    relayed.push({ url, init, length: body.length })
    const arrived = (await decapsulateRequest(id => (id === 1 ? pair : undefined), body))!
    asked.push(unwrap(decodeRequest(arrived.message)))
    const content = Buffer.from('{"ä":1}')
    const message = encodeResponse({ status: 404, fields: [['x-tocsin-state', 'stale']], content })
    const sealed = await arrived.sealResponse(message)
    return new Response(new Uint8Array(sealed), { headers: { 'content-type': 'message/ohttp-res' } })
  }
  const keys = encodeKeyConfigs([{ id: 1, publicKey: stored.publicKey }])
  return {
    keys,
    relayed,
    asked,
    fetch,
    transport: new ObliviousTransport({ relay: 'https://relay.example/', keys, fetch }),
  }
}

test('a request arrives as it was made, and its answer as any fetch would give it', async () => {
  const { transport, asked } = await startWay()
  const init = { ...GET, method: 'POST', body: '{"ö":1}', headers: { ...GET.headers, authorization: 'Bearer k' } }
  const response = await transport.fetch('https://node.example:7080/v1/reputation?a=b', init)
  const [{ content, ...request }] = asked as [BinaryRequest]
  assert.deepEqual(request, {
    method: 'POST',
    scheme: 'https',
    authority: 'node.example:7080',
    path: '/v1/reputation?a=b',
    fields: [
      ['accept', 'application/json'],
      ['authorization', 'Bearer k'],
    ],
  })
  assert.equal(Buffer.from(content).toString(), '{"ö":1}')
  assert.deepEqual([response.status, response.headers.get('X-Tocsin-State')], [404, 'stale'])
  assert.equal(response.headers.get('etag'), null)
  assert.equal(await response.text(), '{"ä":1}')
  assert.equal(Buffer.from(await response.arrayBuffer()).toString(), '{"ä":1}')
})

test('a relay sees a sealed body of one of few lengths, and nothing of the request', async () => {
  const { transport, relayed } = await startWay()
  for (const subject of ['ip:192.0.2.1', `domain:${'a'.repeat(60)}.example`]) {
    await transport.fetch(`https://node.example/v1/reputation?subject=${subject}`, {
      ...GET,
      headers: { authorization: 'Bearer k' },
    })
  }
  assert.deepEqual(new Set(relayed.map(({ length }) => length)), new Set([512 + 55]))
  for (const { url, init } of relayed) {
    assert.equal(url, 'https://relay.example/')
    assert.deepEqual(init.headers, { 'content-type': 'message/ohttp-req', accept: 'message/ohttp-res' })
    assert.deepEqual([init.method, init.redirect, init.credentials], ['POST', 'error', 'omit'])
  }
})

test('what a relay says by itself is never an answer', async () => {
  const { keys, fetch } = await startWay()
  const type = { 'content-type': 'message/ohttp-res' }
  const lies: [Response, RegExp][] = [
    [
      new Response('{"verdict":"safe"}', { headers: { 'content-type': 'application/json' } }),
      /it must answer with message/,
    ],
    [new Response('sealed so that nobody can open it', { headers: type }), /not sealed for this request/],
    [new Response('', { headers: type }), /not sealed for this request/],
    [new Response(new Uint8Array(1024 * 1024 + 1), { headers: type }), /it must answer with message/],
    [new Response('no', { status: 404, headers: type }), /found status 404/],
    [new Response('no', { status: 422 }), /does not know its key any more/],
  ]
  for (const [lie, reason] of lies) {
    const transport = new ObliviousTransport({ relay: 'https://relay.example/', keys, fetch: async () => lie })
    await assert.rejects(transport.fetch('https://node.example/', GET), reason)
  }
  // The answer to another request, which the relay has kept.
  let kept: Uint8Array | undefined
  const replaying: BytesFetch = async (url, init) => {
    kept ??= new Uint8Array(await (await fetch(url, init)).arrayBuffer())
    return new Response(new Uint8Array(kept), { headers: type })
  }
  const transport = new ObliviousTransport({ relay: 'https://relay.example/', keys, fetch: replaying })
  assert.equal((await transport.fetch('https://node.example/', GET)).status, 404)
  await assert.rejects(transport.fetch('https://node.example/', GET), /not sealed for this request/)
})

test('an answer without end is given up, be it a relay’s or a list of keys', async () => {
  const { keys, fetch } = await startWay()
  const endless = (type: string) => {
    const body = new ReadableStream({ pull: stream => stream.enqueue(new Uint8Array(65_536)) })
    return new Response(body, { headers: { 'content-type': type } })
  }
  const relay = 'https://relay.example/'
  const relayed = new ObliviousTransport({ relay, keys, fetch: async () => endless('message/ohttp-res') })
  await assert.rejects(relayed.fetch('https://node.example/', GET), /more than 1048576 bytes/)
  const from = 'https://node.example/keys'
  const keyed: BytesFetch = async (url, init) =>
    url === from ? endless('application/ohttp-keys') : await fetch(url, init)
  const fetched = new ObliviousTransport({ relay, keys: { from }, fetch: keyed })
  await assert.rejects(fetched.fetch('https://node.example/', GET), /more than 8192 bytes/)
})

test('what cannot go through a relay is refused before anything is sent', async () => {
  const { transport, relayed } = await startWay()
  const stream = (async function* () {
    yield new Uint8Array()
  })()
  await assert.rejects(transport.fetch('https://node.example/', { ...GET, body: stream }), /not a stream/)
  await assert.rejects(transport.fetch('https://node.example/', { ...GET, body: '\ud800' }), /whole Unicode text/)
  await assert.rejects(
    transport.fetch('https://node.example/', { ...GET, body: 'x'.repeat(65_536) }),
    /at most 65481 may/,
  )
  for (const url of ['ftp://node.example/', '/v1', 'https://user@node.example/', 'https://node.example/a b']) {
    await assert.rejects(transport.fetch(url, GET), /the address must be http or https/)
  }
  assert.equal(relayed.length, 0)
})

test('keys of other algorithms alone, and broken ones, are an error with its reason', async () => {
  const { keys, fetch } = await startWay()
  const foreign = Uint8Array.from(keys)
  foreign[4] = 0x10
  const options = { relay: 'https://relay.example/', fetch }
  await assert.rejects(
    new ObliviousTransport({ ...options, keys: foreign }).fetch('http://a/', GET),
    /none is for X25519/,
  )
  const cut = keys.subarray(0, 20)
  await assert.rejects(new ObliviousTransport({ ...options, keys: cut }).fetch('http://a/', GET), /announces/)
})

test('one transport asks one node: the access key of another is not shown to its gateway', async () => {
  const { transport, asked } = await startWay()
  await transport.fetch('https://node.example/', GET)
  const other = { ...GET, headers: { authorization: 'Bearer of-another-node' } }
  await assert.rejects(
    transport.fetch('https://other.example/', other),
    /its gateway is of "https:\/\/node.example", .* make a transport for each node/,
  )
  assert.equal(asked.length, 1)
})

test('a relay that lies about the key gets a client to the gateway now and then, and no key taken away', async () => {
  const { keys, fetch: honest } = await startWay()
  const now = { clock: 3_600_000, isLying: false, isUp: true, fetches: 0 }
  const fetch: BytesFetch = async (url, init) => {
    if (!url.endsWith('/keys')) return now.isLying ? new Response('no', { status: 422 }) : await honest(url, init)
    now.fetches += 1
    if (!now.isUp) throw new TypeError('no route')
    return new Response(new Uint8Array(keys), { headers: { 'content-type': 'application/ohttp-keys' } })
  }
  const from = 'https://node.example/keys'
  const transport = new ObliviousTransport({
    relay: 'https://relay.example/',
    keys: { from },
    fetch,
    clock: () => now.clock,
  })
  const ask = () => transport.fetch('https://node.example/', GET)
  await ask()
  now.isLying = true
  now.isUp = false
  now.clock += 3_600_000
  await assert.rejects(ask(), /no route/)
  for (let n = 0; n < 5; n++) await assert.rejects(ask(), /does not know its key any more/)
  assert.equal(now.fetches, 2)
  now.isLying = false
  assert.equal((await ask()).status, 404)
  assert.equal(now.fetches, 2)
  // A clock that was set back does not keep the client from a key that it needs.
  now.isLying = true
  now.clock -= 7_000_000
  await assert.rejects(ask(), /no route/)
  assert.equal(now.fetches, 3)
})
