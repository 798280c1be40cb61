import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ProblemError } from '@tocsin/core/base'
import type { Head } from '../book/book.ts'
import { BEGINNING, change, type Replica, removal, startCloud, startReplica } from './world.fixture.ts'

const FEW = ['ip:192.0.2.1', 'net:198.51.100.0/24', 'domain:bad.example', 'url:bad.example/a'].map(text => change(text))

const addresses = (count: number, score?: number) =>
  Array.from({ length: count }, (_, n) => change(`ip:10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, score))

function assertSame(replica: Pick<Replica, 'head'>, head: Head): void {
  assert.deepEqual(replica.head(), head)
}

function refusal(code: string, sentence: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof ProblemError, String(error))
    assert.match(error.problem.message, sentence)
    assert.equal(error.problem.code, code)
    return true
  }
}

describe('a mirror that follows', () => {
  it('is at an empty book, and at each batch of it, for those who look it up', async () => {
    const clock = { now: BEGINNING }
    await using cloud = await startCloud(clock)
    using replica = await startReplica({ clock, urls: [cloud.url] })
    await replica.round()
    assertSame(replica, cloud.head())
    cloud.publish(FEW)
    await replica.round()
    assertSame(replica, cloud.head())
    assert.ok(replica.lists('192.0.2.1') && replica.lists('198.51.100.77') && replica.knows('domain:bad.example'))
    cloud.publish([removal('ip:192.0.2.1'), change('file:md5:d41d8cd98f00b204e9800998ecf8427e')])
    cloud.publish([change('domain:bad.example', 40)])
    await replica.round()
    assertSame(replica, cloud.head())
    assert.ok(!replica.lists('192.0.2.1'))
    assert.equal(replica.told.confirmed, 3)
    assert.deepEqual(replica.told.healing, [])
  })

  it('begins with a snapshot where the changes are told no more, and goes on with deltas', async () => {
    const clock = { now: BEGINNING }
    await using cloud = await startCloud(clock)
    using replica = await startReplica({ clock, urls: [cloud.url] })
    cloud.publish(FEW)
    await replica.round()
    cloud.publish([...addresses(500), removal('domain:bad.example')])
    cloud.forget()
    await replica.round()
    assertSame(replica, cloud.head())
    assert.ok(replica.lists('10.0.1.200') && replica.lists('192.0.2.1') && !replica.knows('domain:bad.example'))
    cloud.publish([change('ip:203.0.113.9')])
    await replica.round()
    assertSame(replica, cloud.head())
    assert.ok(replica.lists('203.0.113.9'))
    using late = await startReplica({ clock, urls: [cloud.url] })
    await late.round()
    assertSame(late, cloud.head())
  })

  it('goes on after a stop, from where it was', async () => {
    const clock = { now: BEGINNING }
    await using cloud = await startCloud(clock)
    const first = await startReplica({ clock, urls: [cloud.url] })
    cloud.publish(FEW)
    await first.round()
    first.stop()
    cloud.publish(addresses(3))
    using again = await startReplica({ clock, urls: [cloud.url], folder: first.folder })
    assert.equal(again.head().sequence, 1)
    assert.ok(again.lists('192.0.2.1'))
    await again.round()
    assertSame(again, cloud.head())
  })

  it('keeps the types that it was told to, and takes a snapshot when it is told of more or of fewer', async () => {
    const clock = { now: BEGINNING }
    await using cloud = await startCloud(clock)
    cloud.publish(FEW)
    const some = await startReplica({ clock, urls: [cloud.url], types: ['ip', 'net'] })
    await some.round()
    const { ip, net } = cloud.head().entries
    assert.deepEqual(some.head().entries, { ip, net, domain: 0, url: 0, file: 0 })
    assert.equal(some.head().stateHash.net, cloud.head().stateHash.net)
    cloud.publish([change('domain:other.example'), change('ip:192.0.2.2')])
    await some.round()
    assert.equal(some.head().entries.ip, 2)
    some.stop()
    const more = await startReplica({ clock, urls: [cloud.url], folder: some.folder })
    await more.round()
    assertSame(more, cloud.head())
    more.stop()
    using fewer = await startReplica({ clock, urls: [cloud.url], types: ['ip'], folder: some.folder })
    await fewer.round()
    assert.deepEqual(fewer.head().entries, { ip: 2, net: 0, domain: 0, url: 0, file: 0 })
  })

  it('follows a book that began again', async () => {
    const clock = { now: BEGINNING }
    await using cloud = await startCloud(clock)
    using replica = await startReplica({ clock, urls: [cloud.url] })
    cloud.publish(FEW)
    await replica.round()
    cloud.restart()
    cloud.publish([change('ip:192.0.2.200')])
    await replica.round()
    assertSame(replica, cloud.head())
    assert.ok(replica.lists('192.0.2.200') && !replica.lists('192.0.2.1'))
  })

  it('trusts the next key where the present one names it, and then that one alone', async () => {
    const clock = { now: BEGINNING }
    await using cloud = await startCloud(clock)
    using replica = await startReplica({ clock, urls: [cloud.url] })
    cloud.publish(FEW)
    await replica.round()
    const [first] = replica.keys.list()
    cloud.rotate(clock.now + 600_000)
    cloud.publish([change('ip:192.0.2.2')])
    await replica.round()
    assert.equal(replica.keys.list().length, 2)
    clock.now += 700_000
    cloud.publish([change('ip:192.0.2.3')])
    await replica.round()
    assertSame(replica, cloud.head())
    assert.equal(replica.keys.list().length, 1)
    assert.notEqual(replica.keys.list()[0]!.keyId, first!.keyId)
  })

  it('has readers on the last good book while memory cannot be built, and then on the new one', async () => {
    const clock = { now: BEGINNING }
    await using cloud = await startCloud(clock)
    using replica = await startReplica({ clock, urls: [cloud.url] })
    cloud.publish(FEW)
    await replica.round()
    cloud.publish([removal('ip:192.0.2.1'), change('ip:192.0.2.2')])
    cloud.forget()
    replica.mayBuild(false)
    await assert.rejects(replica.round(), refusal('unavailable', /its memory must be built/))
    assert.ok(replica.lists('192.0.2.1') && !replica.lists('192.0.2.2'))
    replica.mayBuild(true)
    clock.now += 600_000
    cloud.publish([change('ip:192.0.2.3')])
    await replica.round()
    assertSame(replica, cloud.head())
    assert.ok(!replica.lists('192.0.2.1') && replica.lists('192.0.2.2') && replica.lists('192.0.2.3'))
  })
})
