import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliCompressSync, createGzip, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { refusal, world } from './world.fixture.ts'

test('every content encoding that is asked for is decoded', async () => {
  const list = '192.0.2.1\n'.repeat(500)
  const encoders: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
    gzip: gzipSync,
    br: brotliCompressSync,
    zstd: zstdCompressSync,
    deflate: deflateSync,
  }
  await using net = await world((request, response) => {
    const coding = request.url?.slice(1) ?? ''
    response.writeHead(200, { 'content-encoding': coding }).end(encoders[coding]?.(Buffer.from(list)) ?? list)
  })
  for (const coding of Object.keys(encoders)) assert.equal(await net.text(`/${coding}`), list, coding)
  await assert.rejects(net.text('/compress'), refusal('unavailable', /one of gzip, br, zstd, found "compress"/))
  await assert.rejects(net.text('/constructor'), refusal('unavailable', /found "constructor"/))
})

test('a bomb is refused early and in bounded memory', async () => {
  let sent = 0
  await using net = await world((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' })
    const gzip = createGzip()
    const zeros = Buffer.alloc(2 ** 20)
    const fill = () => {
      while (!response.destroyed && sent++ < 10240) if (!gzip.write(zeros)) return gzip.once('drain', fill)
      return gzip.end()
    }
    gzip.pipe(response)
    fill()
  })
  const before = process.memoryUsage().rss
  const endless = { bytesMax: 2 ** 30, unpackedBytesMax: 2 ** 40 }
  await assert.rejects(net.text('/', endless), refusal('invalid', /200 times its size, found more: a bomb/))
  assert.ok(process.memoryUsage().rss - before < 200 * 2 ** 20)
  assert.ok(sent < 1024, `${sent} MiB were packed`)
})

test('a body is refused where it is larger than allowed, on the wire and decoded', async () => {
  await using net = await world((request, response) => {
    if (request.url === '/length') response.end(Buffer.alloc(2000))
    else if (request.url === '/chunks') response.write(Buffer.alloc(900), () => response.end(Buffer.alloc(900)))
    else response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(100_000)))
  })
  await assert.rejects(net.text('/length', { bytesMax: 1000 }), refusal('invalid', /at most 1000 bytes, found 2000/))
  await assert.rejects(net.text('/chunks', { bytesMax: 1000 }), refusal('invalid', /at most 1000 bytes, found more/))
  await assert.rejects(
    net.text('/gzip', { unpackedBytesMax: 1000 }),
    refusal('invalid', /at most 1000 bytes, found more after/),
  )
})

test('a body that breaks off rejects, however it is framed', async () => {
  await using net = await world((request, response) => {
    const packed = gzipSync(Buffer.from('192.0.2.1\n'.repeat(100)))
    if (request.url === '/gzip') response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed.subarray(0, 20))
    else {
      if (request.url === '/length') response.setHeader('content-length', 100)
      response.write('192.0.2.1\n', () => response.destroy())
    }
  })
  await assert.rejects(net.text('/length'), refusal('unavailable', /must be made and hold to the end/))
  await assert.rejects(net.text('/chunks'), refusal('unavailable', /must be made and hold to the end/))
  await assert.rejects(net.text('/gzip'), refusal('unavailable', /unexpected end of file/))
})

test('silence ends the wait: before the answer, within the body, and for the whole', async () => {
  await using net = await world(
    (request, response) => {
      if (request.url !== '/mute') response.write('192.0.2.1\n')
      if (request.url !== '/drip') return
      const timer = setInterval(() => response.write('.'), 5)
      response.once('close', () => clearInterval(timer))
    },
    { idleSeconds: 0.1, answerSeconds: 0.1 },
  )
  await assert.rejects(net.text('/mute'), refusal('unavailable', /answer must begin within 0\.1 s/))
  await assert.rejects(net.text('/stall'), refusal('unavailable', /a byte must come within 0\.1 s/))
  await assert.rejects(net.text('/drip', { timeoutSeconds: 0.3 }), refusal('unavailable', /done in 0\.3 s/))
})

test('an abandoned body closes its connection, and one that was read keeps it', async () => {
  const { promise: closed, resolve: onClose } = Promise.withResolvers<void>()
  await using net = await world((request, response) => {
    if (request.url === '/read') return response.end('x')
    response.once('close', onClose)
    return response.write('x')
  })
  for (let i = 0; i < 10; i++) assert.equal(await net.text('/read'), 'x')
  assert.equal(net.connections(), 1)
  const fetched = await net.get('/endless')
  assert.ok(fetched.is === 'body')
  for await (const _ of fetched.body) break
  await closed
})

test('a slow reader slows the sender down', async () => {
  let written = 0
  const { promise: full, resolve: onFull } = Promise.withResolvers<void>()
  await using net = await world((_, response) => {
    const chunk = Buffer.alloc(2 ** 16)
    while (written < 1024 && response.write(chunk)) written++
    const more = () => {
      do written++
      while (written < 4096 && response.write(chunk))
    }
    response.on('drain', more)
    response.once('close', () => onFull())
  })
  const fetched = await net.get('/', { bytesMax: 2 ** 40, unpackedBytesMax: 2 ** 40 })
  assert.ok(fetched.is === 'body')
  for await (const _ of fetched.body) break
  await full
  assert.ok(written < 4096, `${written} chunks were sent to somebody who read one`)
})
