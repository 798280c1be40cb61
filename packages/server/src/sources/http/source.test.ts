import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { TocsinClient } from '@tocsin/client'
import { fail, ok, ProblemError } from '@tocsin/core/base'
import { EVIDENCE_SCHEMA, type WireImport, type WireProblem, type WireReceipt } from '@tocsin/core/wire'
import { createListener } from '../../doors/http/listener.ts'
import type { Intake, Offer } from '../../intake/intake.ts'
import { silentLog } from '../../ops/events.ts'
import type { ListOptions } from './lists.ts'
import { mountHttpSource } from './source.ts'

const KEYS = { sensor: 'sensor', reader: 'reader', admin: 'admin' } as const
const NDJSON = { 'content-type': 'application/x-ndjson', 'x-tocsin-key': 'sensor' }

interface Put {
  readonly by: string
  readonly offers: readonly Offer[]
}

/** A source on an intake that remembers what it is offered, and a reader of lists that keeps what it reads. */
async function startSource(put?: (offers: readonly Offer[]) => Promise<void>) {
  const puts: Put[] = []
  const retracted: string[] = []
  const lists: { name: string; options: ListOptions; text: string; ended: boolean }[] = []
  const patience = Promise.withResolvers<void>()
  const listEnded = Promise.withResolvers<void>()
  const listener = await createListener({
    address: '127.0.0.1',
    port: 0,
    authenticate: token => (token in KEYS ? { name: `a-${token}`, role: KEYS[token as keyof typeof KEYS] } : undefined),
    readiness: () => ({ ready: true }),
    version: '0.1.0',
    log: silentLog,
    limits: { bodyBytesMax: 4 * 1024 * 1024 },
  })
  const intakeOf = ({ name }: { readonly name: string }): Intake => ({
    async put(offers) {
      puts.push({ by: name, offers })
      await put?.(offers)
      const refused = offers.flatMap(({ subject }, index) =>
        subject === 'ip:bad' ? [{ index, reason: 'no address' }] : [],
      )
      return { accepted: offers.length - refused.length, duplicate: 0, refused }
    },
    async retract(items) {
      if (items.some(item => item.subject === 'ip:bad')) return fail('invalid', 'Cannot parse ip "bad"')
      retracted.push(...items.map(item => `${item.subject} ${item.kind}`))
      return ok(items.length)
    },
    begin: () => Promise.reject(new Error('not for reports')),
    commit: () => Promise.reject(new Error('not for reports')),
  })
  await mountHttpSource(listener.app, listener.gate, {
    intakeOf,
    checkEvidence: listener.checkOf(EVIDENCE_SCHEMA),
    signOfLifeMs: 1,
    async importList(name, text, options): Promise<WireImport> {
      const list = { name, options, text: '', ended: false }
      lists.push(list)
      try {
        if (options.format === 'unknown')
          throw new ProblemError({ code: 'invalid', message: 'Cannot read format "unknown"' })
        if (options.format === 'slow') await patience.promise
        for await (const bytes of text) list.text += Buffer.from(bytes).toString()
        list.ended = true
        return { source: name, lines: 2, accepted: 2, refused: 0, skipped: 0, retracted: 1, refusals: [] }
      } finally {
        listEnded.resolve()
      }
    },
  })
  const post = async (payload: string, headers: Record<string, string>, url = '/v1/evidence') => {
    const response = await listener.app.inject({ method: 'POST', url, payload, headers })
    return { status: response.statusCode, body: response.json<WireReceipt & WireProblem & { retracted: number }>() }
  }
  const postJson = async (value: unknown, key = 'sensor', url?: string) =>
    await post(JSON.stringify(value), { 'content-type': 'application/json', 'x-tocsin-key': key }, url)
  const dispose = () => listener[Symbol.asyncDispose]()
  return {
    listener,
    puts,
    retracted,
    lists,
    listEnded: listEnded.promise,
    endPatience: () => patience.resolve(),
    post,
    postJson,
    [Symbol.asyncDispose]: dispose,
  }
}

const lineOf = (at: number): string => `{"subject":"ip:192.0.2.${at % 256}","kind":"spam-sent","id":"${at}"}\n`

test('a list, and an item alone, go to the intake of who reports', async () => {
  await using source = await startSource()
  const item = { subject: 'ip:192.0.2.1', kind: 'spam-trap-hit', confidence: 0.9, related: ['domain:example.com'] }
  assert.deepEqual(await source.postJson([item, item]), {
    status: 200,
    body: { accepted: 2, duplicate: 0, refused: [] },
  })
  assert.equal((await source.postJson(item)).body.accepted, 1)
  assert.deepEqual(source.puts[0], { by: 'a-sensor', offers: [item, item] })
})

