import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type Day, daysOf, lastList, since } from './history.ts'
import { openReplayNode, type ReplayNode } from './node.ts'
import { isEqual, replay } from './replay.ts'

/** Thirty days of a list: each day one entry comes and one goes, some of them twice over. */
function history(entry: (at: number) => string): readonly Day[] {
  const lines: string[] = []
  for (let day = 1; day <= 30; day++) {
    const date = `2026-01-${String(day).padStart(2, '0')}`
    if (day === 1) for (let at = 0; at < 20; at++) lines.push(`${date}\t+\t${entry(at)}\ttag`)
    else lines.push(`${date}\t-\t${entry(day - 2)}`, `${date}\t+\t${entry(day + 18)}`)
  }
  return daysOf(gzipSync(`${lines.join('\n')}\n`))
}

const HISTORIES = new Map([
  ['addresses', history(at => `198.51.100.${at}`)],
  ['nets', history(at => `203.0.${at}.0/24`)],
  // Two entries are one subject, so that one of them goes before the other.
  ['pages', history(at => `http${at % 2 === 0 ? 's' : ''}://a.example/${at >> 1}`)],
  ['overlap', history(at => (at % 3 === 0 ? `198.51.100.${at}` : `host-${at}.example`))],
])

async function replayed(spoiled: (node: ReplayNode) => ReplayNode = node => node) {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-replay-'))
  try {
    await using node = openReplayNode(folder)
    return await replay(HISTORIES, spoiled(node), () => undefined)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('replay() ends with a book that is the lists of the last day', async () => {
  const outcome = await replayed()
  assert.ok(isEqual(outcome), JSON.stringify(outcome))
  assert.equal(outcome.days, 30)
  assert.deepEqual(
    outcome.feeds.map(({ feed, entries, subjects }) => [feed, entries, subjects]),
    [
      ['addresses', 20, 20],
      ['nets', 20, 20],
      ['pages', 20, 11],
      ['overlap', 20, 20],
    ],
  )
})

test('replay() sees a retraction that is lost, and an entry that never came', async () => {
  const lossy = (node: ReplayNode, lost: 'put' | 'retract'): ReplayNode => ({
    ...node,
    intakeOf: feed => {
      const intake = node.intakeOf(feed)
      let calls = 0
      const isLost = (): boolean => feed === 'addresses' && ++calls === 28
      return {
        ...intake,
        put: (offers, generation) => intake.put(lost === 'put' && isLost() ? [] : offers, generation),
        retract: items => intake.retract(lost === 'retract' && isLost() ? [] : items),
      }
    },
  })
  const kept = await replayed(node => lossy(node, 'retract'))
  assert.ok(!isEqual(kept))
  assert.equal(kept.beyond.length, 1)
  const short = await replayed(node => lossy(node, 'put'))
  assert.ok(!isEqual(short))
  assert.equal(short.feeds[0]!.missing.length, 1)
})

test('since() begins with all that was before', () => {
  const days = HISTORIES.get('addresses')!
  const later = since(days, '2026-01-10')
  assert.equal(later.length, 21)
  assert.deepEqual(lastList(later), lastList(days))
})
