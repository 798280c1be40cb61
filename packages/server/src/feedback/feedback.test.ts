import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { ProblemError, unwrap } from '@tocsin/core/base'
import { parseSubject } from '@tocsin/core/subject'
import { admitSighting, type WireEvidence } from '@tocsin/core/wire'
import { BLOCK_MS } from './blocks.ts'
import { startWorld } from './world.fixture.ts'

const REPORT = { subject: 'ip:192.0.2.1', kind: 'spam-trap-hit' }

const itemsOf = (posted: readonly { readonly body: string }[]): WireEvidence[] =>
  posted.flatMap(({ body }) => JSON.parse(body) as WireEvidence[])

test('a report is kept, sent with an opaque id and its hour, and read back byte for byte', async () => {
  await using world = startWorld()
  const intake = world.feedback.intakeOf('sensor')
  const observedAt = '2026-06-30T11:59:59Z'
  assert.deepEqual(await intake.put([{ ...REPORT, observedAt, id: '<jane@example.com>', confidence: 0.7 }]), {
    accepted: 1,
    duplicate: 0,
    refused: [],
  })
  await world.settled()
  const [sent] = itemsOf(world.posted)
  assert.match(sent!.id!, /^[\w-]{22}$/)
  assert.deepEqual({ ...sent, id: '' }, { ...REPORT, confidence: 0.7, observedAt: '2026-06-30T11:00:00.000Z', id: '' })
  const [batch] = world.feedback.done(10)
  assert.deepEqual([batch!.state, batch!.body], ['sent', world.posted[0]!.body])
  const { sent: count, waiting } = world.feedback.state()
  assert.deepEqual([count.items, count.batches, waiting.items], [1, 1, 0])
})

test('what is said again counts once; another reporter of the same id is another', async () => {
  await using world = startWorld()
  const intake = world.feedback.intakeOf('sensor')
  await intake.put([{ ...REPORT, id: '1' }])
  assert.equal((await intake.put([{ ...REPORT, id: '1' }])).duplicate, 1)
  assert.equal((await world.feedback.intakeOf('other').put([{ ...REPORT, id: '1' }])).accepted, 1)
  await world.settled()
  assert.equal(new Set(itemsOf(world.posted).map(({ id }) => id)).size, 2)
})

test('words are judged as at a node, item by item; what may not leave is refused in words', async () => {
  await using world = startWorld()
  const { accepted, refused } = await world.feedback
    .intakeOf('sensor')
    .put([
      { ...REPORT, subject: 'ip:nonsense' },
      { ...REPORT, kind: 'no-such-kind' },
      { ...REPORT, kind: 'analyst-blocked' },
      { ...REPORT, subject: 'ip:10.0.0.1' },
      { subject: 'domain:mail.own.example.org', kind: 'listed' },
      REPORT,
    ])
  assert.equal(accepted, 1)
  assert.deepEqual(
    refused.map(({ index }) => index),
    [0, 1, 2, 3, 4],
  )
  assert.match(refused[3]!.reason, /would not leave the site: it is an address that means something else/)
  assert.equal(world.feedback.state().stayed, 5)
})

test('a page goes as its hash with its host beside it, and company of the same mail is one group', async () => {
  await using world = startWorld()
  const related = ['domain:nas.local', 'url:https://u:p@shop.example.com/x?id=1', 'ip:192.0.2.7']
  const page = { subject: 'url:https://example.com/login?user=jane', kind: 'phishing-page', group: 'mail-1', related }
  await world.feedback.intakeOf('sensor').put([page, { ...REPORT, group: 'mail-1' }])
  await world.settled()
  const [first, second] = itemsOf(world.posted)
  assert.match(first!.subject, /^url:sha256:[0-9a-f]{64}$/)
  assert.equal(first!.related![0], 'domain:example.com')
  assert.deepEqual(first!.related!.slice(2), ['domain:shop.example.com', 'ip:192.0.2.7'])
  assert.equal(first!.group, second!.group)
  assert.doesNotMatch(JSON.stringify(world.posted), /jane|mail-1|nas|u:p/)
})

