import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { type PublicSuffixes, parseSubject, subjectKey } from '@tocsin/core/subject'
import { TocsinProblem } from '../problem.ts'
import { CompactList } from './compact-list.ts'
import { type Found, HashServer, LocalList, LocalLookup, type LocalLookupOptions } from './index.ts'
import type { FoundHash, ListUpdate } from './messages.ts'
import { prefixOf } from './url-hashes.ts'

const SUFFIXES: PublicSuffixes = {
  registrableDomain: host => (host.includes('.') ? host.split('.').slice(-2).join('.') : undefined),
}

const hashOf = (text: string) => subjectKey(unwrap(parseSubject(text)))

/** A list as a server would have it: of these subjects. */
function listOf(subjects: readonly string[]): ListUpdate {
  const additions = Uint32Array.from(subjects, each => prefixOf(hashOf(each))).sort()
  return {
    name: 'tocsin-all-4b',
    version: Uint8Array.of(subjects.length),
    partial: false,
    additions,
    removals: new Uint32Array(),
    waitSeconds: 60,
    checksum: new CompactList(additions).checksum(),
  }
}

/** A lookup, its clock, and a network whose server can be unplugged. */
async function start(listed: readonly string[], options: Partial<LocalLookupOptions> = {}) {
  let now = 1_700_000_000_000
  let isUp = true
  let found: readonly FoundHash[] = listed.map(each => ({ hash: hashOf(each), threats: ['MALWARE'] }))
  let state: Found['state'] = 'fresh'
  const asked: number[][] = []
  const list = new LocalList()
  await list.update({ list: async () => listOf(listed) }, now)
  const lookup = new LocalLookup({
    lists: [list],
    server: {
      search: async prefixes => {
        asked.push([...prefixes])
        if (!isUp) throw new TocsinProblem('unavailable', 'Cannot reach the node', 0)
        const hashes = found.filter(({ hash }) => prefixes.includes(prefixOf(hash)))
        return { hashes, cacheSeconds: state === 'stale' ? 0 : 60, state }
      },
    },
    suffixes: SUFFIXES,
    clock: () => now,
    ...options,
  })
  return {
    lookup,
    asked,
    plug: (up: boolean) => {
      isUp = up
    },
    pass: (seconds: number) => {
      now += seconds * 1000
    },
    serverKnows: (subjects: readonly string[], as: Found['state'] = 'fresh') => {
      found = subjects.map(each => ({ hash: hashOf(each), threats: ['MALWARE'] }))
      state = as
    },
  }
}

test('what is on no list is not listed, and nobody is asked', async () => {
  const { lookup, asked } = await start(['domain:bad.example'])
  const answer = await lookup.check('http://good.example/a')
  assert.deepEqual([answer.outcome, answer.by, answer.subject], ['not-listed', 'list', 'url:good.example/a'])
  assert.equal(asked.length, 0)
})

test('what is on a list is asked about by its prefix, and kept for as long as the server says', async () => {
  const { lookup, asked, pass } = await start(['domain:bad.example'])
  const first = await lookup.check('https://www.bad.example/login?x=1')
  assert.deepEqual([first.outcome, first.by, first.matched], ['listed', 'server', 'domain:bad.example'])
  assert.deepEqual(first.threats, ['MALWARE'])
  assert.deepEqual(asked, [[prefixOf(hashOf('domain:bad.example'))]])
  assert.equal((await lookup.check('bad.example')).by, 'cache')
  pass(60)
  assert.equal((await lookup.check('bad.example')).by, 'server')
  assert.equal(asked.length, 2)
})

test('a prefix that only looks like a threat is not listed, and that is kept too', async () => {
  const { lookup, asked, serverKnows } = await start(['domain:bad.example'])
  serverKnows([])
  assert.deepEqual(
    [(await lookup.check('bad.example')).outcome, (await lookup.check('bad.example')).by],
    ['not-listed', 'cache'],
  )
  assert.equal(asked.length, 1)
})

