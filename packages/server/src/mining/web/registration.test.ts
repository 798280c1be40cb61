import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { ProblemError } from '@tocsin/core/base'
import { NotThereError, type Outbound, RetryLaterError } from '../../outbound/outbound.ts'
import * as protocol from '../../protocols/rdap/index.ts'
import { DAY, HOUR, START, startWorld, subject, type World } from './history.fixture.ts'
import { Registries, type RegistryFetch, SERVER_REST_MS } from './registration.ts'

const SERVERS = {
  version: '1.0',
  services: [
    [['example'], ['https://rdap.example/']],
    [['net'], ['https://net.example/']],
  ],
}

/** The way out of a node goes in as it is. */
export type OutboundFits = Outbound extends RegistryFetch ? true : never
const OUTBOUND_FITS: OutboundFits = true

type Answer = string | Uint8Array | ProblemError

/** What answers as the way out does; `told` says what to each address. */
function startOutbound(told: Record<string, Answer | (() => Answer)> = {}) {
  const asked: string[] = []
  const outbound: RegistryFetch = {
    async fetch({ url }) {
      asked.push(url)
      const given = told[url] ?? (url === protocol.BOOTSTRAP_URL ? JSON.stringify(SERVERS) : new NotThereError('none'))
      const answer = typeof given === 'function' ? given() : given
      if (answer instanceof ProblemError) throw answer
      async function* body() {
        yield Buffer.from(answer as string)
      }
      return { is: 'body', body: body() }
    },
  }
  return { asked, told, rdap: { outbound, protocol } }
}

function registration(name: string, eventDate: string): string {
  return JSON.stringify({
    objectClassName: 'domain',
    ldhName: name,
    events: [{ eventAction: 'registration', eventDate }],
    entities: [{ roles: ['registrar'], handle: 'A Registrar' }],
  })
}

async function work(world: World, turns = 1): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    world.work()
    await world.web.idle()
    world.work()
  }
}

test('a name that was registered lately is told of, from its registration on, so that it fades', async () => {
  const registered = new Date(START - 3 * DAY)
  const { rdap, asked } = startOutbound({
    'https://rdap.example/domain/new.example': registration('new.example', registered.toISOString()),
  })
  await using world = startWorld({ rdap })
  world.web.asked(subject('url:login.new.example/x'))
  await work(world)
  deepEqual(world.stands.get('domain:new.example newly-registered')?.at, registered.getTime())
  deepEqual(world.web.history(subject('domain:new.example'))!.registration, {
    registeredAt: registered.toISOString(),
    registrar: 'A Registrar',
    state: 'known',
    askedAt: new Date(START).toISOString(),
  })
  world.web.asked(subject('domain:new.example'))
  world.now += DAY
  await work(world, 3)
  deepEqual(asked, [protocol.BOOTSTRAP_URL, 'https://rdap.example/domain/new.example'])
})

test('nobody is asked unless it is switched on, nor about popular names, tenants of popular sites and inner names', async () => {
  const { rdap, asked } = startOutbound()
  ok(OUTBOUND_FITS)
  await using off = startWorld()
  off.led('new.example', '9.1.1.1')
  await work(off)
  await using world = startWorld({ rdap })
  world.ranks.set('popular.example', 5).set('github.io', 9)
  for (const name of ['www.popular.example', 'someone.github.io', 'printer.local', 'example', 'a.internal'])
    world.web.asked(subject(`domain:${name}`))
  await work(world, 5)
  deepEqual(asked, [])
})

