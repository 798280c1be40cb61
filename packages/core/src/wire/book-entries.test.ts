import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Entry } from '../verdict/index.ts'
import { entryFromHex, entryToHex } from './book-entries.ts'

const ENTRY: Entry = {
  score: 12,
  reason: 'malware',
  incriminated: true,
  stops: false,
  scoredAt: 1_782_777_600_000,
  lapses: [5, 9, 63],
  restsSafe: false,
  protection: 'certified',
  organisations: 3,
}

test('entryFromHex() gives what entryToHex() wrote, whose words may begin with zeros', () => {
  assert.deepEqual(entryFromHex(entryToHex(ENTRY)), ENTRY)
  const early = { ...ENTRY, score: 0, scoredAt: 0, protection: undefined, organisations: 0 }
  assert.match(entryToHex(early), /^0{8}0/)
  assert.deepEqual(entryFromHex(entryToHex(early)), early)
})

test('entryFromHex() refuses what is no entry', () => {
  for (const text of ['', '0'.repeat(15), 'g'.repeat(16), '0'.repeat(17), `00000000${'f'.repeat(8)}`]) {
    assert.equal(entryFromHex(text), undefined, text)
  }
})
