import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { WireAnswer } from '@tocsin/core/wire'
import { nodeVersion } from './examinations.ts'
import { run } from './run.ts'
import { askTestPoint } from './test-point.ts'
import { type Differences, fakeWorld, SILENT } from './world.fixture.ts'

interface Found {
  readonly name: string
  readonly state: string
  readonly found: string
}

async function examined(env: Readonly<Record<string, string>>, differences: Differences = {}) {
  const world = fakeWorld({ ...differences, env: { TOCSIN_HTTP: '127.0.0.1:0', TOCSIN_DNS: 'off', ...env } })
  const code = await run(['doctor', '--json'], world)
  const { findings } = JSON.parse(world.told.output) as { findings: readonly Found[] }
  return { code, findings: new Map(findings.map(finding => [finding.name, finding])) }
}

const newFolder = () => mkdtempSync(join(tmpdir(), 'tocsin-doctor-'))

test('doctor finds nothing wrong with a machine before its first start', async () => {
  const { code, findings } = await examined({ TOCSIN_DATA: join(newFolder(), 'none') }, { node: SILENT })
  assert.equal(code, 0)
  assert.deepEqual(
    [...findings].map(([name, { state }]) => `${name}: ${state}`).filter(line => !line.startsWith('disk space')),
    [
      'Node: ok',
      'data folder: warn',
      'admin key: warn',
      'node: warn',
      'HTTP port: ok',
      'DNS port: ok',
      'DNS test point: ok',
    ],
  )
})

test('doctor does not ask who holds a data folder that is not there: that would make it', async () => {
  const world = { held: true as const, node: SILENT }
  const none = { TOCSIN_DATA: join(newFolder(), 'none'), TOCSIN_DNS: '127.0.0.1:0' }
  assert.equal((await examined(none, world)).findings.get('DNS test point')?.found, 'not asked: no node runs here')
  const there = { TOCSIN_DATA: newFolder(), TOCSIN_DNS: '127.0.0.1:1' }
  assert.notEqual((await examined(there, world)).findings.get('DNS test point')?.found, 'not asked: no node runs here')
})

test('doctor fails for a key that others can read', async () => {
  const folder = newFolder()
  const file = join(folder, 'admin.key')
  writeFileSync(file, 'x')
  chmodSync(file, 0o644)
  const { code, findings } = await examined({ TOCSIN_DATA: folder })
  assert.equal(code, 2)
  assert.equal(findings.get('admin key')?.state, 'fail')
  chmodSync(file, 0o600)
  assert.equal((await examined({ TOCSIN_DATA: folder })).findings.get('admin key')?.state, 'ok')
})

test('doctor fails for a port that another program has', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const env = { TOCSIN_DATA: newFolder(), TOCSIN_HTTP: `127.0.0.1:${(server.address() as { port: number }).port}` }
  assert.equal((await examined(env)).findings.get('HTTP port')?.state, 'fail')
  assert.equal((await examined(env, { held: true })).findings.get('HTTP port')?.state, 'ok')
  server.close()
})

test('doctor warns of a clock that differs', async () => {
  const { findings } = await examined({ TOCSIN_DATA: newFolder() }, { node: { now: async () => 0 } })
  assert.equal(findings.get('node')?.state, 'warn')
  assert.match(findings.get('node')!.found, /clock/)
})

test('doctor warns of a node whose answers are stale, or that has nothing to answer from', async () => {
  const probe = { ...(await fakeWorld({}).connect('', undefined).check(['ip:127.0.0.1']))[0]! } as WireAnswer
  for (const [state, sentence] of [
    ['stale', /are stale, 1209600 s old/],
    ['unavailable', /are unavailable$/],
  ] as const) {
    const node = { check: async () => [{ ...probe, state, ageSeconds: 1_209_600 }] }
    const { findings } = await examined({ TOCSIN_DATA: newFolder() }, { node })
    assert.equal(findings.get('node')?.state, 'warn')
    assert.match(findings.get('node')!.found, sentence)
  }
})

test('nodeVersion() wants 24.16 or later', () => {
  const states = ['20.1.0', '24.15.9', '24.16.0', '24.21.0', '26.0.0'].map(version => nodeVersion(version).state)
  assert.deepEqual(states, ['fail', 'fail', 'ok', 'ok', 'ok'])
})

test('askTestPoint() wants one point listed and the other not', async () => {
  // Answers A records by the first label: header, question, and a pointer to its name. Else NXDOMAIN.
  const serve = async (answers: Readonly<Record<string, readonly number[]>>) => {
    const socket = createSocket('udp4')
    socket.on('message', (query, peer) => {
      const address = answers[query.subarray(13, 13 + query[12]!).toString()]
      const question = query.subarray(12, query.indexOf(0, 12) + 5)
      const head = Buffer.from([query[0]!, query[1]!, 0x84, address ? 0 : 3, 0, 1, 0, address ? 1 : 0, 0, 0, 0, 0])
      const record = address ? Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address]) : Buffer.alloc(0)
      socket.send(Buffer.concat([head, question, record]), peer.port, peer.address)
    })
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return socket
  }
  const ask = async (answers: Readonly<Record<string, readonly number[]>>) => {
    const socket = await serve(answers)
    const answer = await askTestPoint({ host: '127.0.0.1', port: socket.address().port }, 'base.test')
    socket.close()
    return answer
  }
  assert.deepEqual(await ask({ 2: [127, 0, 0, 2] }), { ok: true })
  assert.equal((await ask({})).ok, false)
  assert.equal((await ask({ 1: [127, 0, 0, 2], 2: [127, 0, 0, 2] })).ok, false)
})