test('a server rests between questions, doubles its rest with each failure, and as long as it says', async () => {
  let now = START
  const { rdap, asked, told } = startOutbound({
    'https://rdap.example/domain/a.example': registration('a.example', '2020-01-01'),
  })
  const registries = new Registries(rdap, () => now)
  const { signal } = new AbortController()
  const ask = async (name: string) => (await registries.ask(name, signal)).state
  equal(await ask('a.example'), 'known')
  equal(await ask('b.example'), 'later')
  equal(await ask('b.net'), 'absent')
  equal(await ask('b.test'), 'unsupported')
  now += SERVER_REST_MS
  told['https://rdap.example/domain/b.example'] = new ProblemError({ code: 'unavailable', message: 'broken' })
  const rests: number[] = []
  for (let failure = 0; failure < 4; failure++) {
    equal(await ask('b.example'), 'failed')
    const begun = now
    while ((await ask('b.example')) === 'later') now += 10_000
    rests.push(now - begun)
    // The last question of the loop failed too; what follows waits for it.
    now += DAY
  }
  deepEqual(rests, [60_000, 240_000, 960_000, 3_840_000])
  told['https://rdap.example/domain/b.example'] = new RetryLaterError('busy', 7 * 24 * 3600)
  equal(await ask('b.example'), 'failed')
  now += 6 * DAY
  equal(await ask('a.example'), 'later')
  now += DAY
  equal(await ask('a.example'), 'known')
  ok(asked.length < 30)
})

test('what is hostile or broken is a failure, said of nobody, and asked again only hours later', async () => {
  const { rdap, asked, told } = startOutbound()
  const url = 'https://rdap.example/domain/a.example'
  const answers: readonly Answer[] = [
    registration('other.example', '2026-05-30T00:00:00Z'),
    '{"objectClassName":"domain",',
    '['.repeat(200_000),
    new Uint8Array(protocol.DOMAIN_BYTES_MAX + 1),
    new ProblemError({
      code: 'invalid',
      message: 'Cannot connect to "169.254.169.254": it must be on the public internet',
    }),
    new ProblemError({ code: 'unavailable', message: 'broke off' }),
  ]
  for (const answer of answers) {
    told[url] = answer
    await using world = startWorld({ rdap })
    world.web.asked(subject('domain:a.example'))
    await work(world)
    const { registration: known, findings } = world.web.history(subject('domain:a.example'))!
    deepEqual([known?.state, known?.registeredAt, findings], ['failed', undefined, []])
    const before = asked.length
    world.now += HOUR
    world.web.asked(subject('domain:a.example'))
    await work(world)
    equal(asked.length, before)
  }
})

test('a date to come is no date, and one long ago is no news', async () => {
  const { rdap } = startOutbound({
    'https://rdap.example/domain/future.example': registration('future.example', '2031-01-01T00:00:00Z'),
    'https://rdap.example/domain/old.example': registration('old.example', '2010-01-01T00:00:00Z'),
  })
  await using world = startWorld({ rdap })
  for (const name of ['future', 'old']) world.web.asked(subject(`domain:${name}.example`))
  await work(world)
  world.now += SERVER_REST_MS
  await work(world, 2)
  deepEqual(world.kinds(), [])
  equal(world.web.history(subject('domain:future.example'))!.registration?.registeredAt, undefined)
  equal(world.web.history(subject('domain:old.example'))!.registration?.registeredAt, '2010-01-01T00:00:00.000Z')
})

test('without a list of servers nobody is asked, and the list is tried again an hour later', async () => {
  let now = START
  const { rdap, asked, told } = startOutbound({ [protocol.BOOTSTRAP_URL]: '{}' })
  const registries = new Registries(rdap, () => now)
  const { signal } = new AbortController()
  for (let turn = 0; turn < 3; turn++) equal((await registries.ask('a.example', signal)).state, 'later')
  equal(asked.length, 1)
  told[protocol.BOOTSTRAP_URL] = JSON.stringify(SERVERS)
  now += HOUR
  equal((await registries.ask('a.example', signal)).state, 'absent')
  now += 2 * DAY
  told[protocol.BOOTSTRAP_URL] = 'broken'
  equal((await registries.ask('a.example', signal)).state, 'absent')
})

test('an answer that comes after the end is dropped', async () => {
  const gate = Promise.withResolvers<void>()
  const outbound: RegistryFetch = {
    async fetch({ signal }) {
      await gate.promise
      signal.throwIfAborted()
      return { is: 'unchanged' }
    },
  }
  const world = startWorld({ rdap: { outbound, protocol } })
  world.web.asked(subject('domain:a.example'))
  world.work()
  world.web[Symbol.dispose]()
  gate.resolve()
  await world.web.idle()
})
