import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { HOUR_MS } from '@tocsin/core/evidence'
import { parseSubject } from '@tocsin/core/subject'
import fc from 'fast-check'
import { breadthOf, siteNumber, UNTRUSTED } from './sites.ts'
import { SenderStore } from './store.ts'
import { NOON, sighting } from './traffic.fixture.ts'
import { SenderView } from './view.ts'

const SEED = 20260630
const SITES = Array.from({ length: 12 }, (_, at) => siteNumber({ organisation: `s${at}`, trustStep: 12 }))
const address = (at: number) => `${20 + (at >>> 16)}.${(at >>> 8) & 255}.${at & 255}.1`
const find = (store: SenderStore, text: string) => store.find(unwrap(parseSubject(`ip:${text}`)))
const count = fc.integer({ min: 0, max: 1000 })
const counted = fc.record({
  site: fc.integer({ min: 0, max: 3 }),
  hoursAgo: fc.integer({ min: 0, max: 40 }),
  counts: fc.record({ messages: count, spam: count, trapped: count, rejectedRecipients: count }),
})

test('totals do not depend on the order of sightings, within an hour or over many', () => {
  const totals = (all: readonly { site: number; hoursAgo: number; counts: object }[]) => {
    const store = new SenderStore(10, () => undefined)
    for (const { site, hoursAgo, counts } of all) {
      store.observe(sighting('192.0.2.1', counts, NOON - hoursAgo * HOUR_MS), SITES[site] as number, NOON)
    }
    const view = new SenderView().read(store.columns, 0, NOON / HOUR_MS)
    const rows = Array.from({ length: view.count }, (_, at) => [view.site[at], view.volume[at], view.oldVolume[at]])
    rows.sort((a, b) => (a[0] as number) - (b[0] as number))
    return [view.totalMessages, ...view.signs, view.firstSeen, view.breadth, ...rows.flat()] as number[]
  }
  fc.assert(
    fc.property(fc.array(counted, { minLength: 1, maxLength: 30 }), all => {
      const one = totals(all)
      for (const [at, value] of totals([...all].reverse()).entries()) {
        const expected = one[at] as number
        assert.ok(Math.abs(value - expected) <= 1e-4 * Math.max(1, expected), `${value} is not ${expected}`)
      }
    }),
    { seed: SEED, numRuns: 200 },
  )
})

test('whatever is sent, no more senders are held than the limit, and nets and chains agree with them', () => {
  const upTo = (max: number) => fc.integer({ min: 0, max })
  const arrival = fc.record({ host: upTo(400), site: upTo(3), messages: fc.integer({ min: 1, max: 9 }) })
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 300 }), arrivals => {
      const store = new SenderStore(40, () => 64496)
      for (const { host, site, messages } of arrivals) {
        const text = host % 3 === 0 ? `2001:db8:0:${host % 7}::${host}` : `192.0.${host % 5}.${host % 200}`
        store.observe(sighting(text, { messages }), SITES[site] as number, NOON)
      }
      assert.ok(store.size <= 40)
      let chained = 0
      for (const number of store.nets.numbers()) {
        const net = store.nets.at(number)
        assert.ok(net !== undefined && net.members > 0)
        for (let sender = net.head; sender >= 0; sender = store.columns.next[sender] as number) {
          assert.equal(store.columns.net[sender], number)
          chained += 1
        }
      }
      assert.equal(chained, store.size)
    }),
    { seed: SEED, numRuns: 100 },
  )
})

test('a flood of made-up senders from one site fills half of the room and forgets nobody that several sites know', () => {
  const store = new SenderStore(2000, () => undefined)
  for (let at = 0; at < 500; at++) {
    for (const site of SITES.slice(0, 3)) {
      store.observe(sighting(address(at), { messages: 30, spam: 25 }), site, NOON)
    }
  }
  const liar = siteNumber({ organisation: 'liar', trustStep: 12 })
  for (let at = 0; at < 50_000; at++) {
    store.observe(sighting(address(1_000_000 + at), { messages: 10_000_000, spam: 10_000_000 }), liar, NOON)
  }
  assert.ok(store.size <= 1501, `${store.size} senders`)
  assert.equal(store.columns.hour.length, 2001)
  for (let at = 0; at < 500; at++) assert.notEqual(find(store, address(at)), undefined)
})

test('a flood through many sites still does not make it forget a bad big one', () => {
  const store = new SenderStore(1000, () => undefined)
  for (const site of SITES.slice(0, 3)) store.observe(sighting('192.0.2.1', { messages: 900, spam: 900 }), site, NOON)
  for (let at = 0; at < 20_000; at++) {
    store.observe(sighting(address(at), { messages: 1 }), SITES[at % SITES.length] as number, NOON)
  }
  assert.equal(store.size, 1000)
  assert.notEqual(find(store, '192.0.2.1'), undefined)
})

test('one IPv6 /64 holds a bounded number of addresses', () => {
  const store = new SenderStore(5000, () => undefined)
  for (let at = 1; at <= 2000; at++) {
    store.observe(sighting(`2001:db8::${at.toString(16)}`, { messages: 1 }), SITES[at % 5] as number, NOON)
  }
  assert.equal(store.size, 256)
  assert.equal(store.nets.size, 1)
})

test('sites below the step of trust are one site, and do not make a sender known', () => {
  assert.equal(siteNumber({ organisation: 'a', trustStep: 7 }), UNTRUSTED)
  assert.equal(siteNumber({ organisation: 'b', trustStep: 0 }), UNTRUSTED)
  assert.notEqual(siteNumber({ organisation: 'a', trustStep: 8 }), UNTRUSTED)
  const store = new SenderStore(10, () => undefined)
  assert.equal(store.observe(sighting('192.0.2.1', { messages: 1 }), UNTRUSTED, NOON)?.isNew, false)
  assert.equal(store.observe(sighting('192.0.2.1', { messages: 1 }), SITES[0] as number, NOON)?.isNew, true)
})

test('the breadth of a sender is about the number of its sites', () => {
  const store = new SenderStore(10, () => undefined)
  for (let at = 0; at < 40; at++) {
    const site = siteNumber({ organisation: `organisation ${at}`, trustStep: 12 })
    store.observe(sighting('192.0.2.1', { messages: 1 }), site, NOON)
  }
  const { breadthLow, breadthHigh } = store.columns
  const breadth = breadthOf(breadthLow[0] as number, breadthHigh[0] as number)
  assert.ok(breadth >= 28 && breadth <= 55, `${breadth} sites`)
})
