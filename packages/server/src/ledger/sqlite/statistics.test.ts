import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { LedgerSource } from '../ledger.ts'
import { openSqliteLedger } from './ledger.ts'
import { openSqliteStatistics } from './statistics.ts'

const DAY = 86_400_000
const NOW = Date.parse('2026-03-01T12:00:00Z')

function source(name: string, origin: LedgerSource['origin']): LedgerSource {
  return { name, origin, organisation: name, trustStep: 12 }
}

test('statistics tell what is new, what nobody else lists, and who listed it first, naming no reporter', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-statistics-'))
  const ledger = openSqliteLedger(join(folder, 'ledger.sqlite'))
  const say = async (from: LedgerSource, receivedAt: number, ...ids: readonly number[]) => {
    const evidence = ids.map(
      id =>
        ({
          subject: { type: 'ip', key: new Uint8Array(32).fill(id), value: `192.0.2.${id}` },
          kind: 'listed',
          confidence: 1000,
          at: undefined,
        }) as const,
    )
    await ledger.write({ source: from, receivedAt, evidence })
  }
  await say(source('ours', 'feed'), NOW - 30 * DAY, 1, 2, 3)
  await say(source('theirs', 'feed'), NOW - 20 * DAY, 3, 4)
  await say(source('ours', 'feed'), NOW - DAY, 4)
  await say(source('key:mx@1', 'key'), NOW, 1)
  const statistics = openSqliteStatistics(join(folder, 'ledger.sqlite'))
  assert.deepEqual(await statistics.ofSource('ours', NOW), {
    evidence: 4,
    newInWeek: 1,
    sampled: 4,
    uniqueShare: 0.25,
    firstShare: 2 / 3,
    overlaps: [
      { source: 'theirs', share: 0.5 },
      { source: 'reporters', share: 0.25 },
    ],
  })
  assert.equal(await statistics.ofSource('nobody', NOW), undefined)
  await statistics[Symbol.asyncDispose]()
  await ledger[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})
