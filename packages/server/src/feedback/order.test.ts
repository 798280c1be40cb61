/** What goes first, what waits by itself, and what a disk that is full leaves. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProblemError, unwrap } from '@tocsin/core/base'
import { parseSubject } from '@tocsin/core/subject'
import type { WireEvidence } from '@tocsin/core/wire'
import { startWorld } from './world.fixture.ts'

const REPORT = { subject: 'ip:192.0.2.1', kind: 'spam-trap-hit' }
const MET = { asked: 1, blocked: 0, untested: 1 }

const itemsOf = (posted: readonly { readonly path: string; readonly body: string }[]): WireEvidence[] =>
  posted.filter(({ path }) => path === '/v1/evidence').flatMap(({ body }) => JSON.parse(body) as WireEvidence[])

test('what an older upstream has no path for waits by itself, is tried again, and says so', async () => {
  await using world = startWorld()
  const { answer } = world.upstream
  const unknown = new Set(['/v1/encounters', '/v1/evidence/retract'])
  world.upstream.answer = async (path, body) => {
    if (unknown.has(path)) throw new ProblemError({ code: 'not-found', message: `no ${path}` })
    return await answer(path, body)
  }
  const intake = world.feedback.intakeOf('sensor')
  world.feedback.met(unwrap(parseSubject('ip:192.0.2.1')), MET)
  world.pass(250)
  await world.settled()
  await intake.put([REPORT])
  await world.settled()
  assert.equal(itemsOf(world.posted).length, 1, 'reports do not wait for encounters')
  assert.match(world.feedback.state().trouble!, /no \/v1\/encounters/)
  await intake.retract([REPORT])
  await world.settled()
  await intake.put([{ ...REPORT, subject: 'ip:192.0.2.2' }])
  await world.settled()
  assert.equal(itemsOf(world.posted).length, 1, 'no report overtakes what is taken back before it')
  assert.equal(world.feedback.state().refused, 0)
  unknown.clear()
  world.pass(60_000)
  await world.settled()
  const paths = world.posted.map(({ path }) => path)
  assert.deepEqual(paths.toSorted(), ['/v1/encounters', '/v1/evidence', '/v1/evidence', '/v1/evidence/retract'])
  assert.ok(paths.indexOf('/v1/evidence/retract') < paths.lastIndexOf('/v1/evidence'))
  assert.deepEqual([world.feedback.state().trouble, world.told.waiting.length], [undefined, 2])
})

test('a fresh report goes before what was met in a day without the upstream', async () => {
  await using world = startWorld()
  await world.feedback.choose('hold')
  for (let at = 0; at < 2500; at++) {
    world.feedback.met(unwrap(parseSubject(`ip:198.18.${at >> 8}.${at & 255}`)), MET)
  }
  await world.feedback.waiting(0)
  const intake = world.feedback.intakeOf('sensor')
  await intake.put([REPORT])
  await intake.retract([REPORT])
  await world.feedback.choose('on')
  await world.settled()
  const paths = world.posted.map(({ path }) => path)
  assert.deepEqual(paths.slice(0, 3), ['/v1/evidence', '/v1/evidence/retract', '/v1/encounters'])
  assert.equal(world.feedback.state().waiting.items, 0)
  assert.equal(world.feedback.done(100)[0]!.path, '/v1/encounters')
  assert.equal(world.feedback.done(100).at(-1)!.path, '/v1/evidence')
})

test('a disk that is full refuses a report, acknowledges nothing, counts what it loses, and goes on when there is room', async () => {
  await using world = startWorld()
  await world.feedback.choose('hold')
  const full = world.fillDisk()
  const intake = world.feedback.intakeOf('sensor')
  const many = Array.from({ length: 2000 }, (_, at) => ({ ...REPORT, subject: `ip:198.18.${at >> 8}.${at & 255}` }))
  await assert.rejects(intake.put(many), (error: ProblemError) => error.problem.code === 'unavailable')
  assert.deepEqual([world.feedback.state().waiting.items, world.feedback.blocks.subjects.length], [0, 0])
  for (const { subject } of many) world.feedback.met(unwrap(parseSubject(subject)), MET)
  await world.feedback.waiting(0)
  assert.equal(world.feedback.state().encounters.dropped, 2000)
  assert.match(String(world.told.failed[0]), /the disk must take it, found "database or disk is full"/)
  full.empty()
  assert.equal((await intake.put(many)).accepted, 2000)
  assert.equal(world.feedback.blocks.subjects.length, 2000)
})

test('a clock that is set back blocks for no longer, and shows what was sent last first', async () => {
  await using world = startWorld()
  const intake = world.feedback.intakeOf('sensor')
  await intake.put([REPORT])
  await world.settled()
  world.clock.now -= 30 * 86_400_000
  world.pass(0)
  await intake.put([{ ...REPORT, subject: 'ip:192.0.2.2' }])
  await world.settled()
  assert.match(world.feedback.done(1)[0]!.body, /192\.0\.2\.2/)
  world.clock.now += 60_000
  world.runAll()
  world.clock.now += 25 * 3_600_000
  world.runAll()
  assert.deepEqual(world.feedback.blocks.subjects, [])
})
