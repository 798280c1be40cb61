import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { addresses, BEGIN, feedWorld, startServer } from './feeds.fixture.ts'

test('a feed is fetched, follows what changes, and takes back what it drops', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  server.told.answer = () => '# mine\n198.51.100.1\n198.51.100.2\nnot a subject\n198.51.100.3\n198.51.100.4\n'
  await world.add('mine', { address: server.url, allowedHosts: [server.host] })
  const first = await world.turn('mine')
  assert.deepEqual([first.outcome, first.entries, first.added, first.removed, first.refused], ['followed', 4, 4, 0, 1])
  assert.deepEqual(await world.held('mine'), [
    'ip:198.51.100.1',
    'ip:198.51.100.2',
    'ip:198.51.100.3',
    'ip:198.51.100.4',
  ])
  server.told.answer = () => '198.51.100.1\n198.51.100.3\n198.51.100.4\n198.51.100.9\n'
  const second = await world.turn('mine')
  assert.deepEqual([second.outcome, second.added, second.removed], ['followed', 1, 1])
  assert.deepEqual(await world.held('mine'), [
    'ip:198.51.100.1',
    'ip:198.51.100.3',
    'ip:198.51.100.4',
    'ip:198.51.100.9',
  ])
  const { turns, refusals, state, format } = world.feeds.status('mine')
  assert.deepEqual([turns.length, refusals.length, state, format], [2, 0, 'good', 'plain'])
})

test('few changes are brought one by one, and take back what is gone', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  server.told.answer = () => addresses(100)
  await world.add('mine', { address: server.url, allowedHosts: [server.host] })
  await world.turn('mine')
  server.told.answer = () => addresses(100, 5)
  const turn = await world.turn('mine')
  assert.deepEqual([turn.added, turn.removed, turn.entries], [5, 5, 100])
  const held = await world.held('mine')
  assert.equal(held.length, 100)
  assert.ok(held.includes('ip:11.0.0.104') && !held.includes('ip:11.0.0.4'))
})

test('what has not changed is not read again: by ETag, by time, and by its bytes', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  server.told.answer = (request, response) => {
    if (request.headers['if-none-match'] === '"a"') {
      response.statusCode = 304
      return ''
    }
    response.setHeader('etag', '"a"')
    return addresses(3)
  }
  await world.add('mine', { address: server.url, allowedHosts: [server.host] })
  assert.equal((await world.turn('mine')).outcome, 'followed')
  assert.equal((await world.turn('mine')).outcome, 'unchanged')
  assert.equal(world.feeds.status('mine').checkedAt, new Date(BEGIN + 2 * 3_600_000).toISOString())
  await world.restart()
  assert.equal((await world.turn('mine')).outcome, 'unchanged')
  server.told.answer = () => addresses(3)
  assert.equal((await world.turn('mine')).outcome, 'unchanged')
  assert.equal(server.requests.length, 4)
})

test('a copy that breaks off, or is a web page, changes nothing and is reported', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  server.told.answer = () => addresses(50)
  await world.add('mine', { address: server.url, allowedHosts: [server.host] })
  await world.turn('mine')
  server.told.answer = (_, response) => {
    response.setHeader('content-length', 5000)
    response.write(addresses(20))
    setImmediate(() => response.destroy())
    return undefined
  }
  assert.equal((await world.turn('mine')).outcome, 'failed')
  server.told.answer = () => '<!DOCTYPE html><html><body>Log in to see 198.51.100.1</body></html>\n'
  const page = await world.turn('mine')
  assert.equal(page.outcome, 'failed')
  assert.match(page.reason!, /web page/)
  server.told.answer = (_, response) => {
    response.statusCode = 500
    return 'no'
  }
  assert.equal((await world.turn('mine')).outcome, 'failed')
  assert.equal((await world.held('mine')).length, 50)
  const status = world.feeds.status('mine')
  assert.deepEqual([status.state, status.entries], ['failing', 50])
  assert.match(status.error!, /500/)
  assert.ok(world.events.includes('feed-failed'))
  server.told.answer = () => addresses(50)
  await world.turn('mine')
  assert.equal(world.feeds.status('mine').state, 'good')
})

