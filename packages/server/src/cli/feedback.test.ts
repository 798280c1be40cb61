import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { temporaryFolder, tocsin } from '../../../../testing/process.ts'
import { startEdge } from '../compose/edge.ts'
import { loadConfig } from '../config/index.ts'
import { exchangeUdp, read, wire } from '../doors/dns/client.fixture.ts'
import { silentLog } from '../ops/events.ts'
import { TYPE, writeQuery } from '../protocols/dns/index.ts'
import { change, startCloud } from '../upstream/world.fixture.ts'

const URL = 'https://example.com/login?user=jane'

test('feedback is held, read, sent, switched off and thrown away by commands; reports block at once', async () => {
  using data = temporaryFolder()
  await using cloud = await startCloud({ now: Date.now() })
  cloud.publish([change('ip:198.51.100.1')])
  const flags = {
    '--data': data.path,
    '--http': '127.0.0.1:0',
    '--dns': '127.0.0.1:0',
    '--dns-base': 'dns.test',
    '--upstream': cloud.url,
  }
  const surroundings = { clock: Date.now, log: silentLog, version: '0.0.0' }
  await using edge = await startEdge(unwrap(loadConfig({ env: {}, flags })), surroundings)
  const env = { TOCSIN_SERVER: edge.httpUrl, TOCSIN_DATA: data.path }
  const feedback = (...words: readonly string[]) => tocsin(['feedback', ...words], env)

  assert.match((await feedback('hold')).out, /mode +hold/)
  assert.equal((await tocsin(['check', URL], env)).code, 3)
  assert.equal((await tocsin(['report', URL, '--kind', 'phishing-page'], env)).code, 0)
  assert.equal((await tocsin(['report', '192.0.2.9', '--kind', 'spam-sent'], env)).code, 0)
  assert.match((await tocsin(['report', '10.0.0.1', '--kind', 'spam-sent'], env)).err, /would not leave the site/)
  assert.equal((await tocsin(['check', URL], env)).code, 1)
  assert.equal((await tocsin(['check', '192.0.2.9'], env)).code, 1)
  const [host, port] = edge.dnsAddress.split(':')
  const place = { host: host!, port: Number(port) }
  const query = writeQuery({ id: 1, name: wire('9.2.0.192.ip.dns.test'), type: TYPE.A })
  let listed = 0
  // The thread that answers is told within a tenth of a second.
  while (listed === 0) listed = read(await exchangeUdp(place, query)).answer.length

  const pending = await feedback('pending')
  assert.match(pending.out, /POST \/v1\/evidence, 2 items/)
  assert.match(pending.out, /\[\{"subject":"url:sha256:[0-9a-f]{64}","kind":"phishing-page"/)
  assert.doesNotMatch(pending.out, /jane|login/)
  const state = JSON.parse((await feedback('--json')).out) as { waiting: { items: number }; blocks: number }
  assert.ok(state.waiting.items >= 2)
  assert.equal(state.blocks, 2)

  assert.equal((await tocsin(['report', URL, '--kind', 'phishing-page', '--revoke'], env)).code, 0)
  assert.equal((await tocsin(['check', URL], env)).code, 3)

  assert.match((await feedback('off')).out, /mode +off/)
  assert.match((await feedback('discard')).err, /--yes throws away what waits, \d+ items?/)
  assert.match((await feedback('discard', '--yes')).out, /items discarded/)
  assert.match((await feedback('pending')).out, /Nothing is there/)
  assert.match((await feedback('on')).out, /mode +on/)
  assert.match((await feedback('submit', '--all')).out, /0 of 0 waited for it/)
  assert.equal((await feedback('submit')).code, 2)
  assert.match((await feedback('show')).out, /Nothing is there/)
  assert.equal((await feedback('show', '--limit', '2000')).code, 2)
  const metrics = await (await fetch(`${edge.httpUrl}/metrics`)).text()
  assert.match(metrics, /\ntocsin_feedback_mode\{mode="on"\} 1\n/)
  assert.match(metrics, /\ntocsin_site_blocks 1\n/)
})

test('what is sent is an administrator’s to read', async () => {
  using data = temporaryFolder()
  await using cloud = await startCloud({ now: Date.now() })
  const flags = { '--data': data.path, '--http': '127.0.0.1:0', '--dns': 'off', '--upstream': cloud.url }
  const surroundings = { clock: Date.now, log: silentLog, version: '0.0.0' }
  await using edge = await startEdge(unwrap(loadConfig({ env: {}, flags })), surroundings)
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/pending'],
    ['GET', '/sent'],
    ['PUT', '/mode'],
    ['POST', '/submissions'],
    ['DELETE', '/pending'],
  ] as const) {
    assert.equal((await fetch(`${edge.httpUrl}/v1/feedback${path}`, { method })).status, 401, path)
  }
})
