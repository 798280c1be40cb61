import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLoopback } from '../doors/http/hosts.ts'
import { createListener } from '../doors/http/listener.ts'
import { silentLog } from '../ops/events.ts'
import { mountAppeals } from './appeals.ts'

const ID = 'a'.repeat(26)

test('appeals take a key off loopback, even where lookups take none, and tell analysts alone of others', async () => {
  const roles = { reader: 'reader', analyst: 'analyst' } as const
  await using listener = await createListener({
    address: '127.0.0.1',
    port: 0,
    lookupsNeedKey: 'never',
    authenticate: token =>
      token === 'reader' || token === 'analyst' ? { name: token, role: roles[token] } : undefined,
    readiness: () => ({ ready: true }),
    version: '0.1.0',
    log: silentLog,
  })
  const asked: (string | undefined)[] = []
  const found = { id: ID, subject: 'ip:192.0.2.1', status: 'open', openedAt: '2026-03-01T12:00:00.000Z' } as const
  mountAppeals(listener.app, listener.gate, {
    appeals: {
      async open(_appeal, key) {
        asked.push(key)
        return { id: ID, status: 'open' }
      },
      find: () => found,
      list: () => ({ appeals: [found], open: 1 }),
      answer: async () => ({ ...found, status: 'cleared' }),
    },
    isLocal: isLoopback,
  })
  const ask = async (method: 'GET' | 'POST', url: string, key?: string, remoteAddress = '203.0.113.9') => {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
    const payload = url === '/v1/appeals' ? { subject: 'ip:192.0.2.1' } : { decision: 'clear' }
    const sent = method === 'POST' ? { payload } : {}
    return (await listener.app.inject({ method, url, headers, remoteAddress, ...sent })).statusCode
  }
  assert.equal(await ask('POST', '/v1/appeals'), 401)
  assert.equal(await ask('POST', '/v1/appeals', undefined, '127.0.0.1'), 201)
  assert.equal(await ask('POST', '/v1/appeals', 'reader'), 201)
  assert.deepEqual(asked, [undefined, 'reader'])
  assert.equal(await ask('GET', `/v1/appeals/${ID}`), 200)
  for (const [method, url] of [
    ['GET', '/v1/console/appeals'],
    ['POST', `/v1/console/appeals/${ID}/answer`],
  ] as const) {
    const statuses = [await ask(method, url), await ask(method, url, 'reader'), await ask(method, url, 'analyst')]
    assert.deepEqual(statuses, [401, 403, 200], url)
  }
})
