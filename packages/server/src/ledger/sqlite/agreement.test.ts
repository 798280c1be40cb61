import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { KindName } from '@tocsin/core/evidence'
import type { LedgerSource } from '../ledger.ts'
import { openSqliteAgreement } from './agreement.ts'
import { openSqliteLedger } from './ledger.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')

function keyOf(id: number): Uint8Array {
  return new Uint8Array(32).fill(id)
}

/** A ledger that sources have said something to. */
function startLedger() {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-agreement-'))
  const path = join(folder, 'ledger.sqlite')
  const ledger = openSqliteLedger(path)
  const say = async (name: string, kind: KindName, receivedAt: number, ...ids: readonly number[]) => {
    const source: LedgerSource = { name, origin: 'key', organisation: name, trustStep: 12 }
    const evidence = ids.map(id => ({
      subject: { type: 'ip', key: keyOf(id), value: `192.0.2.${id}` } as const,
      kind,
      confidence: 1000,
      at: undefined,
    }))
    await ledger.write({ source, receivedAt, evidence })
  }
  return {
    path,
    ledger,
    say,
    async [Symbol.asyncDispose]() {
      await ledger[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
}

const shown = (subjects: readonly { key: Uint8Array; voices: readonly { source: string; says: string }[] }[]) =>
  subjects.map(({ key, voices }) => [key[0], ...voices.map(({ source, says }) => `${source} ${says}`).sort()])

test('agreement tells who says what of the same subjects, and nothing of what is derived or merely an objection', async () => {
  await using at = startLedger()
  await at.say('a', 'listed', NOW, 1, 2)
  await at.say('a', 'listed-spam', NOW + 5, 2)
  await at.say('b', 'listed', NOW + 1, 2, 3)
  await at.say('tocsin:miner', 'bad-neighbourhood', NOW, 1)
  await at.say('c', 'false-positive', NOW, 1)
  await at.say('ann', 'analyst-cleared', NOW + 2, 2)
  await using agreement = openSqliteAgreement(at.path)

  assert.deepEqual(shown(await agreement.sampleOf('a')), [
    [2, 'a bad', 'ann cleared', 'b bad'],
    [1, 'a bad'],
  ])
  const [two] = await agreement.of([{ type: 'ip', key: keyOf(2) }])
  assert.equal(two?.voices.find(({ source }) => source === 'a')?.at, NOW + 5)
  assert.deepEqual(await agreement.of([{ type: 'ip', key: keyOf(9) }]), [{ type: 'ip', key: keyOf(9), voices: [] }])
  assert.deepEqual(shown(await agreement.clearedBy('ann')), [[2, 'a bad', 'ann cleared', 'b bad']])
  assert.deepEqual(await agreement.clearedBy('a'), [])
  assert.deepEqual(await agreement.sampleOf('nobody'), [])
})

test('agreement gives what is new since a subject, while the ledger goes on being written', async () => {
  await using at = startLedger()
  await at.say('a', 'listed', NOW, 1, 2)
  await using agreement = openSqliteAgreement(at.path)
  const before = await agreement.newestSubject()
  await at.say('b', 'listed', NOW, 3)
  await at.say('a', 'listed', NOW, 2, 3, 4)
  assert.deepEqual(shown(await agreement.newOf('a', before)), [
    [4, 'a bad'],
    [3, 'a bad', 'b bad'],
  ])
  assert.equal(await agreement.newestSubject(), before + 2)
})
