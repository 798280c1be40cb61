import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chance, DAY, HOUR, ONE, START, startWorld, subject, TRUSTED, TWO } from './history.fixture.ts'

test('history() tells first seen, addresses with their networks, and by how many sites, not by which', async () => {
  await using world = startWorld()
  world.led('www.shop.example', '9.1.2.3', ONE)
  world.now += HOUR
  world.led('www.shop.example', '9.1.2.3', TWO)
  world.led('shop.example', '9.2.2.3', ONE)
  world.work()
  world.ranks.set('shop.example', 7)
  const history = world.web.history(subject('domain:mail.shop.example'))!
  equal(history.domain, 'shop.example')
  equal(history.firstSeen, new Date(START).toISOString())
  equal(history.rank, 7)
  deepEqual(
    history.addresses.find(({ host }) => host === 'www.shop.example'),
    {
      host: 'www.shop.example',
      address: '9.1.2.3',
      asn: 101,
      country: 'DE',
      firstSeen: new Date(START).toISOString(),
      lastSeen: new Date(START + HOUR).toISOString(),
      told: 2,
      sites: 2,
      shared: false,
    },
  )
  ok(!JSON.stringify(history).includes('"one"'))
  equal(world.web.history(subject('domain:unknown.example')), undefined)
  equal(world.web.history(subject('domain:com')), undefined)
})

test('what is not public is refused: inner names, single labels, reserved addresses, suffixes, odd times', async () => {
  await using world = startWorld()
  for (const host of [
    'printer.local',
    'a.internal',
    'x.home.arpa',
    'router.lan',
    'localhost',
    '192.0.2.1',
    'com',
    'co.uk',
  ])
    world.led(host, '9.1.1.1')
  for (const address of [
    '10.0.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '192.168.1.1',
    'fe80::1',
    '::1',
    'fd00::1',
    '224.0.0.1',
  ])
    world.led('shop.example', address)
  world.led('shop.example', '9.1.1.1', TRUSTED, Number.NaN)
  world.web.resolved(subject('url:shop.example/x'), subject('ip:9.1.1.1'), START, TRUSTED)
  world.web.resolved(subject('domain:shop.example'), subject('net:9.1.1.0/24'), START, TRUSTED)
  world.work()
  const { refused, taken, domains } = world.web.numbers()
  deepEqual([refused, taken, domains], [19, 0, 0])
})

test('a host that leaves its network and country after a long stay is told of, with the time', async () => {
  await using world = startWorld()
  for (let day = 0; day <= 200; day += 10) {
    world.led('shop.example', '9.1.1.1')
    world.now += 10 * DAY
    world.work()
  }
  const moved = world.now
  for (const site of [ONE, TWO]) world.led('shop.example', '9.2.1.1', site)
  world.work()
  const found = world.stands.get('domain:shop.example hosting-moved')!
  deepEqual([found.at, found.confidence], [moved, 700])
  deepEqual(world.web.history(subject('domain:shop.example'))!.moves, [
    {
      host: 'shop.example',
      at: new Date(moved).toISOString(),
      from: { asn: 101, country: 'DE' },
      to: { asn: 102, country: 'FR' },
      stableDays: 200,
      confirmed: true,
    },
  ])
  const { said } = world
  world.restart()
  world.led('shop.example', '9.2.1.1')
  world.work()
  equal(world.said, said)
})

test('no move: a short stay, the same country, side by side, behind a content network, by one site, popular', async () => {
  await using world = startWorld()
  const stay = (host: string, days: number) => world.led(host, '9.1.1.1', TRUSTED, START - days * DAY)
  const all = ['short.example', 'country.example', 'beside.example', 'cdn.example', 'alone.example', 'popular.example']
  world.ranks.set('popular.example', 3)
  for (const host of all) {
    stay(host, host === 'short.example' ? 60 : 300)
    stay(host, 3)
  }
  world.led('short.example', '9.2.1.1')
  world.led('country.example', '9.13.1.1')
  world.led('beside.example', '9.2.1.1', TRUSTED, START - 100 * DAY)
  world.led('beside.example', '9.2.1.1')
  world.led('cdn.example', '9.200.1.1')
  world.led('alone.example', '9.2.1.1', ONE)
  world.led('popular.example', '9.2.1.1')
  world.work()
  deepEqual(world.kinds(), [])
})

