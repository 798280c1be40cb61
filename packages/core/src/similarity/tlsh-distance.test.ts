import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { unwrap } from '../base/index.ts'
import { brandTlsh, parseTlsh } from './tlsh.ts'
import { TLSH_DISTANCE_MAX, tlshDistance } from './tlsh-distance.ts'

/** Digests of example files of the reference implementation, from its regression tests. */
const EXAMPLES = {
  yossivassa: 'T11FA1B357F78913B236924271569EA6D1FB2C451C33668484552C812D33138B8C73FFCE',
  alice: 'T145D18407A78523B35A030267671FA2C2F725402973629B25545EB43C3356679477F7FC',
  nisse: 'T106D29517F780237185070293B60E36FAB735C0F833D66460688DA22D6756E751B7BAEB',
  brochure: 'T135214031F3C6AEA059EB1ABA870E8C4758D70024C63224B5D4C89354E46315D26BF736',
  small: 'T1F8A0220C0F8C0023CB880800CA33E88B8F0C022AB302C2008A030300300E8A00C83AAC',
  website: 'T15702A65FF780237092AA01D5670E21E2E36A942CB3265960945D922C3366FFD837B7FD',
} as const

type Name = keyof typeof EXAMPLES

/** What those tests expect with the length (`xref`) and without it (`xlen`). */
const WITH_LENGTH: readonly (readonly [Name, Name, number])[] = [
  ['yossivassa', 'alice', 150],
  ['yossivassa', 'nisse', 362],
  ['yossivassa', 'brochure', 382],
  ['yossivassa', 'small', 473],
  ['yossivassa', 'website', 190],
  ['alice', 'nisse', 288],
  ['alice', 'brochure', 379],
  ['alice', 'small', 496],
]
const WITHOUT_LENGTH: readonly (readonly [Name, Name, number])[] = [
  ['website', 'yossivassa', 118],
  ['website', 'alice', 101],
  ['website', 'nisse', 87],
  ['website', 'brochure', 280],
  ['website', 'small', 337],
  ['website', 'website', 0],
]

const example = (name: Name) => unwrap(parseTlsh(EXAMPLES[name]))
const someTlsh = fc.uint8Array({ minLength: 35, maxLength: 35 }).map(bytes => {
  bytes[1] = bytes[1]! % 170
  return brandTlsh(bytes)
})

describe('tlshDistance()', () => {
  it('is that of the reference, with the length and without it', () => {
    for (const [a, b, distance] of WITH_LENGTH) {
      assert.equal(tlshDistance(example(a), example(b)), distance, `${a}, ${b}`)
    }
    for (const [a, b, distance] of WITHOUT_LENGTH) {
      assert.equal(tlshDistance(example(a), example(b), { withLength: false }), distance, `${a}, ${b}`)
    }
  })

  it('is symmetric, 0 for equal digests alone, bounded, and no smaller with the length', () => {
    fc.assert(
      fc.property(someTlsh, someTlsh, (a, b) => {
        const distance = tlshDistance(a, b)
        assert.equal(distance, tlshDistance(b, a))
        assert.equal(distance === 0, Buffer.compare(a, b) === 0)
        assert.ok(distance <= TLSH_DISTANCE_MAX)
        assert.ok(distance >= tlshDistance(a, b, { withLength: false }))
        assert.equal(tlshDistance(a, a), 0)
      }),
      { seed: 20261122 },
    )
  })

  it('reaches its bound', () => {
    const low = brandTlsh(new Uint8Array(35))
    const high = brandTlsh(new Uint8Array(35).fill(0xff))
    high[1] = 128
    high[2] = 0x88
    assert.equal(tlshDistance(low, high), TLSH_DISTANCE_MAX)
  })
})
