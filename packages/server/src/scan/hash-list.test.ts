import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HashList, readHashList } from './hash-list.ts'
import { sha256, treeOf } from './trees.fixture.ts'

const HASHES = Array.from({ length: 5000 }, (_, n) => sha256(`${n}`))
const digest = (hex: string) => Buffer.from(hex, 'hex')

async function read(text: string) {
  using tree = treeOf({ 'list.txt': text })
  return await readHashList(tree.path('list.txt'))
}

test('HashList has what was put in and nothing else', () => {
  const list = HashList.of(digest(HASHES.slice(0, 4000).join('')))
  for (const [n, hash] of HASHES.entries()) assert.equal(list.has(digest(hash)), n < 4000, hash)
  assert.equal(HashList.of(Buffer.alloc(0)).has(digest(HASHES[0]!)), false)
})

test('HashList stands hashes that share their first bits', () => {
  const crowded = HASHES.slice(0, 4000).map(hash => `00000000${hash.slice(8)}`)
  const list = HashList.of(digest(crowded.join('')))
  assert.ok(crowded.every(hash => list.has(digest(hash))))
  assert.ok(!list.has(digest(`00000000${HASHES[4500]!.slice(8)}`)))
})

test('readHashList() reads hashes with prefixes, names, sizes, comments and any end of line', async () => {
  const [a, b, c, d, e, f] = HASHES as [string, string, string, string, string, string]
  const text = `\ufeff# list\r\n${a}\r\n${b.toUpperCase()}  name.exe\n\nfile:${c}\nsha256:${d},x\n${e}:*:Win.Bad:73\n ${f}`
  const { list, refused } = await read(text)
  assert.equal(refused, 0)
  assert.equal(list.size, 6)
  for (const hash of [a, b, c, d, e, f]) assert.ok(list.has(digest(hash)), hash)
})

test('readHashList() reads across its pieces, and passes over what is endless', async () => {
  const text = `${HASHES.join('\n')}\n`.repeat(7)
  assert.equal((await read(text)).list.size, 35_000)
  const long = await read(`${HASHES.join('\n')}\n${'x'.repeat(3 * 2 ** 20)}\n${sha256('last')}\n`)
  assert.deepEqual([long.list.size, long.refused, long.firstRefused], [5001, 1, 5001])
})

test('readHashList() tells a few wrong lines, and refuses what is no list of hashes', async () => {
  const few = await read(`${HASHES.slice(0, 50).join('\n')}\nnot a hash\n${'0'.repeat(65)}\n`)
  assert.deepEqual([few.list.size, few.refused, few.firstRefused], [50, 2, 51])
  await assert.rejects(
    read('192.0.2.1\n192.0.2.2\n'),
    /Cannot use the list ".*": .* 2 of 2 lines are none, the first is line 1$/,
  )
  await assert.rejects(readHashList('/none/list.txt'), /Cannot read the list "\/none\/list.txt": ENOENT/)
})
