import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Answering, feedWorld, startServer } from './feeds.fixture.ts'
import { EVENTS_A_TURN } from './misp-fetching.ts'
import { isMispFeed, parseManifest, readIndex, wanted } from './misp-manifest.ts'

const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

function event(...values: readonly string[]): string {
  const Attribute = values.map(value => ({ type: 'ip-dst', value, to_ids: true, timestamp: '1767225600' }))
  return JSON.stringify({ Event: { info: 'x', Attribute } })
}

/** A MISP feed: events by number, with their time and what they say. */
type Told = Map<number, { time: number; body: string }>

function manifestOf(events: Told): string {
  return JSON.stringify(
    Object.fromEntries([...events].map(([number, { time }]) => [uuid(number), { timestamp: String(time), info: 'x' }])),
  )
}

/** Answers as a web server with that folder would; `asked` has the names of files in the order of requests. */
function serving(events: Told, asked: string[]): Answering {
  return (request, response) => {
    const name = /\/feed\/([^/?]+)/.exec(request.url ?? '')?.[1] ?? ''
    asked.push(name)
    if (name === 'manifest.json') {
      const manifest = manifestOf(events)
      const etag = `"${manifest.length}-${[...events.values()].reduce((sum, { time }) => sum + time, 0)}"`
      response.setHeader('etag', etag)
      if (request.headers['if-none-match'] !== etag) return manifest
      response.statusCode = 304
      return ''
    }
    const found = [...events].find(([number]) => name === `${uuid(number)}.json`)
    if (found !== undefined) return found[1].body
    response.statusCode = 404
    return 'not here'
  }
}

const KIND = { kind: 'listed-attack' } as const

test('a MISP feed: only events that are new or have changed are fetched, and what leaves the manifest is gone', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  const asked: string[] = []
  const events: Told = new Map([
    [1, { time: 100, body: event('11.0.0.1', '11.0.0.2') }],
    [2, { time: 200, body: event('11.0.0.2', '11.0.0.3') }],
  ])
  server.told.answer = serving(events, asked)
  const address = `http://${server.host}/feed/manifest.json`
  await world.add('circle', { ...KIND, address, allowedHosts: [server.host] })
  assert.equal((await world.turn('circle')).outcome, 'followed')
  assert.deepEqual(asked.splice(0), ['manifest.json', `${uuid(2)}.json`, `${uuid(1)}.json`])
  assert.deepEqual(await world.held('circle'), ['ip:11.0.0.1', 'ip:11.0.0.2', 'ip:11.0.0.3'])

  assert.equal((await world.turn('circle')).outcome, 'unchanged')
  assert.deepEqual(asked.splice(0), ['manifest.json'])

  events.set(1, { time: 300, body: event('11.0.0.1', '11.0.0.9') })
  events.set(3, { time: 250, body: event('11.0.0.4') })
  const turn = await world.turn('circle')
  assert.deepEqual([turn.outcome, turn.entries, turn.added, turn.removed], ['followed', 5, 2, 0])
  assert.deepEqual(asked.splice(0), ['manifest.json', `${uuid(1)}.json`, `${uuid(3)}.json`])

  events.delete(2)
  await world.restart()
  assert.equal((await world.turn('circle')).outcome, 'followed')
  assert.deepEqual(asked.splice(0), ['manifest.json'])
  assert.deepEqual(await world.held('circle'), ['ip:11.0.0.1', 'ip:11.0.0.4', 'ip:11.0.0.9'])
  assert.equal(world.feeds.status('circle').format, 'misp')
})

test('a MISP feed of more events than fit into a turn comes in over several, newest first, four at once', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  const asked: string[] = []
  const count = 2 * EVENTS_A_TURN + 10
  const events: Told = new Map(
    Array.from({ length: count }, (_, at) => [
      at,
      { time: at, body: event(...[0, 1, 2].map(last => `11.${at >> 8}.${at & 255}.${last}`)) },
    ]),
  )
  const answer = serving(events, asked)
  let [open, most] = [0, 0]
  server.told.answer = (request, response) => {
    most = Math.max(most, ++open)
    response.once('close', () => open--)
    return answer(request, response)
  }
  const address = `http://${server.host}/feed`
  await world.add('large', { ...KIND, address, format: 'misp-feed', allowedHosts: [server.host] })
  const sizes: number[] = []
  for (let turn = 0; turn < 3; turn++) {
    const { outcome, entries } = await world.turn('large', 0.02)
    assert.equal(outcome, 'followed')
    sizes.push(entries)
    const next = Date.parse(world.feeds.status('large').nextAt!) - world.timers.now
    assert.equal(next < 70_000, turn < 2, 'it goes on soon until it is whole')
    if (turn === 0) await world.restart()
  }
  assert.deepEqual(sizes, [3 * EVENTS_A_TURN, 6 * EVENTS_A_TURN, 3 * count])
  assert.equal(asked[1], `${uuid(count - 1)}.json`)
  assert.equal(asked.length, count + 3, 'each event once, the manifest each time')
  assert.ok(most <= 4, String(most))
  assert.equal((await world.turn('large')).outcome, 'unchanged')
})

