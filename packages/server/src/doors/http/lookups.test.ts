import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fail, ok, unwrap } from '@tocsin/core/base'
import { parseSubject, type Subject, subjectText } from '@tocsin/core/subject'
import type { Answer } from '@tocsin/core/verdict'
import type { WireAnswer, WireExplanation, WireProblem } from '@tocsin/core/wire'
import type { Explanation } from '../../book/book.ts'
import { silentLog } from '../../ops/events.ts'
import type { Sighting } from '../../ops/lookups.ts'
import { mountExplanations } from './explanations.ts'
import { createListener, type ListenerOptions } from './listener.ts'
import { mountLookups } from './lookups.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')

/** A door on an answer that is bad for everything and says which subject it was asked about. */
async function startDoor(options: Partial<ListenerOptions> & { answer?: Partial<Answer> } = {}) {
  const listener = await createListener({
    address: '127.0.0.1',
    port: 0,
    authenticate: token => (token === 'good' ? { name: 'alice', role: 'reader' } : undefined),
    readiness: () => ({ ready: true }),
    version: '0.1.0',
    log: silentLog,
    ...options,
  })
  const seen: Sighting[] = []
  const answer = (subject: Subject): Answer => ({
    subject,
    score: 12,
    verdict: 'dangerous',
    action: 'block',
    state: 'fresh',
    ageSeconds: 3,
    reason: 'a source of spam',
    cause: 'spam',
    ...options.answer,
  })
  mountLookups(listener.app, listener.gate, { answer, observe: sighting => seen.push(sighting) })
  mountExplanations(listener.app, listener.gate, {
    book: {
      explain: async subject => (subject.type === 'file' ? fail('unavailable', 'no') : ok(explanation(subject))),
    },
    answer,
    clock: () => NOW,
  })
  const get = async (url: string, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') => {
    const response = await listener.app.inject({ url, headers, remoteAddress })
    return { status: response.statusCode, headers: response.headers, body: response.json<WireAnswer & WireProblem>() }
  }
  return { app: listener.app, seen, get, [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose]() }
}

function explanation(subject: Subject): Explanation {
  return {
    subject,
    at: NOW,
    logOdds: 125,
    score: 47,
    incriminated: true,
    stops: false,
    protection: undefined,
    organisations: 1,
    reason: 'spam',
    contributions: [
      { term: 'prior', value: -895 },
      {
        term: 'evidence',
        value: 1020,
        kind: 'spam-trap-hit',
        source: 'a trusted reporter',
        confidence: 0.9,
        observedAt: NOW - 5_400_000,
        halfLifeHours: 72,
      },
    ],
    changes: ['becomes untested (score 71) if a trusted reporter takes its evidence back'],
  }
}

test('one lookup answers in the published form and is observed', async () => {
  await using door = await startDoor({ answer: { matched: 'net:192.0.2.0/24', lapsesAt: NOW } })
  const { status, body } = await door.get('/v1/reputation/ip/192.0.2.1')
  assert.equal(status, 200)
  assert.deepEqual(body, {
    subject: 'ip:192.0.2.1',
    score: 12,
    verdict: 'dangerous',
    action: 'block',
    state: 'fresh',
    ageSeconds: 3,
    reason: 'a source of spam',
    matched: 'net:192.0.2.0/24',
    lapsesAt: '2026-03-01T12:00:00.000Z',
  })
  assert.deepEqual(
    door.seen.map(({ verdict, action }) => ({ verdict, action })),
    [{ verdict: 'dangerous', action: 'block' }],
  )
})

test('an answer that is unavailable is an answer: 200, with its state', async () => {
  await using door = await startDoor({
    answer: { state: 'unavailable', verdict: 'untested', score: 71, action: 'allow' },
  })
  const { status, body } = await door.get('/v1/reputation/domain/example.com')
  assert.deepEqual([status, body.state, body.verdict], [200, 'unavailable', 'untested'])
})

