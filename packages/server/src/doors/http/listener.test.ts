import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { type ProblemCode, ProblemError } from '@tocsin/core/base'
import { NEW_KEY_SCHEMA, type WireProblem } from '@tocsin/core/wire'
import type { InjectOptions } from 'fastify'
import { type EventName, silentLog } from '../../ops/events.ts'
import type { Caller } from './access.ts'
import { createListener, type ListenerOptions } from './listener.ts'
import { refTo } from './shapes.ts'

const CALLERS: Readonly<Record<string, Caller>> = {
  'admin-token': { name: 'root', role: 'admin' },
  'reader-token': { name: 'alice', role: 'reader' },
}

/** A listener with routes that fail in each way, and one that takes a body. */
async function startListener(options: Partial<ListenerOptions> = {}) {
  const listener = await createListener({
    address: '127.0.0.1',
    port: 0,
    authenticate: token => CALLERS[token],
    readiness: () => ({ ready: true }),
    version: '0.1.0',
    log: silentLog,
    ...options,
  })
  const { app, gate } = listener
  app.get<{ Params: { code: ProblemCode } }>('/fail/:code', request => {
    throw new ProblemError({ code: request.params.code, message: `Cannot do it: ${request.params.code}` })
  })
  app.get('/crash', () => {
    throw new Error('the password is hunter2')
  })
  app.post('/body', { schema: { body: refTo(NEW_KEY_SCHEMA) } }, request => request.body)
  app.get('/admins', { onRequest: gate.requireRole('admin') }, request => gate.callerOf(request))
  return listener
}

type Listener = Awaited<ReturnType<typeof startListener>>

async function ask({ app }: Listener, request: InjectOptions) {
  const response = await app.inject(request)
  return { status: response.statusCode, headers: response.headers, body: response.json<WireProblem>() }
}

/** Says raw bytes and gives all that comes back until the connection closes. */
async function say(address: string, text: string): Promise<string> {
  const { hostname, port } = new URL(address)
  const socket = connect(Number(port), hostname)
  socket.setEncoding('latin1')
  let heard = ''
  socket.on('data', chunk => {
    heard += String(chunk)
  })
  socket.write(text)
  await once(socket, 'close')
  return heard
}

test('each code has its status, as problem+json', async () => {
  await using listener = await startListener()
  const statuses: [ProblemCode, number][] = [
    ['invalid', 400],
    ['unauthorized', 401],
    ['limited', 429],
    ['not-found', 404],
    ['stale', 503],
    ['unavailable', 503],
    ['internal', 500],
  ]
  for (const [code, status] of statuses) {
    const answer = await ask(listener, { url: `/fail/${code}` })
    assert.equal(answer.status, status)
    assert.equal(answer.headers['content-type'], 'application/problem+json')
    assert.deepEqual([answer.body.status, answer.body.code], [status, code])
  }
  const known = await ask(listener, { url: '/fail/unauthorized', headers: { 'x-tocsin-key': 'reader-token' } })
  assert.equal(known.status, 403)
})

test('an internal error is logged and not shown', async () => {
  const events: [EventName, unknown][] = []
  await using listener = await startListener({ log: (event, fields) => events.push([event, fields]) })
  for (const url of ['/crash', '/fail/internal']) {
    const { status, body } = await ask(listener, { url })
    assert.deepEqual([status, body.code], [500, 'internal'])
    assert.doesNotMatch(JSON.stringify(body), /hunter2|Cannot do it|at .*\.ts/)
  }
  assert.deepEqual(
    events.map(([event]) => event),
    ['request-failed', 'request-failed'],
  )
  assert.match(JSON.stringify(events), /"route":"\/fail\/:code"/)
})

test('a path that is not there is 404, a wrong method on one that is is 405 and says which', async () => {
  await using listener = await startListener()
  assert.equal((await ask(listener, { url: '/nothing' })).body.code, 'not-found')
  const { status, headers, body } = await ask(listener, { method: 'DELETE', url: '/fail/invalid' })
  assert.deepEqual([status, headers['allow'], body.code], [405, 'GET, HEAD', 'invalid'])
  assert.equal((await ask(listener, { method: 'GET', url: '/body' })).headers['allow'], 'POST')
})

test('a body that is not as it must be is refused in words that name the field', async () => {
  await using listener = await startListener()
  const post = async (payload: string, type = 'application/json') =>
    await ask(listener, { method: 'POST', url: '/body', payload, headers: { 'content-type': type } })
  const wrong: [string, number, RegExp][] = [
    ['{"name":"a"}', 400, /field "role" is missing/],
    ['{"name":"a","role":"root"}', 400, /field "role" must be one of reader, sensor, analyst, admin, found "root"/],
    ['{"name":"A","role":"reader"}', 400, /field "name" must match pattern/],
    ['{"name":"a","role":"reader","user":"bob"}', 400, /field "user" is not known/],
    ['{"name":"a","role":"reader","trust":"0.5"}', 400, /field "trust" must be number, found "0\.5"/],
    ['{"name":"a","role":"reader","__proto__":{}}', 400, /must be JSON/],
    ['[]', 400, /it must be object/],
    ['{"name":', 400, /must be JSON/],
    ['', 400, /must be JSON, found nothing/],
  ]
  for (const [payload, status, message] of wrong) {
    const answer = await post(payload)
    assert.equal(answer.status, status, payload)
    assert.match(answer.body.detail ?? '', message, payload)
  }
  assert.equal((await post('a=b', 'application/x-www-form-urlencoded')).status, 415)
})

