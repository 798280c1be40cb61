import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { parseSubject } from '../subject/index.ts'
import { type Answer, VERDICTS } from '../verdict/index.ts'
import { AnswerWriter, answerToWire } from './reputation.ts'

const SUBJECTS = ['ip:192.0.2.1', 'domain:example.com', 'url:example.com/a"b\\c?x=%22', `file:${'ab'.repeat(32)}`]

const someAnswer: fc.Arbitrary<Answer> = fc.record(
  {
    subject: fc.constantFrom(...SUBJECTS).map(text => {
      const parsed = parseSubject(text)
      assert.ok(parsed.ok)
      return parsed.value
    }),
    score: fc.integer({ min: 69, max: 72 }),
    verdict: fc.constantFrom(...VERDICTS),
    action: fc.constantFrom('allow' as const, 'block' as const),
    state: fc.constantFrom('fresh' as const, 'stale' as const, 'unavailable' as const),
    ageSeconds: fc.nat(3),
    reason: fc.oneof(fc.constantFrom('listed', 'blocked by the site\'s list ("x")'), fc.string({ unit: 'binary' })),
    cause: fc.constant('listed' as const),
    advice: fc.constantFrom('permanent' as const, 'temporary' as const),
    ruling: fc.constantFrom('approved' as const, 'blocked' as const),
    matched: fc.constantFrom('net:192.0.2.0/24', 'url:example.com/"'),
    lapsesAt: fc.nat(2 ** 42),
  },
  { requiredKeys: ['subject', 'score', 'verdict', 'action', 'state', 'ageSeconds', 'reason', 'cause'] },
)

describe('AnswerWriter', () => {
  it('writes what JSON.stringify does, whatever was written before', () => {
    fc.assert(
      fc.property(fc.array(someAnswer, { minLength: 1, maxLength: 12 }), answers => {
        const writer = new AnswerWriter()
        for (const answer of answers) assert.equal(writer.write(answer), JSON.stringify(answerToWire(answer)))
      }),
      { seed: 20261122, numRuns: 2000 },
    )
  })
})
