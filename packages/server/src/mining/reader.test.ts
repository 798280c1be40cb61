import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { fail, unwrap } from '@tocsin/core/base'
import { parseSubject, type SubjectType, subjectKey } from '@tocsin/core/subject'
import type { Entry } from '@tocsin/core/verdict'
import { emptyMemory } from '../book/table/build.ts'
import { readHead } from '../book/table/head.ts'
import { SharedBook } from '../book/table/shared-book.ts'
import { openBookStore } from '../book/table/store.ts'
import { openReadOnly } from '../storage/sqlite.ts'
import { BookReader } from './reader.ts'

const ENTRY: Entry = {
  score: 30,
  reason: 'listed',
  incriminated: true,
  stops: false,
  scoredAt: 0,
  lapses: [63, 63, 63],
  restsSafe: false,
  protection: undefined,
  organisations: 1,
}

const change = (text: string, entry: Entry | null = ENTRY) => {
  const subject = unwrap(parseSubject(text))
  return { type: subject.type, key: subjectKey(subject), value: subject.value, entry: entry ?? undefined }
}

it('BookReader tells all entries once, then what changes, and all anew of another book', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-reader-'))
  try {
    const path = join(folder, 'book.sqlite')
    using store = openBookStore(path)
    using shared = new SharedBook(path, emptyMemory(), async () => fail('unavailable', 'none'))
    using file = { database: openReadOnly(path), [Symbol.dispose]: () => file.database.close() }
    const book = {
      entries: (type: SubjectType, after?: Uint8Array) => shared.entries(type, after),
      changes: (since: number) => shared.changes(since),
      head() {
        const head = readHead(file.database)
        shared.moveTo(head)
        return head
      },
    }
    let told: string[] = []
    const reader = new BookReader(
      book,
      [
        {
          types: ['ip', 'domain'],
          forget: () => void told.push('forget'),
          entry: (type, _key, value, entry) => void told.push(`${entry === undefined ? '-' : '+'}${type}:${value}`),
        },
      ],
      async () => undefined,
    )
    const heard = async () => {
      await reader.catchUp()
      return told.splice(0)
    }
    store.publish([change('ip:192.0.2.1'), change('domain:a.test'), change('url:a.test/x')], 1, 1)
    assert.deepEqual(await heard(), ['forget', '+ip:192.0.2.1', '+domain:a.test'])
    assert.equal(reader.isBehind(), false)
    assert.deepEqual(await heard(), [])

    store.publish([change('ip:192.0.2.2'), change('url:a.test/y')], 2, 2)
    store.publish([change('ip:192.0.2.1', null)], 3, 3)
    assert.equal(reader.isBehind(), true)
    assert.deepEqual(await heard(), ['+ip:192.0.2.2', '-ip:192.0.2.1'])

    store.restart()
    store.publish([change('ip:192.0.2.3')], 1, 4)
    assert.deepEqual(await heard(), ['forget', '+ip:192.0.2.3'])
    told = []
  } finally {
    rmSync(folder, { recursive: true })
  }
})
