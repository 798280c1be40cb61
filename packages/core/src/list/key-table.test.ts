import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { KeyTable, tableKey } from './key-table.ts'

const keyOf = (n: number) => new Uint8Array(createHash('sha256').update(String(n)).digest())

describe('KeyTable', () => {
  it('is a map: the same answers after any sequence of sets and deletes', () => {
    const step = fc.record({ set: fc.boolean(), key: fc.nat(60), what: fc.nat(0xffffffff) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), steps => {
        const table = new KeyTable()
        const model = new Map<number, number>()
        for (const { set, key, what } of steps) {
          if (set) {
            table.set(keyOf(key), { when: key, what })
            model.set(key, what)
          } else {
            assert.equal(table.delete(keyOf(key)), model.delete(key))
          }
        }
        assert.equal(table.size, model.size)
        for (let key = 0; key <= 60; key++) {
          const what = model.get(key)
          assert.deepEqual(table.get(keyOf(key)), what === undefined ? undefined : { when: key, what })
        }
      }),
      { seed: 20261122, numRuns: 300 },
    )
  })

  it('holds an entry whose words are all zero or all ones', () => {
    const table = new KeyTable()
    for (const what of [0, 0xffffffff]) {
      table.set(keyOf(1), { when: what, what })
      assert.deepEqual(table.get(keyOf(1)), { when: what, what })
    }
  })

  it('grows past what was expected and keeps all', () => {
    const table = new KeyTable(4)
    for (let n = 0; n < 20_000; n++) table.set(keyOf(n), { when: n, what: n })
    assert.equal(table.size, 20_000)
    for (let n = 0; n < 20_000; n++) assert.equal(table.get(keyOf(n))?.what, n)
    assert.equal(table.get(keyOf(20_001)), undefined)
  })
})

describe('tableKey()', () => {
  it('makes a digest of the key of a file, which a reporter may choose, and leaves the others', () => {
    const chosen = (last: number) => new Uint8Array(32).fill(last, 31)
    const firstHalf = (n: number) => tableKey('file', chosen(n)).subarray(0, 16)
    assert.notDeepEqual(firstHalf(1), firstHalf(2))
    assert.deepEqual(tableKey('file', chosen(1)), new Uint8Array(createHash('sha256').update(chosen(1)).digest()))
    assert.equal(tableKey('ip', keyOf(1))[0], keyOf(1)[0])
  })
})
