import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { decodeHex, encodeHex, sha256, unwrap } from '@tocsin/core/base'
import fc from 'fast-check'
import { checksumOf, decodeRice32, decodeRiceWide, encodeRice32, encodeRiceWide, type WideBits } from './index.ts'

/** The rows of `conformance/rice-delta.tsv`, as its README says to read them. */
function vectors() {
  const text = readFileSync(new URL('../../../../../conformance/rice-delta.tsv', import.meta.url), 'utf8')
  const rows = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return rows.map(row => {
    const [numbers, first, parameter, count, data, checksum] = row.split('\t') as [string, ...string[]]
    return {
      numbers: Uint32Array.from(numbers.split(' '), each => Number.parseInt(each, 16)),
      delta: {
        firstValue: Number.parseInt(first!, 16),
        riceParameter: Number(parameter),
        entriesCount: Number(count),
        encodedData: decodeHex(data === '-' ? '' : data!)!,
      },
      checksum,
    }
  })
}

const ascending = (max: number) =>
  fc
    .uniqueArray(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 300 })
    .map(numbers => Uint32Array.from(numbers).sort())

test('encodeRice32(), decodeRice32() and checksumOf() agree with conformance/rice-delta.tsv', () => {
  const rows = vectors()
  assert.ok(rows.length >= 9)
  for (const { numbers, delta, checksum } of rows) {
    const coded = encodeRice32(numbers)!
    assert.deepEqual(
      { ...coded, encodedData: encodeHex(coded.encodedData) },
      {
        ...delta,
        encodedData: encodeHex(delta.encodedData),
      },
    )
    assert.deepEqual(unwrap(decodeRice32(delta)), numbers)
    assert.equal(encodeHex(checksumOf(numbers, sha256)), checksum)
  }
})

test('decodeRice32() gives what encodeRice32() coded, whatever the numbers', () => {
  for (const max of [0xffffffff, 5000, 400]) {
    fc.assert(
      fc.property(ascending(max), numbers => {
        const coded = encodeRice32(numbers)!
        assert.deepEqual(unwrap(decodeRice32(coded)), numbers)
        assert.ok(numbers.length === 1 || (coded.riceParameter >= 3 && coded.riceParameter <= 30))
      }),
      { seed: 20261122 },
    )
  }
})

test('encodeRice32() takes less than 18 bits for each of 5,000 prefixes of a list of a million', () => {
  const numbers = Uint32Array.from({ length: 5000 }, (_, i) => i * 4295 + (Math.imul(i, 0x9e3779b1) >>> 20))
  assert.ok((encodeRice32(numbers.sort())!.encodedData.length * 8) / 5000 < 18)
})

test('encodeRice32() has nothing for no numbers, and refuses those that do not ascend', () => {
  assert.equal(encodeRice32(new Uint32Array()), undefined)
  assert.throws(() => encodeRice32(Uint32Array.of(2, 2)), RangeError)
  assert.throws(() => encodeRice32(Uint32Array.of(3, 2)), RangeError)
})

test('decodeRice32() refuses data that is too short, numbers that wrap around, repeat, or a parameter out of bounds', () => {
  const good = { firstValue: 1, riceParameter: 3, entriesCount: 2, encodedData: Uint8Array.of(0b00100010) }
  assert.deepEqual(unwrap(decodeRice32(good)), Uint32Array.of(1, 2, 3))
  const problem = (change: Partial<typeof good>) => {
    const result = decodeRice32({ ...good, ...change })
    return result.ok ? undefined : result.problem.message
  }
  assert.match(problem({ entriesCount: 0x7fffffff })!, /2147483647 numbers cannot stand in 1 bytes/)
  assert.match(problem({ encodedData: Uint8Array.of(0xff) })!, /ends in number 1 of 2/)
  assert.match(problem({ firstValue: 0xffffffff })!, /must be at most 4294967295/)
  assert.match(problem({ encodedData: Uint8Array.of(0) })!, /number 1 must be above/)
  assert.match(problem({ riceParameter: 31 })!, /must be 3 to 30, found 31/)
  assert.match(problem({ riceParameter: 0 })!, /must be 3 to 30, found 0/)
})

test('decodeRiceWide() gives what encodeRiceWide() coded, for 64, 128 and 256 bits', () => {
  for (const width of [64, 128, 256] as const) {
    fc.assert(
      fc.property(fc.uniqueArray(fc.bigInt({ min: 0n, max: (1n << BigInt(width)) - 1n }), { minLength: 1 }), found => {
        const numbers = found.sort((a, b) => (a < b ? -1 : 1))
        assert.deepEqual(unwrap(decodeRiceWide(encodeRiceWide(numbers, width)!, width)), numbers)
      }),
      { seed: 20261122 },
    )
  }
})

test('decodeRiceWide() refuses what does not fit', () => {
  const refused = (width: WideBits, delta: Partial<Parameters<typeof decodeRiceWide>[0]>) => {
    const good = { firstValue: 0n, riceParameter: 40, entriesCount: 1, encodedData: new Uint8Array(6) }
    return !decodeRiceWide({ ...good, ...delta }, width).ok
  }
  assert.ok(refused(64, {}), 'the same number twice')
  assert.ok(refused(64, { encodedData: new Uint8Array(6).fill(0xff) }), 'no end of ones')
  assert.ok(refused(64, { firstValue: (1n << 64n) - 1n, encodedData: Uint8Array.of(2, 0, 0, 0, 0, 0) }), 'beyond 2^64')
  assert.ok(refused(128, {}), 'a parameter that is not for this length')
  assert.equal(encodeRiceWide([], 64), undefined)
  assert.throws(() => encodeRiceWide([2n, 2n], 64), RangeError)
})
