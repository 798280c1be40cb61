import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RESOLUTION_SCHEMA, type Resolution, type WireProblem, type WireResolutionReceipt } from '@tocsin/core/wire'
import { createListener } from '../../doors/http/listener.ts'
import { silentLog } from '../../ops/events.ts'
import { mountResolutions } from './resolutions.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const KEYS: Readonly<Record<string, 'reader' | 'sensor'>> = { reader: 'reader', sensor: 'sensor' }

async function startSource() {
  const taken: (readonly [Resolution, string])[] = []
  const listener = await createListener({
    address: '127.0.0.1',
    port: 0,
    authenticate: token => (token in KEYS ? { name: `a-${token}`, role: KEYS[token]! } : undefined),
    readiness: () => ({ ready: true }),
    version: '0.1.0',
    log: silentLog,
    limits: { bodyBytesMax: 4 * 1024 * 1024 },
  })
  await mountResolutions(listener.app, listener.gate, {
    takeResolution: (resolution, { name }) => void taken.push([resolution, name]),
    checkResolution: listener.checkOf(RESOLUTION_SCHEMA),
    clock: () => NOW,
  })
  const post = async (payload: string, type = 'application/json', key = 'sensor') => {
    const headers = { 'content-type': type, 'x-tocsin-key': key }
    const response = await listener.app.inject({ method: 'POST', url: '/v1/resolutions', payload, headers })
    return { status: response.statusCode, body: response.json<WireResolutionReceipt & WireProblem>() }
  }
  return { taken, post, [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose]() }
}

test('resolutions of a sensor are taken in canonical form, a list, one alone, or lines', async () => {
  await using source = await startSource()
  const item = { domain: 'WWW.Example.com.', address: '192.0.2.1', seenAt: '2026-11-22T10:00:00Z', count: 3 }
  const list = await source.post(JSON.stringify([item, { domain: 'bücher.example', address: '2001:DB8::1' }]))
  assert.deepEqual(list, { status: 200, body: { accepted: 2, refused: [] } })
  const shown = source.taken.map(([{ domain, address, seenAt, count }, by]) => [
    domain.value,
    address.value,
    seenAt,
    count,
    by,
  ])
  assert.deepEqual(shown, [
    ['www.example.com', '192.0.2.1', Date.parse('2026-11-22T10:00:00Z'), 3, 'a-sensor'],
    ['xn--bcher-kva.example', '2001:db8::1', NOW, 1, 'a-sensor'],
  ])
  assert.equal((await source.post(JSON.stringify(item))).body.accepted, 1)
  const lines = `${JSON.stringify(item)}\n\n{"domain":\n${JSON.stringify({ ...item, address: '10.0.0.1' })}\n${'x'.repeat(3000)}\n`
  const { body } = await source.post(lines, 'application/x-ndjson')
  assert.deepEqual([body.accepted, body.refused.map(({ index }) => index)], [1, [2, 3, 4]])
})

test('what is private, reserved, no name, too old or not in the schema is refused with its reason', async () => {
  await using source = await startSource()
  const refused: readonly (readonly [object, RegExp])[] = [
    [{ domain: 'printer.local', address: '192.0.2.1' }, /names under "\.local" are not/],
    [{ domain: 'db.corp.internal', address: '192.0.2.1' }, /names under "\.internal" are not/],
    [{ domain: 'localhost', address: '192.0.2.1' }, /two labels at least/],
    [{ domain: '192.0.2.7', address: '192.0.2.1' }, /not an address/],
    [{ domain: '[2001:db8::1]', address: '192.0.2.1' }, /not an address/],
    [{ domain: '*.example.com', address: '192.0.2.1' }, /pattern/],
    [{ domain: 'user@example.com', address: '192.0.2.1' }, /host alone/],
    [{ domain: `${'a'.repeat(64)}.com`, address: '192.0.2.1' }, /at most 63 bytes/],
    [{ domain: 'a'.repeat(65_536), address: '192.0.2.1' }, /255 characters/],
    [{ domain: 'example.com', address: '192.168.1.1' }, /must be public/],
    [{ domain: 'example.com', address: '::ffff:127.0.0.1' }, /must be public/],
    [{ domain: 'example.com', address: 'example.org' }, /Cannot parse ip/],
    [{ domain: 'example.com', address: '192.0.2.1', seenAt: '2020-01-01T00:00:00Z' }, /last 400 days/],
    [{ domain: 'example.com', address: '192.0.2.1', seenAt: 'now' }, /seenAt/],
    [{ domain: 'example.com', address: '192.0.2.1', count: 0 }, /count/],
    [{ domain: 'example.com', address: '192.0.2.1', client: '10.0.0.7' }, /field "client" is not known/],
    [{ domain: 'example.com' }, /field "address" is missing/],
  ]
  const { body } = await source.post(JSON.stringify(refused.map(([item]) => item)))
  assert.equal(body.accepted, 0)
  for (const [at, [item, reason]] of refused.entries()) {
    assert.match(body.refused[at]!.reason, reason, JSON.stringify(item).slice(0, 80))
    assert.ok(body.refused[at]!.reason.length < 300)
  }
  assert.deepEqual(source.taken, [])
})

test('a time to come is now', async () => {
  await using source = await startSource()
  await source.post('{"domain":"example.com","address":"192.0.2.1","seenAt":"2030-01-01T00:00:00Z"}')
  assert.equal(source.taken[0]![0].seenAt, NOW)
})

test('a key of role sensor is needed, and a list has its limit', async () => {
  await using source = await startSource()
  assert.equal((await source.post('[]', 'application/json', 'none')).status, 401)
  assert.equal((await source.post('[]', 'application/json', 'reader')).status, 403)
  const many = await source.post(JSON.stringify(Array.from({ length: 10_001 }, () => 0)))
  assert.equal(many.status, 400)
  assert.match(many.body.detail!, /at most 10000 items, found 10001; send NDJSON/)
})
