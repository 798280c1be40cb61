import assert from 'node:assert/strict'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { fail, unwrap } from '@tocsin/core/base'
import type { MemoryBuffers } from '@tocsin/core/list'
import { parseAddress, parseSubject, subjectKey } from '@tocsin/core/subject'
import type { Entry } from '@tocsin/core/verdict'
import { bookContract } from '../book.contract.ts'
import type { Change } from '../book.ts'
import { type BuiltMemory, buildMemory } from './build.ts'
import { BookKeeper } from './keeper.ts'
import { isSegmentSound, openMemory } from './open-memory.ts'
import { checkSegmentFile, writeSegmentFile } from './segment-file.ts'
import { SharedBook } from './shared-book.ts'
import { openBookStore } from './store.ts'

const ENTRY: Entry = {
  score: 12,
  reason: 'malware',
  incriminated: true,
  stops: false,
  scoredAt: 1_782_777_600_000,
  lapses: [5, 9, 63],
  restsSafe: false,
  protection: undefined,
  organisations: 0,
}

/** A book in a folder, with its keeper; `build` can be made to fail. */
async function startBook(folder = mkdtempSync(join(tmpdir(), 'tocsin-book-'))) {
  const path = join(folder, 'book.sqlite')
  const segmentPath = join(folder, 'book.segment')
  const store = openBookStore(path)
  const troubles: string[] = []
  const failures: unknown[] = []
  const readers: SharedBook[] = []
  let builds = 0
  let latest: MemoryBuffers
  const build = async (): Promise<BuiltMemory> => {
    builds += 1
    const built = buildMemory(path)
    writeSegmentFile(segmentPath, built.bookId, built.memory.segment)
    return built
  }
  const memory = await openMemory(store, segmentPath, build, why => troubles.push(why))
  const keeper = new BookKeeper(
    {
      store,
      build,
      adopted: adopted => {
        latest = adopted
        for (const reader of readers) reader.adopt(adopted)
      },
      failed: error => void failures.push(error),
    },
    memory,
  )
  let place = 0
  return {
    folder,
    segmentPath,
    keeper,
    troubles,
    failures,
    builds: () => builds,
    publish(changes: readonly Change[], at = ++place) {
      const publication = keeper.publish(changes, at, 1_782_777_600_000)
      if (publication) for (const reader of readers) reader.moveTo(publication.head)
      return publication
    },
    read() {
      const reader = new SharedBook(path, latest, async () => fail('unavailable', 'nobody to ask'))
      readers.push(reader)
      return reader
    },
    stop() {
      for (const reader of readers) reader[Symbol.dispose]()
      keeper[Symbol.dispose]()
    },
  }
}

bookContract('the shared book', async () => {
  let book = await startBook()
  const { folder } = book
  return {
    get writer() {
      return book.keeper
    },
    read: () => book.read(),
    async reopen() {
      book.stop()
      book = await startBook(folder)
    },
    publish: (changes, place) => book.publish(changes, place),
    async [Symbol.asyncDispose]() {
      book.stop()
      rmSync(folder, { recursive: true })
    },
  }
})

function listed(text: string): Change {
  const subject = unwrap(parseSubject(text))
  return { type: subject.type, key: subjectKey(subject), value: subject.value, entry: ENTRY }
}

const addresses = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) =>
    listed(`ip:10.${(from + n) >> 16}.${((from + n) >> 8) & 255}.${(from + n) & 255}`),
  )

const knows = (book: SharedBook, address: string) => book.matchIp(unwrap(parseAddress(address))).length > 0

