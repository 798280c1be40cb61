import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProblemError } from '@tocsin/core/base'
import { subjectText } from '@tocsin/core/subject'
import { ENCOUNTER_SCHEMA, type WireEncounterReceipt } from '@tocsin/core/wire'
import { createListener } from '../../doors/http/listener.ts'
import { silentLog } from '../../ops/events.ts'
import { mountEncounters } from './encounters.ts'

const NOW = Date.parse('2026-11-22T12:34:56Z')
const HOUR = '2026-11-22T12:00:00Z'
const KEYS = { sensor: 'sensor', reader: 'reader' } as const

/** A source whose encounters are remembered, with the pieces in which they came. */
async function startSource(revokedAfter = Number.POSITIVE_INFINITY) {
  const pieces: string[][] = []
  const firsts: number[][] = []
  const listener = await createListener({
    address: '127.0.0.1',
    port: 0,
    authenticate: token => (token in KEYS ? { name: `a-${token}`, role: KEYS[token as keyof typeof KEYS] } : undefined),
    readiness: () => ({ ready: true }),
    version: '0.1.0',
    log: silentLog,
  })
  await mountEncounters<string>(listener.app, listener.gate, {
    checkEncounter: listener.checkOf(ENCOUNTER_SCHEMA),
    async meet(organisation, encounters) {
      pieces.push(encounters.map(({ subject, untested }) => `${organisation} ${subjectText(subject)} ${untested}`))
      return [pieces.length]
    },
    wanted(_organisation, first) {
      firsts.push([...first])
      return ['url:sha256:wanted']
    },
    organisationOf({ name }) {
      if (pieces.length < revokedAfter) return `of ${name}`
      throw new ProblemError({ code: 'unauthorized', message: 'Cannot report: the key is revoked' })
    },
    clock: () => NOW,
  })
  const post = async (payload: string, type = 'application/json', key = 'sensor') => {
    const headers = { 'content-type': type, 'x-tocsin-key': key }
    const response = await listener.app.inject({ method: 'POST', url: '/v1/encounters', payload, headers })
    return { status: response.statusCode, body: response.json<WireEncounterReceipt>() }
  }
  return { pieces, firsts, post, [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose]() }
}

test('encounters are handed over with the organisation behind the key, and the answer says what is wanted', async () => {
  await using source = await startSource()
  const item = { subject: 'domain:a.example', hour: HOUR, asked: 3, untested: 2 }
  const { status, body } = await source.post(JSON.stringify([item, { ...item, user: 'x' }]))
  assert.deepEqual([status, body.accepted, body.wanted], [200, 1, ['url:sha256:wanted']])
  assert.deepEqual(body.refused, [{ index: 1, reason: 'field "user" is not known' }])
  assert.deepEqual(source.pieces, [['of a-sensor domain:a.example 2']])
  assert.deepEqual(source.firsts, [[1]])
})

test('a stream of any length is handed over in pieces of bounded length', async () => {
  await using source = await startSource()
  const line = (at: number) => `{"subject":"domain:h${at}.example","hour":"${HOUR}"}\n`
  const lines = Array.from({ length: 2500 }, (_, at) => line(at)).join('')
  const { body } = await source.post(lines, 'application/x-ndjson')
  assert.equal(body.accepted, 2500)
  assert.deepEqual(
    source.pieces.map(({ length }) => length),
    [1000, 1000, 500],
  )
  assert.deepEqual(source.firsts, [[1, 2, 3]])
})

test('encounters need a key of role sensor, and one that is revoked meanwhile brings nothing more', async () => {
  await using source = await startSource(1)
  assert.equal((await source.post('[]', 'application/json', 'none')).status, 401)
  assert.equal((await source.post('[]', 'application/json', 'reader')).status, 403)
  const lines = `{"subject":"domain:a.example","hour":"${HOUR}"}\n`.repeat(1500)
  assert.equal((await source.post(lines, 'application/x-ndjson')).status, 403)
  assert.equal(source.pieces.length, 1)
})
