import assert from 'node:assert/strict'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseHead, type SignedHead, type TrustedKey, verifyHead } from '@tocsin/core/list'
import { change, World } from '../../book/distribution/publisher.fixture.ts'
import type { OfferedBook } from '../../book/distribution.ts'
import { silentLog } from '../../ops/events.ts'
import { mountDistribution } from './book.ts'
import { rangeOf } from './byte-range.ts'
import { createListener } from './listener.ts'

async function serve(world: World, lookupsNeedKey: 'always' | 'never' = 'never') {
  const listener = await createListener({
    address: '127.0.0.1',
    port: 0,
    authenticate: token => (token === 'reader' ? { name: 'r', role: 'reader' } : undefined),
    lookupsNeedKey,
    readiness: () => ({ ready: true }),
    version: '0.1.0',
    log: silentLog,
  })
  mountDistribution(listener.app, listener.gate, { distribution: world.distributor })
  const address = await listener.listen()
  return {
    get: (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      fetch(`${address}${path}`, { headers, method, redirect: 'manual' }),
    json: async <T>(path: string) => (await (await fetch(`${address}${path}`)).json()) as T,
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  }
}

interface Changes {
  readonly bookId: string
  readonly from: number
  readonly to: number
  readonly files: readonly {
    readonly name: string
    readonly from: number
    readonly to: number
    readonly bytes: number
  }[]
}

test('the head is signed with the key that is told, and leads to files that are what their names say', async () => {
  using world = new World()
  world.publish(change('ip:192.0.2.1'))
  world.settle()
  await using node = await serve(world)
  const key = await node.json<TrustedKey>('/v1/book/key')
  const signed = await node.json<SignedHead>('/v1/book/head')
  const verified = verifyHead(signed, {
    keys: [key],
    last: undefined,
    now: world.now,
    verify: ({ publicKey, signature, text }) => {
      const x = Buffer.from(publicKey, 'base64').toString('base64url')
      const object = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
      return verify(null, text, object, Buffer.from(signature, 'base64'))
    },
  })
  assert.ok(verified.ok)
  assert.deepEqual([verified.value.sequence, verified.value.validUntil], [1, world.now + 3_600_000])
  assert.deepEqual(verified.value.stateHash, world.store.head().stateHash)

  const { bookId, from, to, files } = await node.json<Changes>('/v1/book/changes?since=0&types=ip,file')
  assert.deepEqual([bookId, from, to, files.length], [verified.value.bookId, 0, 1, 1])
  const { name, bytes } = files[0]!
  const file = await node.get(`/v1/book/files/${name}`)
  const content = new Uint8Array(await file.arrayBuffer())
  assert.deepEqual([content.length, `${createHash('sha256').update(content).digest('hex')}.delta`], [bytes, name])
  assert.equal(file.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  assert.equal(file.headers.get('etag'), `"${name}"`)
})

test('files are given in part, not at all to whoever has them, and by their names alone', async () => {
  using world = new World()
  world.publish(change('ip:192.0.2.1'))
  world.settle()
  await using node = await serve(world)
  const { files } = await node.json<Changes>('/v1/book/changes?since=0')
  const { name, bytes } = files[0]!
  const path = `/v1/book/files/${name}`
  const whole = Buffer.from(await (await node.get(path)).arrayBuffer())
  const part = await node.get(path, { range: 'bytes=10-' })
  assert.deepEqual([part.status, part.headers.get('content-range')], [206, `bytes 10-${bytes - 1}/${bytes}`])
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), whole.subarray(10))
  assert.equal((await node.get(path, { range: 'bytes=10-', 'if-range': '"other"' })).status, 200)
  assert.equal((await node.get(path, { range: 'bytes=10-', 'if-range': `"${name}"` })).status, 206)
  const over = await node.get(path, { range: `bytes=${bytes}-` })
  assert.deepEqual([over.status, over.headers.get('content-range')], [416, `bytes */${bytes}`])
  assert.equal((await node.get(path, { 'if-none-match': `W/"${name}"` })).status, 304)
  const head = await node.get(path, {}, 'HEAD')
  assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(bytes)])
  for (const other of ['..%2f..%2fsigning.key', 'signing.key', `${'0'.repeat(64)}.delta`, '1.aside']) {
    assert.equal((await node.get(`/v1/book/files/${other}`)).status, 404, other)
  }
})