test('what a server that lies behind has not found is never kept, however long it says', async () => {
  const { lookup } = await start([], {
    lists: [],
    server: { search: async () => ({ hashes: [], cacheSeconds: 300, state: 'stale' }) },
  })
  for (let time = 0; time < 2; time++) {
    const { outcome, by } = await lookup.check('bad.example')
    assert.deepEqual([outcome, by], ['unsure', 'server'])
  }
})

test('neither a list nor a kept answer is proof of anything after the clock was set back', async () => {
  const { lookup, asked, pass, plug } = await start(['domain:bad.example'])
  await lookup.check('bad.example')
  pass(-365 * 86_400)
  assert.equal((await lookup.check('bad.example')).by, 'server')
  assert.deepEqual((await lookup.check('good.example')).by, 'server')
  assert.equal(asked.length, 3)
  plug(false)
  assert.equal((await lookup.check('better.example')).outcome, 'unsure')
})

test('where nobody answers it is unsure, remembered, and checked again', async () => {
  const { lookup, plug } = await start(['domain:bad.example', 'domain:worse.example'])
  plug(false)
  const answer = await lookup.check('bad.example')
  assert.deepEqual([answer.outcome, answer.by, answer.reason], ['unsure', 'nobody', 'Cannot reach the node'])
  await lookup.check('http://worse.example/')
  await lookup.check('bad.example')
  assert.deepEqual(lookup.waiting, ['bad.example', 'http://worse.example/'])
  assert.deepEqual(await lookup.recheck(), [])
  plug(true)
  assert.deepEqual(
    (await lookup.recheck()).map(({ url, outcome }) => [url, outcome]),
    [
      ['bad.example', 'listed'],
      ['http://worse.example/', 'listed'],
    ],
  )
  assert.deepEqual(lookup.waiting, [])
})

test('what waits is asked again by itself when a server answers after a silence, and told', async () => {
  const settled: string[] = []
  const { lookup, plug } = await start(['domain:bad.example', 'domain:worse.example'], {
    onSettled: ({ outcome }, asked) => settled.push(`${asked} ${outcome}`),
  })
  plug(false)
  await lookup.check('http://bad.example/a')
  plug(true)
  await lookup.check('worse.example')
  while (settled.length === 0) await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(settled, ['http://bad.example/a listed'])
  assert.deepEqual(lookup.waiting, [])
})

test('each of two ways to write one URL is told of as it was asked', async () => {
  const settled: string[] = []
  const { lookup, plug } = await start(['domain:bad.example'], { onSettled: (_answer, asked) => settled.push(asked) })
  plug(false)
  for (const url of ['http://bad.example/a', 'https://BAD.example/a']) await lookup.check(url)
  assert.equal(lookup.waiting.length, 2)
  plug(true)
  await lookup.recheck()
  assert.deepEqual(settled, ['http://bad.example/a', 'https://BAD.example/a'])
})

test('what goes on being unsure is asked again now and then, not with each answer', async () => {
  const { lookup, asked, pass, serverKnows } = await start(['domain:a.example', 'domain:b.example'], {
    onSettled: () => undefined,
  })
  const idle = () => new Promise(resolve => setImmediate(resolve))
  serverKnows(['domain:b.example'], 'stale')
  await lookup.check('a.example')
  for (let n = 0; n < 5; n++) {
    await lookup.check('b.example')
    await idle()
  }
  assert.equal(asked.length, 1 + 5 + 1)
  pass(60)
  await lookup.check('b.example')
  await idle()
  assert.equal(asked.length, 7 + 2)
  assert.deepEqual(lookup.waiting, ['a.example'])
})