test('events that cannot be had are left out and told, and do not keep the others', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  const asked: string[] = []
  const events: Told = new Map([
    [1, { time: 1, body: event('11.0.0.1') }],
    [2, { time: 2, body: '{"Event":{"Attribute":[{"type":"ip-dst"' }],
    [3, { time: 3, body: '<html>not found</html>' }],
    [4, { time: 4, body: '{"error":"no"}' }],
    [5, { time: 5, body: '{"Event":{"info":"nothing yet"}}' }],
  ])
  const answer = serving(events, asked)
  server.told.answer = (request, response) => {
    if (!request.url!.includes(uuid(6))) return answer(request, response)
    response.statusCode = 404
    return ''
  }
  events.set(6, { time: 6, body: '' })
  const settings = { ...KIND, address: `http://${server.host}/feed/manifest.json`, allowedHosts: [server.host] }
  await world.add('broken', settings)
  const turn = await world.turn('broken')
  assert.deepEqual([turn.outcome, turn.entries, turn.refused], ['followed', 1, 4])
  const reasons = world.feeds.status('broken').refusals.map(({ reason }) => reason)
  assert.equal(reasons.filter(reason => /^event [0-9a-f-]{36} is left out: /.test(reason)).length, 4, String(reasons))
  events.set(2, { time: 2, body: event('11.0.0.2') })
  await world.turn('broken')
  assert.deepEqual(await world.held('broken'), ['ip:11.0.0.1', 'ip:11.0.0.2'], 'asked for again, though not changed')
})

test('a server of events that goes away in the middle leaves what came, and the turn goes on from there', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  const events: Told = new Map(
    Array.from({ length: 20 }, (_, at) => [at, { time: at, body: event(`11.0.0.${at}`) }] as const),
  )
  const asked: string[] = []
  const answer = serving(events, asked)
  let isBusy = true
  server.told.answer = (request, response) => {
    if (!isBusy || asked.length < 9) return answer(request, response)
    response.writeHead(503, { 'retry-after': '5' })
    return ''
  }
  const settings = { ...KIND, address: `http://${server.host}/feed/manifest.json`, allowedHosts: [server.host] }
  await world.add('shaky', settings)
  const turn = await world.turn('shaky')
  assert.deepEqual([turn.outcome, turn.entries, turn.refused], ['followed', 8, 1])
  isBusy = false
  assert.equal((await world.turn('shaky')).entries, 20)
})

test('a manifest that is none, or that names files elsewhere, changes nothing', async () => {
  await using server = await startServer()
  await using world = await feedWorld()
  const events: Told = new Map([[1, { time: 1, body: event('11.0.0.1') }]])
  const answer = serving(events, [])
  server.told.answer = answer
  const settings = { ...KIND, address: `http://${server.host}/feed/manifest.json`, allowedHosts: [server.host] }
  await world.add('odd', settings)
  await world.turn('odd')
  for (const manifest of [
    '<html>',
    '[]',
    '{"../../admin.key":{"timestamp":"1"}}',
    `{"${uuid(1)}":{"timestamp":"x"}}`,
  ]) {
    server.told.answer = () => manifest
    const turn = await world.turn('odd')
    assert.equal(turn.outcome, 'failed')
    assert.match(turn.reason!, /^Cannot read MISP feed: /)
  }
  server.told.answer = () => '{}'
  const turn = await world.turn('odd')
  assert.deepEqual([turn.outcome, turn.reason?.slice(0, 20)], ['refused', 'it must have entries'])
  assert.deepEqual(await world.held('odd'), ['ip:11.0.0.1'])
})

test('a folder of this machine is a MISP feed as well; links in it are not followed', async () => {
  await using world = await feedWorld()
  await using other = await feedWorld()
  const folder = join(other.folder, 'misp')
  mkdirSync(folder)
  const events: Told = new Map([
    [1, { time: 1, body: event('11.0.0.1') }],
    [2, { time: 2, body: event('11.0.0.2') }],
  ])
  writeFileSync(join(folder, 'manifest.json'), manifestOf(events))
  writeFileSync(join(folder, `${uuid(1)}.json`), events.get(1)!.body)
  writeFileSync(join(other.folder, 'secret.json'), events.get(2)!.body)
  symlinkSync(join(other.folder, 'secret.json'), join(folder, `${uuid(2)}.json`))
  await world.add('folder', { ...KIND, address: folder, format: 'misp-feed' })
  const turn = await world.turn('folder')
  assert.deepEqual([turn.outcome, turn.entries, turn.refused], ['followed', 1, 1])
  assert.match(world.feeds.status('folder').refusals[0]!.reason, /must be a file that can be read, found ELOOP/)
  await world.add('named', { ...KIND, address: join(folder, 'manifest.json') })
  assert.equal((await world.turn('named')).entries, 1)
})

test('isMispFeed() goes by the format that is said, else by the address', () => {
  const is = (address: string, format = 'auto') => isMispFeed({ address, format })
  assert.ok(is('https://a.example/feed/manifest.json'))
  assert.ok(is('https://a.example/feed/manifest.json?key=${TOCSIN_FEED_A}'))
  assert.ok(is('./feed/manifest.json') && is('manifest.json'))
  assert.ok(is('https://a.example/feed', 'misp-feed'))
  assert.ok(!is('https://a.example/feed/manifest.json', 'misp-manifest'))
  assert.ok(!is('https://a.example/other-manifest.json') && !is('https://a.example/?f=/manifest.json'))
})

test('wanted() is what is new or has another time, newest first; readIndex() of anything else is empty', () => {
  const parsed = parseManifest(
    `{"${uuid(1)}":{"timestamp":5},"${uuid(2)}":{"timestamp":"9"},"${uuid(3)}":{"timestamp":7}}`,
  )
  assert.ok(parsed.ok)
  assert.deepEqual(
    wanted(
      parsed.value,
      new Map([
        [uuid(3), '7'],
        [uuid(1), '4'],
      ]),
    ),
    [uuid(2), uuid(1)],
  )
  for (const text of [undefined, '', '{', '[]', '{"events":null}']) {
    assert.deepEqual(readIndex(text), { isWhole: false, isFilling: false, events: new Map() })
  }
})
