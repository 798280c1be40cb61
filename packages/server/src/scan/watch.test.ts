import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { treeOf } from './trees.fixture.ts'
import { type Changes, watchTrees } from './watch.ts'

const FAST = { restMs: 20, lateMs: 200, rescanMs: 3_600_000, blindRescanMs: 50 }

/** Watches until the wanted change was told. */
async function until(roots: readonly string[], act: () => void, isWanted: (changes: Changes) => boolean) {
  const stop = new AbortController()
  const told: Changes[] = []
  const blind: string[] = []
  const watching = watchTrees(
    roots,
    {
      signal: stop.signal,
      blind: why => void blind.push(why),
      changed: async changes => {
        told.push(changes)
        if (isWanted(changes)) stop.abort()
      },
    },
    FAST,
  )
  act()
  await watching
  return { told, blind }
}

test('a file that is written is told, after it has come to rest', { timeout: 20_000 }, async () => {
  using tree = treeOf({ 'a/x': 'x' })
  const { told } = await until(
    [tree.root],
    () => writeFileSync(tree.path('a/x'), 'other'),
    changes => changes.includes(tree.path('a/x')),
  )
  assert.equal(told[0], 'all')
  assert.ok(told.slice(1).every(changes => changes !== 'all'))
})

test('a folder that is made is told with what is in it', { timeout: 20_000 }, async () => {
  using tree = treeOf({ x: 'x' })
  await until(
    [tree.root],
    () => {
      mkdirSync(tree.path('new'))
      writeFileSync(tree.path('new/y'), 'y')
      symlinkSync('/etc', tree.path('etc'))
    },
    changes => {
      assert.ok(!changes.includes(tree.path('etc')), 'a link is told')
      return changes.includes(tree.path('new')) || changes.includes(tree.path('new/y'))
    },
  )
})

test('what cannot be watched is looked at again and again', { timeout: 20_000 }, async () => {
  using tree = treeOf({ x: 'x' })
  let times = 0
  const { blind } = await until(
    [tree.path('none')],
    () => undefined,
    changes => changes === 'all' && ++times === 3,
  )
  assert.match(blind[0]!, /^Cannot watch ".*none": ENOENT$/)
})

test('what a change comes to may fail, which ends the watch', { timeout: 20_000 }, async () => {
  const port = {
    signal: new AbortController().signal,
    blind: () => undefined,
    changed: () => Promise.reject(new Error('refused')),
  }
  await assert.rejects(watchTrees(['/none'], port, FAST), /refused/)
})
