import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { ProblemError } from '@tocsin/core/base'
import { type ListHeader, writeList } from '@tocsin/core/list'
import { packEntry } from '@tocsin/core/verdict'
import type { Head } from '../book/book.ts'
import { PACKING } from '../book/distribution/packing.ts'
import type { Send } from './server.ts'
import { BEGINNING, change, startCloud, startReplica, tampering } from './world.fixture.ts'

const FEW = ['ip:192.0.2.1', 'domain:bad.example'].map(text => change(text))
const MORE = [change('ip:192.0.2.2')]

function refusal(code: string, sentence: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof ProblemError, String(error))
    assert.match(error.problem.message, sentence)
    assert.equal(error.problem.code, code)
    return true
  }
}

/** A delta that anybody could write. */
function forged(head: Head, from: number, text: string): { readonly name: string; readonly bytes: Buffer } {
  const header: ListHeader = {
    kind: 'delta',
    bookId: head.bookId,
    from,
    to: head.sequence,
    publishedAt: 0,
    stateHash: {},
  }
  const { entry, ...rest } = change(text)
  const bytes = Buffer.concat([...writeList(header, [{ ...rest, entry: packEntry(entry!) }], PACKING)])
  return { name: `${createHash('sha256').update(bytes).digest('hex')}.delta`, bytes }
}

