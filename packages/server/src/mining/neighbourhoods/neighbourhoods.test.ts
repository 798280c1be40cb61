import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sha256, unwrap } from '@tocsin/core/base'
import { HOUR_MS } from '@tocsin/core/evidence'
import { parseSubject, subjectKey } from '@tocsin/core/subject'
import type { Entry } from '@tocsin/core/verdict'
import { confidenceOf24 } from './confidence.ts'
import { NeighbourhoodMiner } from './neighbourhoods.ts'

const NOW = Date.UTC(2026, 5, 30)
const LISTED: Entry = {
  score: 33,
  reason: 'attack',
  incriminated: true,
  stops: false,
  scoredAt: 0,
  lapses: [63, 63, 63],
  restsSafe: false,
  protection: undefined,
  organisations: 1,
}
const SHIELD: Entry = { ...LISTED, score: 82, incriminated: false, protection: 'popular', organisations: 0 }

function world() {
  const said = new Map<string, number>()
  const miner = new NeighbourhoodMiner({
    findings: {
      say: ({ subject, confidence }) => void said.set(subject.value, confidence),
      unsay: subject => void said.delete(subject.value),
    },
    clock: () => NOW,
    seed: 1,
  })
  const put = (text: string, entry: Entry | undefined) => {
    const subject = unwrap(parseSubject(text))
    miner.entry(subject.type, subjectKey(subject, sha256), subject.value, entry)
  }
  return {
    put,
    many: (start: string, count: number, entry: Entry | null = LISTED) => {
      for (let n = 1; n <= count; n++) put(`ip:${start}${n}`, entry ?? undefined)
    },
    said: (at = NOW) => {
      miner.turn(at)
      return Object.fromEntries(said)
    },
  }
}

describe('NeighbourhoodMiner', () => {
  it('says nothing for a few of 256, something for eight, and much for a quarter', () => {
    const { many, said } = world()
    many('198.51.100.', 7)
    many('203.0.113.', 8)
    many('198.18.0.', 32)
    many('198.18.1.', 64)
    assert.deepEqual(said(), { '203.0.113.0/24': 100, '198.18.0.0/24': 400, '198.18.1.0/24': 950 })
  })

  it('speaks of a /64 and of nothing wider', () => {
    const { many, said } = world()
    many('2001:db8:0:1::', 8)
    for (let n = 1; n < 200; n++) many(`2001:db8:1:${n}::`, 1)
    assert.deepEqual(said(), { '2001:db8:0:1::/64': 400 })
  })

  it('takes it back with those that go or lapse, and counts nobody twice', () => {
    const { many, said } = world()
    many('192.0.2.', 32)
    many('192.0.2.', 32)
    assert.deepEqual(said(), { '192.0.2.0/24': 400 })
    many('192.0.2.', 31, null)
    assert.deepEqual(said(), {})
    many('192.0.2.', 32, { ...LISTED, scoredAt: NOW, lapses: [0, 5, 20] })
    assert.deepEqual(said(NOW + HOUR_MS), { '192.0.2.0/24': 400 })
    assert.deepEqual(said(NOW + 6 * HOUR_MS), {})
    many('192.0.2.', 32)
    assert.deepEqual(said(NOW + 6 * HOUR_MS), { '192.0.2.0/24': 400 })
  })

  it('counts what somebody has seen and what is blocked at medium', () => {
    const { many, said } = world()
    many('192.0.2.', 64, { ...LISTED, organisations: 0 })
    many('198.51.100.', 64, { ...LISTED, score: 68 })
    many('10.0.0.', 64)
    assert.deepEqual(said(), {})
  })

  it('never speaks of a range that is protected, in part or as a whole', () => {
    const { many, put, said } = world()
    for (const start of ['192.0.2.', '198.51.100.', '203.0.113.', '198.18.0.']) many(start, 64)
    put('net:192.0.0.0/16', SHIELD)
    put('net:198.51.100.128/25', SHIELD)
    put('ip:203.0.113.200', SHIELD)
    assert.deepEqual(said(), { '198.18.0.0/24': 950 })
    put('net:198.18.0.0/15', SHIELD)
    put('ip:203.0.113.200', undefined)
    put('net:198.51.100.128/25', undefined)
    assert.deepEqual(said(), { '203.0.113.0/24': 950, '198.51.100.0/24': 950 })
  })
})

describe('confidenceOf24()', () => {
  it('grows with the count, and claims nothing where every range is like that', () => {
    let before = 0
    for (let in24 = 0; in24 <= 256; in24++) {
      const confidence = confidenceOf24({ in24, in16: in24, inAll: 300_000 })
      assert.ok(confidence >= before && confidence <= 1000)
      before = confidence
    }
    assert.equal(before, 1000)
    assert.ok(confidenceOf24({ in24: 30, in16: 7000, inAll: 3e9 }) < 400)
  })
})
