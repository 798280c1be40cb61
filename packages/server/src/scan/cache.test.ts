import assert from 'node:assert/strict'
import {
  chmodSync,
  linkSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { zipOf } from '../formats/unpack/zip.fixture.ts'
import { loadCache } from './cache-file.ts'
import { CacheTable } from './cache-records.ts'
import { LOOK_LIMITS } from './limits.ts'
import { LATER, listing, scanned, type Tree, treeOf } from './trees.fixture.ts'

const FILES = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`${n % 5}/${n}`, `file ${n}`]))
const DAY_MS = 86_400_000

async function hashedBy(tree: Tree, options: Parameters<typeof scanned>[2] = {}) {
  const { totals, findings, warnings } = await scanned([tree.root], listing('bad!'), { cache: tree.cache, ...options })
  return { hashed: totals.hashed, files: totals.files, found: findings.length, warnings }
}

function recordsIn(tree: Tree): number {
  const { memory } = loadCache(tree.cache)
  return memory === undefined ? 0 : new CacheTable(memory).count
}

test('what did not change is not hashed again, and judged all the same', async () => {
  using tree = treeOf({ ...FILES, bad: 'bad!' })
  assert.deepEqual(await hashedBy(tree), { hashed: 501, files: 501, found: 1, warnings: [] })
  assert.deepEqual(await hashedBy(tree), { hashed: 0, files: 501, found: 1, warnings: [] })
  writeFileSync(tree.path('0/0'), 'bad!')
  assert.deepEqual(await hashedBy(tree), { hashed: 1, files: 501, found: 2, warnings: [] })
  assert.equal(recordsIn(tree), 501)
})

test('a file that is named itself is known, too', async () => {
  using tree = treeOf({ x: 'x' })
  await hashedBy(tree)
  const { totals } = await scanned([tree.path('x')], listing('x'), { cache: tree.cache })
  assert.deepEqual([totals.hashed, totals.blocked], [0, 1])
})

test('content of the same size with the same mtime is hashed again', async () => {
  using tree = treeOf({ x: 'good' })
  const then = new Date('2026-01-01T00:00:00Z')
  utimesSync(tree.path('x'), then, then)
  await hashedBy(tree)
  writeFileSync(tree.path('x'), 'bad!')
  utimesSync(tree.path('x'), then, then)
  assert.deepEqual(await hashedBy(tree), { hashed: 1, files: 1, found: 1, warnings: [] })
})

test('another file that took its place, of the same size and mtime, is hashed again', async () => {
  using tree = treeOf({ x: 'good' })
  const then = new Date('2026-01-01T00:00:00Z')
  utimesSync(tree.path('x'), then, then)
  await hashedBy(tree)
  writeFileSync(tree.path('y'), 'bad!')
  utimesSync(tree.path('y'), then, then)
  renameSync(tree.path('y'), tree.path('x'))
  assert.equal((await hashedBy(tree)).found, 1)
})

test('a file that has just been written is not remembered: it could change without a sign of it', async () => {
  using tree = treeOf({ x: 'x' })
  const clock = () => statSync(tree.path('x')).ctimeMs + 100
  assert.equal((await hashedBy(tree, { clock })).hashed, 1)
  assert.equal((await hashedBy(tree, { clock })).hashed, 1)
  assert.equal(recordsIn(tree), 0)
})

test('two names of one file have one record', async () => {
  using tree = treeOf({ x: 'x' })
  linkSync(tree.path('x'), tree.path('y'))
  await hashedBy(tree)
  assert.equal(recordsIn(tree), 1)
  assert.equal((await hashedBy(tree)).hashed, 0)
})

test('a cache that was damaged, cut off or could be written by others is not believed', async () => {
  using tree = treeOf(FILES)
  await hashedBy(tree)
  const path = join(tree.cache, 'scan-hashes')
  const whole = readFileSync(path)
  const spoilt = Buffer.from(whole)
  spoilt[spoilt.length - 30]! ^= 1
  const cases: readonly (readonly [() => void, RegExp])[] = [
    [() => writeFileSync(path, spoilt), /check sum/],
    [() => truncateSync(path, whole.length - 1), /must have \d+ bytes/],
    [() => writeFileSync(path, 'nonsense'), /cut off/],
    [() => writeFileSync(path, Buffer.alloc(1000)), /another version/],
    [() => chmodSync(path, 0o666), /writable by nobody else/],
  ]
  for (const [spoil, expected] of cases) {
    writeFileSync(path, whole)
    spoil()
    const { hashed, warnings } = await hashedBy(tree)
    assert.equal(hashed, 500)
    assert.match(warnings[0]!, expected)
    // The file is written anew, for its owner alone.
    assert.equal((await hashedBy(tree)).hashed, 0)
    assert.equal(statSync(path).mode & 0o777, 0o600)
  }
})

test('a cache folder that cannot be made is told, and the scan goes on', async () => {
  using tree = treeOf({ x: 'x' })
  const { hashed, warnings } = await hashedBy(tree, { cache: join(tree.path('x'), 'cache') })
  assert.equal(hashed, 1)
  assert.match(warnings[0]!, /^Cannot make the cache folder ".*": ENOTDIR; nothing is remembered$/)
})

test('a record stays for thirty days without being met', async () => {
  using tree = treeOf({ 'a/x': 'x', 'b/y': 'y' })
  await hashedBy(tree)
  const on = (days: number) => ({ cache: tree.cache, clock: () => LATER() + days * DAY_MS })
  await scanned([tree.path('a')], listing(), on(29))
  assert.equal(recordsIn(tree), 2)
  await scanned([tree.path('a')], listing(), on(31))
  assert.equal(recordsIn(tree), 1)
})

test('what is in an archive is remembered with it', async () => {
  using tree = treeOf({ 'a.zip': zipOf([{ name: 'in/x', content: Buffer.from('bad!') }]) })
  const archives = LOOK_LIMITS
  // First without looking into it: that record must not stand for the whole.
  assert.deepEqual(await hashedBy(tree), { hashed: 1, files: 1, found: 0, warnings: [] })
  assert.deepEqual(await hashedBy(tree, { archives }), { hashed: 1, files: 1, found: 1, warnings: [] })
  assert.deepEqual(await hashedBy(tree, { archives }), { hashed: 0, files: 1, found: 1, warnings: [] })
  assert.deepEqual(await hashedBy(tree), { hashed: 0, files: 1, found: 0, warnings: [] })
})
