import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { RelayFiles } from './files.ts'

function folderOfOne() {
  const parent = mkdtempSync(join(tmpdir(), 'tocsin-relay-'))
  return {
    folder: join(parent, 'relay'),
    /** A file of so many bytes that has been downloaded and hashed. */
    made(text: string, bytes: number) {
      const content = Buffer.alloc(bytes, text)
      const path = join(parent, text)
      writeFileSync(path, content)
      return { file: { name: `${createHash('sha256').update(content).digest('hex')}.delta`, bytes }, path }
    },
    [Symbol.dispose]: () => rmSync(parent, { recursive: true, force: true }),
  }
}

test('RelayFiles keeps what it is handed, and gives it again after a restart once it has been hashed', async () => {
  using place = folderOfOne()
  const { file, path } = place.made('a', 10)
  const files = new RelayFiles(place.folder, 100)
  assert.equal(files.take(file, path)?.bytes, 10)
  assert.ok(!existsSync(path))
  const found = await new RelayFiles(place.folder, 100).find(file.name)
  assert.equal(readFileSync(found!.path, 'utf8'), 'a'.repeat(10))
})

test('RelayFiles removes a file of an earlier run that is not what its name says, and what is no file of its own', async () => {
  using place = folderOfOne()
  const { file, path } = place.made('a', 10)
  new RelayFiles(place.folder, 100).take(file, path)
  writeFileSync(join(place.folder, file.name), 'b'.repeat(10))
  writeFileSync(join(place.folder, 'stranger'), 'x')
  const files = new RelayFiles(place.folder, 100)
  assert.ok(!existsSync(join(place.folder, 'stranger')))
  assert.equal(await files.find(file.name), undefined)
  assert.deepEqual([files.has(file.name), files.bytes], [false, 0])
})

test('RelayFiles lets go of what was used least recently, across a restart too, and never holds more than it may', async () => {
  using place = folderOfOne()
  const [a, b, c, huge] = [place.made('a', 40), place.made('b', 40), place.made('c', 40), place.made('d', 101)]
  const files = new RelayFiles(place.folder, 100)
  files.take(a.file, a.path)
  files.take(b.file, b.path)
  await files.find(a.file.name)
  files.take(c.file, c.path)
  assert.deepEqual(
    [a, b, c].map(({ file }) => files.has(file.name)),
    [true, false, true],
  )
  assert.equal(files.take(huge.file, huge.path), undefined)
  assert.ok(existsSync(huge.path))
  utimesSync(join(place.folder, a.file.name), 1, 1)
  const again = new RelayFiles(place.folder, 50)
  assert.deepEqual([again.has(a.file.name), again.has(c.file.name), again.bytes], [false, true, 40])
})
