import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { parseSubject } from '@tocsin/core/subject'
import { MiningInbox, type NewsBatch } from './mining-inbox.ts'

const SUBJECT = unwrap(parseSubject('domain:example.com'))
const SEEN = { file: 'ab', site: 'a', at: 0 }

test('what was put before flush() is handed over together, in order, and once', async () => {
  const batches: NewsBatch[] = []
  const inbox = new MiningInbox(async batch => void batches.push(batch))
  for (const at of [1, 2, 3]) inbox.put('seen', { ...SEEN, at })
  inbox.put('asked', SUBJECT)
  await inbox.flush()
  await inbox.flush()
  assert.deepEqual(
    batches.map(({ asked, seen }) => [asked, seen.map(({ at }) => at)]),
    [[[SUBJECT], [1, 2, 3]]],
  )
})

test('a thread that does not take anything makes the queues full, and what is beyond is counted', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  let batches = 0
  const inbox = new MiningInbox(() => (batches++, promise))
  inbox.put('asked', SUBJECT)
  const flushed = inbox.flush()
  for (let at = 0; at < 2500; at++) inbox.put('asked', SUBJECT)
  inbox.put('seen', SEEN)
  assert.equal(batches, 1)
  assert.deepEqual([inbox.dropped.asked, inbox.dropped.seen], [1500, 0])
  resolve()
  await flushed
  assert.equal(batches, 2)
})

test('what a thread that ended could not take is counted as lost, and the next is tried', async () => {
  let isGone = true
  const inbox = new MiningInbox(async () => {
    if (isGone) throw new Error('gone')
  })
  inbox.put('asked', SUBJECT)
  await inbox.flush()
  assert.equal(inbox.dropped.asked, 1)
  isGone = false
  inbox.put('asked', SUBJECT)
  await inbox.flush()
  assert.equal(inbox.dropped.asked, 1)
  inbox.close()
  inbox.put('asked', SUBJECT)
  assert.equal(inbox.dropped.asked, 2)
})
