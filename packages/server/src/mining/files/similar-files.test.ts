import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { encodeHex } from '@tocsin/core/base'
import { HOUR_MS } from '@tocsin/core/evidence'
import { type Tlsh, tlshDistance, tlshOf } from '@tocsin/core/similarity'
import { type Entry, entryOf, verdictAt } from '@tocsin/core/verdict'
import { confidenceAt, SAID_WITHIN } from './likeness.ts'
import { openSimilarFiles } from './similar-files.ts'

const NOW = Date.UTC(2026, 10, 22)
const DAY_MS = 24 * HOUR_MS

const key = (n: number) => Uint8Array.from({ length: 32 }, (_, at) => (n >>> (8 * (at % 4))) & 0xff)
const standingOf = (source: string) => ({ trustStep: source === 'fresh' ? 4 : 12, organisation: source })

function entry(
  kind: 'listed-malware' | 'known-good' | 'popular',
  source = 'feed',
  at: number | undefined = NOW,
): Entry {
  return entryOf({ records: [{ kind, source, confidence: 1000, at }], standingOf })!
}

/** Made-up content of 8 KiB, of which so many bytes at the end differ from that of the same seed. */
function tlsh(seed: number, different = 0): Tlsh {
  let state = seed
  const next = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24
  const bytes = Uint8Array.from({ length: 8192 }, next)
  for (let at = 8192 - different; at < 8192; at++) bytes[at] = (next() * 7) & 0xff
  return tlshOf(bytes)!
}

function start() {
  const book = new Map<string, Entry>()
  const said = new Map<string, number>()
  let words = 0
  let now = NOW
  const similar = openSimilarFiles({
    findings: {
      say({ subject, confidence }) {
        said.set(subject.value, confidence)
        words += 1
      },
      unsay(subject) {
        assert.ok(said.delete(subject.value))
        words += 1
      },
    },
    entryOf: file => book.get(encodeHex(file)),
    clock: () => now,
  })
  const publish = (n: number, one: Entry | undefined) => {
    if (one === undefined) book.delete(encodeHex(key(n)))
    else book.set(encodeHex(key(n)), one)
    similar.entry('file', key(n), encodeHex(key(n)), one)
  }
  const settle = () => {
    while (similar.work(3)) continue
  }
  const held = () => [...said.keys()].sort()
  return { similar, said, held, publish, settle, passes: (ms: number) => (now += ms), words: () => words }
}

const BAD = tlsh(1)
const VARIANT = tlsh(1, 300)
const STRANGER = tlsh(99)

