import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Refusals } from './hash-lines.ts'
import { listFileJudge } from './judging.ts'
import { scan } from './scan.ts'
import { LATER, listing, scanned, sha256, treeOf } from './trees.fixture.ts'

const GOOD = sha256('good')
const BAD = sha256('bad')
const LIST = `${BAD}\n${Array.from({ length: 20 }, (_, n) => sha256(`${n}`)).join('\n')}\nno hash\n`

test('a list for few files is read when they are known, and once more where others come; its lines are told once', async () => {
  using tree = treeOf({ 'list.txt': LIST })
  const told: unknown[] = []
  const options = {
    name: 'l',
    isForFew: true,
    onRefused: ({ refused, firstRefused }: Refusals) => void told.push([refused, firstRefused]),
  }
  const judge = await listFileJudge(tree.path('list.txt'), options)
  assert.deepEqual(told, [])
  const is = async (...hashes: readonly string[]) => (await judge.judge(hashes)).map(judgement => judgement.is)
  assert.deepEqual(await is(GOOD, BAD), ['allowed', 'blocked'])
  writeFileSync(tree.path('list.txt'), LIST.replace(BAD, GOOD))
  assert.deepEqual(await is(GOOD, BAD), ['blocked', 'allowed'], 'read again')
  assert.deepEqual(await is(GOOD, BAD), ['blocked', 'allowed'])
  assert.deepEqual(told, [[1, 22]])
})

test('a list for many files is read at once, and so is what cannot be read twice', async () => {
  const options = { name: 'l', onRefused: () => undefined }
  await assert.rejects(listFileJudge('/none/list.txt', { ...options, isForFew: false }), /ENOENT/)
  await assert.rejects(listFileJudge('/none/list.txt', { ...options, isForFew: true }), /ENOENT/)
  await assert.rejects(listFileJudge('/dev', { ...options, isForFew: true }), /EISDIR/)
})

test('a few files come to the same in this thread as in others', async () => {
  using tree = treeOf({ a: 'good', b: 'bad', 'sub/c': 'bad' })
  const roots = ['a', 'b', 'sub/c', 'none'].map(name => tree.path(name))
  const here = await scanned(roots, listing('bad'))
  const there = await scanned([tree.root], listing('bad'))
  assert.deepEqual(here.totals.hashed, 3)
  assert.deepEqual(here.findings.map(({ path }) => path).toSorted(), there.findings.map(({ path }) => path).toSorted())
  assert.equal(here.totals.failed, 1)
})

test('a mistake of our own ends a scan in this thread', async () => {
  using tree = treeOf({ a: 'good' })
  const clock = () => {
    throw new Error('no clock')
  }
  const rules = { jobs: 1, sizeMax: 1e9, oneFileSystem: false, excludes: [], asksAgain: false }
  await assert.rejects(scan([tree.path('a')], listing('bad'), { ...rules, clock }), /no clock/)
  assert.equal((await scan([tree.path('a')], listing('bad'), { ...rules, clock: LATER })).totals.hashed, 1)
})