test('a value may hold slashes and a query, plain or percent-encoded once', async () => {
  await using door = await startDoor()
  const asked = {
    'url/example.com/a/b?x=1': 'url:example.com/a/b?x=1',
    'url/example.com%2Fa%2Fb%3Fx%3D1': 'url:example.com/a/b?x=1',
    'url/https://example.com/a?q=http://other.test/': 'url:example.com/a?q=http://other.test/',
    'url/https%3A%2F%2Fexample.com%2Fa%3Fy': 'url:example.com/a?y',
    'url/example.com/a%252525': 'url:example.com/a%25',
    'url/example.com/': 'domain:example.com',
    'net/192.0.2.0/24': 'net:192.0.2.0/24',
    'net/192.0.2.0%2F24': 'net:192.0.2.0/24',
    'ip/2001:db8::1': 'ip:2001:db8::1',
    'domain/b%C3%BCcher.example': 'domain:xn--bcher-kva.example',
  }
  for (const [path, subject] of Object.entries(asked)) {
    assert.equal((await door.get(`/v1/reputation/${path}`)).body.subject, subject, path)
  }
})

test('the query form takes the subject with its type', async () => {
  await using door = await startDoor()
  const subject = encodeURIComponent('url:example.com/a?x=1&y=2')
  assert.equal((await door.get(`/v1/reputation?subject=${subject}`)).body.subject, 'url:example.com/a?x=1&y=2')
  for (const query of ['', '?subject=', '?subject=ip:1.2.3.4&subject=ip:1.2.3.5', '?subject=ip:1.2.3.4&fresh=1']) {
    assert.equal((await door.get(`/v1/reputation${query}`)).status, 400, query)
  }
})

test('a url of 16,384 characters can be asked about, in each form', async () => {
  await using door = await startDoor()
  const value = `example.com/${'ä'.repeat(2600)}`
  const canonical = subjectText(unwrap(parseSubject(`url:${value}`)))
  assert.ok(canonical.length > 15_000)
  assert.equal((await door.get(`/v1/reputation/url/${encodeURIComponent(value)}`)).body.subject, canonical)
  assert.equal((await door.get(`/v1/reputation?subject=url:${encodeURIComponent(value)}`)).body.subject, canonical)
})

test('what cannot be parsed is a problem that quotes it', async () => {
  await using door = await startDoor()
  const wrong: [string, RegExp][] = [
    ['ip/1.2.3.x', /Cannot parse ip "1\.2\.3\.x"/],
    ['ip/192.0.2.1?x=1', /Cannot parse ip "192\.0\.2\.1\?x=1"/],
    ['mailbox/a@b', /field "type" must be one of ip, net, domain, url, file, found "mailbox"/],
    ['url/example.com/a?%ff', /must be percent-encoded UTF-8/],
    ['url/example.com/%ff', /must be percent-encoded UTF-8/],
    ['domain/', /Cannot parse domain ""/],
  ]
  for (const [path, message] of wrong) {
    const { status, headers, body } = await door.get(`/v1/reputation/${path}`)
    assert.equal(status, 400, path)
    assert.equal(headers['content-type'], 'application/problem+json')
    assert.equal(body.code, 'invalid')
    assert.match(body.detail ?? '', message)
  }
  assert.deepEqual(door.seen, [])
})

test('a batch answers in the order asked, with errors in their place', async () => {
  await using door = await startDoor()
  const subjects = ['ip:192.0.2.1', 'nonsense', 'domain:example.com']
  const response = await door.app.inject({ method: 'POST', url: '/v1/reputation', payload: { subjects } })
  const { results } = response.json<{ results: (WireAnswer & { error?: string })[] }>()
  assert.deepEqual(
    results.map(result => result.subject),
    subjects,
  )
  assert.match(results[1]?.error ?? '', /Cannot parse subject "nonsense"/)
  assert.equal(results[2]?.score, 12)
  assert.equal(door.seen.length, 2)
})

