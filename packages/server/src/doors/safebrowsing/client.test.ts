/** The light client against this door: the two were written apart, and each has a coding of its own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BytesFetch, HashServer, LocalList, LocalLookup } from '@tocsin/client/list'
import { badEntry, SUFFIXES, startDoor } from './book.fixture.ts'

type Door = Awaited<ReturnType<typeof startDoor>>

/** A `fetch` that ends at the door, unless it is unplugged. */
function network(door: Door) {
  const asked: string[] = []
  const line = { isUp: true }
  const fetch: BytesFetch = async (url, { headers }) => {
    if (!line.isUp) throw new TypeError('fetch failed')
    const path = url.slice('http://node.example'.length)
    asked.push(path)
    const response = await door.app.inject({ url: path, headers: { ...headers, host: '127.0.0.1' } })
    return {
      status: response.statusCode,
      headers: { get: name => response.headers[name]?.toString() ?? null },
      arrayBuffer: async () => new Uint8Array(response.rawPayload).buffer,
    }
  }
  return { asked, line, server: new HashServer({ server: 'http://node.example', fetch }) }
}

const manyBad = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`domain:bad-${n}.example`, badEntry('malware')]))

test('a client holds the list, follows it, and asks about what is on it alone', async () => {
  await using door = await startDoor({ entries: { ...manyBad(300), 'url:shop.example/a/': badEntry('scam') } })
  const { asked, line, server } = network(door)
  const list = new LocalList()
  const lookup = new LocalLookup({ lists: [list], server, suffixes: SUFFIXES, clock: door.clock })
  assert.equal(await list.update(server, door.clock()), 'updated')
  assert.equal(list.list.size, 301)
  assert.equal((await lookup.check('http://good.example/')).by, 'list')
  assert.equal(asked.length, 1)
  const scam = await lookup.check('https://shop.example/a/b.html?c')
  assert.deepEqual(
    [scam.outcome, scam.matched, scam.threats],
    ['listed', 'url:shop.example/a/', ['SOCIAL_ENGINEERING']],
  )

  door.publish({ 'domain:bad-3.example': undefined, 'domain:new.example': badEntry('phishing') })
  assert.equal((await lookup.check('http://bad-3.example/')).outcome, 'not-listed', 'the server knows better')
  door.pass(60)
  assert.equal(await list.update(server, door.clock()), 'updated')
  assert.equal(list.list.size, 301)
  assert.equal((await lookup.check('http://bad-3.example/')).by, 'list')
  assert.equal((await lookup.check('http://a.new.example/')).outcome, 'listed')
  door.pass(60)
  assert.equal(await list.update(server, door.clock()), 'unchanged')

  line.isUp = false
  assert.equal((await lookup.check('http://bad-9.example/')).outcome, 'unsure')
  assert.equal((await lookup.check('http://good.example/')).outcome, 'not-listed')
  line.isUp = true
  assert.deepEqual(
    (await lookup.recheck()).map(({ outcome }) => outcome),
    ['listed'],
  )
})

test('a stale node makes a client unsure of what it does not find', async () => {
  await using door = await startDoor({ entries: { 'domain:bad.example': badEntry('malware') } })
  const { server } = network(door)
  door.setState('stale')
  const lookup = new LocalLookup({ lists: [], server, suffixes: SUFFIXES, clock: door.clock })
  assert.deepEqual(
    [(await lookup.check('bad.example')).outcome, (await lookup.check('good.example')).outcome],
    ['listed', 'unsure'],
  )
  door.setState('unavailable')
  assert.equal((await lookup.check('good.example')).by, 'nobody')
})
