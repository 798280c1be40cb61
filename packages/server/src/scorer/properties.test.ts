/**
 * Properties 2 and 3 of the design on the real thing: a SQLite ledger, a scorer and a book. Whatever the order and the
 * batches in which the same evidence comes, and whenever the same epoch of trust is put in force, the book is the same
 * to the bit; and what is taken back was never said.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { kindOf } from '@tocsin/core/evidence'
import { type Entry, isBlockedAt, packEntry, unpackEntry, verdictAt } from '@tocsin/core/verdict'
import fc from 'fast-check'
import { openBookStore } from '../book/table/store.ts'
import type { Publication } from '../book/writer.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { openSqliteLedger } from '../ledger/sqlite/ledger.ts'
import { natureBy } from './nature.ts'
import {
  type Delivery,
  GUARDED,
  type Item,
  NOW,
  SPEAKERS,
  someDelivery,
  someItem,
  someItemBy,
  subject,
} from './properties.fixture.ts'
import { Scorer } from './scorer.ts'

/** As in core/scoring/properties: the seed is fixed, and TOCSIN_PROPERTY_RUNS multiplies the cases. */
const runs = (cases: number) => ({
  seed: Number(process.env['TOCSIN_PROPERTY_SEED'] ?? 20261122),
  numRuns: Math.ceil(cases * Number(process.env['TOCSIN_PROPERTY_RUNS'] ?? 1)),
  // To make a case smaller takes minutes, with a database for each try: without this line, seed and path do it.
  endOnFailure: true,
})

const SUFFIXES = {
  registrableDomain: (host: string) => (host === 'pages.example' ? undefined : host.split('.').slice(-2).join('.')),
}

