import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { parseSubject, type Subject } from '@tocsin/core/subject'
import type { Entry, Policy } from '@tocsin/core/verdict'
import { entryToHex, type WireEntries, type WireEntryKey } from '@tocsin/core/wire'
import { AskedEntries, KEPT_MS, QUIET_MS, WAIT_MS } from './asked-entries.ts'
import { entryKeysOf, nameOf } from './entry-keys.ts'

const ENTRY: Entry = {
  score: 12,
  reason: 'malware',
  incriminated: true,
  stops: false,
  scoredAt: 0,
  lapses: [63, 63, 63],
  restsSafe: false,
  protection: undefined,
  organisations: 0,
}
const SUFFIXES = { registrableDomain: (host: string) => host.split('.').slice(-2).join('.') }
const POLICY: Policy = { level: 'medium', untested: 'allow', lists: [] }
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const subject = (text: string): Subject => unwrap(parseSubject(text))
const nameOfDomain = (text: string) => nameOf(entryKeysOf(subject(text), SUFFIXES, sha256)[0]!)

/** An upstream whose book is a map, and timers that run when the test says so. */
function world(entriesMax = 1000) {
  const clock = { now: 1_782_777_600_000 }
  const listed = new Map<string, readonly { readonly entry: string; readonly prefixLength?: number }[]>()
  const asked: string[][] = []
  const timers = new Map<number, () => void>()
  const upstream = { state: 'fresh', ageSeconds: 0, bookId: 'b', answers: async (): Promise<unknown> => undefined }
  const ask = async (keys: readonly WireEntryKey[]): Promise<unknown> => {
    asked.push(keys.map(nameOf))
    const instead = await upstream.answers()
    if (instead !== undefined) return instead
    const head = { bookId: upstream.bookId } as WireEntries['head']
    const { state, ageSeconds } = upstream
    return { head, state, ageSeconds, entries: keys.map(key => listed.get(nameOf(key)) ?? []) }
  }
  const entries = new AskedEntries({
    ask,
    suffixes: SUFFIXES,
    sha256,
    clock: () => clock.now,
    later(ms, action) {
      timers.set(ms, action)
      return () => void timers.delete(ms)
    },
    listedMs: 300_000,
    unlistedMs: 60_000,
    staleAfterMs: 400_000,
    entriesMax,
  })
  const answer = (text: string) => entries.answer(subject(text), { policy: POLICY, now: clock.now })
  return {
    clock,
    listed,
    asked,
    timers,
    upstream,
    entries,
    answer,
    async lookUp(text: string) {
      await entries.learn([subject(text)])
      return answer(text)
    },
  }
}

test('AskedEntries answers as the book would, by host and by net, from one question', async () => {
  const net = world()
  net.listed.set(nameOfDomain('domain:bad.example'), [{ entry: entryToHex(ENTRY) }])
  net.listed.set('ip:c0000201', [{ entry: entryToHex(ENTRY), prefixLength: 24 }])
  await net.entries.learn(['url:http://www.bad.example/a/b?c', 'ip:192.0.2.1', 'domain:good.example'].map(subject))
  assert.equal(net.asked.length, 1)
  assert.equal(net.answer('url:http://www.bad.example/a/b?c')?.matched, 'domain:bad.example')
  assert.equal(net.answer('ip:192.0.2.1')?.matched, 'net:192.0.2.0/24')
  assert.deepEqual(
    [net.answer('domain:good.example')?.verdict, net.answer('domain:good.example')?.state],
    ['untested', 'fresh'],
  )
  assert.equal(net.answer('domain:other.example'), undefined)
})