test('reports need a key of role sensor, on loopback too', async () => {
  await using source = await startSource()
  assert.equal((await source.post('[]', { 'content-type': 'application/json' })).status, 401)
  assert.equal((await source.postJson([], 'reader')).status, 403)
  assert.equal((await source.postJson([], 'admin')).status, 200)
  assert.equal((await source.postJson({ retractions: [] }, 'reader', '/v1/evidence/retract')).status, 403)
})

test('what could name a person cannot be said: such fields are refused by name, the rest is taken', async () => {
  await using source = await startSource()
  const item = { subject: 'ip:192.0.2.1', kind: 'spam-sent' }
  const names = ['recipient', 'user', 'from', 'messageText', 'fileName', 'path', 'clientAddress', 'headers']
  const { body } = await source.postJson([...names.map(name => ({ ...item, [name]: 'x' })), item])
  assert.equal(body.accepted, 1)
  assert.deepEqual(
    body.refused,
    names.map((name, index) => ({ index, reason: `field "${name}" is not known` })),
  )
  assert.deepEqual(source.puts, [{ by: 'a-sensor', offers: [item] }])
})

test('bad items are refused by their place and reason, whoever refuses them', async () => {
  await using source = await startSource()
  const good = { subject: 'ip:192.0.2.1', kind: 'spam-sent' }
  const { body } = await source.postJson([
    { kind: 'spam-sent' },
    good,
    { ...good, subject: 'ip:bad' },
    { ...good, confidence: 2 },
    7,
    { ...good, observedAt: 'yesterday' },
    { ...good, kind: 'rude' },
    { ...good, related: ['ip:192.0.2.2', 7] },
  ])
  assert.equal(body.accepted, 1)
  assert.deepEqual(
    body.refused.map(({ index }) => index),
    [0, 2, 3, 4, 5, 6, 7],
  )
  const reasons = [
    /field "subject" is missing/,
    /no address/,
    /field "confidence" must be <= 1, found "2"/,
    /it must be object/,
    /field "observedAt" must match format "date-time", found "yesterday"/,
    /field "kind" must be one of .*found "rude"/,
    /field "related\[1\]" must be string/,
  ]
  for (const [at, reason] of reasons.entries()) assert.match(body.refused[at]!.reason, reason)
})

test('a list of more than 10,000 items is refused as a whole and points to NDJSON', async () => {
  await using source = await startSource()
  const { status, body } = await source.postJson(Array.from({ length: 10_001 }, () => ({})))
  assert.equal(status, 400)
  assert.match(body.detail ?? '', /at most 10000 items, found 10001; send NDJSON/)
})

test('a report without a body is refused, not taken for an empty one', async () => {
  await using source = await startSource()
  assert.equal((await source.post('', { 'x-tocsin-key': 'sensor' })).status, 400)
  assert.equal((await source.post('', { 'x-tocsin-key': 'sensor', 'content-type': 'application/json' })).status, 400)
})

test('a JSON body that is too large is 413', async () => {
  await using source = await startSource()
  assert.equal((await source.postJson('x'.repeat(5 * 1024 * 1024))).status, 413)
})

test('NDJSON is put in chunks of 1,000, each after the one before is durable', async () => {
  let atOnce = 0
  await using source = await startSource(async () => {
    atOnce += 1
    assert.equal(atOnce, 1)
    await new Promise(resolve => setImmediate(resolve))
    atOnce -= 1
  })
  const lines = Array.from({ length: 2500 }, (_, at) => lineOf(at)).join('')
  const { body } = await source.post(lines, NDJSON)
  assert.deepEqual(body, { accepted: 2500, duplicate: 0, refused: [] })
  assert.deepEqual(
    source.puts.map(put => put.offers.length),
    [1000, 1000, 500],
  )
  assert.equal(source.puts[2]?.offers[499]?.id, '2499')
})

test('bad lines are refused by number from 0, blank lines counted and left alone', async () => {
  await using source = await startSource()
  const lines = [
    lineOf(1).trim(),
    '',
    'not json',
    lineOf(2).trim(),
    `{"subject":"${'a'.repeat(70_000)}"}`,
    '{"kind":"spam-sent"}',
    ' \r',
    '{"subject":"ip:bad","kind":"spam-sent"}',
    lineOf(3).trim(),
  ]
  const { body } = await source.post(lines.join('\n'), NDJSON)
  assert.equal(body.accepted, 3)
  assert.deepEqual(body.refused, [
    { index: 2, reason: 'the line must be JSON in UTF-8' },
    { index: 4, reason: 'the line must have at most 65536 bytes' },
    { index: 5, reason: 'field "subject" is missing' },
    { index: 7, reason: 'no address' },
  ])
})

