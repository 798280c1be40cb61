import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOUR_MS } from '@tocsin/core/evidence'
import { NOON, startPictures } from './traffic.fixture.ts'

const SITES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

test('a sender of mostly spam at several sites has a bad mail share, and loses it when it sends good mail', () => {
  const world = startPictures()
  world.now = NOON
  for (const site of ['a', 'b', 'c']) world.sees(site, '192.0.2.1', { messages: 20, spam: 18 })
  world.tick()
  assert.deepEqual(world.kinds(), ['bad-mail-share ip:192.0.2.1'])
  assert.ok((world.findings.standing.get('bad-mail-share ip:192.0.2.1') ?? 0) >= 600)
  for (const site of SITES) world.sees(site, '192.0.2.1', { messages: 1000 })
  world.tick()
  assert.deepEqual(world.kinds(), [])
})

test('few trap hits at two sites weigh more than as many spam messages', () => {
  const world = startPictures()
  world.now = NOON
  for (const site of ['a', 'b']) world.sees(site, '192.0.2.1', { messages: 2, trapped: 2 })
  for (const site of ['a', 'b']) world.sees(site, '198.51.100.1', { messages: 2, spam: 2 })
  world.tick()
  assert.deepEqual(world.kinds(), ['bad-mail-share ip:192.0.2.1'])
})

test('a large provider with a small share of spam is never spoken of', () => {
  const world = startPictures()
  world.history('192.0.2.1', SITES, 5000)
  for (let minute = 0; minute < 120; minute++) {
    for (const site of SITES) {
      const counts = { messages: 400, spam: 8, trapped: minute % 50 === 0 ? 1 : 0, rejectedRecipients: 12 }
      world.sees(site, '192.0.2.1', counts)
    }
    world.tick()
  }
  assert.deepEqual(world.findings.said, [])
})

test('one trusted site cannot make a sender bad whose good mail others know, whatever it claims', () => {
  const world = startPictures()
  world.history('192.0.2.1', ['a', 'b'], 1)
  for (let minute = 0; minute < 30; minute++) {
    const most = 10_000_000
    world.sees('liar', '192.0.2.1', { messages: most, spam: most, trapped: most, complaints: most, authFailed: most })
    world.tick()
  }
  assert.deepEqual(world.findings.said, [])
})

test('any number of untrusted sites make nobody bad, alone or together with one trusted site', () => {
  const world = startPictures()
  world.history('192.0.2.1', ['a', 'b'], 1)
  const lies = { messages: 1000, spam: 1000, trapped: 100 }
  for (let site = 0; site < 50; site++) {
    world.sees(`fresh-${site}`, '192.0.2.1', lies, 5)
    world.sees(`fresh-${site}`, '198.51.100.1', lies, 5)
  }
  world.sees('liar', '192.0.2.1', lies)
  world.tick()
  assert.deepEqual(world.findings.said, [])
})

test('what one trusted site alone saw is said so low that it cannot block', () => {
  const world = startPictures()
  world.now = NOON
  world.sees('a', '192.0.2.1', { messages: 500, spam: 500 })
  world.tick()
  world.tick()
  assert.deepEqual([...world.findings.standing], [['bad-mail-share ip:192.0.2.1', 200]])
})

test('a site that is mostly contradicted is not believed alone', () => {
  const world = startPictures()
  for (let at = 0; at < 20; at++) world.history(`192.0.2.${at + 1}`, ['a', 'b'], 1)
  for (let at = 0; at < 20; at++) world.sees('liar', `192.0.2.${at + 1}`, { messages: 100, spam: 100 })
  world.tick()
  world.sees('liar', '198.51.100.1', { messages: 100, spam: 100 })
  world.tick()
  world.tick()
  assert.deepEqual(world.findings.said, [])
})

test('untrusted sites cannot whitewash: their good mail counts nothing', () => {
  const world = startPictures()
  world.now = NOON
  for (const site of ['a', 'b', 'c']) world.sees(site, '192.0.2.1', { messages: 20, spam: 18 })
  for (let site = 0; site < 50; site++) world.sees(`fresh-${site}`, '192.0.2.1', { messages: 1_000_000 }, 5)
  world.tick()
  assert.deepEqual(world.kinds(), ['bad-mail-share ip:192.0.2.1'])
})

test('a member of a range of a bad name is judged sooner', () => {
  const world = startPictures()
  world.now = NOON
  for (let host = 1; host <= 12; host++) {
    for (const site of ['a', 'b', 'c']) world.sees(site, `192.0.2.${host}`, { messages: 15, spam: 14 })
  }
  world.tick()
  for (const address of ['192.0.2.99', '198.51.100.99']) world.sees('d', address, { messages: 2, spam: 2 })
  world.tick()
  assert.ok(world.kinds().includes('bad-mail-share ip:192.0.2.99'))
  assert.ok(!world.kinds().includes('bad-mail-share ip:198.51.100.99'))
})

test('a letter to many at once is a surge and nothing else, at most at 500', () => {
  const world = startPictures()
  world.history('192.0.2.1', SITES, 5)
  for (let minute = 0; minute < 60; minute++) {
    for (const site of SITES) world.sees(site, '192.0.2.1', { messages: 30, spam: 1, rejectedRecipients: 2 })
    world.tick()
  }
  assert.deepEqual(world.kinds(), ['sending-surge ip:192.0.2.1'])
  assert.ok(Math.max(...world.findings.standing.values()) <= 500)
})

