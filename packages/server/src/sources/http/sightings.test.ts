import assert from 'node:assert/strict'
import { test } from 'node:test'
import { subjectText } from '@tocsin/core/subject'
import { SIGHTING_SCHEMA, type SightingSite, type WireProblem, type WireSightingsReceipt } from '@tocsin/core/wire'
import { createListener } from '../../doors/http/listener.ts'
import { silentLog } from '../../ops/events.ts'
import { mountSightings } from './sightings.ts'

const KEYS = { sensor: 'sensor', reader: 'reader', admin: 'admin' } as const
const NOW = Date.parse('2026-06-30T12:34:56Z')

/** A source whose sightings are remembered. */
async function startSource() {
  const seen: string[] = []
  const listener = await createListener({
    address: '127.0.0.1',
    port: 0,
    authenticate: token => (token in KEYS ? { name: `a-${token}`, role: KEYS[token as keyof typeof KEYS] } : undefined),
    readiness: () => ({ ready: true }),
    version: '0.1.0',
    log: silentLog,
  })
  await mountSightings<SightingSite>(listener.app, listener.gate, {
    observe: ({ subject, messages }, { organisation, trustStep }) =>
      void seen.push(`${subjectText(subject)} ${messages} ${organisation} ${trustStep}`),
    siteOf: ({ name }) => ({ organisation: `of ${name}`, trustStep: 5 }),
    checkSighting: listener.checkOf(SIGHTING_SCHEMA),
    clock: () => NOW,
  })
  const post = async (body: string, type = 'application/json', key = 'sensor') => {
    const headers = { 'content-type': type, 'x-tocsin-key': key }
    const response = await listener.app.inject({ method: 'POST', url: '/v1/sightings', payload: body, headers })
    return { status: response.statusCode, body: response.json<WireSightingsReceipt & WireProblem>() }
  }
  const dispose = () => listener[Symbol.asyncDispose]()
  return { seen, post, [Symbol.asyncDispose]: dispose }
}

test('sightings reach observe() with the site behind the key, from a list, an item alone and lines', async () => {
  await using source = await startSource()
  const item = { subject: 'ip:192.0.2.1', hour: '2026-06-30T12:00Z', messages: 3 }
  const taken = (accepted: number) => ({ status: 200, body: { accepted, refused: [] } })
  assert.deepEqual(await source.post(JSON.stringify([item, item])), taken(2))
  assert.deepEqual(await source.post(JSON.stringify(item)), taken(1))
  const line = JSON.stringify(item)
  assert.deepEqual(await source.post(`${line}\n\n${line}`, 'application/x-ndjson'), taken(2))
  assert.deepEqual(source.seen, Array(5).fill('ip:192.0.2.1 3 of a-sensor 5'))
})

test('sightings need a key of role sensor', async () => {
  await using source = await startSource()
  assert.equal((await source.post('[]', 'application/json', 'none')).status, 401)
  assert.equal((await source.post('[]', 'application/json', 'reader')).status, 403)
  assert.equal((await source.post('[]', 'application/json', 'admin')).status, 200)
})

test('bad sightings are refused one by one, and what could name a person cannot be said', async () => {
  await using source = await startSource()
  const good = { subject: 'ip:192.0.2.1', messages: 1 }
  const { body } = await source.post(
    JSON.stringify([
      { ...good, recipient: 'x' },
      { ...good, messages: 10_000_001 },
      { ...good, spam: -1 },
      { ...good, spam: 1.5 },
      { ...good, hour: 'now' },
      { ...good, hour: '2026-06-30T14:00Z' },
      { ...good, subject: 'domain:example.com' },
      { messages: 1 },
      null,
      good,
    ]),
  )
  assert.equal(body.accepted, 1)
  assert.deepEqual(
    body.refused.map(({ index }) => index),
    [0, 1, 2, 3, 4, 5, 6, 7, 8],
  )
  assert.match(body.refused[0]?.reason ?? '', /field "recipient" is not known/)
  assert.match(body.refused[5]?.reason ?? '', /must not be to come/)
  assert.equal(source.seen.length, 1)
})

test('more than 10,000 in a list are refused as a whole, and of lines the first 1,000 refusals are listed', async () => {
  await using source = await startSource()
  const { status, body } = await source.post(JSON.stringify(Array(10_001).fill({})))
  assert.deepEqual([status, /at most 10000 items/.test(body.detail ?? '')], [400, true])
  const lines = await source.post('x\n'.repeat(3000), 'application/x-ndjson')
  assert.deepEqual([lines.body.accepted, lines.body.refused.length], [0, 1000])
})
