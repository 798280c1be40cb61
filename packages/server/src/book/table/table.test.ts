import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fail } from '@tocsin/core/base'
import { bookContract } from '../book.contract.ts'
import { openTableBook, type TableBook } from './reader.ts'
import { openBookStore } from './store.ts'

bookContract('the table book', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-book-'))
  const path = join(folder, 'book.sqlite')
  const readers: TableBook[] = []
  let writer = openBookStore(path)
  return {
    get writer() {
      return writer
    },
    read() {
      const reader = openTableBook(path, async () => fail('unavailable', 'nobody to ask'))
      readers.push(reader)
      return reader
    },
    async reopen() {
      writer[Symbol.dispose]()
      writer = openBookStore(path)
    },
    publish(changes, place) {
      const publication = writer.publish(changes, place, 1_782_777_600_000)
      if (publication) for (const reader of readers) reader.apply(publication.batch, publication.head)
      return publication
    },
    async [Symbol.asyncDispose]() {
      for (const reader of readers) reader[Symbol.dispose]()
      writer[Symbol.dispose]()
      rmSync(folder, { recursive: true })
    },
  }
})
