import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HOUR_MS, KINDS, type Kind, type Protection } from '../evidence/index.ts'
import { adviceFor, DERIVED_REASONS, PERMANENT_HOURS } from './advice.ts'
import type { AnswerState } from './answer.ts'
import { type Entry, verdictAt } from './entry.ts'
import type { Policy, Ruling } from './policy.ts'

const NOW = Date.UTC(2026, 5, 30)
const FOR_GOOD = 63

/** The level that lasts 47 hours, and the next one, which lasts 56 (see `lapse-hours.ts`). */
const [UNDER, OVER] = [23, 24]

function entry(more: Partial<Entry> = {}): Entry {
  return {
    score: 30,
    reason: 'spam',
    incriminated: true,
    stops: false,
    scoredAt: NOW,
    lapses: [1, UNDER, UNDER],
    restsSafe: false,
    protection: undefined,
    organisations: 1,
    ...more,
  }
}

interface More {
  readonly ruling?: Ruling
  readonly state?: AnswerState
  readonly protection?: Protection
}

function advice(held: Entry | undefined, policy: Partial<Policy> = {}, { ruling, state, protection }: More = {}) {
  const seen = held === undefined ? ({ verdict: 'untested', score: 71 } as const) : verdictAt(held, NOW)
  const place = { protection, address: undefined }
  return adviceFor({ ...seen, entry: held }, place, ruling, {
    freshness: { state: state ?? 'fresh' },
    now: NOW,
    policy: { level: 'medium', untested: 'allow', lists: [], ...policy },
  })
}

describe('adviceFor()', () => {
  it('is permanent for what stands, for two organisations, and for what holds two days', () => {
    assert.equal(PERMANENT_HOURS, 48)
    assert.equal(advice(entry({ lapses: [FOR_GOOD, FOR_GOOD, FOR_GOOD], scoredAt: 0 })), 'permanent')
    assert.equal(advice(entry({ organisations: 2 })), 'permanent')
    assert.equal(advice(entry({ lapses: [1, OVER, OVER] })), 'permanent')
    assert.equal(advice(entry({ lapses: [1, OVER, OVER], scoredAt: NOW - 9 * HOUR_MS })), 'temporary')
    assert.equal(advice(entry()), 'temporary')
  })

  it('asks whether the refusal will hold, by the policy, and not the verdict', () => {
    const fading = entry({ lapses: [UNDER, OVER, FOR_GOOD] })
    assert.equal(advice(fading, { mail: 1 }), 'temporary')
    assert.equal(advice(fading, { mail: 2 }), 'permanent')
    assert.equal(advice(fading, { level: 'low' }), 'temporary')
    assert.equal(advice(entry({ lapses: [1, UNDER, OVER] }), { mail: 2 }), 'temporary')
    assert.equal(advice(entry({ lapses: [1, UNDER, OVER] }), { mail: 3 }), 'permanent')
    assert.equal(advice(entry(), { mail: 4 }), 'temporary', 'the unknown are refused, but for being unknown')
  })

  it('is temporary for what strangers or the node itself say, for a doubt, and where the book is unsure', () => {
    const standing = { lapses: [FOR_GOOD, FOR_GOOD, FOR_GOOD] as const }
    assert.equal(advice(entry({ ...standing, organisations: 0 })), 'temporary')
    assert.equal(advice(entry({ ...standing, reason: 'sending', organisations: 3 })), 'temporary')
    assert.equal(advice(entry(standing), {}, { protection: 'popular' }), 'temporary')
    assert.equal(advice(entry({ ...standing, organisations: 2 }), {}, { protection: 'popular' }), 'permanent')
    assert.equal(advice(entry(standing), {}, { state: 'stale' }), 'temporary')
    assert.equal(advice(undefined, { mail: 4 }), 'temporary')
  })

  it('is permanent for what the site itself blocks, whatever the book says', () => {
    assert.equal(advice(undefined, {}, { ruling: 'blocked', state: 'stale' }), 'permanent')
  })

  it('knows the reasons that only derived kinds give', () => {
    const rows: readonly Kind[] = KINDS
    const told = new Set(rows.filter(kind => kind.authority !== 'derived').map(kind => kind.reason))
    const derived = rows.filter(kind => kind.authority === 'derived').map(kind => kind.reason)
    assert.deepEqual([...DERIVED_REASONS].sort(), [...new Set(derived.filter(reason => !told.has(reason)))].sort())
  })
})
