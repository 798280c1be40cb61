import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Copies } from './copies.ts'
import { addresses, feedWorld, startServer } from './feeds.fixture.ts'
import { FeedsFile, settingsCheck } from './feeds-file.ts'

const DAY_HOURS = 24

test('feeds.yaml with aliases, names that lead elsewhere, two of a name or depths is refused by its line', async () => {
  await using world = await feedWorld()
  const path = join(world.folder, 'feeds.yaml')
  const one = '{ address: "https://a.example/x" }'
  const row = '[*a, *a, *a, *a, *a, *a, *a, *a, *a]'
  const wrong: readonly (readonly [string, RegExp])[] = [
    [`feeds:\n  a: &x ${one}\n  b: *x\n`, /line 3: it must hold no alias, found "\*x"/],
    [`feeds:\n  a: { address: &a [x], include: ${row} }\n`, /line 2: it must hold no alias/],
    [`feeds:\n  a: { <<: *x }\n`, /line 2: /],
    [`feeds:\n  ../../etc: ${one}\n`, /line 2: a name must be of .* found "\.\.\/\.\.\/etc"/],
    [`feeds:\n  "a\\nb": ${one}\n`, /found "a\\nb"$/],
    [`feeds:\n  __proto__: ${one}\n`, /found "__proto__"/],
    [`feeds:\n  a: ${one}\n  a: ${one}\n`, /line 3: Map keys must be unique/],
    [`feeds:\n  a: ${'['.repeat(50_000)}\n`, /line 2: /],
    [`feeds: {}\n---\nfeeds: {}\n`, /multiple documents/],
    [`feeds:\n  a: { address: "https://a.example/", headers: { A: "x\\r\\ny" } }\n`, /headers\.A/],
  ]
  for (const [text, message] of wrong) {
    writeFileSync(path, text)
    assert.throws(() => new FeedsFile(path, settingsCheck()), message)
  }
})

