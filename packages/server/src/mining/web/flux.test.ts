/**
 * The traces here are synthetic: made up after published descriptions of fast-flux networks, by a fixed seed. They show
 * that the detector does what it says, and not how often it is right in the world.
 */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Led } from './facts.ts'
import { fluxOf } from './flux.ts'
import { chance, DAY, HOUR, ONE, START, startWorld, TRUSTED, TWO, type World } from './history.fixture.ts'

/** Two days, an answer each two hours at each of the sites. */
function trace(
  world: World,
  hosts: readonly string[],
  answer: (hour: number) => readonly string[],
  sites = [ONE, TWO],
) {
  const begun = world.now
  for (let hour = 0; hour < 48; hour += 2) {
    world.now = begun + hour * HOUR
    for (const host of hosts)
      for (const site of sites) for (const address of answer(hour)) world.led(host, address, site)
    world.work()
  }
}

/** Five of 400 broken machines in 40 networks; half of those of two hours ago are gone. */
function botnet(seed: number): (hour: number) => readonly string[] {
  const random = chance(seed)
  const bot = () => `9.${Math.floor(40 * random())}.${Math.floor(10 * random())}.1`
  const current = Array.from({ length: 5 }, bot)
  return () => {
    for (let turn = 0; turn < 2; turn++) current[Math.floor(5 * random())] = bot()
    return [...current]
  }
}

test('a synthetic fast-flux trace is found, at every seed, by two sites together', async () => {
  for (const seed of [1, 2, 3]) {
    await using world = startWorld()
    trace(world, ['login.flux.example'], botnet(seed))
    const found = world.stands.get('domain:login.flux.example fast-flux')
    ok(found !== undefined, `seed ${seed}`)
    ok(found.confidence >= 400 && found.at! > world.now - DAY && found.at! <= world.now)
    deepEqual(world.kinds(), ['domain:login.flux.example fast-flux'])
  }
})

test('one site that is not trusted says nothing, a trusted one is enough', async () => {
  await using world = startWorld()
  trace(world, ['a.example'], botnet(1), [ONE])
  deepEqual(world.kinds(), [])
  trace(world, ['b.example'], botnet(1), [TRUSTED])
  deepEqual(world.kinds(), ['domain:b.example fast-flux'])
})

test('a network that many bad names share for days only is no content network', async () => {
  await using world = startWorld()
  const hosts = Array.from({ length: 25 }, (_, at) => `flux${at}.example`)
  trace(world, hosts, botnet(5), [TRUSTED])
  equal(world.kinds().length, 25)
})

test('content networks, popular names, steady pools and single wide answers are no fast flux', async () => {
  await using world = startWorld()
  const random = chance(9)
  trace(world, ['cdn.example'], () => Array.from({ length: 8 }, () => `9.200.${Math.floor(250 * random())}.1`), [
    TRUSTED,
  ])
  world.ranks.set('popular.example', 500)
  trace(world, ['pool.popular.example'], botnet(1), [TRUSTED])
  const pool = Array.from({ length: 20 }, (_, at) => `9.${at}.0.1`)
  trace(world, ['mirrors.example'], hour => [...pool, ...pool].slice(hour % 20, (hour % 20) + 7), [TRUSTED])
  for (const address of Array.from({ length: 30 }, (_, at) => `9.${at}.1.1`)) world.led('wide.example', address)
  world.work()
  deepEqual(world.kinds(), [])
})

test('a content network that nobody publishes is known by the many names that share it for long', async () => {
  await using world = startWorld()
  const edges = Array.from({ length: 60 }, (_, at) => `9.${at % 40}.${at}.9`)
  for (const [at, edge] of edges.entries()) {
    for (let name = 0; name < 20; name++) {
      world.led(`customer${name}.example`, edge, TRUSTED, START - 30 * DAY)
      if (at < 5) world.led(`customer${name}.example`, edge)
    }
  }
  world.work()
  const random = chance(4)
  trace(world, ['shop.example'], () => Array.from({ length: 5 }, () => edges[Math.floor(60 * random())]!), [TRUSTED])
  // What one newcomer prolongs, it prolongs for all that share the address.
  ok(!world.kinds().includes('domain:shop.example fast-flux'), String(world.kinds()))
})

