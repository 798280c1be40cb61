import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesEqual, sha256, unwrap } from '@tocsin/core/base'
import fc from 'fast-check'
import { checksumOf, decodeRice32, type HashList } from '../../protocols/safebrowsing/index.ts'
import { updateOf } from './update.ts'
import { versionOf } from './version.ts'
import { ListVersions } from './versions.ts'

const CONTEXT = { waitSeconds: 60, sha256 }

interface Limits {
  readonly maxUpdateEntries: number
  readonly maxDatabaseEntries: number
}

/** A client that does what the protocol says, and holds the server to it. */
class Client {
  prefixes = new Uint32Array()
  version = new Uint8Array() as Uint8Array
  partial = 0
  readonly #limits: Limits

  constructor(limits: Limits = { maxUpdateEntries: 0, maxDatabaseEntries: 0 }) {
    this.#limits = limits
  }

  /** Asks until the server has no more; gives how often. */
  ask(versions: ListVersions): number {
    for (let asked = 1; asked < 100; asked++) {
      const has = versionOf(this.version)
      const update = updateOf(versions, { name: 'x', list: 0, has, sizeConstraints: this.#limits }, CONTEXT)
      this.#apply(update)
      if (update.minimumWaitSeconds > 0) return asked
    }
    throw new Error('there is no end to it')
  }

  #apply({ partialUpdate, additions, compressedRemovals, sha256Checksum, version }: HashList): void {
    const added = additions?.bytes === 4 ? unwrap(decodeRice32(additions.delta)) : new Uint32Array()
    const removed = compressedRemovals === undefined ? new Uint32Array() : unwrap(decodeRice32(compressedRemovals))
    const { maxUpdateEntries, maxDatabaseEntries } = this.#limits
    if (maxUpdateEntries > 0) assert.ok(added.length + removed.length <= maxUpdateEntries)
    if (partialUpdate) this.partial++
    else assert.equal(removed.length, 0)
    assert.ok(removed.every(place => place < this.prefixes.length))
    const kept = partialUpdate ? this.prefixes.filter((_, place) => !removed.includes(place)) : new Uint32Array()
    const after = new Set([...kept, ...added])
    assert.equal(after.size, kept.length + added.length, 'nothing is added twice')
    this.prefixes = Uint32Array.from(after).sort()
    if (maxDatabaseEntries > 0) assert.ok(this.prefixes.length <= maxDatabaseEntries)
    if (sha256Checksum.length > 0) assert.ok(bytesEqual(checksumOf(this.prefixes, sha256), sha256Checksum))
    else assert.equal(added.length + removed.length, 0)
    this.version = version
  }
}

const set = (...numbers: number[]) => Uint32Array.from(numbers).sort()

/** Sets of a small world, so that much is shared. */
const sets = fc
  .array(fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 }), { minLength: 1, maxLength: 6 })
  .map(all => all.map(numbers => Uint32Array.from(numbers, n => (n === 60 ? 0xffffffff : n * 70_000_000)).sort()))

test('a client has what the server has, whenever it asked before, and whatever its limits', () => {
  const limits = fc.record({
    maxUpdateEntries: fc.constantFrom(0, 1, 3, 10),
    maxDatabaseEntries: fc.constantFrom(0, 1, 5, 25),
  })
  fc.assert(
    fc.property(sets, limits, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), (all, allowed, asks) => {
      const versions = new ListVersions(sha256)
      const client = new Client(allowed)
      for (const [at, prefixes] of all.entries()) {
        versions.moveTo(prefixes)
        if (asks[at]) client.ask(versions)
      }
      client.ask(versions)
      const { maxDatabaseEntries } = allowed
      const last = all.at(-1)!
      assert.deepEqual(client.prefixes, maxDatabaseEntries > 0 ? last.slice(0, maxDatabaseEntries) : last)
      assert.equal(client.ask(versions), 1)
    }),
    { seed: 20261122, numRuns: 1000 },
  )
})

test('an interrupted client in the middle of a list in pieces follows it to a later version', () => {
  const versions = new ListVersions(sha256)
  versions.moveTo(set(...Array.from({ length: 50 }, (_, n) => n * 10)))
  const client = new Client({ maxUpdateEntries: 20, maxDatabaseEntries: 0 })
  const first = updateOf(
    versions,
    { name: 'x', list: 0, has: undefined, sizeConstraints: { maxUpdateEntries: 20, maxDatabaseEntries: 0 } },
    CONTEXT,
  )
  client.version = first.version
  client.prefixes = versions.latest.prefixes.slice(0, 20)
  assert.equal(first.minimumWaitSeconds, 0)
  versions.moveTo(set(...Array.from({ length: 50 }, (_, n) => n * 10).filter(n => n !== 30 && n !== 400), 31, 405))
  client.ask(versions)
  assert.deepEqual(client.prefixes, versions.latest.prefixes)
  assert.ok(client.partial > 0)
})

test('what differs is sent where it is known and less than half, else the whole', () => {
  const versions = new ListVersions(sha256)
  const client = new Client()
  versions.moveTo(set(...Array.from({ length: 100 }, (_, n) => n)))
  client.ask(versions)
  assert.equal(client.partial, 0)
  versions.moveTo(set(...Array.from({ length: 110 }, (_, n) => n)))
  client.ask(versions)
  assert.equal(client.partial, 1)
  client.ask(versions)
  assert.equal(client.partial, 2, 'nothing new')
  versions.moveTo(set(7))
  client.ask(versions)
  assert.equal(client.partial, 2)
  client.version = Uint8Array.of(1, 2, 3)
  client.ask(versions)
  assert.deepEqual([client.partial, client.prefixes.length], [2, 1])
})

test('former versions are bounded: who has a very old one gets the whole', () => {
  const versions = new ListVersions(sha256)
  const many = Array.from({ length: 10_000 }, (_, n) => n * 100)
  versions.moveTo(set(...many))
  const { digest } = versions.latest
  for (let step = 1; step <= 2000; step++) versions.moveTo(set(...many.slice(0, 500), step * 100 + 1))
  assert.equal(versions.since(digest), undefined)
})
