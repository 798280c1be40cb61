import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeHex, unwrap } from '@tocsin/core/base'
import { parseAddress, parseSubject, subjectKey } from '@tocsin/core/subject'
import type { Entry } from '@tocsin/core/verdict'
import { entryFromHex, type WireEntries } from '@tocsin/core/wire'
import { silentLog } from '../../ops/events.ts'
import { mountEntries } from './book-entries.ts'
import { createListener } from './listener.ts'

const ENTRY: Entry = {
  score: 12,
  reason: 'malware',
  incriminated: true,
  stops: false,
  scoredAt: 1_782_777_600_000,
  lapses: [5, 9, 63],
  restsSafe: false,
  protection: undefined,
  organisations: 0,
}
const HASH = '0'.repeat(64)
const STATE_HASH = { ip: HASH, net: HASH, domain: HASH, url: HASH, file: HASH }
const KEY = encodeHex(subjectKey(unwrap(parseSubject('domain:bad.example'))))
const ADDRESS = encodeHex(unwrap(parseAddress('192.0.2.1')))

async function serve() {
  const listener = await createListener({
    address: '127.0.0.1',
    port: 0,
    authenticate: token => (token === 'reader' ? { name: 'r', role: 'reader' } : undefined),
    lookupsNeedKey: 'always',
    readiness: () => ({ ready: true }),
    version: '0.1.0',
    log: silentLog,
  })
  mountEntries(listener.app, listener.gate, {
    book: {
      get: (type, key) => (type === 'domain' && encodeHex(key) === KEY ? ENTRY : undefined),
      matchIp: address => (encodeHex(address) === ADDRESS ? [{ prefixLength: 24, entry: ENTRY }] : []),
      head: () => ({
        bookId: 'b',
        sequence: 3,
        publishedAt: 0,
        stateHash: STATE_HASH,
        entries: { ip: 0, net: 1, domain: 1, url: 0, file: 0 },
      }),
    },
    freshness: () => ({ state: 'stale', ageSeconds: 7 }),
  })
  return {
    ask: (keys: unknown, token = 'reader') =>
      listener.app.inject({
        method: 'POST',
        url: '/v1/book/entries',
        headers: { authorization: `Bearer ${token}`, host: '127.0.0.1' },
        payload: { keys } as object,
      }),
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  }
}

test('entries come in the order of their keys, those of addresses with their nets, with what the book is worth', async () => {
  await using node = await serve()
  const keys = [
    { type: 'domain', key: KEY },
    { type: 'url', key: KEY },
    { type: 'ip', key: ADDRESS },
    { type: 'ip', key: '0'.repeat(32) },
  ]
  const response = await node.ask(keys)
  const { entries, head, state, ageSeconds } = response.json<WireEntries>()
  assert.deepEqual([response.statusCode, head.sequence, state, ageSeconds], [200, 3, 'stale', 7])
  assert.deepEqual(
    entries.map(matches => matches.map(({ prefixLength }) => prefixLength)),
    [[undefined], [], [24], []],
  )
  assert.deepEqual(entryFromHex(entries[0]![0]!.entry), ENTRY)
})

test('entries are refused for keys that are none, for too many of them, and to whoever may not look up', async () => {
  await using node = await serve()
  const wrong = [
    [{ type: 'ip', key: KEY }],
    [{ type: 'domain', key: ADDRESS }],
    [{ type: 'net', key: ADDRESS }],
    [{ type: 'file', key: 'G'.repeat(64) }],
    [{ type: 'file' }],
    Array.from({ length: 4097 }, () => ({ type: 'domain', key: KEY })),
    'all',
  ]
  for (const keys of wrong) assert.equal((await node.ask(keys)).statusCode, 400, JSON.stringify(keys).slice(0, 99))
  assert.equal((await node.ask([], 'stranger')).statusCode, 401)
})
