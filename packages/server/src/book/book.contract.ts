/** What every book does, writer and reader together. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { entryDigest, StateHash } from '@tocsin/core/list'
import { parseAddress, parseSubject, type SubjectType, subjectKey } from '@tocsin/core/subject'
import { type Entry, packEntry } from '@tocsin/core/verdict'
import type { Book, Change, StoredEntry } from './book.ts'
import type { BookWriter } from './writer.ts'

/** One book under test. `read` opens a reader that follows from then on; `reopen` stops and opens the writer again. */
export interface BookUnderTest extends AsyncDisposable {
  readonly writer: BookWriter
  /** A reader as of now that is told of later publications. */
  read(): Book
  reopen(): Promise<void>
  publish(changes: readonly Change[], place: number): ReturnType<BookWriter['publish']>
}

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

function change(text: string, entry: Entry | undefined = ENTRY): Change {
  const parsed = parseSubject(text)
  if (!parsed.ok) throw new Error(parsed.problem.message)
  return { type: parsed.value.type, key: subjectKey(parsed.value), value: parsed.value.value, entry }
}

const gone = (text: string): Change => ({ ...change(text), entry: undefined })
const address = (text: string) => {
  const parsed = parseAddress(text)
  if (!parsed.ok) throw new Error(parsed.problem.message)
  return parsed.value
}

async function all(book: Book, type: SubjectType, after?: Uint8Array): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = []
  for await (const entry of book.entries(type, after)) entries.push(entry)
  return entries
}