test('files of the system, links, and the data folder by whatever way are no feeds', async () => {
  await using world = await feedWorld()
  await using other = await feedWorld()
  const folder = join(other.folder, 'lists')
  mkdirSync(folder)
  symlinkSync(world.folder, join(folder, 'in'))
  symlinkSync(join(world.folder, 'feeds.yaml'), join(folder, 'linked.txt'))
  const refused: readonly (readonly [string, RegExp])[] = [
    ['file:///proc/self/environ', /must be a file or a folder/],
    ['/proc/self/root/proc/self/environ', /must be a file or a folder/],
    ['/dev/zero', /must be a file or a folder/],
    [join(world.folder, 'feeds.sqlite'), /outside of the node's data folder/],
    [join(folder, 'in'), /outside of the node's data folder/],
    [join(folder, 'linked.txt'), /outside of the node's data folder/],
    ['file://far.example/etc/passwd', /Cannot read feed "file:/],
    ['file:%00/etc/passwd', /Cannot read feed/],
  ]
  for (const [number, [address, reason]] of refused.entries()) {
    await world.add(`bad-${number}`, { address })
    const turn = await world.turn(`bad-${number}`)
    assert.equal(turn.outcome, 'failed', address)
    assert.match(turn.reason!, reason)
  }
  writeFileSync(join(folder, 'good.txt'), '192.0.2.1\n')
  linkSync(join(folder, 'good.txt'), join(folder, '.hidden'))
  await world.add('folder', { address: folder })
  assert.deepEqual([(await world.turn('folder')).entries, await world.held('folder')], [1, ['ip:192.0.2.1']])
})

test('a secret is in no message, however a server hands it back', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  server.told.answer = (request, response) => {
    const path = `/gone/${request.headers['x-key'] as string}/x`
    response.writeHead(request.url!.startsWith('/gone') ? 500 : 302, { location: path })
    return ''
  }
  await world.add('echo', {
    address: `http://${server.host}/\${TOCSIN_FEED_KEY}/list`,
    headers: { 'X-Key': '${TOCSIN_FEED_KEY}' },
    allowedHosts: [server.host],
  })
  const turn = await world.turn('echo')
  assert.equal(turn.outcome, 'failed')
  assert.match(turn.reason!, /\(secret\)/)
  assert.doesNotMatch(JSON.stringify([turn, world.feeds.status('echo'), world.feeds.list()]), /sesame/)
})

test('two who add a feed of one name at once: one does', async () => {
  await using world = await feedWorld()
  const added = await Promise.allSettled(['a', 'b'].map(path => world.add('one', { address: `/${path}` })))
  assert.deepEqual(added.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
})

test('turns that are asked for at once go one after another', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  let [open, most] = [0, 0]
  server.told.answer = (_, response) => {
    most = Math.max(most, ++open)
    setImmediate(() => {
      open--
      response.end(addresses(3))
    })
    return undefined
  }
  await world.add('mine', { address: server.url, allowedHosts: [server.host] })
  const turns = await Promise.all(Array.from({ length: 5 }, () => world.feeds.run('mine')))
  assert.deepEqual([most, turns.map(({ outcome }) => outcome)], [1, ['followed', ...Array(4).fill('unchanged')]])
})

test('a list without an end is cut off at its limit', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  const ended = Promise.withResolvers<void>()
  server.told.answer = (_, response) => {
    const more = () => {
      while (response.write(addresses(1000)));
    }
    response.on('drain', more).on('close', ended.resolve)
    more()
    return undefined
  }
  await world.add('endless', { address: server.url, allowedHosts: [server.host], bytesMax: 1_000_000 })
  const turn = await world.turn('endless')
  assert.equal(turn.outcome, 'failed')
  assert.match(turn.reason!, /at most 1000000 bytes/)
  await ended.promise
})

test('a clock that is set back a day, with the node or without it, stops no feed for a day', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  server.told.answer = () => addresses(3)
  await world.add('mine', { address: server.url, allowedHosts: [server.host] })
  world.feeds.start()
  world.timers.turn(121_000)
  await world.feeds.idle()
  const asked = server.requests.length
  const nextIn = () => Date.parse(world.feeds.list()[0]!.nextAt!) - world.timers.now
  const before = nextIn()
  world.timers.setBack(DAY_HOURS * 3_600_000)
  world.timers.turn(60_000)
  assert.ok(nextIn() <= before, `${nextIn()} ms after the clock was set back, ${before} ms before`)
  world.timers.turn(before)
  await world.feeds.idle()
  assert.equal(server.requests.length, asked + 1)
  world.timers.setBack(3 * DAY_HOURS * 3_600_000)
  await world.restart()
  world.feeds.start()
  assert.ok(nextIn() <= 120_000)
})

test('a feed that turns into a list of what is harmless shields nobody', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  server.told.answer = () => addresses(3)
  await world.add('mine', { address: server.url, allowedHosts: [server.host] })
  await world.turn('mine')
  server.told.answer = () => '{"name":"Top","type":"cidr","list":["11.0.0.1","11.0.0.2","11.0.0.3"]}'
  const turn = await world.turn('mine')
  assert.equal(turn.outcome, 'failed')
  assert.match(turn.reason!, /of a misp-warninglist "kind" must be set: popular, certified or known-good/)
  assert.equal((await world.held('mine')).length, 3)
})

test('another address is asked without what the old one said, and a copy that is lost is fetched again', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  server.told.answer = (request, response) => {
    response.setHeader('etag', '"same"')
    if (request.headers['if-none-match'] !== '"same"') return addresses(request.url === '/list.txt' ? 3 : 5)
    response.statusCode = 304
    return ''
  }
  await world.add('mine', { address: server.url, allowedHosts: [server.host] })
  await world.turn('mine')
  assert.equal((await world.turn('mine')).outcome, 'unchanged')
  rmSync(join(world.folder, 'feeds', 'mine'), { recursive: true })
  assert.deepEqual((await world.turn('mine')).entries, 3)
  const file = new FeedsFile(join(world.folder, 'feeds.yaml'), settingsCheck())
  file.set('mine', { address: `http://${server.host}/other.txt`, allowedHosts: [server.host] })
  const moved = await world.turn('mine')
  assert.deepEqual([moved.outcome, moved.entries, (await world.held('mine')).length], ['followed', 5, 5])
})

test('a disk that is full while a list comes in leaves what was', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-full-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true })
    return t.skip('a small file system can be mounted by root alone')
  }
  try {
    const copies = new Copies(join(folder, 'mine'))
    async function* endless() {
      for (let at = 0; at < 100; at++) yield Buffer.alloc(100_000, 'x')
    }
    const incoming = await copies.begin()
    await assert.rejects(incoming.add('list', endless(), 100_000_000), /ENOSPC/)
    await incoming.discard()
    const again = await copies.begin()
    await again.add('list', [Buffer.from('192.0.2.1\n')] as unknown as AsyncIterable<Uint8Array>, 100)
    assert.equal((await again.files()).length, 1)
  } finally {
    execFileSync('umount', [folder])
    rmSync(folder, { recursive: true })
  }
})
