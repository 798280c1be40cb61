import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sha256, unwrap } from '@tocsin/core/base'
import { parseSubject } from '@tocsin/core/subject'
import { OwnLookups } from './lookups.ts'
import type { Met } from './store.ts'

const subject = (text: string) => unwrap(parseSubject(text))

test('questions of the same subject are one item, pages are kept without text and query, inner networks not at all', async () => {
  const written: Met[] = []
  const lookups = new OwnLookups({ sha256, clock: () => 7, write: async items => void written.push(...items) })
  const asked =
    'url:a.example/x?q=1|url:a.example/x?q=2|url:a.example/?q|domain:a.example|ip:192.0.2.1|domain:a.example'
  const inner = 'net:192.0.2.0/24|ip:::1|url:nas.local/a|url:[::1]/a|url:192.168.0.1/a|domain:nas'
  for (const text of `${asked}|${inner}`.split('|')) lookups.put(subject(text))
  await lookups.flush()
  assert.deepEqual(
    written.map(({ type, value, count, at }) => [type, value, count, at]),
    [
      ['url', undefined, 1, 7],
      ['url', undefined, 1, 7],
      ['domain', 'a.example', 1, 7],
      ['domain', 'a.example', 2, 7],
      ['ip', '192.0.2.1', 1, 7],
    ],
  )
  assert.deepEqual(written[0]?.key, written[1]?.key)
})

test('what is too much, or cannot be written, is dropped and counted; nobody waits and nobody is told', async () => {
  const lookups = new OwnLookups({ sha256, clock: () => 7, write: () => Promise.reject(new Error('disk full')) })
  for (let at = 0; at < 21_000; at++) lookups.put(subject(`domain:h${at}.example`))
  assert.equal(lookups.dropped, 1000)
  await lookups.close()
  assert.equal(lookups.dropped, 21_000)
  lookups.put(subject('domain:late.example'))
  assert.equal(lookups.dropped, 21_001)
  await lookups.flush()
})

test('a flood is written fifty at a time, so that the thread goes on answering', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const sizes: number[] = []
  const lookups = new OwnLookups({ sha256, clock: () => 7, write: async items => void sizes.push(items.length) })
  for (let at = 0; at < 150; at++) lookups.put(subject(`domain:h${at}.example`))
  const ticks = [1999, 1, 199, 1]
  const written: number[] = []
  for (const ms of ticks) {
    t.mock.timers.tick(ms)
    // What the timer began ends without a timer.
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
    written.push(sizes.length)
  }
  assert.deepEqual(written, [0, 1, 1, 2])
  await lookups.flush()
  assert.deepEqual(sizes, [50, 50, 50])
})
