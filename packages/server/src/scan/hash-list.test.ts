import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findInList, HashList, readHashList } from './hash-list.ts'
import { sha256, treeOf } from './trees.fixture.ts'

const HASHES = Array.from({ length: 5000 }, (_, n) => sha256(`${n}`))

async function read(text: string) {
  using tree = treeOf({ 'list.txt': text })
  return await readHashList(tree.path('list.txt'))
}

test('HashList has what was put in and nothing else', () => {
  const list = HashList.of(HASHES.slice(0, 4000))
  for (const [n, hash] of HASHES.entries()) assert.equal(list.has(hash), n < 4000, hash)
  assert.equal(HashList.of([]).has(HASHES[0]!), false)
})

test('HashList stands hashes that share their first bits', () => {
  const crowded = HASHES.slice(0, 4000).map(hash => `00000000${hash.slice(8)}`)
  const list = HashList.of(crowded)
  assert.ok(crowded.every(hash => list.has(hash)))
  assert.ok(!list.has(`00000000${HASHES[4500]!.slice(8)}`))
})

test('readHashList() reads hashes with prefixes, names, sizes, comments and any end of line', async () => {
  const [a, b, c, d, e, f] = HASHES as [string, string, string, string, string, string]
  const text = `\ufeff# list\r\n${a}\r\n${b.toUpperCase()}  name.exe\n\nfile:${c}\nsha256:${d},x\n${e}:*:Win.Bad:73\n ${f}`
  const { list, refused } = await read(text)
  assert.equal(refused, 0)
  assert.equal(list.size, 6)
  for (const hash of [a, b, c, d, e, f]) assert.ok(list.has(hash), hash)
})

test('findInList() finds what readHashList() has, and tells the same of the other lines', async () => {
  const text = `${HASHES.slice(0, 3000).join('\n').toUpperCase()}\nno hash\n${HASHES.slice(3000, 4000).join(':1:x\r\n')}`
  using tree = treeOf({ 'list.txt': text })
  const path = tree.path('list.txt')
  const wanted = HASHES.slice(2500, 4500)
  const { found, ...refusals } = await findInList(path, wanted)
  const { list, ...expected } = await readHashList(path)
  assert.deepEqual(refusals, expected)
  assert.deepEqual(refusals, { refused: 1, firstRefused: 3001 })
  assert.equal(list.size, 4000)
  for (const hash of wanted) assert.equal(found.has(hash), list.has(hash), hash)
  assert.equal(found.size, 1500)
})

test('no byte but a digit is taken for one, in any place', async () => {
  const hash = HASHES[0]!
  const lines: Buffer[] = []
  for (let byte = 0; byte < 256; byte++) {
    const line = Buffer.from(`${hash}\n`)
    line[byte % 64] = byte
    lines.push(line)
  }
  using tree = treeOf({ 'list.txt': Buffer.concat([...lines, Buffer.from(`${HASHES.slice(0, 4000).join('\n')}\n`)]) })
  const { list, refused } = await readHashList(tree.path('list.txt'))
  // A line feed at the beginning of a line leaves 63 digits; a "#" or a prefix is not made by one byte here.
  const good = lines.filter(line => /^[0-9a-fA-F]{64}$/.test(line.toString('latin1', 0, 64))).length
  assert.equal(good, 22)
  assert.equal(list.size, 4000 + good)
  assert.ok(refused >= 256 - good - 1, `${refused} refused`)
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