test('a receipt lists the first 1,000 refusals', async () => {
  await using source = await startSource()
  const { body } = await source.post('x\n'.repeat(3000) + lineOf(1), NDJSON)
  assert.equal(body.accepted, 1)
  assert.equal(body.refused.length, 1000)
  assert.equal(body.refused[999]?.index, 999)
})

test('who sends faster than the ledger takes is held back', async () => {
  const first = Promise.withResolvers<void>()
  const taken = Promise.withResolvers<void>()
  await using source = await startSource(async () => {
    first.resolve()
    await taken.promise
  })
  const { port } = new URL(await source.listener.listen())
  const socket = connect(Number(port), '127.0.0.1')
  const head = `POST /v1/evidence HTTP/1.1\r\nHost: localhost\r\nX-Tocsin-Key: sensor\r\n`
  socket.write(`${head}Content-Type: application/x-ndjson\r\nContent-Length: 1000000000\r\n\r\n`)
  const lines = Array.from({ length: 5000 }, (_, at) => lineOf(at)).join('')
  socket.write(lines)
  await first.promise
  // Loopback buffers a few megabytes; a node that went on reading would take all of these.
  for (let written = 0; written < 40_000_000; written += lines.length) socket.write(lines)
  assert.equal(source.puts.length, 1)
  assert.ok(socket.writableLength > 20_000_000, `${socket.writableLength} bytes wait`)
  socket.destroy()
  taken.resolve()
})

test('a connection that breaks off keeps what was put, acknowledges nothing, and takes no half line', async () => {
  const second = Promise.withResolvers<void>()
  await using source = await startSource(async offers => {
    if (offers[0]?.id === '1000') second.resolve()
  })
  const { port } = new URL(await source.listener.listen())
  const socket = connect(Number(port), '127.0.0.1')
  const lines = Array.from({ length: 2001 }, (_, at) => lineOf(at)).join('')
  const head = `POST /v1/evidence HTTP/1.1\r\nHost: localhost\r\nX-Tocsin-Key: sensor\r\n`
  socket.write(
    `${head}Content-Type: application/x-ndjson\r\nContent-Length: 1000000\r\n\r\n${lines}{"subject":"ip:192.0`,
  )
  await second.promise
  socket.resetAndDestroy()
  await once(socket, 'close')
  await source.listener[Symbol.asyncDispose]()
  assert.deepEqual(
    source.puts.map(put => put.offers.length),
    [1000, 1000],
  )
})

test('a ledger that fails in the midst of a stream is told, not cut off', async () => {
  await using source = await startSource(() => {
    return Promise.reject(new ProblemError({ code: 'unavailable', message: 'Cannot reach the ledger' }))
  })
  const { status, body } = await source.post(Array.from({ length: 3000 }, (_, at) => lineOf(at)).join(''), NDJSON)
  assert.deepEqual([status, body.code], [503, 'unavailable'])
  const { port } = new URL(await source.listener.listen())
  const socket = connect(Number(port), '127.0.0.1')
  const head = `POST /v1/evidence HTTP/1.1\r\nHost: localhost\r\nX-Tocsin-Key: sensor\r\n`
  socket.write(`${head}Content-Type: application/x-ndjson\r\nContent-Length: 1000000\r\n\r\n`)
  socket.write(Array.from({ length: 1001 }, (_, at) => lineOf(at)).join(''))
  const [heard] = (await once(socket, 'data')) as [Buffer]
  assert.match(heard.toString(), /^HTTP\/1\.1 503 [^]*connection: close/i)
  socket.destroy()
})

test('a retraction says how many records went, and fails for what cannot be parsed', async () => {
  await using source = await startSource()
  const url = '/v1/evidence/retract'
  const retractions = [{ subject: 'ip:192.0.2.1', kind: 'spam-sent' }]
  assert.deepEqual(await source.postJson({ retractions }, 'sensor', url), { status: 200, body: { retracted: 1 } })
  assert.deepEqual(source.retracted, ['ip:192.0.2.1 spam-sent'])
  const bad = await source.postJson({ retractions: [{ subject: 'ip:bad', kind: 'spam-sent' }] }, 'sensor', url)
  assert.deepEqual([bad.status, bad.body.detail], [400, 'Cannot parse ip "bad"'])
  const shape = await source.postJson(
    { retractions: [{ subject: 'ip:192.0.2.1', kind: 'x', user: 'bob' }] },
    'sensor',
    url,
  )
  assert.match(shape.body.detail ?? '', /field "retractions\[0\]\.(user|kind)"/)
})