test('a body that is too large is 413 and the connection is closed', async () => {
  await using listener = await startListener({ limits: { bodyBytesMax: 1000 } })
  const payload = JSON.stringify({ name: 'a'.repeat(1000), role: 'reader' })
  const headers = { 'content-type': 'application/json' }
  assert.equal((await ask(listener, { method: 'POST', url: '/body', payload, headers })).status, 413)
  const head =
    'POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5000000\r\n\r\n{'
  const heard = await say(await listener.listen(), head)
  assert.match(heard, /^HTTP\/1\.1 413 /)
  assert.match(heard, /connection: close/i)
})

test('a body that does not come in time loses its connection', async () => {
  await using listener = await startListener({ limits: { bodyMs: 1 } })
  const head = 'POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{'
  assert.equal(await say(await listener.listen(), head), '')
})

test('only known hosts are answered, whatever the port', async () => {
  await using listener = await startListener({ hosts: ['Tocsin.Example'] })
  const known = [
    'localhost',
    'LOCALHOST:7080',
    'localhost.',
    '127.0.0.1:1',
    '127.8.9.1',
    '[::1]:7080',
    'tocsin.example:80',
  ]
  for (const host of known)
    assert.equal((await ask(listener, { url: '/healthz', headers: { host } })).status, 200, host)
  const foreign = [
    'evil.example',
    'localhost.evil.example',
    '192.0.2.7',
    'localhost@evil.example',
    '[::1',
    'a b',
    '::1',
    'localhost:80:80',
  ]
  for (const host of foreign) {
    const { status, body } = await ask(listener, { url: '/healthz', headers: { host } })
    assert.deepEqual([status, body.code], [421, 'invalid'], host)
  }
  assert.equal((await ask(listener, { url: '/nothing', headers: { host: 'evil.example' } })).status, 421)
})

test('a node on all addresses is known by any address, and still by no foreign name', async () => {
  await using listener = await startListener({ address: '0.0.0.0' })
  const status = async (host: string) => (await ask(listener, { url: '/healthz', headers: { host } })).status
  assert.deepEqual(
    [await status('192.0.2.7:7080'), await status('[2001:db8::1]'), await status('evil.example')],
    [200, 200, 421],
  )
})