/** A node's ledger, scorer and book, in a folder of its own. */
function node() {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-properties-'))
  const ledger = openSqliteLedger(join(folder, 'ledger.sqlite'))
  const book = openBookStore(join(folder, 'book.sqlite'))
  const entries = new Map<string, Entry>()
  const scorer = new Scorer({
    ledger,
    book,
    clock: () => NOW,
    nature: natureBy(SUFFIXES),
    published: ({ batch }: Publication) => {
      for (const { type, key, entry } of batch.changes) {
        const name = `${type} ${Buffer.from(key).toString('hex')}`
        if (entry === undefined) entries.delete(name)
        else entries.set(name, entry)
      }
    },
    failed: error => {
      throw error
    },
    recovered: () => undefined,
  })
  return {
    ledger,
    scorer,
    /** What the book says, and its hashes. */
    state: () => {
      const packed = [...entries].map(([name, entry]) => [name, packEntry(entry)] as const)
      return { hash: book.head().stateHash, entries: packed.sort(([a], [b]) => (a < b ? -1 : 1)) }
    },
    async [Symbol.asyncDispose]() {
      await scorer.stop()
      await ledger[Symbol.asyncDispose]()
      book[Symbol.dispose]()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Puts the second epoch in force, as a node does: it writes each source's new standing, and nothing else. */
const enforceEpoch = (ledger: Ledger) =>
  Promise.all(SPEAKERS.map(([, source]) => ledger.write({ source, receivedAt: NOW, evidence: [] })))

/** As a key that is revoked: a generation of the source that holds nothing. */
const revoke = async (ledger: Ledger, by: number) => {
  await ledger.commit(await ledger.begin(SPEAKERS[by]![1]))
}

/** Delivers items and gives the book in the end. `taken` is a source all of whose words are taken back on the way. */
async function bookOf(
  items: readonly Item[],
  delivery: Delivery,
  taken?: { readonly by: number; readonly at: number },
) {
  await using under = node()
  const { ledger, scorer } = under
  const ordered = inOrder(items, delivery)
  const after = (share: number) => Math.floor(share * ordered.length)
  let epoch = 0
  let isTaken = false
  for (let at = 0, batch = 0; ; batch++) {
    if (epoch === 0 && at >= after(delivery.epochAt)) epoch = (await enforceEpoch(ledger), 1)
    if (taken !== undefined && !isTaken && at >= after(taken.at)) isTaken = (await revoke(ledger, taken.by), true)
    if (at === 0 || (at >= after(delivery.lookAt) && batch % delivery.lookEvery === 0)) await scorer.settled()
    if (at >= ordered.length) break
    const size = delivery.batches[batch % delivery.batches.length]!
    const some = ordered.slice(at, at + size).filter(({ by }) => !isTaken || by !== taken?.by)
    const bySource = Map.groupBy(some, ({ by }) => by)
    await Promise.all(
      [...bySource].map(([by, said]) =>
        ledger.write({ source: SPEAKERS[by]![epoch]!, receivedAt: NOW, evidence: said.map(({ write }) => write) }),
      ),
    )
    at += size
  }
  await scorer.settled()
  return under.state()
}

function inOrder(items: readonly Item[], { order, times }: Delivery): Item[] {
  const all = times === 1 ? items : [...items, ...items]
  return all
    .map((item, n) => ({ item, place: order[n % order.length]! }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

const PLAIN: Delivery = {
  order: Array.from({ length: 80 }, (_, n) => n),
  batches: [99],
  epochAt: 0,
  lookAt: 1,
  lookEvery: 1,
  times: 1,
}

const someItems = fc.array(someItem, { minLength: 1, maxLength: 30 })

// A scorer waits between two batches most of the time, so the three go side by side.
describe('ledger, scorer and book', { concurrency: 3 }, () => {
  it('come to the same book in any order and any batches, with the epoch before, between or after (property 2)', async () => {
    await fc.assert(
      fc.asyncProperty(someItems, someDelivery, async (items, delivery) => {
        const [one, other] = await Promise.all([bookOf(items, PLAIN), bookOf(items, delivery)])
        assert.deepEqual(other, one)
      }),
      runs(60),
    )
  })

  it('come to the book in which a source never spoke once all that it said is taken back (property 3)', async () => {
    const someTaken = fc.record({ by: fc.nat(SPEAKERS.length - 1), at: fc.constantFrom(0.4, 0.8, 1) })
    await fc.assert(
      fc.asyncProperty(someItems, someDelivery, someTaken, async (items, delivery, taken) => {
        const silent = items.filter(({ by }) => by !== taken.by)
        const [one, other] = await Promise.all([bookOf(silent, PLAIN), bookOf(items, delivery, taken)])
        assert.deepEqual(other, one)
      }),
      runs(40),
    )
  })

  it('come to the same book where one statement is taken back, and all others stand (property 3)', async () => {
    await fc.assert(
      fc.asyncProperty(someItems, someDelivery, fc.nat(), async (items, delivery, n) => {
        const { by, write } = items[n % items.length]!
        const key = Buffer.from(write.subject.key)
        const isTaken = (item: Item) =>
          item.by === by && item.write.kind === write.kind && key.equals(item.write.subject.key)
        await using under = node()
        const { ledger, scorer } = under
        await enforceEpoch(ledger)
        for (const item of inOrder(items, delivery)) {
          await ledger.write({ source: SPEAKERS[item.by]![1], receivedAt: NOW, evidence: [item.write] })
        }
        await scorer.settled()
        await ledger.retract(SPEAKERS[by]![1].name, [{ subject: write.subject, kind: write.kind }])
        await scorer.settled()
        assert.deepEqual(
          under.state(),
          await bookOf(
            items.filter(item => !isTaken(item)),
            PLAIN,
          ),
        )
      }),
      runs(15),
    )
  })
})

describe('ledger, scorer and book under attack', () => {
  const isUntrusted = (by: number) => SPEAKERS[by]!.every(({ trustStep }) => trustStep < 8)
  const fresh = SPEAKERS.map((_, by) => by).filter(isUntrusted)
  const ONE = 0
  const guard = GUARDED.map(
    ([text, kind]): Item => ({ by: 2, write: { subject: subject(text), kind, confidence: 1000, at: undefined } }),
  )

  it('block nothing at medium that a list protects, whatever keys without trust and one list say (property 4)', async () => {
    const someAttack = fc.array(
      someItemBy([...fresh, ONE], () => true).filter(({ write }) => kindOf(write.kind).direction === 'bad'),
      { minLength: 1, maxLength: 40 },
    )
    await fc.assert(
      fc.asyncProperty(someAttack, someDelivery, async (items, delivery) => {
        const { entries } = await bookOf([...guard, ...items], delivery)
        const byName = new Map(entries)
        for (const [text] of GUARDED) {
          const { type, key } = subject(text)
          const entry = byName.get(`${type} ${Buffer.from(key).toString('hex')}`)
          if (entry === undefined) continue
          const { verdict } = verdictAt(unpackEntry(entry), NOW)
          assert.ok(!isBlockedAt(verdict, 'medium'), `${text} is ${verdict}`)
        }
      }),
      runs(20),
    )
  })
})

// Found by these worlds, or by reading what they found: each is an exception to property 2 as the ledger stands.
describe('the order in which a ledger is told', { concurrency: 3 }, () => {
  const [ONE, TWO, THREE, RISEN] = [0, 1, 2, 3]
  const [SHA256, MD5, PAGE] = [`file:${'a'.repeat(64)}`, `file:md5:${'5'.repeat(32)}`, 'url:www.example.com/x']
  const statement = { confidence: 1000, at: undefined }
  const met = (by: number, group: string, [about, ...others]: readonly string[]): Item => {
    const relation = { group, members: others.map(text => subject(text)) }
    return { by, write: { ...statement, subject: subject(about!), kind: 'listed', relation } }
  }
  const oneFile = (by: number): Item => ({
    by,
    write: { ...statement, subject: subject(SHA256), kind: 'listed-malware', digests: { names: [subject(MD5)] } },
  })
  const EACH_ITS_OWN: Delivery = { ...PLAIN, batches: [1], epochAt: 1, lookAt: 0 }
  const agree = async (items: readonly Item[], others = items.toReversed(), delivery = EACH_ITS_OWN) =>
    assert.deepEqual(await bookOf(others, delivery), await bookOf(items, delivery))

  it('does not decide how much a file weighs that is met under two names (property 2)', async () => {
    const crowd = Array.from({ length: 9 }, (_, n) => `ip:198.51.100.${n}`)
    const items = [met(ONE, 'a', [SHA256, PAGE]), met(TWO, 'b', [MD5, PAGE]), met(TWO, 'c', [MD5, ...crowd])]
    await agree([...items, oneFile(THREE)])
  })

  it('does not decide whether a name is protected by nature (property 2)', async () => {
    const listed = (isNamed: boolean): Item => ({
      by: ONE,
      write: { ...statement, subject: subject('domain:pages.example', isNamed), kind: 'listed' },
    })
    await agree([listed(false), listed(true)])
  })

  // The known exceptions, as docs/properties.md has them: whoever mends one finds it here.
  it('still decides who a file is where its source is trusted only later: its claims are not kept', async () => {
    const items = [oneFile(RISEN), met(ONE, 'a', [MD5, PAGE])]
    assert.notDeepEqual(
      await bookOf(items, { ...EACH_ITS_OWN, epochAt: 1 }),
      await bookOf(items, { ...EACH_ITS_OWN, epochAt: 0 }),
    )
  })

  it('still decides which relations of one source are over its limit: what came first is kept', async () => {
    const FRESH = 5
    const file = (n: number) => `file:${n.toString(16).padStart(64, '0')}`
    const items = Array.from({ length: 40 }, (_, n) => met(FRESH, `g${n}`, [PAGE, file(n)]))
    const detected = { ...statement, subject: subject(file(39)), kind: 'listed-malware' as const }
    await assert.rejects(agree([...items, { by: ONE, write: detected }]), { code: 'ERR_ASSERTION' })
  })
})
