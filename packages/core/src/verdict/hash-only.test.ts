import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeHex } from '../base/index.ts'
import { parseSubject, type Subject, subjectKey } from '../subject/index.ts'
import { answerFor } from './answer.ts'
import type { Entry } from './entry.ts'
import { PolicyList } from './policy.ts'

const SUFFIXES = { registrableDomain: () => 'example.com' }

const subjectOf = (text: string): Subject => {
  const parsed = parseSubject(text)
  assert.ok(parsed.ok)
  return parsed.value
}
const hashOf = (text: string) => subjectOf(`url:sha256:${encodeHex(subjectKey(subjectOf(text)))}`)

test('a list that names a page by its hash rules on its text, and the other way round', () => {
  const [page, other] = [subjectOf('url:example.com/a'), subjectOf('url:example.com/b')]
  const byHash = new PolicyList('site', [], [hashOf('url:example.com/a')])
  assert.equal(byHash.rule(page, SUFFIXES)?.ruling, 'blocked')
  assert.equal(byHash.rule(subjectOf('url:example.com/a?x=1'), SUFFIXES)?.ruling, 'blocked')
  assert.equal(byHash.rule(other, SUFFIXES), undefined)
  const byText = new PolicyList('site', [page], [hashOf('url:example.com/a')])
  assert.equal(byText.rule(page, SUFFIXES)?.ruling, 'approved', 'approved wins ties')
  assert.equal(byText.rule(hashOf('url:example.com/a'), SUFFIXES)?.ruling, 'approved', 'however it is named')
})

test('a page on a private address that was reported by its hash is held like one that was reported by its text', () => {
  const entry = (organisations: number): Entry => ({
    score: 12,
    reason: 'phishing',
    incriminated: true,
    stops: false,
    scoredAt: 0,
    lapses: [63, 63, 63],
    restsSafe: false,
    protection: undefined,
    organisations,
  })
  const verdictOf = (text: string, organisations: number) => {
    const key = encodeHex(subjectKey(subjectOf(text)))
    const get = (_: string, asked: Uint8Array) => (encodeHex(asked) === key ? entry(organisations) : undefined)
    const policy = { level: 'medium', untested: 'allow', lists: [] } as const
    const context = { suffixes: SUFFIXES, policy, freshness: { state: 'fresh', ageSeconds: 0 }, now: 0 } as const
    return answerFor(subjectOf(text), { get, matchIp: () => [] }, context).verdict
  }
  assert.equal(verdictOf('url:192.168.1.1/index.html', 2), 'suspicious')
  assert.equal(verdictOf('url:[fe80::1]/index.html', 2), 'suspicious')
  assert.equal(verdictOf('url:192.168.1.1/index.html', 3), 'dangerous')
  assert.equal(verdictOf('url:192.0.2.1/index.html', 0), 'dangerous')
})
