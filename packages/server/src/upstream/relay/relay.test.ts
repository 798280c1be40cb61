import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { ProblemError } from '@tocsin/core/base'
import { openRelay } from '../../compose/relaying.ts'
import type { Send } from '../server.ts'
import { BEGINNING, change, startCloud, startReplica, tampering } from '../world.fixture.ts'

/** For so long a question for a file waits, in milliseconds. */
const FILE_MS = 20_000

/** A cloud, a node that follows it, and what that one relays. */
async function world({ bytesMax = 2 ** 20, hand }: { bytesMax?: number; hand?: Parameters<typeof tampering>[0] } = {}) {
  const clock = { now: BEGINNING }
  await using opened = new AsyncDisposableStack()
  const cloud = opened.use(await startCloud(clock))
  const asked: string[] = []
  const through = tampering((path, response) => hand?.(path, response) ?? response)
  const send: Send = (url, init) => {
    asked.push(new URL(url).pathname.split('/').slice(0, 4).join('/'))
    return through(url, init)
  }
  const node = opened.use(await startReplica({ clock, urls: [cloud.url], send }))
  const timers: (() => void)[] = []
  const relaying = opened.use(
    openRelay({
      dataFolder: node.folder,
      bytesMax,
      servers: node.servers,
      confirmedAt: () => clock.now,
      clock: () => clock.now,
      heads: node.heads,
      own: node.head(),
      later(ms, action) {
        // Those of files alone: the place is written when it is disposed of.
        if (ms === FILE_MS) timers.push(action)
        return () => undefined
      },
    }),
  )
  const { relay } = relaying
  const running = opened.move()
  return {
    clock,
    cloud,
    relay,
    asked,
    timers,
    folder: node.folder,
    async follow(...subjects: string[]) {
      cloud.publish(subjects.map(subject => change(subject)))
      await node.round()
      relay.offer(node.heads.believed!)
      asked.length = 0
    },
    async namesOfWay(since: number) {
      const way = await relay.changes(since)
      assert.ok(way?.state === 'known', JSON.stringify(way))
      return way.files.map(({ name }) => name)
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

function unavailable(sentence: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof ProblemError)
    assert.match(error.problem.message, sentence)
    assert.equal(error.problem.code, 'unavailable')
    return true
  }
}

describe('Relay', () => {
  it('offers nothing before it is told of a head, and then that one, and tells who listens', async () => {
    await using net = await world()
    assert.deepEqual(
      [net.relay.head(), net.relay.signed(), await net.relay.changes(0)],
      [undefined, undefined, undefined],
    )
    const told: number[] = []
    net.relay.onHead(({ sequence }) => told.push(sequence))
    await net.follow('ip:192.0.2.1')
    await net.follow('ip:192.0.2.2')
    net.relay.offer({ head: net.relay.head() as never, signed: net.relay.signed()!, signer: net.relay.key()! })
    assert.deepEqual(told, [1, 2])
    assert.deepEqual(net.relay.key(), net.cloud.distributor.key())
    assert.equal(net.relay.signed()!.head, net.cloud.distributor.signed()!.head)
    assert.deepEqual(await net.relay.changes(9), { state: 'ahead', sequence: 2 })
  })

  it('asks once for a plan and once for a file, however many ask, and keeps what is what its name says', async () => {
    await using net = await world()
    await net.follow('ip:192.0.2.1')
    await net.follow('ip:192.0.2.2')
    const [[name], [same]] = await Promise.all([net.namesOfWay(1), net.namesOfWay(1)])
    assert.equal(name, same)
    const [one, other] = await Promise.all([net.relay.file(name!), net.relay.file(name!)])
    assert.deepEqual(one, other)
    assert.deepEqual(net.asked, ['/v1/book/changes', '/v1/book/files'])
    assert.equal(createHash('sha256').update(readFileSync(one!.path)).digest('hex'), name!.slice(0, 64))
    net.cloud.fail(true)
    assert.deepEqual(await net.namesOfWay(1), [name])
    assert.deepEqual(await net.relay.file(name!), one)
    await assert.rejects(async () => await net.relay.changes(0), unavailable(/Cannot tell the changes since 0/))
  })

  it('asks for no file that it has not named to anybody', async () => {
    await using net = await world()
    await net.follow('ip:192.0.2.1')
    assert.equal(await net.relay.file(`${'0'.repeat(64)}.delta`), undefined)
    assert.deepEqual(net.asked, [])
  })

  it('gives no byte of a file that is not what its name says, and asks again', async () => {
    let isHonest = false
    await using net = await world({
      async hand(path, response) {
        if (isHonest || !path.startsWith('/v1/book/files/')) return response
        const bytes = Buffer.from(await response.arrayBuffer())
        bytes[9]! ^= 1
        return new Response(bytes)
      },
    })
    isHonest = true
    await net.follow('ip:192.0.2.1')
    await net.follow('ip:192.0.2.2')
    isHonest = false
    const [name] = await net.namesOfWay(1)
    await assert.rejects(async () => await net.relay.file(name!), unavailable(/its bytes must hash to its name/))
    assert.ok(!existsSync(join(net.folder, 'relay', name!)))
    isHonest = true
    assert.ok((await net.relay.file(name!)) !== undefined)
  })

  it('says that a file is gone which its upstream has no more, and asks for the way again', async () => {
    let isThere = true
    await using net = await world({
      hand: (path, response) =>
        isThere || !path.startsWith('/v1/book/files/') ? response : new Response('{}', { status: 404 }),
    })
    await net.follow('ip:192.0.2.1')
    await net.follow('ip:192.0.2.2')
    isThere = false
    const [name] = await net.namesOfWay(1)
    assert.equal(await net.relay.file(name!), undefined)
    net.asked.length = 0
    await net.namesOfWay(1)
    assert.deepEqual(net.asked, ['/v1/book/changes'])
  })

  it('has nobody wait longer than a replica would, and has the file for who comes again', async () => {
    const held = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    let isHeld = false
    await using net = await world({
      async hand(path, response) {
        if (!isHeld || !path.startsWith('/v1/book/files/')) return response
        begun.resolve()
        await held.promise
        return response
      },
    })
    await net.follow('ip:192.0.2.1')
    await net.follow('ip:192.0.2.2')
    isHeld = true
    const [name] = await net.namesOfWay(1)
    const first = assert.rejects(async () => await net.relay.file(name!), unavailable(/is on its way for 20 s/))
    await begun.promise
    net.timers[0]!()
    await first
    const second = net.relay.file(name!)
    held.resolve()
    assert.ok((await second) !== undefined)
    assert.equal(net.asked.filter(path => path === '/v1/book/files').length, 1)
  })

  it('keeps one file that broke off, while others are under way, and not all that ever did', async () => {
    const held = Promise.withResolvers<void>()
    let isHonest = true
    let first = ''
    await using net = await world({
      async hand(path, response) {
        if (isHonest || !path.startsWith('/v1/book/files/')) return response
        first ||= path
        if (path === first) await held.promise
        const bytes = Buffer.from(await response.arrayBuffer())
        return path === first ? new Response(bytes) : new Response(bytes.subarray(0, 9))
      },
    })
    for (const last of [1, 2, 3, 4]) await net.follow(`ip:192.0.2.${last}`)
    const ways = await Promise.all([1, 2, 3].map(since => net.relay.changes(since, since + 1)))
    const names = ways.map(way => (way?.state === 'known' ? way.files[0]!.name : assert.fail()))
    assert.equal(new Set(names).size, 3)
    isHonest = false
    const waiting = net.relay.file(names[0]!)
    for (const name of names.slice(1)) {
      await assert.rejects(async () => await net.relay.file(name), unavailable(/the rest is asked for next/))
    }
    assert.deepEqual(readdirSync(join(net.folder, 'relay-incoming')), [`${names[2]}.part`])
    held.resolve()
    assert.ok((await waiting) !== undefined)
  })

  it('asks for a file again that was removed behind its back', async () => {
    await using net = await world()
    await net.follow('ip:192.0.2.1')
    await net.follow('ip:192.0.2.2')
    const [name] = await net.namesOfWay(1)
    const { path } = (await net.relay.file(name!))!
    rmSync(path)
    assert.equal((await net.relay.file(name!))?.path, path)
    assert.ok(existsSync(path))
  })

  it('says that it may come again where the disk does not take a file', async () => {
    await using net = await world()
    await net.follow('ip:192.0.2.1')
    await net.follow('ip:192.0.2.2')
    const [name] = await net.namesOfWay(1)
    rmSync(join(net.folder, 'relay-incoming'), { recursive: true })
    await assert.rejects(
      async () => await net.relay.file(name!),
      unavailable(/the disk here must take it, found ENOENT$/),
    )
  })

  it('tells who is too far behind to take the snapshot that the head names, and what may not be kept', async () => {
    await using net = await world({ bytesMax: 1 })
    await net.follow('ip:192.0.2.1')
    await net.follow('ip:192.0.2.2')
    const [name] = await net.namesOfWay(1)
    await assert.rejects(async () => await net.relay.file(name!), unavailable(/relay\.bytesMax must be \d+ at least/))
    net.cloud.forget()
    net.clock.now += 600_000
    await net.follow('ip:192.0.2.3')
    const way = await net.relay.changes(1)
    assert.deepEqual(way, { state: 'gone', snapshot: net.relay.snapshot() })
  })
})