test('what the site reported as bad it blocks at once, for 24 hours, with its text as it was', async () => {
  await using world = startWorld()
  const told: (readonly string[])[] = []
  world.feedback.blocks.onChange(subjects => void told.push(subjects))
  await world.feedback.intakeOf('sensor').put([
    { subject: 'url:https://example.com/a?x=1', kind: 'phishing-page' },
    { subject: 'url:https://example.com/?x=1', kind: 'phishing-page' },
    { subject: 'ip:192.0.2.9', kind: 'false-positive' },
  ])
  assert.deepEqual(told, [['url:example.com/?x=1', 'url:example.com/a?x=1']])
  world.pass(BLOCK_MS - 1)
  assert.equal(world.feedback.blocks.subjects.length, 2)
  world.pass(60_000)
  assert.deepEqual(told.at(-1), [])
})

test('a report taken back lifts its block and is taken back upstream, after the report', async () => {
  await using world = startWorld()
  const intake = world.feedback.intakeOf('sensor')
  await intake.put([REPORT, { ...REPORT, kind: 'spam-sent' }])
  assert.equal(unwrap(await intake.retract([REPORT])), 1)
  assert.deepEqual(world.feedback.blocks.subjects, ['ip:192.0.2.1'])
  await intake.retract([{ ...REPORT, kind: 'spam-sent' }])
  assert.deepEqual(world.feedback.blocks.subjects, [])
  await world.settled()
  assert.equal(world.posted[0]!.path, '/v1/evidence')
  const later = world.posted.slice(1)
  assert.ok(later.every(({ path }) => path === '/v1/evidence/retract'))
  assert.deepEqual(
    later.flatMap(({ body }) => (JSON.parse(body) as { readonly retractions: readonly unknown[] }).retractions),
    [REPORT, { ...REPORT, kind: 'spam-sent' }],
  )
})

test('nothing is lost while the upstream is away; order is kept, and a start goes on', async () => {
  const world = startWorld()
  world.upstream.answer = () => Promise.reject(new ProblemError({ code: 'unavailable', message: 'nobody' }))
  for (let at = 1; at <= 20; at++) {
    await world.feedback.intakeOf('sensor').put([{ ...REPORT, subject: `ip:192.0.2.${at}` }])
  }
  assert.equal(world.feedback.state().waiting.items, 20)
  assert.match(world.feedback.state().trouble!, /nobody/)
  await world.stop()

  await using again = startWorld({ folder: world.folder })
  again.feedback.start()
  await again.settled()
  assert.deepEqual(
    itemsOf(again.posted).map(({ subject }) => subject),
    Array.from({ length: 20 }, (_, at) => `ip:192.0.2.${at + 1}`),
  )
  assert.equal(again.feedback.blocks.subjects.length, 20)
})

test('what the upstream will never take is put aside, and does not stand in the way', async () => {
  await using world = startWorld()
  const { answer } = world.upstream
  world.upstream.answer = async (path, body) => {
    if (path === '/v1/sightings') throw new ProblemError({ code: 'invalid', message: 'no such word' })
    return await answer(path, body)
  }
  const wire = { subject: 'ip:192.0.2.5', messages: 3, id: 'x' }
  world.feedback.sighted(unwrap(admitSighting(wire, world.clock.now)), { name: 'sensor', via: '' })
  await world.feedback.intakeOf('sensor').put([REPORT])
  await world.settled()
  assert.equal(world.feedback.state().refused, 1)
  assert.deepEqual(world.told.refused, ['no such word'])
  assert.equal(itemsOf(world.posted).length, 1)
  assert.equal(world.feedback.done(10).find(({ state }) => state === 'refused')!.path, '/v1/sightings')
})

test('a key that is refused, and an answer that is no receipt, keep what waits', async () => {
  await using world = startWorld()
  const { answer } = world.upstream
  world.upstream.answer = () => Promise.reject(new ProblemError({ code: 'unauthorized', message: 'status 401' }))
  await world.feedback.intakeOf('sensor').put([REPORT])
  await world.settled()
  assert.match(world.feedback.state().trouble!, /401/)
  world.upstream.answer = async () => 'a page of some portal'
  world.pass(1000)
  await world.settled()
  assert.match(world.feedback.state().trouble!, /must be a receipt/)
  world.upstream.answer = answer
  world.pass(2000)
  await world.settled()
  assert.equal(world.feedback.state().waiting.items, 0)
})

test('items that the upstream refuses are counted and shown', async () => {
  await using world = startWorld()
  world.upstream.answer = async () => ({ accepted: 0, duplicate: 0, refused: [{ index: 0, reason: 'too old' }] })
  await world.feedback.intakeOf('sensor').put([REPORT])
  await world.settled()
  assert.equal(world.feedback.state().refused, 1)
  assert.equal(world.feedback.done(1)[0]!.reason, 'too old')
})

