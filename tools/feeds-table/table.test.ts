import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { zipOf } from '../../packages/server/src/formats/unpack/zip.fixture.ts'
import { total } from './counts.ts'
import { pageOf, tableOf } from './page.ts'
import { readMember } from './reading.ts'
import { readFolder } from './walk.ts'

const LIST = '# a list\n\n192.0.2.1\nbad.example.com # c\nnot a word\nalone\n'

test('every data line is accepted, refused or skipped; blank ones and comments are counted apart', () => {
  const counts = readMember({ name: 'list.txt', bytes: Buffer.from(LIST) })
  assert.deepEqual([counts.dataLines, counts.blank, counts.accepted, total(counts.refused)], [4, 2, 2, 2])
  assert.deepEqual(counts.examples.get('several-words')?.place, 5)
  assert.equal(counts.formats.get('plain'), 1)
})

test('a text that breaks off is told, and not taken for a short one', () => {
  const counts = readMember({ name: 'a.json', bytes: Buffer.from('["bad.example.com", "192.0.2.1') })
  assert.equal(counts.unread.length, 1)
  assert.equal(counts.records, 0)
})

test('the files of an archive are one row; a document among them is no list', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-table-'))
  try {
    const entries = { 'README.md': LIST, 'a.txt': LIST, 'b.csv': 'ip,note\n192.0.2.9,x\n192.0.2.8,y\n' }
    const zip = zipOf(Object.entries(entries).map(([name, text]) => ({ name, content: Buffer.from(text) })))
    mkdirSync(join(folder, 'raw/eset'), { recursive: true })
    writeFileSync(join(folder, 'raw/eset/lists.zip'), zip)
    writeFileSync(join(folder, 'raw/unstated.txt'), LIST)
    writeFileSync(join(folder, 'other.txt'), LIST)
    const files = await readFolder(folder, ['raw', 'bad'])
    assert.deepEqual(
      files.map(({ path }) => path),
      ['raw/eset/lists.zip', 'raw/unstated.txt'],
    )
    assert.match(tableOf(files), /^\| raw\/eset\/lists\.zip \| plain, csv \| 7 \| 4 \| 2 \| 1 \| 2 \|$/m)
    const page = pageOf(files, '## Remarks')
    assert.match(page, /\| raw\/eset\/lists\.zip \| several-words \| 1 \| `a\.txt` 5: .*"not a word"/)
    assert.match(page, /\| raw\/unstated\.txt \| several-words \| 1 \| {2}\|/, 'no word of what has no licence')
    assert.match(page, /\| raw\/eset\/lists\.zip \| 1 \| its name must be that of a list/)
    assert.equal(
      (await readFolder(join(folder, 'raw/eset'), ['raw'])).length,
      1,
      'a folder without parts is read whole',
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})
