import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import type { Head, HeadListener } from '../../book/book.ts'
import { silentLog } from '../../ops/events.ts'
import { mountBookRoutes } from './book-routes.ts'
import { type EventSink, HeadEvents } from './head-events.ts'
import { createListener } from './listener.ts'

const HASH = '0'.repeat(64)

/** A book that only counts, and the clock that its channel waits by. */
function startBook() {
  let sequence = 0
  let now = 0
  const listeners = new Set<HeadListener>()
  let timers: { at: number; action: () => void }[] = []
  const head = (): Head => ({
    bookId: 'book-1',
    sequence,
    publishedAt: 0,
    entries: { ip: 1, net: 0, domain: 0, url: 0, file: 0 },
    stateHash: { ip: HASH, net: HASH, domain: HASH, url: HASH, file: HASH },
  })
  return {
    head,
    listeners,
    publish() {
      sequence += 1
      listeners.forEach(tell => tell(head()))
    },
    onHead(listener: HeadListener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    later(ms: number, action: () => void) {
      const timer = { at: now + ms, action }
      timers.push(timer)
      return () => {
        timers = timers.filter(other => other !== timer)
      }
    },
    pass(ms: number) {
      now += ms
      const due = timers.filter(timer => timer.at <= now)
      timers = timers.filter(timer => timer.at > now)
      due.forEach(timer => timer.action())
    },
    timers: () => timers.length,
  }
}

/** A listener that takes what is written until told that it is full. */
class Sink extends EventEmitter implements EventSink {
  readonly written: string[] = []
  isFull = false
  isOver = false

  write(text: string): boolean {
    this.written.push(text)
    return !this.isFull
  }

  end(): void {
    this.isOver = true
  }

  /** The sequences of the heads that were told. */
  told(): number[] {
    return this.written.flatMap(text => [...text.matchAll(/"sequence":(\d+)/g)].map(match => Number(match[1])))
  }
}

test('a listener hears the head on coming and after a batch', () => {
  const book = startBook()
  using events = new HeadEvents({ ...book, listenersMax: 2 })
  const sink = new Sink()
  events.add(sink)
  book.publish()
  assert.match(sink.written[0]!, /^retry: 3000\nevent: head\nid: book-1:0\ndata: \{"bookId":"book-1".*\}\n\n$/)
  assert.match(sink.written[1]!, /^event: head\nid: book-1:1\ndata: /)
})

test('heads are gathered to five a second, and the last one is always told', () => {
  const book = startBook()
  using events = new HeadEvents({ ...book, listenersMax: 2 })
  const sink = new Sink()
  events.add(sink)
  for (let batch = 0; batch < 20; batch++) {
    book.publish()
    book.pass(50)
  }
  book.pass(200)
  book.pass(200)
  const told = sink.told()
  assert.ok(told.length <= 1 + 6, told.join(' '))
  assert.equal(told.at(-1), 20)
  book.publish()
  assert.equal(sink.told().at(-1), 21)
})

test('a listener that is slow is spared, and hears the newest head when it is ready', () => {
  const book = startBook()
  using events = new HeadEvents({ ...book, listenersMax: 2 })
  const slow = new Sink()
  const quick = new Sink()
  events.add(slow)
  events.add(quick)
  slow.isFull = true
  for (let batch = 0; batch < 5; batch++) {
    book.publish()
    book.pass(200)
  }
  book.pass(15_000)
  assert.deepEqual(slow.told(), [0, 1])
  slow.isFull = false
  slow.emit('drain')
  assert.deepEqual(slow.told(), [0, 1, 5])
  assert.deepEqual(quick.told(), [0, 1, 2, 3, 4, 5])
})

test('silence is broken every 15 seconds', () => {
  const book = startBook()
  using events = new HeadEvents({ ...book, listenersMax: 2 })
  const sink = new Sink()
  events.add(sink)
  for (let beat = 0; beat < 3; beat++) book.pass(15_000)
  assert.equal(sink.written.filter(text => /^: .*\n\n$/.test(text)).length, 3)
})

test('a listener whose key is revoked is sent away with the next heartbeat, and the others are not', () => {
  const book = startBook()
  using events = new HeadEvents({ ...book, listenersMax: 2 })
  const [revoked, other] = [new Sink(), new Sink()]
  let isValid = true
  events.add(revoked, () => isValid)
  events.add(other)
  book.pass(15_000)
  isValid = false
  assert.equal(revoked.isOver, false)
  book.pass(15_000)
  assert.deepEqual([revoked.isOver, other.isOver], [true, false])
  const told = revoked.written.length
  book.publish()
  assert.equal(revoked.written.length, told)
  assert.ok(events.hasRoom())
})

test('there is room for so many, again when one leaves, and for none at the end', () => {
  const book = startBook()
  const events = new HeadEvents({ ...book, listenersMax: 2 })
  const [first, second] = [new Sink(), new Sink()]
  events.add(first)
  events.add(second)
  assert.equal(events.hasRoom(), false)
  first.emit('close')
  assert.equal(events.hasRoom(), true)
  events[Symbol.dispose]()
  assert.equal(events.hasRoom(), false)
  assert.deepEqual([second.isOver, book.listeners.size, book.timers()], [true, 0, 0])
})

test('/v1/book/events streams over HTTP, turns away who is too many, and ends with the listener', async () => {
  const book = startBook()
  const listener = await createListener({
    address: '127.0.0.1',
    port: 0,
    authenticate: () => undefined,
    readiness: () => ({ ready: true }),
    version: '0.1.0',
    log: silentLog,
  })
  mountBookRoutes(listener.app, listener.gate, { book, onHead: tell => book.onHead(tell), listenersMax: 1 })
  const address = await listener.listen()
  assert.equal(((await (await fetch(`${address}/v1/book/head`)).json()) as { sequence: number }).sequence, 0)

  const stream = await fetch(`${address}/v1/book/events`)
  assert.equal(stream.headers.get('content-type'), 'text/event-stream')
  assert.equal(stream.headers.get('x-content-type-options'), 'nosniff')
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
  assert.match((await reader.read()).value ?? '', /id: book-1:0/)
  book.publish()
  assert.match((await reader.read()).value ?? '', /id: book-1:1/)

  assert.equal((await fetch(`${address}/v1/book/events`)).status, 503)
  await listener[Symbol.asyncDispose]()
  assert.equal((await reader.read()).done, true)
  assert.equal(book.listeners.size, 0)
})