/** Registers the suite. */
export function bookContract(name: string, open: () => Promise<BookUnderTest>): void {
  describe(`${name} keeps the contract of Book`, () => {
    it('begins empty, at sequence 0, with an id of its own', async () => {
      await using one = await open()
      await using other = await open()
      const head = one.read().head()
      assert.equal(head.sequence, 0)
      assert.deepEqual(head.entries, { ip: 0, net: 0, domain: 0, url: 0, file: 0 })
      assert.equal(head.stateHash.ip, '0'.repeat(64))
      assert.notEqual(head.bookId, other.read().head().bookId)
    })

    it('tells a reader what is published, before and after it was opened', async () => {
      await using under = await open()
      under.publish([change('ip:192.0.2.1')], 1)
      const book = under.read()
      under.publish([change('file:' + 'ab'.repeat(32)), gone('ip:192.0.2.1')], 2)
      assert.equal(book.get('ip', change('ip:192.0.2.1').key), undefined)
      assert.deepEqual(book.get('file', change('file:' + 'ab'.repeat(32)).key), ENTRY)
      assert.equal(book.head().sequence, 2)
      assert.deepEqual(book.head(), under.writer.head())
    })

    it('keeps types apart: the key of a domain is not one of a url', async () => {
      await using under = await open()
      const book = under.read()
      under.publish([change('domain:example.com')], 1)
      assert.equal(book.get('url', change('domain:example.com').key), undefined)
      assert.deepEqual(book.get('domain', change('domain:example.com').key), ENTRY)
    })

    it('keeps files apart whose hashes begin alike: whoever reports chooses them', async () => {
      await using under = await open()
      const book = under.read()
      const real = change(`file:${'ab'.repeat(32)}`)
      const forged = `file:${'ab'.repeat(16)}${'cd'.repeat(16)}`
      under.publish([change(forged)], 1)
      assert.equal(book.get('file', real.key), undefined)
      under.publish([real, gone(forged)], 2)
      assert.deepEqual(book.get('file', real.key), ENTRY)
      const nothing = change(`file:${'00'.repeat(32)}`)
      assert.equal(book.get('file', nothing.key), undefined)
      under.publish([nothing], 3)
      assert.deepEqual(book.get('file', nothing.key), ENTRY)
    })

    it('matches nets by address, the longest prefix first, IPv4 and IPv6', async () => {
      await using under = await open()
      const nets = [
        'net:192.0.2.0/24',
        'net:192.0.0.0/16',
        'net:192.0.2.128/25',
        'net:2001:db8::/32',
        'net:2001:db8:1::/48',
      ]
      under.publish(
        nets.map(each => change(each)),
        1,
      )
      const book = under.read()
      const lengths = (text: string) => book.matchIp(address(text)).map(match => match.prefixLength)
      assert.deepEqual(lengths('192.0.2.129'), [25, 24, 16])
      assert.deepEqual(lengths('192.0.2.1'), [24, 16])
      assert.deepEqual(lengths('2001:db8:1::7'), [48, 32])
      assert.deepEqual(lengths('198.51.100.1'), [])
      under.publish([gone('net:192.0.2.0/24')], 2)
      assert.deepEqual(lengths('192.0.2.1'), [16])
    })

    it('gives the entry of an address itself, before its nets', async () => {
      await using under = await open()
      under.publish([change('ip:192.0.2.7'), change('ip:2001:db8::7'), change('net:192.0.2.0/24')], 1)
      const book = under.read()
      assert.deepEqual(
        book.matchIp(address('192.0.2.7')).map(match => match.prefixLength),
        [32, 24],
      )
      assert.deepEqual(book.matchIp(address('2001:db8::7')), [{ prefixLength: 128, entry: ENTRY }])
      assert.deepEqual(book.get('ip', change('ip:192.0.2.7').key), ENTRY)
    })

    it('publishes nothing where nothing differs, but moves the place', async () => {
      await using under = await open()
      assert.equal(under.publish([change('ip:192.0.2.1')], 5)?.batch.sequence, 1)
      assert.equal(under.publish([change('ip:192.0.2.1'), gone('ip:192.0.2.9')], 9), undefined)
      assert.equal(under.writer.head().sequence, 1)
      await under.reopen()
      assert.equal(under.writer.place(), 9)
    })

    it('starts again from nothing, as another book', async () => {
      await using under = await open()
      under.publish([change('ip:192.0.2.1'), change('net:192.0.2.0/24')], 7)
      const { bookId } = under.writer.head()
      under.writer.restart()
      await under.reopen()
      const head = under.read().head()
      assert.notEqual(head.bookId, bookId)
      assert.deepEqual(
        [head.sequence, under.writer.place(), head.entries.ip, head.stateHash.ip],
        [0, 0, 0, '0'.repeat(64)],
      )
      assert.equal(under.read().matchIp(address('192.0.2.1')).length, 0)
      assert.equal(under.publish([change('ip:192.0.2.1')], 1)?.batch.sequence, 1)
    })

    it('learns the text of a net that was known by its hash alone', async () => {
      await using under = await open()
      const book = under.read()
      const net = change('net:192.0.2.0/24')
      under.publish([{ ...net, value: undefined }], 1)
      assert.equal(book.matchIp(address('192.0.2.1')).length, 0)
      const { stateHash } = book.head()
      under.publish([net], 2)
      assert.equal(book.matchIp(address('192.0.2.1')).length, 1)
      assert.deepEqual(book.head().stateHash, stateHash)
      assert.equal(under.publish([net], 3), undefined)
    })

    it('is the same after a stop', async () => {
      await using under = await open()
      under.publish([change('ip:192.0.2.1'), change('net:192.0.2.0/24')], 1)
      const before = under.writer.head()
      await under.reopen()
      assert.deepEqual(under.writer.head(), before)
      assert.deepEqual(under.read().head(), before)
      assert.equal(under.read().matchIp(address('192.0.2.9')).length, 1)
    })

    it('has the state hash of what it holds, whatever came and went', async () => {
      await using under = await open()
      const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
      under.publish([change('ip:192.0.2.1'), change('ip:192.0.2.2')], 1)
      under.publish([gone('ip:192.0.2.1'), change('ip:192.0.2.2', { ...ENTRY, score: 40 })], 2)
      const sum = new StateHash()
      sum.add(entryDigest('ip', change('ip:192.0.2.2').key, packEntry({ ...ENTRY, score: 40 }), sha256))
      assert.equal(under.writer.head().stateHash.ip, sum.hex())
      assert.equal(under.writer.head().entries.ip, 1)
    })

    it('streams entries in the order of their keys, from any key on, with key and text', async () => {
      await using under = await open()
      const names = Array.from({ length: 40 }, (_, n) => `domain:host-${n}.example`)
      under.publish(
        names.map(each => change(each)),
        1,
      )
      const book = under.read()
      const entries = await all(book, 'domain')
      assert.deepEqual(new Set(entries.map(entry => `domain:${entry.value}`)), new Set(names))
      const hex = entries.map(entry => Buffer.from(entry.key).toString('hex'))
      assert.deepEqual(hex, hex.toSorted())
      assert.deepEqual((await all(book, 'domain', entries[9]!.key)).length, 30)
    })

    it('tells the changes since a sequence, batch by batch, and says when it cannot', async () => {
      await using under = await open()
      const book = under.read()
      under.publish([change('ip:192.0.2.1')], 1)
      under.publish([gone('ip:192.0.2.1'), change('ip:192.0.2.2')], 2)
      const changes = book.changes(0)
      assert.ok(changes.ok)
      const batches = [...changes.value]
      assert.deepEqual(
        batches.map(batch => [batch.sequence, batch.changes.length]),
        [
          [1, 1],
          [2, 2],
        ],
      )
      const since = book.changes(2)
      assert.ok(since.ok && [...since.value].length === 0)
      assert.equal(book.changes(3).ok, false)
    })
  })
}