/** A cloud at its first batch with a replica there, and what comes next passing through a hand. */
async function world(hand: Parameters<typeof tampering>[0]) {
  const clock = { now: BEGINNING }
  await using opened = new AsyncDisposableStack()
  const cloud = opened.use(await startCloud(clock))
  let isHonest = true
  const hooks = { onFile: (_range: string): void => undefined }
  const through = tampering((path, response) => (isHonest ? response : hand(path, response)))
  const send: Send = (url, init) => {
    const { range } = init.headers as { readonly range?: string }
    if (range !== undefined) hooks.onFile(range)
    return through(url, init)
  }
  const replica = opened.use(await startReplica({ clock, urls: [cloud.url], send }))
  cloud.publish(FEW)
  await replica.round()
  const good = replica.head()
  assert.deepEqual(good, cloud.head())
  cloud.publish(MORE)
  const running = opened.move()
  return {
    clock,
    cloud,
    replica,
    /** Told of the ranges that are asked for. */
    set onFile(listener: (range: string) => void) {
      hooks.onFile = listener
    },
    async isUnmoved(code: string, sentence: RegExp) {
      isHonest = false
      await assert.rejects(replica.round(), refusal(code, sentence))
      assert.deepEqual(replica.head(), good)
      assert.ok(replica.lists('192.0.2.1') && !replica.lists('192.0.2.2'))
    },
    async goesOn() {
      isHonest = true
      clock.now += 600_000
      await replica.round()
      assert.deepEqual(replica.head(), cloud.head())
      assert.ok(replica.lists('192.0.2.2'))
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

const isFile = (path: string) => path.startsWith('/v1/book/files/')

describe('a mirror refuses, and stays as it was,', () => {
  it('a delta of which a byte is another', async () => {
    await using net = await world(async (path, response) => {
      if (!isFile(path)) return response
      const bytes = Buffer.from(await response.arrayBuffer())
      bytes[bytes.length >> 1]! ^= 1
      return new Response(bytes)
    })
    await net.isUnmoved('invalid', /its bytes must hash to its name, found [0-9a-f]{64}/)
    await net.goesOn()
  })

  it('a delta that is larger than announced, and one that is no list at all', async () => {
    await using net = await world(async (path, response) =>
      isFile(path)
        ? new Response(Buffer.concat([Buffer.from(await response.arrayBuffer()), Buffer.alloc(9)]))
        : response,
    )
    await net.isUnmoved('invalid', /must have \d+ bytes as announced, found more/)
    await net.goesOn()
    const text = Buffer.from('this is no list')
    const name = `${createHash('sha256').update(text).digest('hex')}.delta`
    await using other = await world(async (path, response) => {
      if (isFile(path)) return new Response(text)
      if (path !== '/v1/book/changes') return response
      const said = (await response.json()) as { readonly files: readonly object[] }
      return Response.json({ ...said, files: said.files.map(file => ({ ...file, name, bytes: text.length })) })
    })
    await other.isUnmoved('invalid', /must begin as a delta or snapshot/)
    await other.goesOn()
  })

  it("a delta of no bytes, which is the next upstream's turn and no trouble of this node", async () => {
    await using net = await world(async (path, response) => {
      if (path !== '/v1/book/changes') return response
      const said = (await response.json()) as { readonly files: readonly object[] }
      return Response.json({ ...said, files: said.files.map(file => ({ ...file, bytes: 0 })) })
    })
    await net.isUnmoved('invalid', /it must have bytes, found 0/)
    await net.goesOn()
  })

  it('a delta that a power cut has left with its length and without its bytes, and fetches it anew', async () => {
    await using net = await world((_path, response) => response)
    const asked = await fetch(`${net.cloud.url}/v1/book/changes?since=1`)
    const { files } = (await asked.json()) as { readonly files: readonly { name: string; bytes: number }[] }
    for (const { name, bytes } of files) writeFileSync(join(net.replica.folder, 'incoming', name), Buffer.alloc(bytes))
    await net.isUnmoved('invalid', /its bytes must hash to its name/)
    await net.goesOn()
  })

  it('a way of forged deltas, which no signature covers but the state hash does', async () => {
    const made = new Map<string, Buffer>()
    const known: { cloud?: { head(): Head } } = {}
    await using net = await world(async (path, response) => {
      const name = path.split('/').at(-1)!
      if (made.has(name)) return new Response(made.get(name)! as Uint8Array<ArrayBuffer>)
      if (path !== '/v1/book/changes') return response
      const from = Number(new URL(response.url).searchParams.get('since'))
      const head = known.cloud!.head()
      const forgery = forged(head, from, 'ip:203.0.113.66')
      made.set(forgery.name, forgery.bytes)
      const file = { name: forgery.name, from, to: head.sequence, bytes: forgery.bytes.length }
      return Response.json({ bookId: head.bookId, from, to: head.sequence, files: [file] })
    })
    known.cloud = net.cloud
    await net.isUnmoved('stale', /the hash of its entries of type ip must be "[0-9a-f]{64}"/)
    assert.equal(net.replica.told.healing.length, 1)
    assert.ok(!net.replica.lists('203.0.113.66'))
    await net.goesOn()
  })

  it('a head of another cloud, whose key is not the one that was pinned', async () => {
    await using other = await startCloud({ now: BEGINNING })
    other.publish(FEW)
    other.publish(MORE)
    const theirs = () => Response.json(other.distributor.signed())
    await using net = await world((path, response) => (path === '/v1/book/head' ? theirs() : response))
    await net.isUnmoved(
      'unauthorized',
      /its signature must be that of key [0-9a-f]{16}, and is not; it names "[0-9a-f]{16}"/,
    )
    await net.goesOn()
  })

  it('what breaks off, and asks for the rest of it, from whoever answers next', async () => {
    const asked: string[] = []
    await using net = await world(async (path, response) => {
      if (!isFile(path)) return response
      const bytes = await response.arrayBuffer()
      const half = new Uint8Array(bytes, 0, bytes.byteLength >> 1)
      return new Response(
        new ReadableStream({
          start: stream => stream.enqueue(half),
          pull: stream => stream.error(new Error('cut')),
        }),
      )
    })
    await net.isUnmoved('unavailable', /the upstream must answer to the end, found cut/)
    net.onFile = range => void asked.push(range)
    await net.goesOn()
    assert.match(asked[0]!, /^bytes=\d+-$/)
  })

  it('to be sent elsewhere', async () => {
    await using elsewhere = createServer((_, response) =>
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    )
    await once(elsewhere.listen(0, '127.0.0.1'), 'listening')
    const clock = { now: BEGINNING }
    const { port } = elsewhere.address() as AddressInfo
    using replica = await startReplica({ clock, urls: [`http://127.0.0.1:${port}`] })
    await assert.rejects(replica.round(), refusal('unavailable', /must answer to the end/))
  })
})

describe('a mirror judges heads', () => {
  /** A replica at 2 of a cloud that shows whatever head it is told to. */
  async function showing() {
    const clock = { now: BEGINNING }
    await using opened = new AsyncDisposableStack()
    const cloud = opened.use(await startCloud(clock))
    let shown: unknown
    const send = tampering((path, response) =>
      shown !== undefined && path === '/v1/book/head' ? Response.json(shown) : response,
    )
    const replica = opened.use(await startReplica({ clock, urls: [cloud.url], send }))
    cloud.publish(FEW)
    await replica.round()
    const first = cloud.distributor.signed()!
    cloud.publish(MORE)
    await replica.round()
    const good = replica.head()
    const running = opened.move()
    return {
      clock,
      cloud,
      replica,
      first,
      async refuses(signed: unknown, code: string, sentence: RegExp) {
        shown = signed
        clock.now += 310_000
        await assert.rejects(replica.round(), refusal(code, sentence))
        assert.deepEqual(replica.head(), good)
      },
      [Symbol.asyncDispose]: () => running.disposeAsync(),
    }
  }

  it('and refuses an earlier one, also after a restart', async () => {
    await using net = await showing()
    await net.refuses(net.first, 'stale', /the head is at 1, this replica at 2/)
    net.replica.stop()
    const send = tampering((path, response) => (path === '/v1/book/head' ? Response.json(net.first) : response))
    using again = await startReplica({ clock: net.clock, urls: [net.cloud.url], send, folder: net.replica.folder })
    await assert.rejects(again.round(), refusal('stale', /the head is at 1, this replica at 2/))
  })

  it('and refuses one that is past its time', async () => {
    await using net = await showing()
    const last = net.cloud.distributor.signed()!
    net.clock.now += 3_700_000
    await net.refuses(last, 'stale', /it was valid until/)
  })

  it('and refuses one of which a letter is another, one that is none, and one that is signed by nobody', async () => {
    await using net = await showing()
    const last = net.cloud.distributor.signed()!
    const changed = { ...last, head: last.head.replace('"sequence":2', '"sequence":9') }
    await net.refuses(changed, 'unauthorized', /its signature must be that of key/)
    await net.refuses({ ...last, signature: '' }, 'unauthorized', /its signature must be that of key/)
    await net.refuses({ head: 7 }, 'invalid', /it must have head, keyId and signature/)
    await net.refuses(null, 'invalid', /it must have head, keyId and signature/)
  })

  it('and gives way itself where it is the mirror that is damaged', async () => {
    await using net = await showing()
    net.replica.stop()
    const file = new DatabaseSync(join(net.replica.folder, 'book.sqlite'))
    file.exec("DELETE FROM entry WHERE type = 0; UPDATE state SET hash = '00' || substr(hash, 3)")
    file.close()
    using again = await startReplica({ clock: net.clock, urls: [net.cloud.url], folder: net.replica.folder })
    assert.ok(!again.lists('192.0.2.1'))
    await again.round()
    assert.deepEqual(again.head(), net.cloud.head())
    assert.ok(again.lists('192.0.2.1') && again.lists('192.0.2.2'))
    assert.equal(again.synchroniser.healed, 1)
  })
})
