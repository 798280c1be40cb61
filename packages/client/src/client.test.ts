import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FetchInit, TocsinClient, type TocsinClientOptions, TocsinProblem, type WireAnswer } from './index.ts'

const ANSWER: WireAnswer = {
  subject: 'ip:192.0.2.1',
  score: 12,
  verdict: 'dangerous',
  action: 'block',
  state: 'fresh',
  ageSeconds: 3,
  reason: 'a source of spam',
}

interface Asked extends FetchInit {
  readonly url: string
}

/** A client on a network that answers as told and remembers what it was asked. */
function startClient(
  reply: (asked: Asked) => { status?: number; body?: unknown; text?: string },
  options: Partial<TocsinClientOptions> = {},
) {
  const asked: Asked[] = []
  const client = new TocsinClient({
    server: 'http://node.example:7080/',
    key: 'tocsin_secret',
    fetch: async (url, init) => {
      asked.push({ url, ...init })
      const { status = 200, body, text = JSON.stringify(body) } = reply({ url, ...init })
      return { status, text: async () => text }
    },
    ...options,
  })
  return { client, asked }
}

const isProblem = (code: string, status: number) => (error: unknown) =>
  error instanceof TocsinProblem && error.code === code && error.status === status

test('check() asks with the key, follows no redirect, and gives the answer', async () => {
  const { client, asked } = startClient(() => ({ body: ANSWER }))
  assert.deepEqual(await client.check('url:example.com/a?x=1&y=ü'), ANSWER)
  const { url, method, headers, redirect } = asked[0]!
  assert.equal(url, 'http://node.example:7080/v1/reputation?subject=url%3Aexample.com%2Fa%3Fx%3D1%26y%3D%C3%BC')
  assert.deepEqual([method, headers['authorization'], redirect], ['GET', 'Bearer tocsin_secret', 'error'])
})

test('check() says unavailable where nobody answers, and never that nothing is known', async () => {
  const silences: [string, Parameters<typeof startClient>[0]][] = [
    [
      'refused',
      () => {
        throw new TypeError('connect ECONNREFUSED')
      },
    ],
    ['500', () => ({ status: 500, body: { code: 'internal', detail: 'broken' } })],
    ['502 of a proxy', () => ({ status: 502, text: '<h1>Bad gateway</h1>' })],
    ['503 that calls itself invalid', () => ({ status: 503, body: { code: 'invalid' } })],
    ['a page', () => ({ text: '<h1>Please log in</h1>' })],
    ['nothing', () => ({ text: '' })],
    ['other JSON', () => ({ body: { status: 'ok' } })],
    ['an unknown verdict', () => ({ body: { ...ANSWER, verdict: 'fine' } })],
    ['no state', () => ({ body: { ...ANSWER, state: undefined } })],
  ]
  for (const [name, reply] of silences) {
    const { reason, ...answer } = await startClient(reply).client.check('ip:192.0.2.1')
    assert.deepEqual(
      answer,
      {
        subject: 'ip:192.0.2.1',
        score: 71,
        verdict: 'untested',
        action: 'allow',
        state: 'unavailable',
        ageSeconds: 0,
      },
      name,
    )
    assert.match(reason, /./)
  }
})

test('check() says unavailable when the time is over', async () => {
  const { client } = startClient(() => ({}), {
    timeoutMs: 1,
    fetch: async (_url, init) => {
      const signal = init.signal as AbortSignal
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      throw signal.reason
    },
  })
  assert.equal((await client.check('ip:192.0.2.1')).state, 'unavailable')
})

test('the action of an answer that is unavailable is the caller’s choice', async () => {
  const { client } = startClient(() => ({ status: 503 }), { whenUnavailable: 'block' })
  assert.equal((await client.check('ip:192.0.2.1')).action, 'block')
})

test('a refusal is a problem with its code', async () => {
  const refusals: [number, unknown, string][] = [
    [400, { code: 'invalid', detail: 'Cannot parse ip "x"' }, 'invalid'],
    [401, { code: 'unauthorized' }, 'unauthorized'],
    [403, '<h1>Forbidden</h1>', 'unauthorized'],
    [404, undefined, 'not-found'],
    [421, { code: 'invalid' }, 'invalid'],
    [429, {}, 'limited'],
  ]
  for (const [status, body, code] of refusals) {
    const { client } = startClient(() => ({ status, body }))
    await assert.rejects(client.check('ip:x'), isProblem(code, status))
    await assert.rejects(client.checkAll(['ip:x']), isProblem(code, status))
  }
  const { client } = startClient(() => ({ status: 400, body: { code: 'invalid', detail: 'Cannot parse ip "x"' } }))
  await assert.rejects(client.check('ip:x'), /Cannot parse ip "x"/)
})