test('an answer names the server among several that gave it', async () => {
  const found: Found = { state: 'fresh', cacheSeconds: 60, hashes: [], server: 'office' }
  const { lookup } = await start(['domain:bad.example'], { server: { search: async () => found } })
  const { server, by } = await lookup.check('bad.example')
  assert.deepEqual([server, by], ['office', 'server'])
  assert.equal((await lookup.check('good.example')).server, undefined)
})

test('what is remembered is bounded, and what was given up is counted', async () => {
  const names = Array.from({ length: 5 }, (_, n) => `domain:bad-${n}.example`)
  const { lookup, plug } = await start(names, { rememberedMax: 3 })
  plug(false)
  for (let n = 0; n < 5; n++) await lookup.check(`bad-${n}.example`)
  assert.deepEqual(lookup.waiting, ['bad-2.example', 'bad-3.example', 'bad-4.example'])
  assert.equal(lookup.forgotten, 2)
})

test('a list that was not checked for long is no proof: the server is asked about every expression', async () => {
  const { lookup, asked, pass, plug } = await start(['domain:bad.example'])
  pass(3601)
  assert.equal((await lookup.check('http://good.example/a')).by, 'server')
  assert.equal(asked[0]!.length, 2)
  plug(false)
  assert.equal((await lookup.check('http://other.example/')).outcome, 'unsure')
})

test('without any list everything is asked', async () => {
  const { lookup, serverKnows } = await start([], { lists: [] })
  serverKnows(['url:good.example/a'])
  assert.equal((await lookup.check('http://good.example/a?b')).matched, 'url:good.example/a')
  assert.equal((await lookup.check('http://good.example/')).outcome, 'not-listed')
})

test('a server that lies behind says what it knows; that it knows nothing is unsure', async () => {
  const { lookup, serverKnows } = await start(['domain:bad.example'])
  serverKnows(['domain:bad.example'], 'stale')
  assert.equal((await lookup.check('bad.example')).outcome, 'listed')
  serverKnows([], 'stale')
  const answer = await lookup.check('bad.example')
  assert.deepEqual([answer.outcome, answer.by], ['unsure', 'server'])
})

test('what is no URL is refused, and a refused key is told rather than unsure', async () => {
  const { lookup } = await start([])
  const isProblem = (code: string) => (error: unknown) => error instanceof TocsinProblem && error.code === code
  await assert.rejects(lookup.check('mailto:a@b.example'), isProblem('invalid'))
  const search = async () => {
    throw new TocsinProblem('unauthorized', 'no', 401)
  }
  const strict = await start(['domain:bad.example'], { server: { search } })
  await assert.rejects(strict.lookup.check('bad.example'), isProblem('unauthorized'))
})

test('a page on a bare address is asked about by its host alone', async () => {
  const { lookup } = await start(['domain:192.0.2.1'])
  assert.equal((await lookup.check('http://192.0.2.1/x')).matched, 'domain:192.0.2.1')
})

test('HashServer takes an answer of some portal for no answer', async () => {
  const answering = (type: string | null, body: number[], status = 200) =>
    new HashServer({
      server: 'http://node.example/',
      fetch: async () => ({
        status,
        headers: { get: name => (name === 'content-type' ? type : null) },
        arrayBuffer: async () => Uint8Array.from(body).buffer,
      }),
    })
  const code = async (server: HashServer) => {
    const error = await server.search([1]).catch((problem: unknown) => problem)
    return error instanceof TocsinProblem ? error.code : error
  }
  assert.equal(await code(answering('text/html', [])), 'unavailable')
  assert.equal(await code(answering(null, [])), 'unavailable')
  assert.equal(await code(answering('application/x-protobuf', [0x0a, 0x63])), 'unavailable')
  assert.equal(await code(answering('application/problem+json', [], 503)), 'unavailable')
  assert.equal(await code(answering('application/problem+json', [], 401)), 'unauthorized')
  assert.deepEqual(await answering('application/x-protobuf', []).search([1]), {
    hashes: [],
    cacheSeconds: 0,
    state: 'fresh',
  })
})