test('a file that is removed between the look-up and the reading is not found, whatever its length, and never for good', async () => {
  using world = new World()
  world.publish(change('ip:192.0.2.1'))
  world.settle()
  const listener = await createListener({
    address: '127.0.0.1',
    port: 0,
    authenticate: () => undefined,
    readiness: () => ({ ready: true }),
    version: '0.1.0',
    log: (event, fields) => assert.fail(`${event} ${String(fields?.['error'])}`),
  })
  await using _ = listener
  let bytes = 10
  const { distributor } = world
  const distribution: OfferedBook = {
    head: () => distributor.head(),
    signed: () => distributor.signed(),
    key: () => distributor.key(),
    snapshot: () => distributor.snapshot(),
    onHead: told => distributor.onHead(told),
    changes: since => distributor.changes(since),
    file: name => ({ path: join(tmpdir(), `tocsin-no-folder-${process.pid}`, name), bytes }),
  }
  mountDistribution(listener.app, listener.gate, { distribution })
  const address = await listener.listen()
  for (bytes of [10, 1_000_000]) {
    const response = await fetch(`${address}/v1/book/files/${'a'.repeat(64)}.delta`)
    assert.deepEqual([response.status, response.headers.get('cache-control')], [404, 'no-store'])
    assert.match(await response.text(), /ask for the way again/)
  }
})

test('a place that is not told leads to the snapshot, one ahead is refused, and so is a wrong question', async () => {
  using world = new World()
  world.publish(change('ip:192.0.2.1'))
  world.settle()
  await using node = await serve(world)
  assert.equal((await node.get('/v1/book/changes?since=2')).status, 409)
  assert.equal((await node.get('/v1/book/changes?since=-1')).status, 400)
  assert.equal((await node.get('/v1/book/changes')).status, 400)
  assert.equal((await node.get('/v1/book/changes?since=0&types=ip,mail')).status, 400)
  assert.equal((await node.get('/v1/book/snapshot')).status, 503)

  const snapshot = { name: `${'a'.repeat(64)}.snapshot`, sequence: 1, bytes: 7 }
  const head = world.distributor.head()!
  world.distributor.take({ isAll: true, head, snapshot, snapshots: [snapshot], added: [], removed: [] })
  const gone = await node.get('/v1/book/changes?since=0')
  assert.deepEqual([gone.status, gone.headers.get('content-type')], [410, 'application/problem+json'])
  const problem = (await gone.json()) as { readonly code: string; readonly snapshot: unknown }
  assert.deepEqual([problem.code, problem.snapshot], ['gone', snapshot])
  const way = await node.get('/v1/book/snapshot')
  assert.deepEqual([way.status, way.headers.get('location')], [302, `/v1/book/files/${snapshot.name}`])
})

test('news are the signed head, and nothing is told without a key where one is needed', async () => {
  using world = new World()
  world.settle()
  await using node = await serve(world, 'always')
  for (const path of ['head', 'key', 'changes?since=0', 'snapshot', 'events', `files/${'0'.repeat(64)}.delta`]) {
    assert.equal((await node.get(`/v1/book/${path}`)).status, 401, path)
  }
  const stream = await node.get('/v1/book/events', { authorization: 'Bearer reader' })
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
  const sequenceOf = (text: string | undefined) => {
    const { head } = JSON.parse(/data: (.*)\n\n$/.exec(text ?? '')![1]!) as SignedHead
    const parsed = parseHead(head)
    return parsed.ok ? parsed.value.sequence : undefined
  }
  assert.equal(sequenceOf((await reader.read()).value), 0)
  world.publish(change('ip:192.0.2.1'))
  world.settle()
  assert.equal(sequenceOf((await reader.read()).value), 1)
  await reader.cancel()
})

test('rangeOf() reads one range of bytes, and leaves all else to the whole', () => {
  assert.deepEqual(rangeOf('bytes=0-0', 10), { first: 0, last: 0 })
  assert.deepEqual(rangeOf('bytes=5-99', 10), { first: 5, last: 9 })
  assert.deepEqual(rangeOf('bytes=-3', 10), { first: 7, last: 9 })
  assert.deepEqual(rangeOf('bytes=-30', 10), { first: 0, last: 9 })
  for (const none of [undefined, 'bytes=-', 'bytes=5-4', 'bytes=0-1,3-4', 'lines=0-1', 'bytes=a-b']) {
    assert.equal(rangeOf(none, 10), undefined, none)
  }
  for (const over of ['bytes=10-', 'bytes=-0']) assert.equal(rangeOf(over, 10), 'unsatisfiable', over)
})