test('AskedEntries asks again for what is listed and what is not, each in its time, and then says the new', async () => {
  const net = world()
  const name = nameOfDomain('domain:bad.example')
  await net.lookUp('domain:bad.example')
  net.listed.set(name, [{ entry: entryToHex(ENTRY) }])
  net.clock.now += 59_000
  assert.equal((await net.lookUp('domain:bad.example'))?.verdict, 'untested')
  net.clock.now += 1000
  assert.equal((await net.lookUp('domain:bad.example'))?.verdict, 'dangerous')
  net.clock.now += 299_000
  await net.lookUp('domain:bad.example')
  assert.equal(net.asked.length, 2)
  net.listed.delete(name)
  net.clock.now += 1000
  assert.equal((await net.lookUp('domain:bad.example'))?.verdict, 'untested')
})

test('AskedEntries goes by what is listed for an hour where nobody answers, as stale, and by nothing else', async () => {
  const net = world()
  net.listed.set(nameOfDomain('domain:bad.example'), [{ entry: entryToHex(ENTRY) }])
  await net.lookUp('domain:bad.example')
  await net.lookUp('domain:good.example')
  net.upstream.answers = async () => {
    throw new Error('nobody is there')
  }
  net.clock.now += 399_000
  assert.equal((await net.lookUp('domain:bad.example'))?.state, 'fresh')
  assert.equal(await net.lookUp('domain:good.example'), undefined)
  net.clock.now += 1000
  assert.deepEqual(
    [net.answer('domain:bad.example')?.state, net.answer('domain:bad.example')?.ageSeconds],
    ['stale', 400],
  )
  net.clock.now += KEPT_MS - 400_000
  assert.equal(net.answer('domain:bad.example'), undefined)
})

test('AskedEntries passes on how old the word of its upstream is, and takes none for an answer that it cannot give', async () => {
  const net = world()
  net.upstream.state = 'stale'
  net.upstream.ageSeconds = 70
  const told = await net.lookUp('domain:a.example')
  assert.deepEqual([told?.state, told?.ageSeconds], ['stale', 70])
  net.upstream.state = 'unavailable'
  assert.equal(await net.lookUp('domain:b.example'), undefined)
})

test('AskedEntries waits for its time and no longer, asks nobody for a while then, and takes a late answer', async () => {
  const net = world()
  const late = Promise.withResolvers<unknown>()
  net.upstream.answers = () => late.promise
  const first = net.entries.learn([subject('domain:a.example')])
  const second = net.entries.learn([subject('domain:a.example')])
  assert.equal(net.asked.length, 1)
  net.timers.get(WAIT_MS)!()
  await second
  assert.equal(net.answer('domain:a.example'), undefined)
  assert.equal(net.entries.learn([subject('domain:b.example')]), undefined)
  late.resolve(undefined)
  await first
  assert.equal(net.answer('domain:a.example')?.verdict, 'untested')
  net.clock.now += QUIET_MS
  assert.equal((await net.lookUp('domain:b.example'))?.verdict, 'untested')
})

test('AskedEntries believes no answer of another form', async () => {
  const head = { bookId: 'b' }
  const wrong: unknown[] = [
    null,
    { head, state: 'fresh', ageSeconds: 0, entries: [] },
    { head, state: 'good', ageSeconds: 0, entries: [[]] },
    { head, state: 'fresh', ageSeconds: 0, entries: [[{ entry: 'x' }]] },
    { head, state: 'fresh', ageSeconds: 0, entries: [[{ entry: entryToHex(ENTRY), prefixLength: 33 }]] },
    { head, state: 'fresh', ageSeconds: -1, entries: [[]] },
    { state: 'fresh', ageSeconds: 0, entries: [[]] },
  ]
  for (const told of wrong) {
    const net = world()
    net.upstream.answers = async () => told
    assert.equal(await net.lookUp('ip:192.0.2.1'), undefined, JSON.stringify(told))
  }
})

test('AskedEntries remembers so many keys and no more, and nothing of another book', async () => {
  const net = world(10)
  for (let n = 0; n < 30; n++) await net.lookUp(`domain:${n}.example`)
  assert.equal(net.entries.size, 10)
  net.upstream.bookId = 'c'
  await net.lookUp('ip:192.0.2.1')
  assert.equal(net.entries.size, 1)
})
