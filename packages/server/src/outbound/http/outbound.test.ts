import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { RetryLaterError } from '../outbound.ts'
import { pinnedLookup } from './addresses.ts'
import { Agents, type PinnedOptions } from './agents.ts'
import { refusal, world } from './world.fixture.ts'

const redirectTo = (location: string) => (_: IncomingMessage, response: ServerResponse) =>
  response.writeHead(302, { location }).end()

test('a body comes with what its headers say, and the request says who asks', async () => {
  const requests: IncomingMessage[] = []
  await using net = await world((request, response) => {
    requests.push(request)
    const headers = { etag: '"1"', 'last-modified': 'then', 'cache-control': 'public, max-age=600', age: '100' }
    response.writeHead(200, { ...headers, 'content-type': 'text/plain' }).end('192.0.2.1\n')
  })
  const fetched = await net.get('/list?key=k', { headers: { 'Auth-Key': 'k' } })
  assert.ok(fetched.is === 'body')
  assert.equal((await buffer(fetched.body)).toString(), '192.0.2.1\n')
  const { etag, lastModified, contentType, freshSeconds, url } = fetched
  assert.deepEqual(
    { etag, lastModified, contentType, freshSeconds, url },
    {
      etag: '"1"',
      lastModified: 'then',
      contentType: 'text/plain',
      freshSeconds: 500,
      url: `http://feed.example:${net.port}/list?key=k`,
    },
  )
  const { host, 'user-agent': agent, 'auth-key': key } = requests[0]?.headers ?? {}
  assert.deepEqual({ host, agent, key }, { host: `feed.example:${net.port}`, agent: 'tocsin/0 (+feeds)', key: 'k' })
})

test('what has not changed is not sent again', async () => {
  await using net = await world((request, response) => {
    response.writeHead(request.headers['if-none-match'] === '"1"' ? 304 : 200).end()
  })
  assert.deepEqual(await net.get('/', { etag: '"1"' }), { is: 'unchanged' })
})

test('an address off the public internet is refused by name, by address and in every odd spelling', async () => {
  await using net = await world((_, response) => response.end('inside'))
  const hosts = ['cloud.example', 'local.example', 'mixed.example', 'mapped.example', 'scoped.example', '127.0.0.1']
  hosts.push('2130706433', '0177.0.0.1', '0x7f.1', '127.1', '127.0.0.1.', '１２７.0.0.1', '[::1]', '[::ffff:127.0.0.1]')
  hosts.push(
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '0',
    '169.254.169.254',
    '0xa9fea9fe',
    '[fd00:ec2::254]',
  )
  for (const host of hosts) {
    await assert.rejects(
      net.get(`http://${host}:${net.port}/`),
      refusal('invalid', /public internet|dotted quad|zone/),
      host,
    )
  }
  assert.equal(net.connections(), 0)
})

test('a redirect off the public internet is refused by name, by address and in every odd spelling', async () => {
  let location = ''
  await using net = await world((request, response) => redirectTo(location)(request, response))
  const hosts = ['169.254.169.254', '127.0.0.1', 'cloud.example', 'local.example', '2130706433', '0177.0.0.1', '0x7f.1']
  hosts.push('127.1', '127.0.0.1.', '[::1]', '[::ffff:127.0.0.1]', '[::ffff:a9fe:a9fe]', '[64:ff9b::a9fe:a9fe]')
  for (const host of hosts) {
    location = `http://${host}:${net.port}/latest/meta-data/`
    await assert.rejects(net.get('/'), refusal('invalid', /public internet/), host)
  }
  for (location of ['file:///etc/passwd', 'gopher://feed.example/', `http://u:p@feed.example:${net.port}/`]) {
    await assert.rejects(net.get('/'), refusal('invalid', /must/), location)
  }
})

test('a redirect inside of what is allowed is followed, five times and not in a circle', async () => {
  await using net = await world((request, response) => {
    const left = Number(request.url?.slice(1))
    if (left === 0) response.end('there')
    else if (left > 90) redirectTo('/99')(request, response)
    else redirectTo(`/${left - 1}`)(request, response)
  })
  assert.equal(await net.text('/5'), 'there')
  await assert.rejects(net.get('/6'), refusal('unavailable', /at most 5 times/))
  await assert.rejects(net.get('/99'), refusal('unavailable', /circle/))
})

test('a host that is allowed at one port is not allowed at another, nor is another host', async () => {
  await using net = await world((_, response) => response.end('x'))
  const allowedHosts = ['feed.example:1', 'example', 'xfeed.example']
  await assert.rejects(net.get('/', { allowedHosts }), refusal('invalid', /public internet/))
})

test('keys are not sent on to another origin, not even on the way back', async () => {
  const seen: unknown[] = []
  let port = 0
  await using net = await world((request, response) => {
    seen.push(request.headers['auth-key'])
    if (request.url === '/a') redirectTo('/b')(request, response)
    else if (request.url === '/b') redirectTo(`http://other.example:${port}/c`)(request, response)
    else if (request.url === '/c') redirectTo(`http://feed.example:${port}/d`)(request, response)
    else response.end()
  })
  port = net.port
  await net.text('/a', { headers: { 'auth-key': 'k' }, allowedHosts: ['feed.example', 'other.example'] })
  assert.deepEqual(seen, ['k', 'k', undefined, undefined])
})