describe('BookKeeper', () => {
  it('builds a new segment when the overlay has grown, and loses nothing between the two', async () => {
    const book = await startBook()
    const reader = book.read()
    for (let from = 0; from < 120_000; from += 5000) book.publish(addresses(from, 5000))
    await book.keeper.rebuild()
    book.publish(addresses(120_000, 5000))
    assert.ok(book.builds() >= 2)
    for (let n = 0; n < 125_000; n += 997)
      assert.ok(knows(reader, `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`), `${n}`)
    assert.ok(!knows(reader, '10.99.0.0'))
    book.stop()
    rmSync(book.folder, { recursive: true })
  })

  it('starts from its segment and what was published since, without building', async () => {
    const first = await startBook()
    first.publish([listed('domain:bad.example'), listed('net:192.0.2.0/24'), listed('ip:2001:db8::1')])
    await first.keeper.rebuild()
    first.publish([listed('ip:198.51.100.7'), { ...listed('domain:bad.example'), entry: undefined }])
    first.stop()
    const again = await startBook(first.folder)
    const reader = again.read()
    assert.equal(again.builds(), 0)
    assert.ok(knows(reader, '192.0.2.200') && knows(reader, '198.51.100.7') && knows(reader, '2001:db8::1'))
    assert.equal(reader.get('domain', listed('domain:bad.example').key), undefined)
    assert.deepEqual(again.troubles, [])
    again.stop()
    rmSync(first.folder, { recursive: true })
  })

  it('says that a segment is cut short or is none, and builds it again', async () => {
    const first = await startBook()
    first.publish(addresses(0, 2000))
    await first.keeper.rebuild()
    first.stop()
    const whole = readFileSync(first.segmentPath)
    const wrecks: (() => void)[] = [
      () => truncateSync(first.segmentPath, whole.length - 5000),
      () => truncateSync(first.segmentPath, 7),
      () => writeFileSync(first.segmentPath, 'this is no segment, only some text that is long enough'),
      () => writeFileSync(first.segmentPath, Buffer.concat([whole.subarray(0, 8), Buffer.from([255, 255, 255, 255])])),
    ]
    for (const wreck of wrecks) {
      wreck()
      const again = await startBook(first.folder)
      assert.equal(again.troubles.length, 1)
      assert.equal(again.builds(), 1)
      assert.ok(knows(again.read(), '10.0.7.207'))
      again.stop()
      assert.ok((await checkSegmentFile(first.segmentPath)).ok)
    }
    rmSync(first.folder, { recursive: true })
  })

  it('finds a flipped byte in any section, after the start', async () => {
    const first = await startBook()
    first.publish([...addresses(0, 3000), listed('domain:a.b.example'), listed('net:192.0.2.0/24')])
    await first.keeper.rebuild()
    first.stop()
    const whole = readFileSync(first.segmentPath)
    const sound = join(first.folder, 'sound')
    copyFileSync(first.segmentPath, sound)
    for (let at = 8192; at < whole.length; at += Math.floor(whole.length / 13)) {
      const flipped = Buffer.from(whole)
      flipped[at]! ^= 4
      writeFileSync(first.segmentPath, flipped)
      const told: string[] = []
      const isPadding = (await isSegmentSound(first.segmentPath, why => told.push(why))) && told.length === 0
      if (isPadding) assert.equal(whole[at], 0, `a flipped byte at ${at} was not found`)
      else assert.match(told[0]!, /not what was written/)
    }
    rmSync(first.folder, { recursive: true })
  })

  it('keeps the last segment where a new one cannot be written', async () => {
    const book = await startBook()
    book.publish(addresses(0, 100))
    await book.keeper.rebuild()
    const before = readFileSync(book.segmentPath)
    const { bookId, memory } = buildMemory(join(book.folder, 'book.sqlite'))
    assert.throws(() => writeSegmentFile(join(book.folder, 'no', 'such', 'folder'), bookId, memory.segment))
    assert.ok(!existsSync(`${book.segmentPath}.new`))
    assert.deepEqual(readFileSync(book.segmentPath), before)
    book.stop()
    rmSync(book.folder, { recursive: true })
  })

  it('begins again over a file whose entries do not tell protection yet', async () => {
    const book = await startBook()
    book.publish(addresses(0, 100))
    const { bookId } = book.keeper.head()
    book.stop()
    const path = join(book.folder, 'book.sqlite')
    const file = new DatabaseSync(path)
    file.exec('DROP TABLE batch; DROP TABLE history; ALTER TABLE entry DROP COLUMN since')
    file.exec('CREATE TABLE change (sequence INTEGER PRIMARY KEY); PRAGMA user_version = 1')
    file.close()
    using store = openBookStore(path)
    const head = store.head()
    assert.deepEqual([head.sequence, head.entries.ip, store.place()], [0, 0, 0])
    assert.notEqual(head.bookId, bookId)
    rmSync(book.folder, { recursive: true })
  })

  it('keeps the last segment where the disk fills up while one is written', { skip: noFullDevice() }, async () => {
    const book = await startBook()
    book.publish(addresses(0, 100))
    await book.keeper.rebuild()
    const before = readFileSync(book.segmentPath)
    const { bookId, memory } = buildMemory(join(book.folder, 'book.sqlite'))
    // What is written there meets a full disk.
    symlinkSync('/dev/full', `${book.segmentPath}.new`)
    assert.throws(() => writeSegmentFile(book.segmentPath, bookId, memory.segment), { code: 'ENOSPC' })
    assert.ok(!existsSync(`${book.segmentPath}.new`))
    assert.deepEqual(readFileSync(book.segmentPath), before)
    book.publish(addresses(100, 200))
    assert.equal(book.keeper.head().entries.ip, 300)
    book.stop()
    rmSync(book.folder, { recursive: true })
  })
})

function noFullDevice(): string | false {
  return existsSync('/dev/full') ? false : 'needs /dev/full, which Linux has'
}
