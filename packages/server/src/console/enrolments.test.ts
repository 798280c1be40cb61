import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { parseEnrolmentToken, type WireEnrolment, type WireKey, type WireProblem } from '@tocsin/core/wire'
import { createListener } from '../doors/http/listener.ts'
import { openKeyRing } from '../intake/keys.ts'
import { silentLog } from '../ops/events.ts'
import { mountEnrolments } from './enrolments.ts'
import { mountKeys } from './keys.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const SIGNING = { keyId: '0123456789abcdef', publicKey: Buffer.alloc(32, 7).toString('base64') }
const KEY = `tocsin_${'a'.repeat(52)}`
const OTHER = `tocsin_${'b'.repeat(52)}`

async function startConsole() {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-console-'))
  let drawn = 0
  const random = (length: number) => new Uint8Array(length).fill(++drawn)
  const keys = await openKeyRing(join(folder, 'keys.json'), { clock: () => NOW, random })
  const { token: admin } = await keys.add({ name: 'root', role: 'admin' })
  const { token: analyst } = await keys.add({ name: 'analyst', role: 'analyst' })
  const enrolled: string[] = []
  const listener = await createListener({
    address: '127.0.0.1',
    port: 0,
    authenticate: token => keys.find(token),
    lookupsNeedKey: 'always',
    readiness: () => ({ ready: true }),
    version: '0.1.0',
    log: silentLog,
  })
  const requireAdmin = listener.gate.requireRole('admin')
  mountKeys(listener.app, requireAdmin, { keys, retractAll: async () => 0 })
  mountEnrolments(listener.app, requireAdmin, {
    keys,
    signingKey: () => SIGNING,
    enrolled: name => enrolled.push(name),
  })
  const ask = async (method: 'GET' | 'POST' | 'DELETE', url: string, key?: string, payload?: object) => {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
    const response = await listener.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) })
    return { status: response.statusCode, text: response.body }
  }
  const dispose = async () => {
    await listener[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  }
  return { keys, admin, analyst, enrolled, ask, [Symbol.asyncDispose]: dispose }
}

test('an enrolment is opened with a token that tells the public key, listed without it, redeemed and gone', async () => {
  await using console = await startConsole()
  const wanted = { name: 'branch-1', role: 'sensor', trust: 0.5, expiresInSeconds: 3600 }
  const opened = await console.ask('POST', '/v1/enrolments', console.admin, wanted)
  assert.equal(opened.status, 201)
  const { token, ...enrolment } = JSON.parse(opened.text) as WireEnrolment
  const times = { createdAt: '2026-03-01T12:00:00.000Z', expiresAt: '2026-03-01T13:00:00.000Z' }
  assert.deepEqual(enrolment, { name: 'branch-1', role: 'sensor', organisation: 'branch-1', trust: 0.5, ...times })
  const { secret, publicKey } = unwrap(parseEnrolmentToken(token!))
  assert.equal(Buffer.from(publicKey).toString('base64'), SIGNING.publicKey)
  const listed = await console.ask('GET', '/v1/enrolments', console.admin)
  assert.deepEqual(JSON.parse(listed.text), { enrolments: [enrolment] })

  for (let time = 0; time < 2; time++) {
    const { status, text } = await console.ask('POST', '/v1/enrol', undefined, { secret, key: KEY })
    assert.equal(status, 200)
    const { dnsLabel: _dnsLabel, createdAt: _createdAt, ...key } = JSON.parse(text) as WireKey
    assert.deepEqual(key, { name: 'branch-1', role: 'sensor', organisation: 'branch-1', trust: 0.5 })
  }
  assert.deepEqual(console.enrolled, ['branch-1'])
  assert.equal(console.keys.find(KEY)?.name, 'branch-1')
  assert.deepEqual(JSON.parse((await console.ask('GET', '/v1/enrolments', console.admin)).text), { enrolments: [] })
  const second = await console.ask('POST', '/v1/enrol', undefined, { secret, key: OTHER })
  const unknown = await console.ask('POST', '/v1/enrol', undefined, { secret: 'z'.repeat(32), key: OTHER })
  assert.equal(second.status, 401)
  assert.equal(second.text, unknown.text)
})

test('an enrolment that is cancelled is worth nothing', async () => {
  await using console = await startConsole()
  const opened = await console.ask('POST', '/v1/enrolments', console.admin, { name: 'x', role: 'reader' })
  const { secret } = unwrap(parseEnrolmentToken((JSON.parse(opened.text) as WireEnrolment).token!))
  assert.equal((await console.ask('DELETE', '/v1/enrolments/x', console.admin)).status, 204)
  assert.equal((await console.ask('DELETE', '/v1/enrolments/x', console.admin)).status, 404)
  assert.equal((await console.ask('POST', '/v1/enrol', undefined, { secret, key: KEY })).status, 401)
})

test('who revokes what no edge has come for, or cancels what one has, is told what to do instead', async () => {
  await using console = await startConsole()
  const opened = await console.ask('POST', '/v1/enrolments', console.admin, { name: 'x', role: 'reader' })
  const early = await console.ask('DELETE', '/v1/keys/x', console.admin)
  assert.equal(early.status, 404)
  assert.match(early.text, /no edge has come for it yet, and one still may.*tocsin keys cancel/)
  const { secret } = unwrap(parseEnrolmentToken((JSON.parse(opened.text) as WireEnrolment).token!))
  await console.ask('POST', '/v1/enrol', undefined, { secret, key: KEY })
  const late = await console.ask('DELETE', '/v1/enrolments/x', console.admin)
  assert.equal(late.status, 404)
  assert.match(late.text, /it has brought its key; revoke that.*tocsin keys revoke/)
  assert.equal((await console.ask('DELETE', '/v1/keys/x', console.admin)).status, 204)
})

test('enrolments are an administrator’s; redeeming takes a small body of the right shape, and nothing else', async () => {
  await using console = await startConsole()
  for (const [method, url] of [
    ['GET', '/v1/enrolments'],
    ['POST', '/v1/enrolments'],
    ['DELETE', '/v1/enrolments/x'],
  ] as const) {
    assert.equal((await console.ask(method, url)).status, 401)
    assert.equal((await console.ask(method, url, console.analyst)).status, 403)
  }
  const secret = 'a'.repeat(32)
  const wrong: [number, object][] = [
    [400, {}],
    [400, { secret }],
    [400, { secret, key: 'tocsin_short' }],
    [400, { secret: 'A'.repeat(32), key: KEY }],
    [400, { secret, key: KEY, role: 'admin' }],
    [413, { secret, key: KEY, more: 'x'.repeat(2000) }],
  ]
  for (const [status, body] of wrong) {
    const answer = await console.ask('POST', '/v1/enrol', undefined, body)
    assert.equal(answer.status, status, answer.text)
  }
  for (const body of [
    { name: 'x', role: 'admin' },
    { name: 'x', role: 'sensor', expiresInSeconds: 10 },
    { name: 'root', role: 'sensor' },
  ]) {
    const { status, text } = await console.ask('POST', '/v1/enrolments', console.admin, body)
    assert.deepEqual([status, (JSON.parse(text) as WireProblem).code], [400, 'invalid'], text)
  }
  assert.equal(console.keys.list().length, 2)
})