describe('openSimilarFiles()', () => {
  it('says of an unknown file near a known-bad one that it is like it, and why, whichever came first', () => {
    for (const order of [0, 1]) {
      const { similar, publish, settle, said } = start()
      const bad = () => (similar.digest(key(1), BAD), publish(1, entry('listed-malware')))
      if (order === 0) bad()
      similar.digest(key(2), VARIANT)
      similar.digest(key(3), STRANGER)
      settle()
      if (order === 1) bad()
      settle()
      const distance = tlshDistance(BAD, VARIANT)
      assert.ok(distance > 0 && distance <= SAID_WITHIN, String(distance))
      assert.deepEqual([...said], [[encodeHex(key(2)), confidenceAt(distance)]])
      const why = similar.why(key(2))
      assert.deepEqual([why?.neighbour.value, why?.distance], [encodeHex(key(1)), distance])
      assert.equal(similar.why(key(1)), undefined)
    }
  })

  it('takes it back when the neighbour is known-bad no more: retracted, faded, or no longer described', () => {
    for (const how of ['retracted', 'faded', 'undescribed']) {
      const { similar, publish, settle, held, passes } = start()
      similar.digest(key(1), BAD)
      publish(1, entry('listed-malware'))
      similar.digest(key(2), VARIANT)
      settle()
      assert.equal(held().length, 1)
      if (how === 'retracted') publish(1, undefined)
      if (how === 'undescribed') similar.digest(key(1), undefined)
      if (how === 'faded') {
        similar.turn(passes(DAY_MS))
        settle()
        assert.equal(held().length, 1)
        similar.turn(passes(400 * DAY_MS))
      }
      settle()
      assert.deepEqual(held(), [], how)
    }
  })

  it('leaves alone what is known good or popular, and takes back what it said of it', () => {
    for (const kind of ['known-good', 'popular'] as const) {
      const { similar, publish, settle, held } = start()
      similar.digest(key(1), BAD)
      publish(1, entry('listed-malware'))
      similar.digest(key(2), VARIANT)
      settle()
      assert.equal(held().length, 1)
      publish(2, entry(kind, 'feed', undefined))
      settle()
      assert.deepEqual(held(), [])
      publish(2, undefined)
      settle()
      assert.equal(held().length, 1)
    }
  })

  it('does not let likeness spread: what is bad by its own word speaks for nobody, and neither do untrusted reporters', () => {
    const { similar, publish, settle, held } = start()
    const chain = entryOf({
      records: [
        { kind: 'similar-to-malware', source: 'tocsin:similar-files', confidence: 1000, at: undefined },
        { kind: 'listed-malware', source: 'fresh', confidence: 1000, at: NOW },
      ],
      standingOf,
    })!
    assert.equal(chain.organisations, 0)
    similar.digest(key(1), BAD)
    publish(1, chain)
    similar.digest(key(2), VARIANT)
    settle()
    assert.deepEqual(held(), [])
  })

  it('does not go to and fro where its own statement makes a file dangerous', () => {
    const { similar, publish, settle, held, words } = start()
    similar.digest(key(1), BAD)
    publish(1, entry('listed-malware'))
    similar.digest(key(2), VARIANT)
    similar.digest(key(3), tlsh(1, 600))
    settle()
    const before = held()
    const spoken = words()
    publish(2, entry('listed-malware', 'other'))
    settle()
    assert.deepEqual([held(), words()], [before, spoken])
    publish(1, undefined)
    settle()
    assert.deepEqual(held(), [])
    // Scored without our word it is known-bad all the same, and speaks for the others.
    publish(2, entry('listed-malware', 'other'))
    settle()
    assert.deepEqual(held(), [encodeHex(key(1)), encodeHex(key(3))])
    assert.equal(similar.why(key(3))?.neighbour.value, encodeHex(key(2)))
  })

  it('forgets reputations with the book, and takes back what rested on them', () => {
    const { similar, publish, settle, held } = start()
    similar.digest(key(1), BAD)
    publish(1, entry('listed-malware'))
    similar.digest(key(2), VARIANT)
    settle()
    similar.forget()
    settle()
    assert.deepEqual(held(), [])
    publish(1, entry('listed-malware'))
    settle()
    assert.deepEqual(held(), [encodeHex(key(2))])
  })

  it('holds many files, each under its own key', () => {
    const { similar, settle } = start()
    const one = tlsh(5)
    for (let n = 0; n < 5000; n++) similar.digest(key(n), one)
    for (let n = 0; n < 5000; n++) similar.digest(key(n), n % 2 === 0 ? undefined : one)
    settle()
    assert.deepEqual(similar.counts, { bad: 0, open: 2500, said: 0, waiting: 0 })
  })
})

describe('confidenceAt()', () => {
  it('falls with the distance, from most up to 30 to nothing beyond what is searched', () => {
    const at = Array.from({ length: 101 }, (_, distance) => confidenceAt(distance))
    for (let distance = 1; distance <= 100; distance++) assert.ok(at[distance]! <= at[distance - 1]!)
    assert.equal(at[0], at[30])
    assert.ok(at[SAID_WITHIN]! > 0)
    assert.equal(at[SAID_WITHIN + 1], 0)
  })

  it('makes a file highly suspicious at most', () => {
    const confidence = confidenceAt(0)
    const records = [{ kind: 'similar-to-malware', source: 'tocsin:similar-files', confidence, at: undefined }] as const
    const alone = entryOf({ records, standingOf: () => ({ trustStep: 15, organisation: 'tocsin' }) })!
    assert.equal(verdictAt(alone, NOW).verdict, 'highly-suspicious')
    assert.equal(alone.organisations, 0)
  })
})
