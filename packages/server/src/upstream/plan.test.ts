import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filesBetween, parseChanges } from './plan.ts'

const file = (from: number, to: number, bytes = 10) => ({ name: `${'a'.repeat(64)}.delta`, from, to, bytes })
const between = (from: number, to: number, ...files: ReturnType<typeof file>[]) =>
  filesBetween({ files }, from, to)?.map(each => [each.from, each.to])

test('filesBetween() gives the files that lead to exactly that place', () => {
  assert.deepEqual(between(3, 9, file(3, 5), file(5, 9)), [
    [3, 5],
    [5, 9],
  ])
  assert.deepEqual(between(3, 3, file(3, 5)), [])
  assert.deepEqual(between(4, 9, file(3, 5), file(2, 9)), [
    [3, 5],
    [2, 9],
  ])
  assert.deepEqual(between(3, 5, file(3, 5), file(5, 9)), [[3, 5]])
})

test('filesBetween() gives nothing where there is a gap, a step back, or another end', () => {
  assert.equal(between(3, 9, file(3, 5), file(6, 9)), undefined)
  assert.equal(between(3, 9, file(4, 9)), undefined)
  assert.equal(between(3, 9, file(3, 5), file(3, 5), file(5, 9)), undefined)
  assert.equal(between(3, 7, file(3, 5), file(5, 9)), undefined)
  assert.equal(between(3, 9), undefined)
})

test('parseChanges() refuses what is no answer about changes: names that are paths, numbers that are none, too much', () => {
  const refused = (files: unknown) =>
    assert.ok(!parseChanges({ bookId: 'b', files }).ok, String(JSON.stringify(files)).slice(0, 90))
  assert.ok(parseChanges({ bookId: 'b', files: [file(0, 1)] }).ok)
  refused([{ ...file(0, 1), name: '../../etc/passwd' }])
  refused([{ ...file(0, 1), name: `${'a'.repeat(64)}.delta/..` }])
  refused([{ ...file(0, 1), name: `${'a'.repeat(64)}.snapshot` }])
  refused([{ ...file(0, 1), bytes: -1 }])
  refused([{ ...file(0, 1), to: '1' }])
  refused([{ ...file(0, 1), bytes: 2 ** 40 }])
  refused([null])
  refused({ length: 1 })
  refused(Array.from({ length: 5000 }, () => file(0, 1)))
  for (const value of [null, 7, 'x', [], { files: [] }]) assert.ok(!parseChanges(value).ok)
})