test('who is not trusted cannot tell of years ago, and nobody of what is to come', async () => {
  await using world = startWorld()
  world.led('a.example', '9.1.1.1', ONE, START - 300 * DAY)
  world.led('b.example', '9.1.1.1', TRUSTED, START - 300 * DAY)
  world.led('c.example', '9.1.1.1', TRUSTED, START + 300 * DAY)
  world.work()
  const firstOf = (host: string) => world.web.history(subject(`domain:${host}`))!.addresses[0]!.firstSeen
  deepEqual(
    ['a', 'b', 'c'].map(name => firstOf(`${name}.example`)),
    [START - DAY, START - 300 * DAY, START].map(at => new Date(at).toISOString()),
  )
})

test('domains are bounded: what nobody has asked about for the longest goes, with what was asked about it', async () => {
  await using world = startWorld({ domainsMax: 3 })
  for (const name of ['a', 'b', 'c']) {
    world.led(`${name}.example`, '9.1.1.1')
    world.work()
    world.now += HOUR
  }
  world.web.asked(subject('url:www.a.example/page'))
  world.work()
  world.led('d.example', '9.1.1.1')
  world.work()
  const known = ['a', 'b', 'c', 'd'].filter(name => world.web.history(subject(`domain:${name}.example`)) !== undefined)
  deepEqual(known, ['a', 'c', 'd'])
  deepEqual([world.web.numbers().domains, world.web.numbers().forgotten], [3, 1])
})

test('a site that invents names or hosts is held to its share, and pushes out nothing confirmed', async () => {
  await using world = startWorld()
  for (let at = 0; at < 2500; at++) world.led(`n${at}.example`, '9.1.1.1', ONE)
  world.work()
  deepEqual([world.web.numbers().domains, world.web.numbers().dropped], [2000, 500])
  world.led('victim.example', '9.3.3.3', TRUSTED)
  world.work()
  world.now += HOUR
  for (let at = 0; at < 1500; at++) world.led(`h${at}.victim.example`, '9.1.1.1', ONE)
  world.work()
  const history = world.web.history(subject('domain:victim.example'))!
  ok(history.resolutions <= 1000)
  ok(world.web.numbers().taken >= 3500)
  for (let at = 0; at < 25_000; at++) world.led('victim.example', '9.3.3.3', ONE)
  deepEqual([world.web.numbers().pending, world.web.numbers().dropped], [20_000, 5500])
})

test('questions alone make no domain; the beginning of a certificate is kept where a trusted site tells it', async () => {
  await using world = startWorld()
  world.web.asked(subject('domain:unknown.example'))
  world.work()
  equal(world.web.numbers().domains, 0)
  world.led('a.example', '9.1.1.1')
  world.work()
  world.web.certified(subject('domain:www.a.example'), START - DAY, TRUSTED)
  world.web.certified(subject('domain:www.a.example'), START - 9 * DAY, ONE)
  world.web.certified(subject('domain:www.a.example'), START + DAY, TRUSTED)
  deepEqual(world.web.history(subject('domain:a.example'))!.certificate, {
    notBefore: new Date(START - DAY).toISOString(),
  })
})

test('whatever the order in which the same was told, the history is the same', async () => {
  const told = fc.array(
    fc.tuple(
      fc.constantFrom('a.example', 'b.a.example'),
      fc.integer({ min: 0, max: 9 }),
      fc.constantFrom(ONE, TWO, TRUSTED),
      fc.integer({ min: 0, max: 23 }),
    ),
    { minLength: 1, maxLength: 40 },
  )
  await fc.assert(
    fc.asyncProperty(told, fc.integer(), async (all, seed) => {
      const random = chance(seed)
      const shuffled = all
        .map(each => [random(), each] as const)
        .toSorted(([a], [b]) => a - b)
        .map(([, each]) => each)
      const tellings = await Promise.all(
        [all, shuffled].map(async order => {
          await using world = startWorld()
          for (const [host, net, site, hours] of order) world.led(host, `9.${net}.1.1`, site, START - hours * HOUR)
          world.work()
          const history = world.web.history(subject('domain:a.example'))!
          return {
            ...history,
            addresses: history.addresses.toSorted((a, b) => (a.host + a.address < b.host + b.address ? -1 : 1)),
          }
        }),
      )
      deepEqual(tellings[1], tellings[0])
    }),
    { seed: 2, numRuns: 15 },
  )
})
