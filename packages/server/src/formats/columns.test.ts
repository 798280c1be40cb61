import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseColumns } from './columns.ts'

test('parseColumns() reads names and numbers of columns', () => {
  assert.deepEqual(parseColumns('subject=2,observedAt=1,separator=;'), {
    ok: true,
    value: { subject: 2, observedAt: 1, separator: ';' },
  })
  assert.deepEqual(parseColumns('confidence=score, separator=comma, header=yes'), {
    ok: true,
    value: { subject: 'auto', confidence: 'score', separator: ',', header: true },
  })
})

test('parseColumns() refuses what it does not know, by name', () => {
  for (const text of [
    '',
    'subject',
    'subject=',
    'sbject=1',
    'subject=1,subject=2',
    'subject=0',
    'separator=ab',
    'header=1',
  ]) {
    assert.equal(parseColumns(text).ok, false, text)
  }
  assert.equal(parseColumns(`subject=${'x'.repeat(300)}`).ok, false)
})
