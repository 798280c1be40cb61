import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { parseSubject, subjectKey } from '@tocsin/core/subject'
import { openBookStore } from '../book/table/store.ts'
import type { Publication } from '../book/writer.ts'
import type { EvidenceWrite, LedgerSource } from '../ledger/ledger.ts'
import { openSqliteLedger } from '../ledger/sqlite/ledger.ts'
import { natureBy } from './nature.ts'
import { Scorer } from './scorer.ts'

const NOW = Date.UTC(2026, 5, 30)
const FEED: LedgerSource = { name: 'feed', origin: 'feed', organisation: 'feed', trustStep: 12 }

function subject(text: string) {
  const parsed = parseSubject(text)
  if (!parsed.ok) throw new Error(parsed.problem.message)
  return { type: parsed.value.type, key: subjectKey(parsed.value), value: parsed.value.value }
}

function listed(text: string): EvidenceWrite {
  return { subject: subject(text), kind: 'listed', confidence: 1000, at: undefined }
}

/** A scorer on a real ledger and a real book, in a folder of its own. */
function bench() {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-scorer-'))
  const ledger = openSqliteLedger(join(folder, 'ledger.sqlite'))
  const book = openBookStore(join(folder, 'book.sqlite'))
  const published: Publication[] = []
  const failures: unknown[] = []
  const parts = {
    ledger,
    book,
    clock: () => NOW,
    nature: natureBy({ registrableDomain: () => 'example.com' }),
    published: (publication: Publication) => void published.push(publication),
    failed: (error: unknown) => void failures.push(error),
    recovered: () => void failures.push('recovered'),
  }
  const scorer = new Scorer(parts)
  return {
    ledger,
    book,
    scorer,
    published,
    failures,
    parts,
    path: (name: string) => join(folder, name),
    write: (evidence: EvidenceWrite[], source = FEED) => ledger.write({ source, receivedAt: NOW, evidence }),
    async [Symbol.asyncDispose]() {
      await scorer.stop()
      await ledger[Symbol.asyncDispose]()
      book[Symbol.dispose]()
      rmSync(folder, { recursive: true })
    },
  }
}

