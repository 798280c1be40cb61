import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRelay, type RelayOptions } from './relay.ts'
import { Visits } from './visits.ts'

const SEALED = { 'content-type': 'message/ohttp-req' }

/** A relay before a gateway that answers when it is let. */
function relayBefore(send: RelayOptions['send'], part: Partial<RelayOptions> = {}) {
  const clock = { now: 0 }
  const app = createRelay({
    gateway: 'http://gateway.example/x',
    send,
    requestsPerSecond: 2,
    isLocal: address => address === '127.0.0.1',
    clock: () => clock.now,
    onGateway: () => undefined,
    ...part,
  })
  const ask = async (remoteAddress: string) => {
    const asked = { method: 'POST', url: '/', headers: SEALED, payload: Buffer.from('x'), remoteAddress } as const
    return (await app.inject(asked)).statusCode
  }
  return { clock, app, ask }
}

const answering: RelayOptions['send'] = async () => {
  return new Response('sealed', { headers: { 'content-type': 'message/ohttp-res' } })
}

test('an address may ask so often within a second; this machine as often as it likes', async () => {
  const { clock, app, ask } = relayBefore(answering)
  const codes = async (address: string) => [await ask(address), await ask(address), await ask(address)]
  assert.deepEqual(await codes('192.0.2.1'), [200, 200, 429])
  assert.deepEqual(await codes('192.0.2.2'), [200, 200, 429])
  assert.deepEqual(await codes('127.0.0.1'), [200, 200, 200])
  clock.now += 1000
  assert.deepEqual(await codes('192.0.2.1'), [200, 200, 429])
  await app.close()
})

test('requests beyond those that may be under way are turned away, and make room again', async () => {
  const waiting: (() => void)[] = []
  const send: RelayOptions['send'] = (...asked) =>
    new Promise(resolve => waiting.push(() => resolve(answering(...asked))))
  const { app, ask } = relayBefore(send, { limits: { underWayMax: 1 }, requestsPerSecond: 0 })
  const first = ask('192.0.2.1')
  while (waiting.length === 0) await new Promise(setImmediate)
  assert.equal(await ask('192.0.2.2'), 503)
  waiting.shift()!()
  assert.equal(await first, 200)
  const next = ask('192.0.2.2')
  while (waiting.length === 0) await new Promise(setImmediate)
  waiting.shift()!()
  assert.equal(await next, 200)
  await app.close()
})

test('a gateway that does not come to an end is given up', async () => {
  const send: RelayOptions['send'] = (_url, { signal }) =>
    new Promise((_resolve, reject) => signal!.addEventListener('abort', () => reject(new Error('given up'))))
  const { app, ask } = relayBefore(send, { limits: { answerMs: 1 } })
  assert.equal(await ask('192.0.2.1'), 502)
  await app.close()
})

test('Visits counts an IPv6 /64 as one, and IPv4 however it is written', () => {
  const visits = new Visits(1)
  assert.equal(visits.admits('2001:db8:0:7::1', 0), true)
  assert.equal(visits.admits('2001:db8:0:7:ffff::2', 0), false)
  assert.equal(visits.admits('2001:db8::7:1:2:3:4', 0), false)
  assert.equal(visits.admits('2001:db8:0:8::1', 0), true)
  assert.equal(visits.admits('::1', 0), true)
  assert.equal(visits.admits('::2', 0), false)
  assert.equal(visits.admits('192.0.2.1', 0), true)
  assert.equal(visits.admits('::ffff:192.0.2.1', 0), false)
  assert.equal(visits.admits('192.0.2.1', 1000), true)
})