test('a redirect to the metadata of a cloud, or to this machine, is refused', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  for (const location of ['http://169.254.169.254/latest/meta-data/', 'http://127.0.0.1:9/', 'http://[::1]:9/']) {
    server.told.answer = (_, response) => {
      response.statusCode = 302
      response.setHeader('location', location)
      return ''
    }
    const name = `to-${location.length}`
    await world.add(name, { address: server.url, allowedHosts: [server.host] })
    const turn = await world.turn(name)
    assert.equal(turn.outcome, 'failed')
    assert.match(turn.reason!, /public internet|private|loopback|link-local/i)
  }
  await world.add('direct', { address: server.url })
  assert.equal((await world.turn('direct')).outcome, 'failed')
  assert.equal(server.requests.length, 3, 'without being allowed, loopback is not even connected to')
})

test('a crash between the ledger and the memory of the turn is made good by the next turn', async () => {
  await using server = await startServer()
  let crashes = false
  await using world = await feedWorld(intake => ({
    ...intake,
    async commit(generation) {
      if (crashes) throw new Error('the process was killed here')
      return await intake.commit(generation)
    },
    async retract(items) {
      if (crashes) throw new Error('the process was killed here')
      return await intake.retract(items)
    },
  }))
  server.told.answer = () => addresses(100)
  await world.add('mine', { address: server.url, allowedHosts: [server.host] })
  crashes = true
  await world.turn('mine')
  assert.equal(world.feeds.status('mine').entries, 0, 'no copy is followed yet')
  crashes = false
  await world.restart()
  assert.equal((await world.turn('mine')).outcome, 'followed')
  crashes = true
  server.told.answer = () => addresses(100, 3)
  assert.equal((await world.turn('mine')).outcome, 'failed')
  assert.equal((await world.held('mine')).length, 103, 'what is new was put, what is gone not yet taken back')
  crashes = false
  await world.restart()
  const again = await world.turn('mine')
  assert.deepEqual([again.outcome, again.added, again.removed], ['followed', 3, 3])
  assert.equal((await world.held('mine')).length, 100)
  assert.deepEqual(readdirSync(join(world.folder, 'feeds', 'mine')), ['copy-2'])
})

test('a window never takes back what it shows no more, until that expires', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  const settings = { address: server.url, allowedHosts: [server.host], mode: 'window', shrinkMax: 1 } as const
  await world.add('events', { ...settings, kind: 'brute-force' })
  await world.add('days', { ...settings, expireAfterHours: 24 })
  await assert.rejects(world.add('forever', settings), /needs "expireAfterHours"/)
  server.told.answer = () => addresses(4)
  for (const name of ['events', 'days']) await world.turn(name, 0)
  server.told.answer = () => addresses(4, 3)
  for (const name of ['events', 'days']) assert.equal((await world.turn(name)).removed, 3)
  for (const name of ['events', 'days']) assert.equal((await world.held(name)).length, 7)
  server.told.answer = () => addresses(5, 2)
  await world.turn('days', 20)
  server.told.answer = () => addresses(6, 2)
  await world.turn('days', 10)
  assert.deepEqual(
    await world.held('days'),
    [2, 3, 4, 5, 6, 7].map(at => `ip:11.0.0.${at}`),
    'the third came again',
  )
})

test('settings that change what an entry means are applied to a copy that has not changed', async () => {
  await using world = await feedWorld()
  const lists = await mkdtemp(join(tmpdir(), 'tocsin-lists-'))
  writeFileSync(join(lists, 'a.txt'), addresses(3))
  await world.add('mine', { address: join(lists, 'a.txt') })
  await world.turn('mine')
  assert.equal((await world.turn('mine')).outcome, 'unchanged')
  const file = join(world.folder, 'feeds.yaml')
  writeFileSync(
    file,
    `feeds:\n  mine:\n    address: ${join(lists, 'a.txt')}\n    kind: listed-attack\n    trust: 0.5\n`,
  )
  assert.equal((await world.turn('mine')).outcome, 'followed')
  const { cases } = await world.ledger.touchedSince(0, 100)
  assert.deepEqual(
    cases.map(each => each.records.map(record => record.kind)),
    [['listed-attack'], ['listed-attack'], ['listed-attack']],
  )
  assert.equal((await world.ledger.sources())[0]!.trustStep < 12, true)
  await rm(lists, { recursive: true })
})

