import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { WordTable } from './word-table.ts'

describe('WordTable', () => {
  it('is a map, whatever is set and removed in whatever order', () => {
    const table = new WordTable(2, 2, 7)
    const map = new Map<string, readonly [number, number]>()
    let state = 1
    const drawn = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return (state >>> 8) % below
    }
    for (let step = 0; step < 60_000; step++) {
      const key = [drawn(60), drawn(60)] as const
      const name = key.join(' ')
      if (drawn(3) === 0) {
        assert.equal(table.delete(key), map.delete(name))
      } else {
        const value = [1 + drawn(1000), drawn(1000)] as const
        table.set(key, ...value)
        map.set(name, value)
      }
    }
    assert.equal(table.size, map.size)
    const told = new Map<string, readonly number[]>()
    table.forEach((key, value) => void told.set([...key].join(' '), [...value]))
    assert.deepEqual(told, map)
    for (const [name, value] of map) {
      const key = name.split(' ').map(Number)
      assert.deepEqual([table.get(key), table.get(key, 1)], [...value])
    }
  })

  it('counts, forgets what comes to nothing, and holds words of all 32 bits', () => {
    const table = new WordTable(1, 1, 1)
    assert.equal(table.add([0xffff_ffff], 2), 2)
    assert.equal(table.add([0xffff_ffff], -1), 1)
    assert.equal(table.add([0xffff_ffff], -1), 0)
    assert.equal(table.add([5], -1), 0)
    assert.equal(table.size, 0)
    table.set([0], 0xffff_ffff)
    assert.equal(table.get([0]), 0xffff_ffff)
    table.clear()
    assert.equal(table.get([0]), 0)
  })
})
