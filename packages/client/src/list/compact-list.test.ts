import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { decodeHex, encodeHex, sha256, unwrap } from '@tocsin/core/base'
import fc from 'fast-check'
import { CompactList } from './compact-list.ts'
import { readStored, writeStored } from './list-bytes.ts'
import { readRice32 } from './rice.ts'

/** Prefixes without order in them, ascending and each once. */
function randomPrefixes(count: number): Uint32Array {
  const found = new Set<number>()
  for (let state = 20261122; found.size < count; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    found.add((state ^ (state >>> 13)) >>> 0)
  }
  return Uint32Array.from(found).sort()
}

const sets = fc
  .uniqueArray(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 200 })
  .map(numbers => Uint32Array.from(numbers).sort())

test('CompactList has what it was given and nothing else, short or long', () => {
  for (const count of [0, 1, 5000, 150_000]) {
    const prefixes = randomPrefixes(count)
    const list = new CompactList(prefixes)
    const known = new Set(prefixes)
    assert.equal(list.size, count)
    assert.deepEqual(list.prefixes(), prefixes)
    for (const prefix of prefixes) assert.equal(list.has(prefix), true)
    for (let n = 0; n < 50_000; n++) {
      const asked = Math.imul(n, 0x9e3779b1) >>> 0
      assert.equal(list.has(asked), known.has(asked))
    }
    for (const edge of [0, 0xffff, 0x10000, 0xffffffff]) assert.equal(list.has(edge), known.has(edge))
  }
})

test('CompactList takes at most five bytes for each of many prefixes', () => {
  for (const count of [1000, 131_071, 131_072, 300_000]) {
    const list = new CompactList(randomPrefixes(count))
    assert.ok(list.bytes / list.size <= 4.01, `${list.bytes / list.size} bytes for each of ${count}`)
  }
})

test('CompactList.updated() takes away by place and adds', () => {
  fc.assert(
    fc.property(sets, sets, fc.func(fc.boolean()), (before, others, isGone) => {
      const places = Uint32Array.from(before.keys().filter(place => isGone(place)))
      const kept = before.filter((_, place) => !places.includes(place))
      const additions = others.filter(prefix => !kept.includes(prefix))
      const after = unwrap(new CompactList(before).updated(places, additions))
      assert.deepEqual(after.prefixes(), Uint32Array.from([...kept, ...additions]).sort())
    }),
    { seed: 20261122 },
  )
})

test('CompactList.updated() refuses an update that is for another set', () => {
  const list = new CompactList(Uint32Array.of(1, 5))
  const problem = (removals: number[], additions: number[]) => {
    const result = list.updated(Uint32Array.from(removals), Uint32Array.from(additions))
    return result.ok ? '' : result.problem.message
  }
  assert.match(problem([2], []), /place 2 must be below 2/)
  assert.match(problem([], [5]), /prefix 5 is added and there already/)
  assert.equal(problem([1], [5]), '')
})

test('readRice32() and checksum() agree with conformance/rice-delta.tsv', () => {
  const text = readFileSync(new URL('../../../../conformance/rice-delta.tsv', import.meta.url), 'utf8')
  const rows = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  assert.ok(rows.length >= 9)
  for (const row of rows) {
    const [numbers, first, parameter, count, data, checksum] = row.split('\t') as [string, ...string[]]
    const varint = (value: number): number[] =>
      value > 127 ? [(value % 128) + 128, ...varint(Math.floor(value / 128))] : [value]
    const bits = decodeHex(data === '-' ? '' : data!)!
    const message = [8, ...varint(Number.parseInt(first!, 16)), 16, Number(parameter), 24, ...varint(Number(count))]
    const values = readRice32(Uint8Array.from([...message, 34, ...varint(bits.length), ...bits]))
    assert.deepEqual(
      values,
      Uint32Array.from(numbers.split(' '), each => Number.parseInt(each, 16)),
    )
    assert.equal(encodeHex(new CompactList(values).checksum()), checksum)
  }
})

test('a stored list is read again, and takes less than three bytes for each of many prefixes', () => {
  const prefixes = randomPrefixes(150_000)
  const stored = { name: 'tocsin-all-4b', version: Uint8Array.of(1, 2), checkedAt: 1_700_000_000_000 }
  const bytes = writeStored({ ...stored, list: new CompactList(prefixes) })
  assert.ok(bytes.length / prefixes.length < 3)
  const { list, ...rest } = unwrap(readStored(bytes))
  assert.deepEqual(list.prefixes(), prefixes)
  assert.deepEqual(rest, stored)
})

test('a stored list that is cut off, changed or something else is refused', () => {
  const list = new CompactList(Uint32Array.of(0, 7, 0x12345678, 0xffffffff))
  const bytes = writeStored({ name: 'x', version: Uint8Array.of(1), checkedAt: Number.NEGATIVE_INFINITY, list })
  assert.deepEqual(unwrap(readStored(bytes)).list.prefixes(), list.prefixes())
  assert.deepEqual(unwrap(readStored(Buffer.from(bytes))).list.prefixes(), list.prefixes(), 'from a Buffer of Node')
  for (let length = 0; length < bytes.length; length++) assert.equal(readStored(bytes.slice(0, length)).ok, false)
  for (let at = 0; at < bytes.length; at++) {
    const changed = bytes.slice()
    changed[at]! ^= 1
    assert.equal(readStored(changed).ok, false)
  }
  assert.equal(readStored(Uint8Array.from([...bytes, 0])).ok, false)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), noise => {
      assert.equal(readStored(noise).ok, false)
      const said = Uint8Array.from([0x54, 0x43, 0x4c, 0x32, ...noise])
      readStored(Uint8Array.from([...said, ...sha256(said)]))
    }),
    { seed: 20261122, numRuns: 1000 },
  )
})
