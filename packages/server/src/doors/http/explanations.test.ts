import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ok } from '@tocsin/core/base'
import type { WireExplanation, WireMined } from '@tocsin/core/wire'
import { silentLog } from '../../ops/events.ts'
import { type ExplanationOptions, mountExplanations } from './explanations.ts'
import { createListener } from './listener.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')

/** Explains one domain, by a door with or without miners, to somebody off loopback. */
async function explained(minedOf: ExplanationOptions['minedOf'], token = 'good') {
  await using listener = await createListener({
    address: '127.0.0.1',
    port: 0,
    authenticate: given => (given === 'good' ? { name: 'alice', role: 'reader' } : undefined),
    readiness: () => ({ ready: true }),
    version: '0.1.0',
    log: silentLog,
  })
  mountExplanations(listener.app, listener.gate, {
    book: {
      explain: async (subject, at) =>
        ok({
          subject,
          at,
          logOdds: -895,
          score: 71,
          incriminated: false,
          stops: false,
          protection: undefined,
          organisations: 0,
          reason: 'none',
          contributions: [{ term: 'prior', value: -895 }],
          changes: [],
        }),
    },
    answer: subject => ({
      subject,
      score: 71,
      verdict: 'untested',
      action: 'allow',
      state: 'fresh',
      ageSeconds: 0,
      reason: 'not known for anything',
      cause: 'none',
    }),
    ...(minedOf === undefined ? {} : { minedOf }),
    clock: () => NOW,
  })
  const headers = { 'x-tocsin-key': token }
  const url = '/v1/explain/domain/example.com'
  const response = await listener.app.inject({ url, headers, remoteAddress: '203.0.113.9' })
  return { status: response.statusCode, body: response.json<WireExplanation>() }
}

const MINED: WireMined = {
  notes: ['by its text alone: it uses "login"'],
  hosting: {
    domain: 'example.com',
    firstSeen: '2026-02-01',
    registration: { state: 'known', registeredAt: '2026-01-31T00:00:00.000Z', registrar: 'Example "Names", Inc.' },
    moves: [
      {
        host: 'example.com',
        on: '2026-02-20',
        from: { asn: 64_500, country: 'DE' },
        to: { asn: 4_294_967_295, country: 'BR' },
        stableDays: 19,
      },
    ],
  },
}

test('an explanation tells whoever may look up what miners know, every field of it', async () => {
  const { status, body } = await explained(async () => MINED)
  assert.equal(status, 200)
  assert.deepEqual({ notes: body.notes, hosting: body.hosting }, MINED)
  assert.equal(body.notesState, undefined)
  assert.equal((await explained(async () => MINED, 'none')).status, 401)
})

test('an explanation says where miners did not answer, and nothing of them where nothing is mined', async () => {
  const late = await explained(async () => ({ notesState: 'unavailable' }))
  assert.deepEqual([late.status, late.body.score, late.body.notesState], [200, 71, 'unavailable'])
  const off = await explained(undefined)
  assert.deepEqual(
    Object.keys(off.body).filter(name => /^notes|hosting/.test(name)),
    [],
  )
})
