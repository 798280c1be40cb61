import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeHex, sha256, unwrap } from '@tocsin/core/base'
import { parseSubject, type Subject, subjectKey, subjectText } from '@tocsin/core/subject'
import type { Encounter } from '@tocsin/core/wire'
import { UnknownQueue } from './queue.ts'
import { openUnknownStore } from './store.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const DAY = 86_400_000

const subject = (text: string): Subject => unwrap(parseSubject(text))
const hashOf = (text: string) => `url:sha256:${encodeHex(subjectKey(subject(text)))}`
const met = (text: string, more: Partial<Encounter> = {}): Encounter => ({
  subject: subject(text),
  hour: NOW,
  asked: 1,
  blocked: 0,
  untested: 1,
  ...more,
})

function start() {
  const known = new Set<string>()
  const world = { now: NOW }
  const store = openUnknownStore(':memory:', { subjectsMax: 1000, ownedMax: 100, receiptsMax: 100 })
  const queue = new UnknownQueue({
    store,
    isKnown: asked => known.has(subjectText(asked)),
    clock: () => world.now,
    sha256,
  })
  const texts = (type?: 'ip' | 'domain' | 'url' | 'file') =>
    queue.list(type, 10).subjects.map(({ subject: text }) => text)
  return { known, world, store, queue, texts, [Symbol.asyncDispose]: () => queue[Symbol.asyncDispose]() }
}

test('the list begins with what most organisations met, then goes by questions, of all types or of one', async () => {
  await using net = start()
  await net.queue.met('one', [met('ip:192.0.2.1', { untested: 9 }), met('domain:a.example'), met('domain:b.example')])
  await net.queue.met('two', [met('domain:b.example')])
  assert.deepEqual(net.texts(), ['domain:b.example', 'ip:192.0.2.1', 'domain:a.example'])
  assert.deepEqual(net.texts('domain'), ['domain:b.example', 'domain:a.example'])
  assert.deepEqual(net.texts('file'), [])
  for (let site = 0; site < 20; site++) await net.queue.met(`site ${site}`, [met('domain:a.example')])
  assert.equal(net.queue.list(undefined, 1).subjects[0]?.organisations, '16+')
})

test('what is known is not taken, goes when it is listed, and goes when the queue is looked through', async () => {
  await using net = start()
  net.known.add('domain:known.example')
  await net.queue.met('one', [met('domain:known.example'), met('domain:a.example'), met('url:a.example/x')])
  await net.queue.met('one', [met('domain:never.example', { untested: 0 })])
  assert.equal(net.store.size, 2)
  net.known.add('domain:a.example')
  assert.deepEqual(net.texts('domain'), [])
  assert.equal(net.store.size, 1)
  net.known.add('url:a.example/x')
  assert.equal(net.queue.sweep(10), false)
  assert.equal(net.store.size, 0)
})

test('what nobody meets for thirty days is forgotten', async () => {
  await using net = start()
  await net.queue.met('one', [met('domain:a.example'), met('domain:b.example', { hour: NOW + DAY })])
  net.world.now = NOW + 30 * DAY + 1
  assert.equal(net.queue.sweep(1), true)
  assert.equal(net.queue.sweep(1), true)
  assert.equal(net.queue.sweep(1), false)
  assert.deepEqual(net.texts(), ['domain:b.example'])
})

test('a text is taken where it is awaited, and one that goes with no key is refused', async () => {
  await using net = start()
  await net.queue.met('one', [met(hashOf('url:a.example/x'))])
  const submitted = (text: string) => {
    const page = net.queue.submit(text)
    return page.ok ? 'taken' : page.problem.code
  }
  assert.equal(submitted('url:a.example/y'), 'not-found')
  assert.equal(submitted('url:a.example/x?q'), 'invalid')
  assert.deepEqual(net.texts(), [hashOf('url:a.example/x')])
  assert.equal(submitted('url:a.example/x'), 'taken')
  assert.deepEqual(net.texts(), ['url:a.example/x'])
})

test('own questions are written when they are flushed, and counted in the metrics', async () => {
  await using net = start()
  net.queue.asked(subject('domain:a.example'))
  await net.queue.flush()
  assert.deepEqual(net.texts(), ['domain:a.example'])
  assert.match(net.queue.metrics().join('\n'), /\ntocsin_unknown_waiting 1\n/)
})

test('a row that a later version cannot read any more goes, and stops neither the list nor the sweep', async () => {
  await using net = start()
  await net.queue.met('one', [met('domain:a.example')])
  const row = { type: 'domain', key: new Uint8Array(32), value: 'no name at all', at: NOW, count: 9 } as const
  net.store.meet('one', [row], NOW)
  assert.deepEqual(net.texts(), ['domain:a.example'])
  assert.equal(net.store.size, 1)
  net.store.meet('one', [row], NOW)
  assert.equal(net.queue.sweep(10), false)
  assert.equal(net.store.size, 1)
})
