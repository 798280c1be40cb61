import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { addresses, feedWorld, startServer } from './feeds.fixture.ts'
import { FeedsFile, settingsCheck } from './feeds-file.ts'

test('a list that is empty one day is kept, reported, and never followed unasked', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  server.told.answer = () => addresses(7694)
  await world.add('ranges', { address: server.url, allowedHosts: [server.host] })
  await world.turn('ranges')
  server.told.answer = () => '# nothing today\n'
  for (let day = 0; day < 9; day++) {
    const turn = await world.turn('ranges', 24)
    assert.equal(turn.outcome, 'refused')
    assert.match(turn.reason!, /it must have entries: 7694 entries before, 0 now/)
  }
  const { held, entries } = world.feeds.status('ranges')
  assert.deepEqual([held?.cause, held?.turns, entries], ['empty', 9, 7694])
  assert.equal((await world.held('ranges')).length, 7694)
  assert.equal(world.events.filter(event => event === 'feed-held').length, 9)
  world.feeds.agree('ranges')
  assert.equal((await world.turn('ranges')).outcome, 'followed')
  assert.deepEqual(await world.held('ranges'), [])
})

test('a list that swells from 100,000 to 282,000 is kept and reported', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  server.told.answer = () => addresses(100_000)
  await world.add('attackers', { address: server.url, allowedHosts: [server.host] })
  assert.equal((await world.turn('attackers')).entries, 100_000)
  server.told.answer = () => addresses(282_000)
  const swollen = await world.turn('attackers')
  assert.deepEqual([swollen.outcome, swollen.entries, swollen.added], ['refused', 282_000, 182_000])
  assert.match(swollen.reason!, /not grow to more than 2 times its length at once: 100000 entries before, 282000 now/)
  assert.equal(world.feeds.list()[0]!.state, 'held')
  assert.equal((await world.ledger.counts()).evidence, 100_000)
})

test('a copy that was held back is followed once an administrator agrees, and only one of about its length', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  server.told.answer = () => addresses(2000)
  await world.add('attackers', { address: server.url, allowedHosts: [server.host] })
  await world.turn('attackers')
  server.told.answer = () => addresses(5640)
  assert.equal((await world.turn('attackers')).outcome, 'refused')
  const foreseen = await world.feeds.diff('attackers')
  assert.deepEqual([foreseen.outcome, foreseen.added, foreseen.firstAdded.length], ['refused', 3640, 20])
  assert.equal(world.feeds.agree('attackers').held?.agreed, true)
  server.told.answer = () => addresses(9000)
  assert.equal((await world.turn('attackers')).outcome, 'refused', 'this is another length')
  world.feeds.agree('attackers')
  assert.equal((await world.turn('attackers')).outcome, 'followed')
  assert.equal((await world.ledger.counts()).evidence, 9000)
  assert.throws(() => world.feeds.agree('attackers'), /no copy that is held back/)
})

test('a list that stays short for three turns and a day is followed; one that comes back is as before', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  server.told.answer = () => addresses(100)
  await world.add('mine', { address: server.url, allowedHosts: [server.host] })
  await world.turn('mine')
  server.told.answer = () => addresses(40)
  assert.equal((await world.turn('mine')).outcome, 'refused')
  server.told.answer = () => addresses(100)
  assert.equal((await world.turn('mine')).outcome, 'unchanged')
  assert.equal(world.feeds.status('mine').held, undefined)
  server.told.answer = () => addresses(40)
  const outcomes = []
  for (const hours of [1, 10, 10, 10]) outcomes.push((await world.turn('mine', hours)).outcome)
  assert.deepEqual(outcomes, ['refused', 'refused', 'refused', 'followed'])
  assert.equal((await world.held('mine')).length, 40)
})

test('two feeds of one organisation are one voice to the scorer', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  server.told.answer = () => addresses(3)
  for (const name of ['one', 'two']) {
    await world.add(name, { address: server.url, allowedHosts: [server.host], organisation: 'the same' })
    await world.turn(name)
  }
  const sources = await world.ledger.sources()
  assert.deepEqual(
    sources.map(({ name, organisation, origin }) => [name, organisation, origin]),
    [
      ['one', 'the same', 'feed'],
      ['two', 'the same', 'feed'],
    ],
  )
})

test('what is taken is what the settings say: types, kinds, confidences', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  server.told.answer = () => 'http://example.com/bad\nhttp://whole.example/\nexample.net\n198.51.100.1\n'
  const settings = { address: server.url, allowedHosts: [server.host] }
  await world.add('pages', { ...settings, hosts: false, kind: 'phishing-page', mode: 'window' })
  await world.add('names', { ...settings, include: ['domain', 'ip'], kinds: { ip: 'listed-attack' }, confidence: 0.5 })
  await world.add('wrong', { ...settings, kind: 'malware-detected' })
  await world.turn('pages')
  await world.turn('names')
  const wrong = await world.turn('wrong')
  assert.deepEqual(await world.held('pages'), ['url:example.com/bad'])
  assert.deepEqual(await world.held('names'), ['domain:example.net', 'domain:whole.example', 'ip:198.51.100.1'])
  assert.equal(wrong.outcome, 'failed')
  assert.match(
    wrong.reason!,
    /none of its 4 lines could be taken; line 1: kind "malware-detected" is not said of a url/,
  )
})

