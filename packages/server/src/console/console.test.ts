import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { WireKey, WireProblem } from '@tocsin/core/wire'
import { createListener } from '../doors/http/listener.ts'
import { openKeyRing } from '../intake/keys.ts'
import { silentLog } from '../ops/events.ts'
import { mountConsole } from './console.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const HASH = '0'.repeat(64)

/** A console on a real key ring with one admin key, and counts that stand still. */
async function startConsole() {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-console-'))
  let drawn = 0
  const random = (length: number) => new Uint8Array(length).fill(++drawn)
  const keys = await openKeyRing(join(folder, 'keys.json'), { clock: () => NOW, random })
  /** What the next retractions come to. */
  const retractions: (number | Error)[] = []
  const { token: admin } = await keys.add({ name: 'root', role: 'admin', trust: 1 })
  const listener = await createListener({
    address: '127.0.0.1',
    port: 0,
    authenticate: token => keys.find(token),
    readiness: () => ({ ready: true }),
    version: '0.1.0',
    log: silentLog,
  })
  mountConsole(listener.app, listener.gate, {
    version: '0.1.0',
    startedAt: NOW - 1000,
    clock: () => NOW,
    book: {
      head: () => ({
        bookId: 'book-1',
        sequence: 7,
        publishedAt: NOW,
        entries: { ip: 1, net: 0, domain: 0, url: 0, file: 0 },
        stateHash: { ip: HASH, net: HASH, domain: HASH, url: HASH, file: HASH },
      }),
    },
    ledger: {
      counts: async () => ({
        place: 9,
        subjects: 2,
        evidence: 3,
        sources: [
          { name: 'my-list', origin: 'import', trustStep: 12, organisation: 'us', evidence: 3 },
          { name: 'key:mx1@1', origin: 'key', trustStep: 12, organisation: 'a', evidence: 2 },
          { name: 'key:mx2@2', origin: 'key', trustStep: 12, organisation: 'b', evidence: 5 },
        ],
      }),
    },
    waiting: async () => 4,
    lookups: () => [{ door: 'http', verdict: 'safe', action: 'allow', count: 5 }],
    keys,
    retractAll: async () => {
      const count = retractions.shift() ?? 0
      if (count instanceof Error) throw count
      return count
    },
  })
  const ask = async (method: 'GET' | 'POST' | 'DELETE', url: string, key?: string, payload?: object) => {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
    const response = await listener.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) })
    return { status: response.statusCode, headers: response.headers, text: response.body }
  }
  const dispose = async () => {
    await listener[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  }
  return { app: listener.app, keys, admin, ask, retractions, [Symbol.asyncDispose]: dispose }
}

test('the status tells book, ledger, lookups and sources', async () => {
  await using console = await startConsole()
  const { status, text } = await console.ask('GET', '/v1/status')
  assert.equal(status, 200)
  assert.deepEqual(JSON.parse(text), {
    version: '0.1.0',
    startedAt: '2026-03-01T11:59:59.000Z',
    now: '2026-03-01T12:00:00.000Z',
    head: {
      bookId: 'book-1',
      sequence: 7,
      publishedAt: '2026-03-01T12:00:00.000Z',
      entries: { ip: 1, net: 0, domain: 0, url: 0, file: 0 },
      stateHash: { ip: HASH, net: HASH, domain: HASH, url: HASH, file: HASH },
    },
    ledger: { subjects: 2, evidence: 3, waiting: 4 },
    lookups: [{ door: 'http', verdict: 'safe', action: 'allow', count: 5 }],
    sources: [
      { name: 'my-list', origin: 'import', trust: 0.8, evidence: 3 },
      { name: 'reporters', origin: 'key', trust: 0.8, evidence: 7 },
    ],
  })
})

test('the status needs a key off loopback', async () => {
  await using console = await startConsole()
  const response = await console.app.inject({ url: '/v1/status', remoteAddress: '203.0.113.9' })
  assert.equal(response.statusCode, 401)
})

test('a key is made, works at once, is listed without its secret, and works no more once revoked', async () => {
  await using console = await startConsole()
  const wanted = { name: 'mx1', role: 'sensor', organisation: 'acme', trust: 0.8 }
  const made = await console.ask('POST', '/v1/keys', console.admin, wanted)
  assert.deepEqual([made.status, made.headers['cache-control']], [201, 'no-store'])
  const { token, dnsLabel, ...key } = JSON.parse(made.text) as WireKey
  assert.deepEqual(key, { ...wanted, createdAt: '2026-03-01T12:00:00.000Z' })
  assert.match(dnsLabel, /^tk-/)
  assert.equal((await console.ask('GET', '/v1/status', token)).status, 200)

  const listed = await console.ask('GET', '/v1/keys', console.admin)
  assert.deepEqual(
    (JSON.parse(listed.text) as { keys: WireKey[] }).keys.map(({ name }) => name),
    ['root', 'mx1'],
  )
  assert.doesNotMatch(listed.text, /token|hash/)

  assert.equal((await console.ask('DELETE', '/v1/keys/mx1', console.admin)).status, 204)
  assert.equal((await console.ask('GET', '/v1/status', token)).status, 401)
  await console.ask('POST', '/v1/keys', console.admin, wanted)
  // The ledger fails: the key is there still, so that the same can be asked again.
  console.retractions.push(new Error('disk full'), 7, 2)
  assert.equal((await console.ask('DELETE', '/v1/keys/mx1?evidence=retract', console.admin)).status, 500)
  assert.ok(console.keys.list().some(each => each.name === 'mx1'))
  const all = await console.ask('DELETE', '/v1/keys/mx1?evidence=retract', console.admin)
  assert.deepEqual([all.status, all.text], [200, '{"retracted":9}'])
  const gone = await console.ask('DELETE', '/v1/keys/mx1', console.admin)
  assert.deepEqual([gone.status, (JSON.parse(gone.text) as WireProblem).code], [404, 'not-found'])
})

test('keys are an administrator’s, from loopback too', async () => {
  await using console = await startConsole()
  const { token } = await console.keys.add({ name: 'analyst', role: 'analyst' })
  for (const [method, url] of [
    ['GET', '/v1/keys'],
    ['POST', '/v1/keys'],
    ['DELETE', '/v1/keys/root'],
  ] as const) {
    assert.equal((await console.ask(method, url)).status, 401)
    assert.equal((await console.ask(method, url, token)).status, 403)
  }
  assert.equal(console.keys.list().length, 2)
})

test('a key that cannot be made is refused in words', async () => {
  await using console = await startConsole()
  const wrong: [object, RegExp][] = [
    [{ name: 'root', role: 'reader' }, /Cannot add key "root": the name is taken/],
    [{ name: 'Root', role: 'reader' }, /field "name" must match pattern/],
    [{ name: 'a', role: 'root' }, /field "role" must be one of/],
    [{ name: 'a', role: 'reader', email: 'a@b' }, /field "email" is not known/],
  ]
  for (const [wanted, message] of wrong) {
    const { status, text } = await console.ask('POST', '/v1/keys', console.admin, wanted)
    assert.equal(status, 400)
    assert.match((JSON.parse(text) as WireProblem).detail ?? '', message)
  }
})
