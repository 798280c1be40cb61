import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkOf, EntryTable, identityOf, RECORD_BYTES, SLOT } from './entry-table.ts'

const id = (at: number) => identityOf('listed', `ip:${at}`)

test('EntryTable holds each entry once, and finds it after it has grown', () => {
  const table = new EntryTable()
  for (let round = 0; round < 2; round++) for (let at = 0; at < 20_000; at++) table.add(id(at), 1)
  assert.equal(table.size, 20_000)
  for (let at = 0; at < 20_000; at++) assert.equal(table.state(id(at)), SLOT.fresh)
  assert.equal(table.state(id(20_001)), SLOT.free)
  assert.notEqual(table.state(identityOf('listed-spam', 'ip:1')), SLOT.fresh)
})

test('EntryTable compares by what is said, in whatever order it was said', () => {
  const table = new EntryTable()
  table.add(id(1), checkOf('0.5'))
  table.add(id(1), checkOf('0.7'))
  table.add(id(2), checkOf('0.5'))
  assert.equal(table.compare(id(1), (checkOf('0.7') + checkOf('0.5')) >>> 0), SLOT.same)
  assert.equal(table.compare(id(2), checkOf('0.6')), SLOT.changed)
  assert.equal(table.compare(id(3), 0), SLOT.free)
})

test('EntryTable forgets what the feed says is gone, and takes it again', () => {
  const table = new EntryTable()
  table.add(id(1), 1)
  table.remove(id(1))
  table.remove(id(2))
  assert.deepEqual([table.size, table.state(id(1)), table.state(id(2))], [0, SLOT.gone, SLOT.gone])
  assert.equal([...table.records()].length, 0)
  table.add(id(2), 1)
  assert.equal(table.size, 1)
  assert.equal(
    [...table.records()].reduce((sum, piece) => sum + piece.length, 0),
    RECORD_BYTES,
  )
})
