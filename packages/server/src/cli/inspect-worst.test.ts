import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { WireAnswer } from '@tocsin/core/wire'
import { EXIT } from './command.ts'
import { reputationOf } from './inspect-worst.ts'
import { answer } from './world.fixture.ts'

const UNKNOWN: Partial<WireAnswer> = {}
const GOOD: Partial<WireAnswer> = { score: 95, verdict: 'safe', reason: 'a known good file' }
const BETTER: Partial<WireAnswer> = { ...GOOD, score: 99 }
const DOUBTFUL: Partial<WireAnswer> = { score: 68, verdict: 'suspicious' }
const BAD: Partial<WireAnswer> = { score: 12, verdict: 'dangerous', action: 'block' }
const WORSE: Partial<WireAnswer> = { ...BAD, score: 3 }
const STALE: Partial<WireAnswer> = { ...GOOD, state: 'stale', ageSeconds: 90 }
const UNTESTED_BLOCKED: Partial<WireAnswer> = { action: 'block' }

function judged(sha256: Partial<WireAnswer>, sha1: Partial<WireAnswer>, md5: Partial<WireAnswer>) {
  const answers = { sha256: answer('file:a', sha256), sha1: answer('file:b', sha1), md5: answer('file:c', md5) }
  const { by, exit, notClearing } = reputationOf(answers)
  return [by, exit, ...notClearing]
}

describe('reputationOf()', () => {
  it('takes the worst of the three', () => {
    assert.deepEqual(judged(UNKNOWN, UNKNOWN, BAD), ['md5', EXIT.blocked])
    assert.deepEqual(judged(GOOD, UNKNOWN, BAD), ['md5', EXIT.blocked])
    assert.deepEqual(judged(BAD, WORSE, DOUBTFUL), ['sha1', EXIT.blocked])
    assert.deepEqual(judged(GOOD, DOUBTFUL, UNKNOWN), ['sha1', EXIT.allowed])
  })

  it('lets no MD5 and no SHA-1 clear a file, and says which would have', () => {
    assert.deepEqual(judged(UNKNOWN, UNKNOWN, GOOD), ['sha256', EXIT.untested, 'md5'])
    assert.deepEqual(judged(UNKNOWN, GOOD, BETTER), ['sha256', EXIT.untested, 'sha1', 'md5'])
    assert.deepEqual(judged(BAD, GOOD, GOOD), ['sha256', EXIT.blocked, 'sha1', 'md5'])
    assert.deepEqual(judged(UNKNOWN, UNKNOWN, { ruling: 'approved' }), ['sha256', EXIT.untested, 'md5'])
  })

  it('is cleared by the SHA-256 where nothing speaks against the others', () => {
    assert.deepEqual(judged(BETTER, UNKNOWN, GOOD), ['sha256', EXIT.allowed])
    assert.deepEqual(judged(GOOD, UNTESTED_BLOCKED, UNTESTED_BLOCKED), ['sha256', EXIT.allowed])
  })

  it("goes by the site's own word: of the SHA-256 whatever the others say, of the others to block", () => {
    assert.deepEqual(judged({ ruling: 'approved' }, UNKNOWN, BAD), ['sha256', EXIT.allowed])
    assert.deepEqual(judged({ ruling: 'blocked' }, GOOD, UNKNOWN), ['sha256', EXIT.blocked, 'sha1'])
    assert.deepEqual(judged(GOOD, UNKNOWN, { ruling: 'blocked' }), ['md5', EXIT.blocked])
  })

  it('is never milder for one more bad answer, and unsure where an answer is stale', () => {
    assert.deepEqual(judged(UNKNOWN, UNKNOWN, DOUBTFUL), ['md5', EXIT.untested])
    assert.deepEqual(judged(GOOD, STALE, GOOD), ['sha1', EXIT.unsure])
    assert.deepEqual(judged(STALE, GOOD, BAD), ['md5', EXIT.blocked, 'sha1'])
  })

  it('is an error where one of the names could not be asked about', () => {
    const answers = { sha256: answer('file:a', GOOD), sha1: answer('file:b'), md5: { subject: 'file:c', error: 'no' } }
    const { by, exit } = reputationOf(answers)
    assert.deepEqual([by, exit], ['md5', EXIT.error])
  })
})