test('a whole list is imported as it was sent, whatever its type is called', async () => {
  await using source = await startSource()
  const url =
    '/v1/sources/my-list/list?kind=listed-spam&confidence=0.5&format=plain&asOf=2026-03-01T12:00:00Z&organisation=a%20b&fileName=x.fp'
  for (const type of ['text/plain', 'application/json', 'application/octet-stream']) {
    const headers = { 'x-tocsin-key': 'admin', 'content-type': type }
    const response = await source.listener.app.inject({ method: 'PUT', url, headers, payload: '192.0.2.1\n{' })
    assert.equal(response.statusCode, 200)
    assert.equal(response.json<WireImport>().accepted, 2)
  }
  const options = { kind: 'listed-spam', confidence: 0.5, format: 'plain', asOf: '2026-03-01T12:00:00Z' }
  Object.assign(options, { organisation: 'a b', fileName: 'x.fp' })
  assert.deepEqual(source.lists[0], { name: 'my-list', options, text: '192.0.2.1\n{', ended: true })
})

test('a list is refused below admin, by a bad name or option, and when it is empty', async () => {
  await using source = await startSource()
  const put = async (url: string, key = 'admin', payload = '192.0.2.1\n') =>
    (await source.listener.app.inject({ method: 'PUT', url, payload, headers: { 'x-tocsin-key': key } })).statusCode
  assert.equal(await put('/v1/sources/a/list', 'sensor'), 403)
  assert.equal(await put('/v1/sources/A%20B/list'), 400)
  assert.equal(await put('/v1/sources/a/list?kind=rude'), 400)
  assert.equal(await put('/v1/sources/a/list?confidence=2'), 400)
  assert.equal(await put('/v1/sources/a/list?confidence=much'), 400)
  assert.equal(await put('/v1/sources/a/list?asOf=yesterday'), 400)
  assert.equal(await put('/v1/sources/a/list?replace=no'), 400)
  assert.equal(await put('/v1/sources/a/list', 'admin', ''), 400)
  assert.deepEqual(source.lists, [])
  assert.equal(await put('/v1/sources/a/list?format=unknown'), 400)
})

test('a list that breaks off never ends for its reader, however it is sent', async () => {
  const framings = ['Content-Length: 1000', 'Transfer-Encoding: chunked']
  for (const framing of framings) {
    await using source = await startSource()
    const { port } = new URL(await source.listener.listen())
    const socket = connect(Number(port), '127.0.0.1')
    const head = `PUT /v1/sources/a/list HTTP/1.1\r\nHost: localhost\r\nX-Tocsin-Key: admin\r\nContent-Type: text/plain\r\n`
    const text = '192.0.2.1\n192.0.2'
    socket.end(
      `${head}${framing}\r\n\r\n${framing.includes('chunked') ? `${text.length.toString(16)}\r\n` : ''}${text}`,
    )
    await source.listEnded
    assert.equal(source.lists.length, 1)
    assert.equal(source.lists[0]?.ended, false, framing)
  }
})

test('a list that takes long gives signs of life before its answer', async () => {
  await using source = await startSource()
  const { port } = new URL(await source.listener.listen())
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(
    'PUT /v1/sources/a/list?format=slow HTTP/1.1\r\nHost: localhost\r\nX-Tocsin-Key: admin\r\n' +
      'Content-Type: text/plain\r\nContent-Length: 10\r\nConnection: close\r\n\r\n192.0.2.1\n',
  )
  let said = ''
  for await (const bytes of socket) {
    said += String(bytes)
    if (said.split('HTTP/1.1 102 Processing\r\n\r\n').length > 2) source.endPatience()
  }
  assert.match(said, /^(?:HTTP\/1\.1 102 Processing\r\n\r\n){2,}HTTP\/1\.1 200 OK\r\n/)
})

test('the client streams a list, and one that it cannot finish never ends for the reader', async () => {
  await using source = await startSource()
  const client = new TocsinClient({ server: await source.listener.listen(), key: 'admin' })
  async function* text(isWhole: boolean) {
    yield Buffer.from('192.0.2.1\n')
    if (!isWhole) throw new Error('the disk broke')
    yield Buffer.from('192.0.2.2\n')
  }
  assert.equal((await client.importList('whole', text(true), { kind: 'listed' })).accepted, 2)
  await assert.rejects(client.importList('half', text(false)), { code: 'unavailable' })
  await assert.rejects(client.importList('unreadable', text(true), { format: 'unknown' }), { code: 'invalid' })
  assert.deepEqual(source.lists.map(({ name, ended }) => `${name} ${ended}`).sort(), [
    'half false',
    'unreadable false',
    'whole true',
  ])
})
