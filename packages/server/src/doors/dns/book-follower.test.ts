import assert from 'node:assert/strict'
import { test } from 'node:test'
import { badEntry, MemoryBook } from './followed-book.fixture.ts'
import { BookFollower } from './book-follower.ts'

const bad = badEntry('phishing')

async function follow(book: MemoryBook) {
  const errors: unknown[] = []
  const follower = await BookFollower.open(book, error => errors.push(error))
  return { follower, errors }
}

test('BookFollower reads the whole book, then follows its batches', async () => {
  const book = new MemoryBook()
  book.publish({ 'domain:www.bad.example': bad, 'ip:192.0.2.1': bad })
  const { follower } = await follow(book)
  assert.deepEqual([follower.sequence, follower.nonTerminals.has('bad.example')], [1, true])
  follower.apply(book.publish({ 'domain:mail.worse.example': bad }))
  assert.deepEqual([follower.sequence, follower.nonTerminals.has('worse.example')], [2, true])
  follower.apply(book.publish({ 'domain:mail.worse.example': undefined }))
  assert.deepEqual([follower.sequence, follower.nonTerminals.has('worse.example')], [3, false])
})

test('BookFollower passes over a batch that it has seen', async () => {
  const book = new MemoryBook()
  const first = book.publish({ 'domain:www.bad.example': bad })
  book.publish({ 'domain:www.bad.example': undefined })
  const { follower } = await follow(book)
  follower.apply(first)
  assert.deepEqual([follower.sequence, follower.nonTerminals.has('bad.example')], [2, false])
})

test('BookFollower asks the book for batches that were not told to it', async () => {
  const book = new MemoryBook()
  const { follower } = await follow(book)
  book.publish({ 'domain:a.missed.example': bad })
  follower.apply(book.publish({ 'ip:192.0.2.1': bad }))
  assert.deepEqual([follower.sequence, follower.nonTerminals.has('missed.example')], [2, true])
})

test('BookFollower reads the book again if the batches between are not kept, and answers meanwhile', async () => {
  const book = new MemoryBook()
  book.publish({ 'domain:a.old.example': bad })
  const { follower } = await follow(book)
  book.publish({ 'domain:a.missed.example': bad, 'domain:a.old.example': undefined })
  const batch = book.publish({ 'domain:a.new.example': bad })
  book.keptFrom = 3
  follower.apply(batch)
  assert.equal(follower.nonTerminals.has('old.example'), true)
  follower.apply(book.publish({ 'domain:a.newer.example': bad }))
  await follower.settled()
  const has = ['old.example', 'missed.example', 'new.example', 'newer.example']
  assert.deepEqual(
    has.map(host => follower.nonTerminals.has(host)),
    [false, true, true, true],
  )
  assert.equal(follower.sequence, 4)
})

test('BookFollower reads the book again if it has become another', async () => {
  const book = new MemoryBook()
  book.publish({ 'domain:a.old.example': bad })
  const { follower } = await follow(book)
  book.publish({ 'domain:a.old.example': undefined })
  book.bookId = 'book-2'
  follower.apply(book.publish({ 'domain:a.new.example': bad }))
  await follower.settled()
  assert.deepEqual([follower.nonTerminals.has('old.example'), follower.nonTerminals.has('new.example')], [false, true])
})

test('BookFollower takes what is published while it reads', async () => {
  const book = new MemoryBook()
  book.publish({ 'domain:a.one.example': bad, 'domain:a.two.example': bad })
  const opening = follow(book)
  book.publish({ 'domain:a.one.example': undefined, 'domain:a.three.example': bad })
  const { follower } = await opening
  const has = ['one.example', 'two.example', 'three.example']
  assert.deepEqual(
    has.map(host => follower.nonTerminals.has(host)),
    [false, true, true],
  )
  assert.equal(follower.sequence, 2)
})

test('BookFollower reports a failure and tries again with the next batch', async () => {
  const book = new MemoryBook()
  const { follower, errors } = await follow(book)
  const changes = book.changes.bind(book)
  book.changes = () => {
    throw new Error('disk')
  }
  book.publish({ 'domain:a.missed.example': bad })
  follower.apply(book.publish({}))
  assert.equal(errors.length, 1)
  book.changes = changes
  follower.apply(book.publish({ 'domain:a.new.example': bad }))
  await follower.settled()
  assert.deepEqual([follower.sequence, follower.nonTerminals.has('missed.example')], [3, true])
})

test('BookFollower.open() rejects if the book cannot be read', async () => {
  const book = new MemoryBook()
  book.entries = () => {
    throw new Error('disk')
  }
  await assert.rejects(follow(book), /disk/)
})
