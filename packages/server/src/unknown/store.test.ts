import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { type Met, openUnknownStore, type UnknownLimits, type UnknownStore } from './store.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR
const LIMITS: UnknownLimits = { subjectsMax: 50, ownedMax: 10, receiptsMax: 20 }

const keyOf = (name: string) => new Uint8Array(createHash('sha256').update(name).digest())
const page = (name: string, more: Partial<Met> = {}): Met => ({
  type: 'url',
  key: keyOf(name),
  value: undefined,
  at: NOW,
  count: 1,
  ...more,
})
const pages = (name: string, count: number, at = NOW) =>
  Array.from({ length: count }, (_, index) => page(`${name} ${index}`, { at: at + index }))
const has = (store: UnknownStore, name: string) =>
  store.ranked('url', 1000).some(each => sameKey(each.key, keyOf(name)))
const sameKey = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0
const open = (limits = LIMITS) => openUnknownStore(':memory:', limits)

test('meet() counts questions, and organisations exactly up to 16', () => {
  using store = open()
  store.meet('one', [page('a', { count: 3, at: NOW - HOUR }), page('a', { count: 2 })], NOW)
  const [first] = store.ranked('url', 10)
  assert.deepEqual([first?.count, first?.organisations, first?.firstSeen, first?.lastSeen], [5, 1, NOW - HOUR, NOW])
  for (let site = 0; site < 30; site++) store.meet(`site ${site}`, [page('a')], NOW)
  assert.deepEqual([store.ranked('url', 10)[0]?.organisations, store.size], [17, 1])
})

test('meet() counts what has the same id once, and each organisation has ids of its own', () => {
  using store = open()
  store.meet('one', [page('a', { id: 'x' }), page('a', { id: 'x' })], NOW)
  store.meet('one', [page('a', { id: 'x' })], NOW)
  assert.equal(store.ranked('url', 1)[0]?.count, 1)
  store.meet('two', [page('a', { id: 'x' })], NOW)
  assert.equal(store.ranked('url', 1)[0]?.count, 2)
  store.forgetReceipts(NOW + 8 * DAY)
  store.meet('one', [page('a', { id: 'x' })], NOW)
  assert.equal(store.ranked('url', 1)[0]?.count, 3)
})

test('an organisation that floods displaces its own subjects, the oldest that nobody else met first', () => {
  using store = open()
  store.meet('honest', pages('theirs', 5, NOW - DAY), NOW)
  store.meet('liar', [page('shared', { at: NOW - 2 * DAY }), ...pages('old', 5, NOW - DAY)], NOW)
  store.meet('honest', [page('shared', { at: NOW - 2 * DAY })], NOW)
  for (let turn = 0; turn < 20; turn++) store.meet('liar', pages(`flood ${turn}`, 100, NOW + turn * 1000), NOW)
  assert.equal(store.size, 15)
  assert.equal(store.displaced, 1996)
  for (let at = 0; at < 5; at++) assert.ok(has(store, `theirs ${at}`))
  assert.ok(has(store, 'shared'), 'what somebody else met as well goes last')
  assert.ok(!has(store, 'old 0'))
})

test('what three organisations met is in the quota of none, and a full queue keeps it before all else', () => {
  using store = open()
  for (const site of ['one', 'two', 'three']) store.meet(site, [page('known to three', { at: NOW - 3 * DAY })], NOW)
  for (let site = 0; site < 20; site++) store.meet(`site ${site}`, pages(`of ${site}`, 10, NOW + site), NOW)
  assert.equal(store.size, LIMITS.subjectsMax)
  assert.ok(has(store, 'known to three'))
  assert.ok(has(store, 'of 19 9'))
  assert.ok(!has(store, 'of 0 0'))
})

test('ids of one organisation are bounded, and what is forgotten counts again', () => {
  using store = open()
  for (let turn = 0; turn < 50; turn++) store.meet('one', [page('a', { id: `id ${turn}` })], NOW + turn)
  assert.equal(store.ranked('url', 1)[0]?.count, 50)
  store.meet('one', [page('a', { id: 'id 49' }), page('a', { id: 'id 0' })], NOW + 60)
  assert.equal(store.ranked('url', 1)[0]?.count, 51)
})

test('wanted() asks those who met a page that three met, its own first, once a day, and never when the text is known', () => {
  using store = open()
  const sites = ['one', 'two', 'three']
  for (const site of sites)
    store.meet(site, [page('a'), page('b', { at: NOW + 1 }), page('named', { at: NOW + 2 })], NOW)
  store.meet('one', [page('of one alone')], NOW)
  store.meet('two', [page('other')], NOW)
  assert.ok(store.name('url', keyOf('named'), 'example.com/named'))
  const own = store.meet('one', [page('a')], NOW)
  assert.deepEqual(store.wanted('one', own, NOW, 10).map(hex), [keyOf('a'), keyOf('b')].map(hex))
  assert.deepEqual(store.wanted('one', own, NOW + DAY - 1, 10), [])
  assert.equal(store.wanted('one', [], NOW + DAY, 1).length, 1)
  assert.equal(store.wanted('two', [], NOW, 10).length, 2)
  assert.deepEqual(store.wanted('stranger', own, NOW, 10), [])
})

test('a text is given once, by whoever knows it, and only to what waits', () => {
  using store = open()
  store.meet('one', [page('a')], NOW)
  assert.equal(store.name('url', keyOf('b'), 'example.com/b'), false)
  assert.equal(store.name('url', keyOf('a'), 'example.com/a'), true)
  store.meet('one', [page('a')], NOW)
  assert.equal(store.ranked('url', 1)[0]?.value, 'example.com/a')
  store.drop(store.after(0, 10))
  assert.deepEqual([store.size, store.after(0, 10)], [0, []])
})

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