test('hold keeps and does not send; off collects nothing and blocks all the same; both outlive a start', async () => {
  const world = startWorld()
  await world.feedback.choose('hold')
  await world.feedback.intakeOf('sensor').put([REPORT])
  await world.settled()
  assert.equal(world.posted.length, 0)
  await world.feedback.choose('off')
  await world.feedback.intakeOf('sensor').put([{ ...REPORT, subject: 'ip:192.0.2.2' }])
  assert.equal(world.feedback.state().waiting.items, 1)
  assert.equal(world.feedback.blocks.subjects.length, 2)
  await world.stop()
  await using again = startWorld({ folder: world.folder })
  assert.equal(again.feedback.mode, 'off')
  assert.equal(await again.feedback.discard(), 1)
  await again.feedback.choose('on')
  await again.settled()
  assert.equal(again.posted.length, 0)
})

test('nobody switches on what the setting holds', async () => {
  await using world = startWorld({ allowed: 'hold' })
  assert.equal(world.feedback.mode, 'hold')
  await assert.rejects(world.feedback.choose('on'), /feedback.mode allows "hold" at most/)
})

test('what has no room goes oldest first, encounters before reports, and is counted over starts', async () => {
  const world = startWorld({ bytesMax: 2000 })
  await world.feedback.choose('hold')
  const intake = world.feedback.intakeOf('sensor')
  await intake.put([REPORT])
  for (let at = 0; at < 30; at++) world.feedback.met(unwrap(parseSubject(`ip:198.51.100.${at}`)), MET)
  await world.feedback.waiting(0)
  const { dropped, waiting } = world.feedback.state()
  assert.equal(dropped, 30)
  assert.equal(waiting.items, 1)
  await world.stop()
  const again = startWorld({ folder: world.folder })
  assert.equal(again.feedback.state().dropped, 30)
  await again.stop()
  rmSync(world.folder, { recursive: true })
})

const MET = { asked: 1, blocked: 0, untested: 1 }

test('encounters are counted by subject and hour; what is new and unknown is told within a quarter of a second', async () => {
  await using world = startWorld()
  const page = unwrap(parseSubject('url:https://example.com/a?user=jane'))
  world.feedback.met(page, MET)
  world.feedback.met(page, MET)
  world.feedback.met(unwrap(parseSubject('ip:10.0.0.1')), MET)
  world.feedback.met(unwrap(parseSubject('ip:192.0.2.1')), { asked: 5, blocked: 5, untested: 0 })
  world.pass(250)
  await world.settled()
  const first = itemsOf(world.posted) as unknown as Record<string, unknown>[]
  assert.deepEqual(
    first.map(({ subject, asked, untested, hour }) => [
      String(subject).replace(/[0-9a-f]{64}/, '…'),
      asked,
      untested,
      hour,
    ]),
    ['url:sha256:…', 'domain:example.com'].map(subject => [subject, 2, 2, '2026-06-30T12:00:00Z']),
  )
  world.feedback.met(page, MET)
  world.pass(250)
  await world.settled()
  assert.equal(world.posted.length, 1)
  world.pass(10_000)
  await world.settled()
  assert.equal(itemsOf(world.posted).length, 5)
})

test('texts of pages leave where an administrator agrees, or the policy says so', async () => {
  for (const submit of ['ask', 'auto', 'never'] as const) {
    await using world = startWorld({ submit })
    const { answer } = world.upstream
    const wanted: string[] = []
    world.upstream.answer = async (path, body) => {
      const told = (await answer(path, body)) as object
      if (path === '/v1/encounters') wanted.push(...itemsOf([{ body }]).map(({ subject }) => subject))
      return { ...told, wanted }
    }
    world.feedback.met(unwrap(parseSubject('url:https://u:p@example.com/a?user=jane#x')), MET)
    world.pass(250)
    await world.settled()
    const { texts } = await world.feedback.waiting(10)
    assert.deepEqual(texts, submit === 'ask' ? ['url:example.com/a'] : [])
    if (submit === 'ask') assert.equal(await world.feedback.agree(['url:example.com/a', 'url:other.com/b']), 1)
    await world.settled()
    const last = world.posted.at(-1)!
    if (submit === 'never') assert.equal(last.path, '/v1/encounters')
    else assert.deepEqual([last.path, last.body], ['/v1/submissions', '{"subjects":["url:example.com/a"]}'])
  }
})