test('a request with two Hosts is refused: a proxy may have heeded the other', async () => {
  await using listener = await startListener()
  const address = await listener.listen()
  const heard = await say(address, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n')
  assert.match(heard, /^HTTP\/1\.1 400 [^]*it must name one Host, found 2/)
})

test('a body under a Content-Encoding is refused by name, and so is one of another type than JSON', async () => {
  await using listener = await startListener()
  const ask415 = async (headers: Record<string, string>) => {
    const { status, body } = await ask(listener, { method: 'POST', url: '/body', headers, payload: '{}' })
    assert.equal(status, 415)
    return body.detail
  }
  const packed = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
  assert.equal(await ask415(packed), 'Cannot read the body: it must come without Content-Encoding, found "gzip"')
  assert.match((await ask415({ 'content-type': 'text/plain' })) ?? '', /its content type is not one/)
})

test('a path out of the folder of the pages is 404 like any other that leads nowhere', async () => {
  await using listener = await startListener()
  listener.app.get('/outside', () => {
    throw Object.assign(new Error('Forbidden'), { statusCode: 403 })
  })
  const { status, body } = await ask(listener, { url: '/outside' })
  assert.deepEqual([status, body.code], [404, 'not-found'])
})

test('a request without Host is 421', async () => {
  await using listener = await startListener()
  const heard = await say(await listener.listen(), 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n')
  assert.match(heard, /^HTTP\/1\.1 421 /)
})

test('what is not HTTP, and a head that is too long, get a problem and no connection', async () => {
  await using listener = await startListener()
  const address = await listener.listen()
  assert.match(await say(address, 'SSH-2.0-OpenSSH\r\n\r\n'), /^HTTP\/1\.1 400 [^]*problem\+json[^]*"code":"invalid"/)
  const long = `GET /healthz?${'a'.repeat(70_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`
  assert.match(await say(address, long), /^HTTP\/1\.1 431 /)
})

test('a wrong key is 401 even where none is needed', async () => {
  await using listener = await startListener()
  const status = async (headers: Record<string, string>) => (await ask(listener, { url: '/healthz', headers })).status
  assert.equal(await status({ 'x-tocsin-key': 'wrong' }), 401)
  assert.equal(await status({ 'x-tocsin-key': '' }), 401)
  assert.equal(await status({ authorization: 'Bearer wrong' }), 401)
  assert.equal(await status({ authorization: 'Basic cm9vdDpyb290' }), 401)
  assert.equal(await status({ authorization: 'Bearer reader-token' }), 200)
  assert.equal(await status({ authorization: 'bearer reader-token' }), 200)
  assert.equal(await status({ 'x-tocsin-key': 'reader-token' }), 200)
  assert.equal(await status({ authorization: 'Bearer wrong', 'x-tocsin-key': 'reader-token' }), 401)
})

test('requireRole() is 401 without a key, 403 with a lesser one, and passes the rest', async () => {
  await using listener = await startListener()
  const nobody = await ask(listener, { url: '/admins' })
  assert.deepEqual([nobody.status, nobody.headers['www-authenticate']], [401, 'Bearer realm="tocsin"'])
  const lesser = await ask(listener, { url: '/admins', headers: { 'x-tocsin-key': 'reader-token' } })
  assert.equal(lesser.status, 403)
  assert.match(lesser.body.detail ?? '', /role admin or more is needed, found one of role reader/)
  const admin = await listener.app.inject({ url: '/admins', headers: { 'x-tocsin-key': 'admin-token' } })
  assert.deepEqual(admin.json(), { name: 'root', role: 'admin' })
})

test('every answer has the security headers, refusals too', async () => {
  await using listener = await startListener()
  const requests = [
    { url: '/healthz' },
    { url: '/nothing' },
    { url: '/crash' },
    { url: '/fail/%ff' },
    { url: '/healthz', headers: { host: 'evil.example' } },
  ]
  for (const request of requests) {
    const { headers } = await ask(listener, request)
    assert.match(String(headers['content-security-policy']), /default-src 'self'.*frame-ancestors 'none'/)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'no-referrer')
  }
})

test('/healthz says that the process lives, /readyz whether to rely on it', async () => {
  let readiness: { ready: boolean; reason?: string } = { ready: false, reason: 'the book is empty' }
  await using listener = await startListener({ readiness: () => readiness })
  assert.equal((await ask(listener, { url: '/healthz' })).status, 200)
  const { status, headers, body } = await ask(listener, { url: '/readyz' })
  assert.deepEqual([status, body.code, headers['retry-after']], [503, 'unavailable', '5'])
  assert.match(body.detail ?? '', /the book is empty/)
  readiness = { ready: true }
  assert.equal((await ask(listener, { url: '/readyz' })).status, 200)
})

test('/openapi.json is OpenAPI 3.1 with named schemas, and /docs needs nothing from elsewhere', async () => {
  await using listener = await startListener()
  const description = (await listener.app.inject('/openapi.json')).json<{
    openapi: string
    paths: Record<string, unknown>
    components: { schemas: Record<string, unknown> }
  }>()
  assert.equal(description.openapi, '3.1.0')
  assert.ok('/healthz' in description.paths)
  assert.ok(['Answer', 'Evidence', 'Problem', 'Head'].every(name => name in description.components.schemas))
  assert.doesNotMatch(JSON.stringify(description), /def-\d/)
  const page = await listener.app.inject('/docs')
  assert.match(page.body, /<script src="\/docs\/operations\.js" type="module">/)
  assert.doesNotMatch(page.body, /https?:\/\//)
  const script = await listener.app.inject('/docs/operations.js')
  assert.match(String(script.headers['content-type']), /javascript/)
})

test('disposing finishes what is under way and takes nothing new', async () => {
  const listener = await startListener()
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<string>()
  listener.app.get('/slow', async () => {
    asked.resolve()
    return { said: await answer.promise }
  })
  const address = await listener.listen()
  const slow = fetch(`${address}/slow`)
  await asked.promise
  const over = listener[Symbol.asyncDispose]()
  answer.resolve('at last')
  assert.deepEqual(await (await slow).json(), { said: 'at last' })
  await over
  await assert.rejects(fetch(`${address}/healthz`))
})

test('an answer that does not end is cut off at the end of the drain', async () => {
  const listener = await startListener({ limits: { drainMs: 1 } })
  const asked = Promise.withResolvers<void>()
  listener.app.get('/never', async () => {
    asked.resolve()
    return await new Promise(() => undefined)
  })
  const never = fetch(`${await listener.listen()}/never`)
  const cut = assert.rejects(never)
  await asked.promise
  await listener[Symbol.asyncDispose]()
  await cut
})

test('a port that is taken is told by name', async () => {
  await using first = await startListener()
  const { port } = new URL(await first.listen())
  await using second = await startListener({ port: Number(port) })
  await assert.rejects(second.listen(), /Cannot listen on 127\.0\.0\.1 port \d+: .*EADDRINUSE/)
})
