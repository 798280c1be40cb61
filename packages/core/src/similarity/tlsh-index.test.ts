import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ProblemError } from '../base/index.ts'
import { anyTlsh, nearTlsh, numbers } from './tlsh.fixture.ts'
import type { Tlsh } from './tlsh.ts'
import { tlshDistance } from './tlsh-distance.ts'
import { TlshIndex } from './tlsh-index.ts'

/** Families of digests near each other, and as many that are near nothing. */
function digestsOf(seed: number, families: number, members: number): Tlsh[] {
  const next = numbers(seed)
  return Array.from({ length: families }, () => {
    const base = anyTlsh(next)
    return Array.from({ length: members }, (_, member) => [nearTlsh(base, 3 * member, next), anyTlsh(next)]).flat()
  }).flat()
}

/** What every digest looked at gives. */
function exhaustive(held: ReadonlyMap<number, Tlsh>, asked: Tlsh, within: number) {
  return [...held]
    .map(([label, digest]) => ({ label, distance: tlshDistance(asked, digest) }))
    .filter(({ distance }) => distance <= within)
    .sort((a, b) => a.distance - b.distance || a.label - b.label)
}

describe('TlshIndex', () => {
  it('finds exactly what an exhaustive search finds, while digests come and go', () => {
    const runs = fc.tuple(fc.nat(1_000_000), fc.nat(150), fc.nat(40))
    fc.assert(
      fc.property(runs, ([seed, within, gone]) => {
        const digests = digestsOf(seed, 6, 12)
        const index = new TlshIndex()
        const held = new Map<number, Tlsh>()
        for (const [label, digest] of digests.entries()) {
          index.add(digest, label)
          held.set(label, digest)
          if (label >= gone && label % 3 === 0) {
            assert.equal(index.remove(digests[label - gone]!, label - gone), held.delete(label - gone))
          }
        }
        assert.equal(index.size, held.size)
        for (const asked of digests.filter((_, at) => at % 7 === 0)) {
          assert.deepEqual(index.neighbours(asked, { within, limit: 10_000 }), exhaustive(held, asked, within))
        }
      }),
      { seed: 20261122, numRuns: 60 },
    )
  })

  it('gives the nearest where there are more than wanted, whatever the order of additions', () => {
    const digests = digestsOf(5, 1, 60)
    const held = new Map(digests.entries())
    const order = [...held]
    for (const entries of [order, order.toReversed()]) {
      const index = new TlshIndex()
      for (const [label, digest] of entries) index.add(digest, label)
      for (const limit of [1, 5, 17]) {
        const found = index.neighbours(digests[0]!, { within: 200, limit })
        assert.deepEqual(found, exhaustive(held, digests[0]!, 200).slice(0, limit))
      }
    }
  })

  it('holds many digests of one header, and gives their place to others when they are removed', () => {
    const next = numbers(7)
    const base = anyTlsh(next)
    const index = new TlshIndex()
    const digests = Array.from({ length: 5000 }, () => nearTlsh(base, 2, next))
    for (const [label, digest] of digests.entries()) index.add(digest, label)
    const { bytes } = index
    for (let round = 0; round < 3; round++) {
      for (const [label, digest] of digests.entries()) assert.ok(index.remove(digest, label))
      assert.deepEqual([index.size, index.neighbours(base)], [0, []])
      for (const [label, digest] of digests.entries()) index.add(digest, label)
    }
    assert.equal(index.bytes, bytes)
    assert.equal(index.neighbours(base, { limit: 10_000 }).length, 5000)
    assert.equal(index.remove(digests[0]!, 5000), false)
  })

  it('gives back every digest it holds', () => {
    const digests = digestsOf(9, 5, 20)
    const index = new TlshIndex()
    for (const [label, digest] of digests.entries()) index.add(digest, label)
    const all = [...index.each()].sort((a, b) => a.label - b.label)
    assert.deepEqual(
      all,
      digests.map((digest, label) => ({ digest, label })),
    )
  })

  it('refuses options out of range by name', () => {
    const index = new TlshIndex()
    const digest = anyTlsh(numbers(1))
    for (const search of [{ within: -1 }, { within: 0.5 }, { within: 10_000 }, { limit: 0 }, { limit: 10_001 }]) {
      assert.throws(() => index.neighbours(digest, search), ProblemError)
    }
    for (const label of [-1, 2 ** 32, 1.5, Number.NaN]) assert.throws(() => index.add(digest, label), ProblemError)
  })
})