test('a batch of 1,000 is answered, one more is refused, and so is none', async () => {
  await using door = await startDoor()
  const ask = async (subjects: unknown) =>
    await door.app.inject({ method: 'POST', url: '/v1/reputation', payload: { subjects } })
  const thousand = Array.from({ length: 1000 }, (_, at) => `ip:192.0.2.${at % 256}`)
  assert.equal((await ask(thousand)).json<{ results: unknown[] }>().results.length, 1000)
  for (const subjects of [[...thousand, 'ip:192.0.2.1'], [], 'ip:192.0.2.1', [7]]) {
    const response = await ask(subjects)
    assert.equal(response.statusCode, 400)
    assert.match(response.json<WireProblem>().detail ?? '', /Cannot read the body: field "subjects/)
  }
})

test('a batch of long pages lets others be answered in between', async () => {
  await using door = await startDoor()
  // Turns are measured by time: the whole takes hundreds of milliseconds on any machine, and a turn a few.
  const subjects = Array.from({ length: 300 }, (_, at) => `url:example.com/${at}/${'a'.repeat(16_000)}`)
  let isDone = false
  const batch = door.app.inject({ method: 'POST', url: '/v1/reputation', payload: { subjects } }).then(response => {
    isDone = true
    return response.json<{ results: unknown[] }>().results.length
  })
  // The batch is begun once its first answer was seen; who asks then does not wait for its last.
  while (door.seen.length === 0) await new Promise(resolve => setImmediate(resolve))
  assert.ok(door.seen.length < 150, `${door.seen.length} in the first turn`)
  assert.equal((await door.get('/v1/reputation/ip/192.0.2.1')).status, 200)
  assert.equal(isDone, false)
  assert.equal(await batch, 300)
})

test('an explanation has ages and times, and names the entry that decides', async () => {
  await using door = await startDoor({ answer: { matched: 'net:192.0.2.0/24' } })
  const body = (await door.get('/v1/explain/ip/192.0.2.1')).body as unknown as WireExplanation
  assert.deepEqual(body, {
    subject: 'ip:192.0.2.1',
    at: '2026-03-01T12:00:00.000Z',
    score: 47,
    verdict: 'dangerous',
    logOdds: 125,
    reason: 'a source of spam',
    contributions: [
      { term: 'prior', value: -895 },
      {
        term: 'evidence',
        value: 1020,
        kind: 'spam-trap-hit',
        meaning: 'sent mail to a spam trap',
        source: 'a trusted reporter',
        confidence: 0.9,
        halfLifeHours: 72,
        observedAt: '2026-03-01T10:30:00.000Z',
        ageHours: 1.5,
      },
    ],
    changes: ['becomes untested (score 71) if a trusted reporter takes its evidence back'],
    matches: [{ subject: 'net:192.0.2.0/24', score: 12, verdict: 'dangerous' }],
  })
  assert.deepEqual((await door.get('/v1/explain?subject=ip:192.0.2.1')).body, body)
})

test('an explanation that nobody can give is 503', async () => {
  await using door = await startDoor()
  const { status, body } = await door.get(`/v1/explain/file/${'0'.repeat(64)}`)
  assert.deepEqual([status, body.code], [503, 'unavailable'])
})

test('lookups need a key off loopback by default; always and never are said', async () => {
  const path = '/v1/reputation/ip/192.0.2.1'
  const key = { 'x-tocsin-key': 'good' }
  await using door = await startDoor()
  assert.equal((await door.get(path, {}, '::1')).status, 200)
  assert.equal((await door.get(path, {}, '::ffff:127.0.0.1')).status, 200)
  assert.equal((await door.get(path, {}, '203.0.113.9')).status, 401)
  assert.equal((await door.get(path, { 'x-forwarded-for': '127.0.0.1' }, '203.0.113.9')).status, 401)
  assert.equal((await door.get(path, key, '203.0.113.9')).status, 200)
  await using strict = await startDoor({ lookupsNeedKey: 'always' })
  assert.equal((await strict.get(path)).status, 401)
  assert.equal((await strict.get(path, key)).status, 200)
  await using open = await startDoor({ lookupsNeedKey: 'never' })
  assert.equal((await open.get(path, {}, '203.0.113.9')).status, 200)
})

test('lookups, and nothing else, may be read by pages of other origins, errors too', async () => {
  await using door = await startDoor()
  const origin = { origin: 'https://elsewhere.example' }
  const allowed = async (url: string) => (await door.get(url, origin)).headers['access-control-allow-origin']
  assert.equal(await allowed('/v1/reputation/ip/192.0.2.1'), '*')
  assert.equal(await allowed('/v1/reputation/ip/nonsense'), '*')
  assert.equal(await allowed('/v1/explain/ip/192.0.2.1'), undefined)
  assert.equal(await allowed('/readyz'), undefined)
  const preflight = await door.app.inject({
    method: 'OPTIONS',
    url: '/v1/reputation',
    headers: { ...origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-tocsin-key' },
    remoteAddress: '203.0.113.9',
  })
  assert.equal(preflight.statusCode, 204)
  assert.match(String(preflight.headers['access-control-allow-headers']), /x-tocsin-key/)
  assert.equal(preflight.headers['access-control-allow-credentials'], undefined)
})
