import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeLists, textOf, versionOf } from './lists.ts'

const PLAN = { seed: 1, feeds: 400, entries: 200 }
const HOUR_MS = 3_600_000

test('the lists of a plan are the same each time, of its lengths, and a few of them are troubled', () => {
  const lists = makeLists(PLAN)
  assert.deepEqual(lists, makeLists(PLAN))
  assert.ok(lists.every(({ entries }) => entries >= 50 && entries <= 2000))
  const middle = lists.map(({ entries }) => entries).toSorted((a, b) => a - b)[200]!
  assert.ok(middle > 150 && middle < 260, String(middle))
  const troubled = lists.filter(({ trouble }) => trouble !== 'none')
  assert.equal(troubled.length, 28)
})

test('a list changes by 1 to 3 % every hour, at a minute of its own', () => {
  const list = makeLists(PLAN).find(({ trouble, entries }) => trouble === 'none' && entries >= 300)!
  const [before, after] = [0, 1].map(version => new Set(textOf(list, version).trim().split('\n').slice(1)))
  const gone = [...before!].filter(line => !after!.has(line)).length / before!.size
  assert.ok(gone >= 0.005 && gone <= 0.04, String(gone))
  const versions = [0, 1, 2, 3].map(hour => versionOf(list, 0, hour * HOUR_MS))
  assert.deepEqual(
    versions.map(version => version - versions[0]!),
    [0, 1, 2, 3],
  )
})

test('troubles are what they are called', () => {
  const of = (trouble: string) => makeLists(PLAN).find(list => list.trouble === trouble)!
  assert.equal(versionOf(of('still'), 0, 5 * HOUR_MS), 0)
  assert.equal(textOf(of('empty'), 1), '# nothing\n')
  assert.match(textOf(of('page'), 1), /^<!doctype html>/)
  assert.ok(textOf(of('swollen'), 1).length > 2 * textOf(of('swollen'), 0).length)
})