test('one site alone makes no surge, and neither does the ordinary day of a sender', () => {
  const world = startPictures()
  world.history('192.0.2.1', SITES, 100)
  world.history('192.0.2.2', SITES, 5)
  for (let minute = 0; minute < 60; minute++) {
    for (const site of SITES) world.sees(site, '192.0.2.1', { messages: 5 })
    world.sees('liar', '192.0.2.2', { messages: 1_000_000 })
    world.tick()
  }
  assert.deepEqual(world.findings.said, [])
})

test('many new addresses of a range that each send a little spam are a snowshoe range', () => {
  const world = startPictures()
  world.now = NOON
  for (let host = 0; host < 30; host++) {
    for (const site of [host % 5, (host + 1) % 5]) world.sees(`s${site}`, `192.0.2.${host}`, { messages: 2, spam: 1 })
  }
  world.tick()
  assert.ok(world.kinds().includes('snowshoe-range net:192.0.2.0/24'))
})

test('a snowshoe beside an old good neighbour is said of its members, not of the range', () => {
  const world = startPictures()
  world.history('192.0.2.200', ['a', 'b'], 3)
  for (let host = 0; host < 30; host++) {
    for (const site of [host % 5, (host + 1) % 5]) world.sees(`s${site}`, `192.0.2.${host}`, { messages: 2, spam: 2 })
  }
  world.tick()
  assert.ok(world.kinds().includes('snowshoe-range ip:192.0.2.7'))
  assert.ok(!world.kinds().some(name => name.includes('net:') || name.endsWith('ip:192.0.2.200')))
})

test('a run of ranges, each with a few new addresses, is found together', () => {
  const world = startPictures()
  world.now = NOON
  for (let at = 0; at < 48; at++) {
    const address = `198.51.${100 + (at % 4)}.${at}`
    for (const site of [at % 5, (at + 1) % 5]) world.sees(`s${site}`, address, { messages: 2, spam: 2 })
  }
  world.tick()
  world.sees('s1', '198.51.100.0', { messages: 1, spam: 1 })
  world.tick()
  assert.ok(world.kinds().includes('snowshoe-range net:198.51.100.0/24'))
})

test('a range of new addresses that only one site speaks of is no snowshoe range', () => {
  const world = startPictures()
  world.now = NOON
  for (let host = 0; host < 100; host++) world.sees('liar', `192.0.2.${host}`, { messages: 3, spam: 3 })
  world.tick()
  assert.ok(!world.kinds().some(name => name.startsWith('snowshoe')))
})

/** Bots in ranges of their own, each failing and guessing recipients at two sites. */
function botnetBegins(world: ReturnType<typeof startPictures>, siteOf: (bot: number) => readonly string[]): void {
  for (let bot = 0; bot < 120; bot++) {
    const counts = { messages: 3, authFailed: 2, rejectedRecipients: 2 }
    for (const site of siteOf(bot)) world.sees(site, `100.${bot}.7.9`, counts)
  }
}

test('many new senders in many ranges that begin alike are a botnet; an ordinary new sender beside them is not', () => {
  const world = startPictures()
  world.now = NOON
  botnetBegins(world, bot => [`s${bot % 7}`, `s${(bot + 1) % 7}`])
  for (const site of ['s1', 's2']) world.sees(site, '203.0.113.1', { messages: 5, authFailed: 1 })
  for (const site of ['s1', 's2']) world.sees(site, '203.0.113.9', { messages: 4, authFailed: 4 })
  world.tick()
  assert.equal(world.kinds().filter(name => name.startsWith('botnet-sender ip:100.')).length, 120)
  assert.ok(!world.kinds().some(name => name.includes('203.0.113.')))
})

test('a botnet that one site alone tells of is not believed, and neither is one in the first day', () => {
  const world = startPictures()
  world.now = NOON
  botnetBegins(world, () => ['liar'])
  world.tick()
  assert.deepEqual(world.kinds(), [])
  const young = startPictures()
  botnetBegins(young, bot => [`s${bot % 7}`, `s${(bot + 1) % 7}`])
  young.tick()
  assert.ok(!young.kinds().some(name => name.startsWith('botnet')))
})

test('what is not so any more fades: it is not said again, and at last taken back', () => {
  const world = startPictures()
  world.now = NOON
  for (const site of ['a', 'b', 'c']) world.sees(site, '192.0.2.1', { messages: 20, spam: 18 })
  world.tick()
  const { length } = world.findings.said
  for (let hour = 0; hour < 47; hour++) world.tick(60)
  assert.equal(world.findings.said.length, length)
  assert.equal(world.kinds().length, 1)
  world.tick(120)
  assert.deepEqual(world.kinds(), [])
})

test('what goes on is said again, but not at each tick', () => {
  const world = startPictures()
  world.now = NOON
  for (let minute = 0; minute < 480; minute++) {
    for (const site of ['a', 'b', 'c']) world.sees(site, '192.0.2.1', { messages: 20, spam: 18 })
    world.tick()
  }
  const { length } = world.findings.said
  assert.ok(length >= 3 && length <= 6, `said ${length} times`)
  assert.ok((world.findings.said.at(-1)?.at ?? 0) > NOON + 5 * HOUR_MS)
})
