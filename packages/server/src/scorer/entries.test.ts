import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type EvidenceRecord, KINDS } from '@tocsin/core/evidence'
import { entryOf } from '@tocsin/core/verdict'
import type { LedgerSource } from '../ledger/ledger.ts'
import { Entries } from './entries.ts'

const NOW = Date.UTC(2026, 5, 30)
const SOURCES: readonly LedgerSource[] = [12, 4, 15].map(trustStep => ({
  name: `s${trustStep}`,
  origin: 'key',
  organisation: `o${trustStep}`,
  trustStep,
}))
const standings = new Map(SOURCES.map(source => [source.name, source]))

it('remembers what is alike, and gives every case the entry that it would have alone', () => {
  const entries = new Entries(({ value }) => (value === '127.0.0.1' ? 'certified' : undefined))
  let checked = 0
  for (let round = 0; round < 3; round++) {
    for (const [n, kind] of KINDS.entries()) {
      for (const { name: source } of SOURCES) {
        const isEvent = 'halfLifeHours' in kind
        // The same seconds in other minutes, and other seconds in the same.
        const at = isEvent ? NOW + round * 3_600_000 + (n % 5) * 61_000 : undefined
        const records: EvidenceRecord[] = [{ kind: kind.name, source, confidence: 1000 - (n % 3) * 300, at }]
        for (const value of ['192.0.2.1', '127.0.0.1']) {
          const held = { subject: { type: 'ip' as const, key: new Uint8Array(32), value }, records }
          const alone = entryOf({
            records,
            standingOf: name => standings.get(name)!,
            protectedByNature: value === '127.0.0.1' ? 'certified' : undefined,
          })
          assert.deepEqual(entries.of(held, standings), alone)
          checked += 1
        }
      }
    }
  }
  assert.ok(checked > 400)
})
