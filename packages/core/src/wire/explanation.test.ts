import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KINDS } from '../evidence/index.ts'
import { meaningOf } from './explanation.ts'

test('meaningOf() tells of each kind in words of its own, and of no other', () => {
  const meanings = KINDS.map(kind => meaningOf(kind.name))
  assert.ok(meanings.every(meaning => meaning !== undefined && /^[a-z]/.test(meaning)))
  assert.equal(new Set(meanings).size, KINDS.length)
  assert.equal(meaningOf('toString'), undefined)
})
