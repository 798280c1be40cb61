import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openSqliteLedger } from '../ledger/sqlite/ledger.ts'
import type { EventName } from '../ops/events.ts'
import { retractMined, startMining } from './mining.ts'

const NOW = Date.UTC(2026, 5, 30)

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-mining-'))
  try {
    await test(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('startMining()', () => {
  it('tells of a thread that cannot live, harms nobody, and can be stopped meanwhile', () =>
    inFolder(async folder => {
      await using ledger = openSqliteLedger(join(folder, 'ledger.sqlite'))
      const events: EventName[] = []
      const ended = Promise.withResolvers<void>()
      const log = (event: EventName) => {
        events.push(event)
        if (event === 'mining-ended') ended.resolve()
      }
      // There is no book to read.
      await using mining = startMining({ dataFolder: folder, ledger, clock: () => NOW, log })
      await ended.promise
      assert.deepEqual(events, ['mining-failed', 'mining-ended'])
      await assert.rejects(mining.round(), /the thread has ended/)
    }))
})

describe('retractMined()', () => {
  it('takes back what mining said, and nothing else', () =>
    inFolder(async folder => {
      await using ledger = openSqliteLedger(join(folder, 'ledger.sqlite'))
      const subject = { type: 'net', key: new Uint8Array(32).fill(1), value: '192.0.2.0/24' } as const
      const put = (name: string, origin: 'mining' | 'import', kind: 'listed' | 'bad-neighbourhood') =>
        ledger.write({
          source: { name, origin, organisation: name, trustStep: 12 },
          receivedAt: NOW,
          evidence: [{ subject, kind, confidence: 900, at: undefined }],
        })
      await put('tocsin:neighbourhoods', 'mining', 'bad-neighbourhood')
      await put('list', 'import', 'listed')
      assert.equal(await retractMined(ledger), 1)
      assert.equal(await retractMined(ledger), 0)
      const held = await ledger.caseOf(subject.type, subject.key)
      assert.deepEqual(
        held?.records.map(record => record.source),
        ['list'],
      )
    }))
})