test('all is written anew by the 24th turn, so that what the ledger has lost comes back', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  await world.add('mine', { address: server.url, allowedHosts: [server.host] })
  server.told.answer = () => addresses(50)
  await world.turn('mine')
  await world.ledger.retract('mine', [
    { subject: (await world.ledger.touchedSince(0, 1)).cases[0]!.subject, kind: 'listed' },
  ])
  for (let turn = 1; turn <= 23; turn++) {
    server.told.answer = () => addresses(50) + addresses(1, 100 + turn)
    await world.turn('mine')
    assert.equal((await world.held('mine')).length, 50)
  }
  server.told.answer = () => addresses(50) + addresses(1, 900)
  await world.turn('mine')
  assert.equal((await world.held('mine')).length, 51)
})

test('a ledger that has lost all of a feed gets it back, though nothing has changed', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  server.told.answer = () => addresses(5)
  await world.add('mine', { address: server.url, allowedHosts: [server.host] })
  await world.turn('mine')
  const source = (await world.ledger.sources())[0]!
  await world.ledger.commit(await world.ledger.begin(source))
  await world.restart()
  assert.equal((await world.turn('mine')).outcome, 'followed')
  assert.equal((await world.held('mine')).length, 5)
})

test('a feed that is removed has said nothing', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  server.told.answer = () => addresses(5)
  await world.add('mine', { address: server.url, allowedHosts: [server.host] })
  await world.turn('mine')
  assert.equal(await world.feeds.remove('mine'), 5)
  assert.deepEqual([world.feeds.list(), await world.held('mine')], [[], []])
  await assert.rejects(world.feeds.run('mine'), /Cannot find feed "mine"/)
  await assert.rejects(world.feeds.remove('mine'), /Cannot find feed "mine"/)
})

test('turns come by themselves, four at once, each feed in its own time, and what was missed is caught up once', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  let [open, most] = [0, 0]
  server.told.answer = (_, response) => {
    most = Math.max(most, ++open)
    setTimeout(() => {
      open--
      response.end(addresses(2))
    }, 5)
    return undefined
  }
  const names = Array.from({ length: 12 }, (_, at) => `feed-${at}`)
  for (const name of names) await world.add(name, { address: server.url, allowedHosts: [server.host] })
  world.feeds.start()
  world.timers.turn(121_000)
  await world.feeds.idle()
  assert.deepEqual([server.requests.length, most], [12, 4])
  const times = world.feeds.list().map(feed => Date.parse(feed.nextAt!) - world.timers.now)
  assert.ok(
    times.every(time => time >= 0.4 * 3_600_000 && time <= 1.1 * 3_600_000),
    String(times),
  )
  assert.ok(new Set(times).size > 6, 'each has a jitter of its own')
  world.timers.turn(10 * 3_600_000)
  await world.feeds.idle()
  assert.equal(server.requests.length, 24, 'one turn each for ten hours of sleep')
  assert.deepEqual(
    world.counts.lines(world.feeds.list().map(feed => feed.state)).filter(line => line.startsWith('tocsin_feeds')),
    [
      'tocsin_feeds 12',
      'tocsin_feeds_stale 0',
      'tocsin_feeds_failing 0',
      'tocsin_feeds_turns_total{outcome="unchanged"} 12',
      'tocsin_feeds_turns_total{outcome="followed"} 12',
      'tocsin_feeds_turns_total{outcome="refused"} 0',
      'tocsin_feeds_turns_total{outcome="failed"} 0',
    ],
  )
})

test('a feed without a good copy for long is stale', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  server.told.answer = () => addresses(5)
  await world.add('mine', { address: server.url, allowedHosts: [server.host], staleAfterHours: 48 })
  await world.turn('mine')
  server.told.answer = (_, response) => {
    response.statusCode = 503
    return ''
  }
  await world.turn('mine', 40)
  assert.equal(world.feeds.status('mine').state, 'failing')
  await world.turn('mine', 10)
  assert.equal(world.feeds.status('mine').state, 'stale')
})

test('feeds.yaml keeps its comments, and says by line what it does not know', async () => {
  await using world = await feedWorld()
  const file = join(world.folder, 'feeds.yaml')
  writeFileSync(
    file,
    '# ours\nfeeds:\n  # from the partner\n  partner:\n    address: https://feeds.example/a.txt # theirs\n    enabled: false\n',
  )
  await world.feeds.enable('partner', { enabled: true })
  await world.feeds.add({ name: 'feodo', enabled: false })
  const text = readFileSync(file, 'utf8')
  assert.match(
    text,
    /# ours\nfeeds:\n {2}# from the partner\n {2}partner:\n {4}address: https:\/\/feeds.example\/a.txt # theirs\n {4}enabled: true\n {2}feodo:\n/,
  )
  writeFileSync(file, text.replace('enabled: true', 'enabled: true\n    shrinkmax: 0.2'))
  assert.equal(world.feeds.list().length, 2, 'they go on as they were')
  assert.deepEqual(world.events, ['feeds-file-wrong'])
  assert.throws(
    () => new FeedsFile(file, settingsCheck()),
    /feeds\.yaml" line 7: feed "partner": "shrinkmax" is not a setting of a feed/,
  )
})

test('terms of the catalogue must be accepted where they forbid some use', async () => {
  await using world = await feedWorld()
  await assert.rejects(world.feeds.enable('openphish', { enabled: true }), /must be accepted: Non-commercial use only/)
  const status = await world.feeds.enable('openphish', { enabled: true, acceptTerms: true })
  assert.deepEqual([status.state, status.settings.kind, status.settings.hosts], ['waiting', 'phishing-page', false])
  await assert.rejects(world.feeds.add({ name: 'nowhere' }), /it needs an address, as it is not in the catalogue/)
})
