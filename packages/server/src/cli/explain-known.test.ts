import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WireExplanation, WireMined } from '@tocsin/core/wire'
import { run } from './run.ts'
import { EXPLANATION, fakeWorld } from './world.fixture.ts'

async function explained(mined: WireMined, ...words: readonly string[]): Promise<string> {
  const world = fakeWorld({ node: { explain: async () => ({ ...EXPLANATION, ...mined }) } })
  assert.equal(await run(['explain', 'example.com', ...words], world), 0)
  return world.told.output
}

const MINED: WireMined = {
  notes: ['by its text alone: it uses \u001b[31m"login"'],
  hosting: {
    domain: 'example.com',
    firstSeen: '2026-02-01',
    registration: { state: 'known', registeredAt: '2026-01-31T00:00:00.000Z', registrar: 'Names, Inc.' },
    moves: [
      {
        host: 'www.example.com',
        on: '2026-02-20',
        from: { asn: 64_500, country: 'DE' },
        to: { asn: 64_501, country: 'BR' },
        stableDays: 120,
      },
    ],
  },
}

test('explain prints what miners know in a section of its own, without control characters', async () => {
  const output = await explained(MINED)
  const section = [
    'What else is known',
    '  example.com was first seen on 2026-02-01',
    '  example.com was registered on 2026-01-31 by Names, Inc.',
    '  www.example.com moved on 2026-02-20, after 120 days, from AS64500 (DE) to AS64501 (BR)',
    '  by its text alone: it uses �[31m"login"',
  ]
  assert.ok(output.includes(`\n${section.join('\n')}\n`), output)
})

test('explain --json has what miners know as the API answers it', async () => {
  const { notes, hosting } = JSON.parse(await explained(MINED, '--json')) as WireExplanation
  assert.deepEqual({ notes, hosting }, MINED)
})

test('explain says where miners did not answer, and what a registry does not know', async () => {
  assert.match(
    await explained({ notesState: 'unavailable' }),
    /What else is known\n {2}what the miners know is left out/,
  )
  const absent = await explained({ hosting: { domain: 'example.com', registration: { state: 'absent' } } })
  assert.match(absent, /^ {2}example\.com is not registered, its registry says$/m)
})

test('explain has no such section where nothing else is known', async () => {
  assert.doesNotMatch(await explained({ notes: [] }), /What else is known/)
})
