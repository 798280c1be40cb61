import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { parseSubject, subjectKey, subjectText } from '@tocsin/core/subject'
import type { AnswerState, Entry, Policy } from '@tocsin/core/verdict'
import type { WireEntries } from '@tocsin/core/wire'
import { AskedEntries } from '../upstream/asking/asked-entries.ts'
import { edgeAnswers } from './edge-answers.ts'
import { sha256 } from './sha256.ts'
import { packagedSuffixes } from './suffixes.ts'

const NOW = 1_782_777_600_000
const BAD = unwrap(parseSubject('domain:bad.example'))
const PAGE = unwrap(parseSubject('url:other.example/x'))
const POLICY: Policy = { level: 'medium', untested: 'allow', lists: [] }
const ENTRY: Entry = {
  score: 12,
  reason: 'malware',
  incriminated: true,
  stops: false,
  scoredAt: 0,
  lapses: [63, 63, 63],
  restsSafe: false,
  protection: undefined,
  organisations: 0,
}

/** An edge that mirrors domains, one of them bad, and whose upstream says of all that is asked that it knows nothing. */
function edgeWhoseMirrorIs(state: AnswerState) {
  const asked: string[] = []
  const key = Buffer.from(subjectKey(BAD, sha256)).toString('hex')
  const answers = edgeAnswers({
    book: {
      get: (_type, bytes) => (Buffer.from(bytes).toString('hex') === key ? ENTRY : undefined),
      matchIp: () => [],
    },
    policy: POLICY,
    clock: () => NOW,
    freshness: () => ({ state, ageSeconds: state === 'fresh' ? 0 : 900 }),
    types: ['domain'],
    asked: new AskedEntries({
      async ask(keys) {
        asked.push(...keys.map(({ type }) => type))
        const head = { bookId: 'b' } as WireEntries['head']
        return { head, state: 'fresh', ageSeconds: 0, entries: keys.map(() => []) }
      },
      suffixes: packagedSuffixes,
      sha256,
      clock: () => NOW,
      later: () => () => undefined,
      listedMs: 300_000,
      unlistedMs: 60_000,
      staleAfterMs: 300_000,
      entriesMax: 100,
    }),
  })
  return { ...answers, asked }
}

test('an upstream that withholds news cannot put its own word in the place of what the mirror holds', async () => {
  const edge = edgeWhoseMirrorIs('stale')
  await edge.learn([BAD])
  const { action, state, ageSeconds, subject } = edge.answer(BAD)
  assert.deepEqual([subjectText(subject), action, state, ageSeconds], ['domain:bad.example', 'block', 'stale', 900])
  assert.deepEqual(edge.asked, [])
})

test('what is not mirrored is asked for, and everything while the mirror is empty', async () => {
  const edge = edgeWhoseMirrorIs('fresh')
  assert.equal(edge.answer(PAGE).state, 'unavailable')
  await edge.learn([BAD, PAGE])
  assert.deepEqual([edge.answer(PAGE).state, edge.answer(BAD).action], ['fresh', 'block'])
  assert.deepEqual(new Set(edge.asked), new Set(['url', 'domain']))
  const empty = edgeWhoseMirrorIs('unavailable')
  await empty.learn([BAD])
  assert.deepEqual([empty.answer(BAD).state, empty.asked.includes('domain')], ['fresh', true])
})