describe('Scorer', () => {
  it('publishes what differs, and once', async () => {
    await using under = bench()
    await under.write([listed('ip:192.0.2.1'), listed('domain:bad.example')])
    await under.scorer.settled()
    await under.write([listed('ip:192.0.2.1')])
    await under.scorer.settled()
    assert.equal(under.published.length, 1)
    assert.deepEqual(under.book.head().entries, { ip: 1, net: 0, domain: 1, url: 0, file: 0 })
  })

  it('takes out what is retracted', async () => {
    await using under = bench()
    await under.write([listed('ip:192.0.2.1')])
    await under.scorer.settled()
    await under.ledger.retract('feed', [{ subject: subject('ip:192.0.2.1'), kind: 'listed' }])
    await under.scorer.settled()
    assert.equal(under.book.head().entries.ip, 0)
    assert.equal(under.book.head().stateHash.ip, '0'.repeat(64))
  })

  it('scores again all that a source said when its trust changes', async () => {
    await using under = bench()
    await under.write([listed('ip:192.0.2.1')])
    await under.scorer.settled()
    const trusted = under.published[0]!.batch.changes[0]!.entry!.score
    await under.write([], { ...FEED, trustStep: 4 })
    await under.scorer.settled()
    const fresh = under.published[1]!.batch.changes[0]!.entry!.score
    assert.ok(trusted <= 50 && fresh === 66)
  })

  it('holds a reserved address against the word of one', async () => {
    await using under = bench()
    const addresses = ['ip:127.0.0.1', 'ip:10.0.0.1', 'net:192.168.0.0/16', 'ip:fe80::1']
    const pages = ['url:192.168.1.1/login', 'domain:10.0.0.1', 'url:[fe80::1]/']
    await under.write([...addresses, ...pages, 'url:example.com/192.168.1.1'].map(listed))
    await under.scorer.settled()
    const scores = under.published[0]!.batch.changes.map(change => change.entry!.score)
    assert.deepEqual(
      scores.map(score => score === 66),
      [...Array.from({ length: 7 }, () => true), false],
    )
  })

  it('publishes at most twenty batches a second, and in batches of many', async () => {
    await using under = bench()
    await under.write(Array.from({ length: 90_000 }, (_, n) => listed(`ip:10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`)))
    const begun = performance.now()
    await under.scorer.settled()
    const seconds = (performance.now() - begun) / 1000
    assert.equal(under.published.length, 3)
    assert.ok(under.published.length <= 1 + seconds * 20)
    assert.equal(under.book.head().entries.ip, 90_000)
  })

  it('goes on where the book is after a stop', async () => {
    await using under = bench()
    await under.write([listed('ip:192.0.2.1')])
    await under.scorer.settled()
    const next = new Scorer(under.parts)
    await under.write([listed('ip:192.0.2.2')])
    await next.settled()
    assert.equal(under.published.length, 2)
    assert.equal(under.published[1]!.batch.changes.length, 1)
    await next.stop()
  })

  it('makes the book again where the journal no longer tells what it missed', async () => {
    await using under = bench()
    await under.write([listed('ip:192.0.2.1'), listed('ip:192.0.2.2')])
    await under.scorer.settled()
    // A few writes on, the journal has been swept.
    for (let n = 3; n < 23; n++) {
      await under.write([listed(`ip:192.0.2.${n}`)])
      await under.scorer.settled()
    }
    const { stateHash } = under.book.head()
    using lost = openBookStore(under.path('another.sqlite'))
    const scorer = new Scorer({ ...under.parts, book: lost })
    assert.equal(await scorer.begin(), false)
    await scorer.settled()
    assert.deepEqual(lost.head().stateHash, stateHash)
    assert.equal(await scorer.begin(), true)
    await scorer.stop()
  })

  it('makes the book again where the ledger is from before it', async () => {
    await using under = bench()
    await under.write([listed('ip:192.0.2.1'), listed('ip:192.0.2.2')])
    await under.scorer.settled()
    const { bookId } = under.book.head()
    await using backup = openSqliteLedger(under.path('backup.sqlite'))
    await backup.write({ source: FEED, receivedAt: NOW, evidence: [listed('ip:192.0.2.9')] })
    const scorer = new Scorer({ ...under.parts, ledger: backup })
    assert.equal(await scorer.begin(), false)
    await scorer.settled()
    assert.notEqual(under.book.head().bookId, bookId)
    assert.equal(under.book.head().entries.ip, 1)
    await scorer.stop()
  })

  it('does not let anyone wait for a book that cannot be written', async () => {
    await using under = bench()
    const book = {
      place: () => 0,
      head: () => under.book.head(),
      restart: () => undefined,
      publish: () => {
        throw new Error('disk full')
      },
      [Symbol.dispose]: () => undefined,
    }
    const scorer = new Scorer({ ...under.parts, book })
    await under.write([listed('ip:192.0.2.1')])
    await scorer.settled()
    assert.match(String(under.failures[0]), /disk full/)
    await scorer.stop()
  })

  it('does not end when the book cannot be written, and tells', async () => {
    await using under = bench()
    let failing = true
    const book = {
      place: () => under.book.place(),
      head: () => under.book.head(),
      restart: () => under.book.restart(),
      publish: (...words: Parameters<typeof under.book.publish>) => {
        if (failing) throw new Error('disk full')
        return under.book.publish(...words)
      },
      [Symbol.dispose]: () => undefined,
    }
    const told = Promise.withResolvers<unknown>()
    const scorer = new Scorer({ ...under.parts, book, failed: told.resolve })
    await under.write([listed('ip:192.0.2.1')])
    scorer.wake()
    assert.match(String(await told.promise), /disk full/)
    failing = false
    await scorer.settled()
    assert.equal(under.book.head().entries.ip, 1)
    assert.deepEqual(under.failures, ['recovered'])
    await scorer.stop()
  })
})

describe('Scorer with relations', () => {
  const FILE = `file:${'b'.repeat(64)}`
  const MEMBERS = ['ip:192.0.2.1', 'url:example.com/invoice', 'domain:mail.example.com']
  const mail = (): EvidenceWrite => ({
    subject: subject(FILE),
    kind: 'malware-detected',
    confidence: 1000,
    at: NOW,
    relation: { group: 'mail', members: MEMBERS.map(subject) },
  })
  const entryOf = (published: readonly Publication[], text: string) => {
    const { key } = subject(text)
    const changes = published.flatMap(({ batch }) => batch.changes)
    return changes.findLast(change => Buffer.compare(change.key, key) === 0)?.entry
  }

  it('makes known all that was met in a mail, and forgets it with the report', async () => {
    await using under = bench()
    await under.write([mail()])
    await under.scorer.settled()
    assert.deepEqual(
      MEMBERS.map(text => entryOf(under.published, text)?.reason),
      ['malware', 'malware', 'malware'],
    )
    await under.ledger.retract('feed', [{ subject: subject(FILE), kind: 'malware-detected' }])
    await under.scorer.settled()
    const { entries } = under.book.head()
    assert.equal(
      Object.values(entries).reduce((sum, count) => sum + count, 0),
      0,
    )
  })

  it('scores the company of a subject again when another source speaks of it, and gives the same book in any order', async () => {
    const orders = [
      [[mail()], [{ ...listed(FILE), kind: 'listed-malware' as const }]],
      [[{ ...listed(FILE), kind: 'listed-malware' as const }], [mail()]],
    ]
    const hashes: string[] = []
    for (const order of orders) {
      await using under = bench()
      for (const [index, evidence] of order.entries()) {
        const isFeed = evidence[0]!.relation !== undefined
        await under.write(evidence, isFeed ? FEED : { ...FEED, name: 'second', organisation: 'second' })
        if (index === 0) await under.scorer.settled()
      }
      await under.scorer.settled()
      hashes.push(JSON.stringify(under.book.head().stateHash))
    }
    assert.equal(hashes[0], hashes[1])
  })
})