test('checkAll() asks for 1,000 at a time and keeps the order', async () => {
  const { client, asked } = startClient(({ body }) => {
    const { subjects } = JSON.parse(body as string) as { subjects: string[] }
    return {
      body: {
        results: subjects.map(subject =>
          subject === 'x' ? { subject, error: 'Cannot parse' } : { ...ANSWER, subject },
        ),
      },
    }
  })
  const subjects = Array.from({ length: 2001 }, (_, at) => (at === 1500 ? 'x' : `ip:10.0.${at >> 8}.${at & 255}`))
  const results = await client.checkAll(subjects)
  assert.deepEqual(
    results.map(result => result.subject),
    subjects,
  )
  assert.ok('error' in results[1500]!)
  assert.equal(asked.length, 3)
  assert.deepEqual(await client.checkAll([]), [])
})

test('checkAll() says unavailable for the part that nobody answered, or answered with another number', async () => {
  let requests = 0
  const { client } = startClient(({ body }) => {
    requests += 1
    const { subjects } = JSON.parse(body as string) as { subjects: string[] }
    if (requests === 2) return { body: { results: subjects.slice(1).map(subject => ({ ...ANSWER, subject })) } }
    return { body: { results: subjects.map(subject => ({ ...ANSWER, subject })) } }
  })
  const results = await client.checkAll(Array.from({ length: 1500 }, () => 'ip:192.0.2.1'))
  const states = results.map(result => ('state' in result ? result.state : 'error'))
  assert.ok(states.slice(0, 1000).every(state => state === 'fresh'))
  assert.ok(states.slice(1000).every(state => state === 'unavailable'))
})

test('report() sums the receipts of its parts, with the places of the whole', async () => {
  const { client, asked } = startClient(() => ({
    body: { accepted: 5, duplicate: 1, refused: [{ index: 2, reason: 'no address' }] },
  }))
  const evidence = Array.from({ length: 10_001 }, () => ({ subject: 'ip:192.0.2.1', kind: 'spam-sent' as const }))
  assert.deepEqual(await client.report(evidence), {
    accepted: 10,
    duplicate: 2,
    refused: [
      { index: 2, reason: 'no address' },
      { index: 10_002, reason: 'no address' },
    ],
  })
  assert.deepEqual(
    asked.map(({ body }) => (JSON.parse(body as string) as unknown[]).length),
    [10_000, 1],
  )
})

test('what promises something rejects where nobody answers', async () => {
  const { client } = startClient(() => ({ text: '<h1>Please log in</h1>' }))
  const calls = [
    client.report([{ subject: 'ip:192.0.2.1', kind: 'spam-sent' }]),
    client.retract([{ subject: 'ip:192.0.2.1', kind: 'spam-sent' }]),
    client.explain('ip:192.0.2.1'),
    client.head(),
    client.status(),
    client.importList('a', '192.0.2.1\n'),
    client.keys.add({ name: 'a', role: 'reader' }),
    client.keys.list(),
  ]
  for (const call of calls) await assert.rejects(call, isProblem('unavailable', 200))
})

test('each call goes to its place', async () => {
  const { client, asked } = startClient(({ method, url }) => {
    if (method === 'DELETE' && !url.includes('?')) return { status: 204, text: '' }
    const fields = {
      retracted: 2,
      contributions: [],
      sequence: 1,
      ledger: {},
      accepted: 1,
      keys: [],
      token: 'tocsin_new',
    }
    return { status: url.endsWith('/keys') && method === 'POST' ? 201 : 200, body: fields }
  })
  assert.equal(await client.retract([{ subject: 'ip:192.0.2.1', kind: 'spam-sent' }]), 2)
  await client.explain('ip:192.0.2.1')
  await client.head()
  await client.status()
  assert.equal((await client.keys.add({ name: 'a', role: 'reader' })).token, 'tocsin_new')
  assert.deepEqual(await client.keys.list(), [])
  await client.keys.revoke('a/b')
  assert.equal(await client.keys.revokeAndRetract('a'), 2)
  async function* text() {
    yield new Uint8Array([0x0a])
  }
  await client.importList('my list', text(), { kind: 'listed-spam', confidence: 0.5, columns: 'subject=2' })
  await client.importList('b', text(), { organisation: 'a b', fileName: 'x.fp' })
  assert.deepEqual(
    asked.map(({ method, url }) => `${method} ${new URL(url).pathname}${new URL(url).search}`),
    [
      'POST /v1/evidence/retract',
      'GET /v1/explain?subject=ip%3A192.0.2.1',
      'GET /v1/book/head',
      'GET /v1/status',
      'POST /v1/keys',
      'GET /v1/keys',
      'DELETE /v1/keys/a%2Fb',
      'DELETE /v1/keys/a?evidence=retract',
      'PUT /v1/sources/my%20list/list?kind=listed-spam&confidence=0.5&columns=subject%3D2',
      'PUT /v1/sources/b/list?organisation=a%20b&fileName=x.fp',
    ],
  )
  const put = asked.at(-1)
  assert.deepEqual([put?.duplex, put?.headers['content-type'], put?.signal], ['half', 'text/plain', undefined])
})
