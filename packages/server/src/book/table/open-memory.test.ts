import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { buildMemory } from './build.ts'
import { openMemory } from './open-memory.ts'
import { writeSegmentFile } from './segment-file.ts'
import { openBookStore } from './store.ts'

describe('openMemory()', () => {
  it('says of a damaged segment that it told of it, and of no other', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-book-'))
    const bookPath = join(folder, 'book.sqlite')
    const segmentPath = join(folder, 'book.segment')
    using store = openBookStore(bookPath)
    const troubles: string[] = []
    const open = () =>
      openMemory(
        store,
        segmentPath,
        async () => buildMemory(bookPath),
        why => troubles.push(why),
      )

    assert.equal((await open()).wasDamaged, false)
    const { bookId, memory } = buildMemory(bookPath)
    writeSegmentFile(segmentPath, bookId, memory.segment)
    const read = await open()
    assert.deepEqual([read.wasDamaged, read.segment.secret], [false, memory.segment.secret])
    writeSegmentFile(segmentPath, 'of another book', memory.segment)
    assert.equal((await open()).wasDamaged, false)
    assert.deepEqual(troubles, [])

    writeFileSync(segmentPath, 'TOCSEG1\nand some more, as it was written before')
    assert.equal((await open()).wasDamaged, true)
    assert.equal(troubles.length, 1)
    rmSync(folder, { recursive: true })
  })
})