test('one site that is not trusted cannot pass a botnet for a content network', async () => {
  await using world = startWorld()
  const answer = botnet(1)
  world.ranks.set('decoy1.example', 1).set('decoy2.example', 2)
  trace(
    world,
    ['flux.example'],
    hour => {
      const addresses = answer(hour)
      for (const address of addresses)
        for (let name = 0; name < 25; name++) world.led(`decoy${name}.example`, address, ONE)
      return addresses
    },
    [TRUSTED],
  )
  world.led('flux.example', '9.1.77.7')
  world.work()
  ok(world.kinds().includes('domain:flux.example fast-flux'))
})

test('a name that becomes popular is taken back, and what has faded away is too', async () => {
  await using world = startWorld()
  trace(world, ['a.example', 'b.example'], botnet(1), [TRUSTED])
  equal(world.kinds().length, 2)
  world.restart()
  world.ranks.set('a.example', 1)
  world.work()
  deepEqual(world.kinds(), ['domain:b.example fast-flux'])
  world.now += 31 * DAY
  world.work()
  deepEqual([world.kinds(), world.web.numbers().statements], [[], 0])
})

const led = fc.record({
  host: fc.constant('a.example'),
  address: fc.integer({ min: 0, max: 5000 }).map(number => `9.${number % 50}.${number % 250}.1`),
  asn: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  country: fc.option(fc.constantFrom('BR', 'DE', 'FR', 'US'), { nil: undefined }),
  isCdn: fc.boolean(),
  firstSeen: fc.integer({ min: START, max: START + 3 * DAY }),
  lastSeen: fc.integer({ min: START + 3 * DAY, max: START + 6 * DAY }),
  told: fc.constant(1),
  sites: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
  isTrusted: fc.boolean(),
}) satisfies fc.Arbitrary<Led>

test('fluxOf() does not mind order, and finds nothing where all is shared, or in one country, or unconfirmed', () => {
  const now = START + 6 * DAY
  let found = 0
  fc.assert(
    fc.property(fc.array(led, { minLength: 20, maxLength: 80 }), fc.integer(), (all, seed) => {
      // Half of them are gone before the others come.
      const moving = all.map((each, at) =>
        at % 2 === 0
          ? { ...each, isCdn: false, lastSeen: each.firstSeen }
          : { ...each, isCdn: false, firstSeen: each.lastSeen },
      )
      const flux = fluxOf(moving, () => false, now)
      if (flux !== undefined) {
        found++
        ok(flux.confidence >= 400 && flux.confidence <= 1000 && flux.at <= now && flux.countries >= 3)
      }
      const random = chance(seed)
      const shuffled = moving
        .map(each => [random(), each] as const)
        .toSorted(([a], [b]) => a - b)
        .map(([, each]) => each)
      deepEqual(
        fluxOf(shuffled, () => false, now),
        flux,
      )
      equal(
        fluxOf(moving, () => true, now),
        undefined,
      )
      equal(
        fluxOf(
          moving.map(each => ({ ...each, country: 'DE' })),
          () => false,
          now,
        ),
        undefined,
      )
      equal(
        fluxOf(
          moving.map(each => ({ ...each, isTrusted: false, sites: [1] })),
          () => false,
          now,
        ),
        undefined,
      )
      equal(
        fluxOf(
          moving.map(each => ({ ...each, isCdn: true })),
          () => false,
          now,
        ),
        undefined,
      )
    }),
    { seed: 3, numRuns: 200 },
  )
  ok(found > 50, `${found}`)
})