test('a name is resolved once for a connection, which knows only the addresses that were checked', async () => {
  let calls = 0
  const resolve = async () => (calls++ === 0 ? ['127.0.0.1'] : ['127.0.0.2'])
  await using net = await world((request, response) => response.end(request.socket.localAddress), { resolve })
  assert.equal(await net.text('/'), '127.0.0.1')
  assert.equal(calls, 1)
  const answers: unknown[] = []
  const pinned = pinnedLookup(['8.8.8.8', '2001:4860:4860::8888'])
  pinned('localhost', { all: true }, (_, found) => answers.push(found))
  pinned('localhost', { family: 6 }, (_, found) => answers.push(found))
  const both = [
    { address: '8.8.8.8', family: 4 },
    { address: '2001:4860:4860::8888', family: 6 },
  ]
  assert.deepEqual(answers, [both, '2001:4860:4860::8888'])
})

test('a name that answers with loopback the second time is refused the second time', async () => {
  let calls = 0
  const resolve = async (name: string) =>
    name === 'feed.example' || calls++ === 0 ? ['127.0.0.1'] : ['169.254.169.254']
  let port = 0
  await using net = await world(
    (request, response) => redirectTo(`http://rebind.example:${port}/`)(request, response),
    { resolve },
  )
  port = net.port
  await assert.rejects(net.get('/'), refusal('invalid', /rebind\.example.*loopback/))
  await assert.rejects(net.get('/'), refusal('invalid', /rebind\.example.*link-local/))
})

test('a kept connection is not handed to a feed that checked other addresses', () => {
  const agents = new Agents(undefined)
  for (const secure of [false, true]) {
    const nameOf = (pinned: string) =>
      agents.of(secure).getName({ host: 'a.example', port: 80, pinned } as PinnedOptions)
    assert.equal(nameOf('127.0.0.1'), nameOf('127.0.0.1'))
    assert.notEqual(nameOf('127.0.0.1'), nameOf('8.8.8.8'))
  }
})

test('a resolver that never answers does not hold up the fetch', async () => {
  await using net = await world((_, response) => response.end(), { resolve: () => new Promise(() => undefined) })
  await assert.rejects(net.get('/', { timeoutSeconds: 0.05 }), refusal('unavailable', /done in 0\.05 s/))
})

test('other answers are errors, and a busy server says when to come again', async () => {
  await using net = await world((request, response) => {
    const [, status, after] = request.url?.split('/') ?? []
    if (after !== undefined) response.setHeader('retry-after', decodeURIComponent(after))
    response.writeHead(Number(status)).end('x')
  })
  for (const status of [201, 204, 206, 304, 401, 404, 500, 503]) {
    await assert.rejects(net.get(`/${status}`), refusal('unavailable', new RegExp(`found ${status}`)))
  }
  const waits = { '429/120': 120, '503/Sun, 22 Nov 2026 12:01:00 GMT': 60, '503/99999999999': 604_800 }
  for (const [path, seconds] of Object.entries(waits)) {
    const error = await net.get(`/${encodeURI(path)}`).catch((e: unknown) => e)
    assert.ok(error instanceof RetryLaterError)
    assert.equal(error.retryAfterSeconds, seconds)
  }
  await assert.rejects(net.get('/302'), refusal('unavailable', /found no Location/))
})

test('a request that would break out of its frame is refused, and its key is not shown', async () => {
  await using net = await world((_, response) => response.end())
  for (const headers of [{ Host: 'secret' }, { a: 'secret\r\nb: c' }, { 'a b': 'secret' }, { a: 'secret\u0161' }]) {
    const error = await net.get('/', { headers }).catch((e: unknown) => e)
    assert.ok(refusal('invalid', /header/)(error))
    assert.doesNotMatch(String(error), /secret/)
  }
  await assert.rejects(net.get('/', { etag: '"1"\r\nx: y' }), refusal('invalid', /well-formed/))
  await assert.rejects(net.get('/?key=secret', { bytesMax: -1 }), (e: Error) => !e.message.includes('secret'))
})

test('an answer with an endless head is refused', async () => {
  await using net = await world((_, response) => {
    response.socket?.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}`)
  })
  await assert.rejects(net.get('/'), refusal('unavailable', /header of the answer/))
})

test('disposing ends what is under way, and nothing starts after it', async () => {
  const { promise: asked, resolve: onAsked } = Promise.withResolvers<void>()
  await using net = await world(() => onAsked())
  const waiting = net.get('/')
  const refused = assert.rejects(waiting, refusal('unavailable', /stopping/))
  await asked
  await net.outbound[Symbol.asyncDispose]()
  await refused
  await assert.rejects(net.get('/'), refusal('unavailable', /stopping/))
})

test('the caller may call it off', async () => {
  const stop = new AbortController()
  await using net = await world((_, response) => {
    response.write('x')
  })
  const fetched = await net.get('/', { signal: stop.signal })
  assert.ok(fetched.is === 'body')
  const reading = buffer(fetched.body)
  stop.abort()
  await assert.rejects(reading, refusal('unavailable', /called off/))
})

test('a body that nobody reads is given up when the time is over', async () => {
  const { promise: closed, resolve: onClose } = Promise.withResolvers<void>()
  await using net = await world((_, response) => {
    response.once('close', onClose)
    response.write('x')
  })
  const fetched = await net.get('/', { timeoutSeconds: 0.1 })
  assert.ok(fetched.is === 'body')
  await closed
  await assert.rejects(buffer(fetched.body), refusal('unavailable', /done in 0\.1 s/))
})

test('what was called off beforehand never starts', async () => {
  let calls = 0
  const resolve = async () => {
    calls++
    throw new Error('down')
  }
  await using net = await world((_, response) => response.end(), { resolve })
  await assert.rejects(net.get('/', { signal: AbortSignal.abort() }), refusal('unavailable', /called off/))
  assert.equal(calls, 0)
  await assert.rejects(net.get('/'), refusal('unavailable', /must resolve to an address/))
})
