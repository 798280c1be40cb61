import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, rmSync, symlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { pathOfText } from './byte-path.ts'
import { FileHasher } from './hash-file.ts'
import { FileReader } from './read-files.ts'
import { LATER, sha256, treeOf } from './trees.fixture.ts'
import type { WithoutRights } from './without-rights.fixture.ts'

function readerOf(onRead: (bytes: number) => void = () => undefined): FileReader {
  const hasher = new FileHasher(onRead)
  return new FileReader({ cache: undefined, hasher, sizeMax: 2 ** 30, archives: undefined, day: 1 })
}

test('a file that changes once while it is read is read again', async () => {
  using tree = treeOf({ x: 'one' })
  let reads = 0
  const reader = readerOf(() => {
    if (++reads === 1) appendFileSync(tree.path('x'), ' two')
  })
  const { looked, failed } = await reader.look([pathOfText(tree.path('x'))], LATER())
  assert.deepEqual(failed, [])
  assert.equal(Buffer.from(looked.digests).toString('hex'), sha256('one two'))
})

test('a file that never rests is told, and has no hash', async () => {
  using tree = treeOf({ x: 'x' })
  const reader = readerOf(() => appendFileSync(tree.path('x'), 'more'))
  const { looked, failed, records } = await reader.look([pathOfText(tree.path('x'))], LATER())
  assert.deepEqual([looked.count, records.length], [0, 0])
  assert.match(failed[0]![1], /changed while it was read/)
})

test('what took the place of a file since its folder was read is passed over', async () => {
  using tree = treeOf({ gone: '', link: '', fifo: '', folder: '', x: 'x' })
  for (const name of ['gone', 'link', 'fifo', 'folder']) rmSync(tree.path(name))
  symlinkSync('/etc/passwd', tree.path('link'))
  execFileSync('mkfifo', [tree.path('fifo')])
  execFileSync('mkdir', [tree.path('folder')])
  const paths = ['gone', 'link', 'fifo', 'folder', 'x'].map(name => pathOfText(tree.path(name)))
  const { looked, skipped, failed } = await readerOf().look(paths, LATER())
  assert.deepEqual(
    skipped.map(([why]) => why),
    ['vanished', 'link', 'special', 'special'],
  )
  assert.deepEqual([looked.count, failed.length], [1, 0])
})

test('files and folders without permission are told, whoever runs it', () => {
  using tree = treeOf({ x: 'x', ok: 'ok', 'a/y': 'y' })
  for (const folder of [dirname(tree.root), tree.root]) chmodSync(folder, 0o755)
  chmodSync(tree.path('x'), 0)
  chmodSync(tree.path('a'), 0)
  const script = fileURLToPath(new URL('./without-rights.fixture.ts', import.meta.url))
  const said = execFileSync(process.execPath, [script, tree.root], { encoding: 'utf8' })
  chmodSync(tree.path('a'), 0o700)
  assert.deepEqual(JSON.parse(said) as WithoutRights, { read: 1, failed: ['EACCES', 'EACCES'] })
})