test('a folder is one feed: its files in order, without links and what is hidden', async () => {
  await using world = await feedWorld()
  const lists = await mkdtemp(join(tmpdir(), 'tocsin-lists-'))
  writeFileSync(join(lists, 'b.txt'), addresses(3))
  writeFileSync(join(lists, 'a.txt'), addresses(3, 2))
  writeFileSync(join(lists, '.hidden'), addresses(3, 100))
  mkdirSync(join(lists, 'below'))
  symlinkSync(join(world.folder, 'feeds.yaml'), join(lists, 'link'))
  await world.add('mine', { address: lists })
  assert.deepEqual([(await world.turn('mine')).entries, (await world.turn('mine')).outcome], [5, 'unchanged'])
  writeFileSync(join(lists, 'c.txt'), addresses(1, 50))
  assert.equal((await world.turn('mine')).added, 1)
  await world.add('own', { address: join(world.folder, 'feeds.yaml') })
  assert.match((await world.turn('own')).reason!, /must lie outside of the node's data folder/)
  await rm(lists, { recursive: true })
})

test('secrets go into the request and nowhere else', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  const allowedHosts = [server.host]
  server.told.answer = (_, response) => {
    response.statusCode = 403
    return 'no'
  }
  await world.add('keyed', {
    address: `${server.url}?key=\${TOCSIN_FEED_KEY}`,
    headers: { 'Auth-Key': '${TOCSIN_FEED_KEY}', 'X-Own': 'written out' },
    allowedHosts,
  })
  await world.turn('keyed')
  assert.equal(server.requests[0]!.headers['auth-key'], 'sesame')
  assert.match(server.requests[0]!.url!, /key=sesame/)
  const told = JSON.stringify(world.feeds.status('keyed'))
  assert.doesNotMatch(told, /sesame|written out/)
  await world.add('greedy', { address: server.url, headers: { 'X-Home': '${HOME}' }, allowedHosts })
  assert.match((await world.turn('greedy')).reason!, /only variables that begin with TOCSIN_FEED_/)
  assert.equal(server.requests.length, 1)
})

test('a window whose entries come to mean something else is what it shows now', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  const settings = { address: server.url, allowedHosts: [server.host], mode: 'window', shrinkMax: 1 } as const
  await world.add('events', { ...settings, expireAfterHours: 24 })
  server.told.answer = () => addresses(4)
  await world.turn('events')
  server.told.answer = () => addresses(4, 3)
  await world.turn('events')
  assert.equal((await world.held('events')).length, 7)
  const file = join(world.folder, 'feeds.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace('mode: window', 'mode: window\n    kind: listed-spam'))
  assert.equal((await world.turn('events')).outcome, 'followed')
  const { cases } = await world.ledger.touchedSince(0, 100)
  const records = cases.flatMap(each => each.records)
  assert.deepEqual(
    records.map(record => record.kind),
    ['listed-spam', 'listed-spam', 'listed-spam', 'listed-spam'],
  )
})

test('of a list of what is harmless it must be said what it means: unasked it condemns and shields nobody', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  const list = {
    name: 'Top sites',
    version: 1,
    description: '',
    type: 'hostname',
    list: ['popular.example', 'big.example'],
  }
  server.told.answer = () => JSON.stringify({ ...list, matching_attributes: ['hostname', 'domain'] })
  const settings = { address: server.url.replace('.txt', '.json'), allowedHosts: [server.host] }
  await world.add('unsaid', settings)
  const unsaid = await world.turn('unsaid')
  assert.equal(unsaid.outcome, 'failed')
  assert.match(unsaid.reason!, /of a misp-warninglist "kind" must be set: popular, certified or known-good/)
  await world.add('top', { ...settings, kind: 'popular' })
  assert.equal((await world.turn('top')).entries, 2)
  const { cases } = await world.ledger.touchedSince(0, 100)
  assert.deepEqual(
    cases.map(each => each.records[0]!.kind),
    ['popular', 'popular'],
  )
})

test('an operator who leaves out most of a list need not agree to it as well', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  server.told.answer = () => `${addresses(90)}a.example\nb.example\n`
  await world.add('mine', { address: server.url, allowedHosts: [server.host] })
  assert.equal((await world.turn('mine')).entries, 92)
  const file = join(world.folder, 'feeds.yaml')
  writeFileSync(file, `${readFileSync(file, 'utf8')}    exclude: [ip]\n`)
  assert.equal((await world.turn('mine')).outcome, 'followed')
  assert.deepEqual(await world.held('mine'), ['domain:a.example', 'domain:b.example'])
})
