import assert from 'node:assert/strict'
import { test } from 'node:test'
import { offerOf } from './offers.ts'

const meaning = { kind: 'listed', confidence: 0.5 }

test('offerOf() lets a record say kind, confidence and time, and the list the rest', () => {
  const observedAt = '2026-01-02T00:00:00Z'
  assert.deepEqual(offerOf({ subject: 'ip:192.0.2.1' }, meaning), {
    subject: 'ip:192.0.2.1',
    kind: 'listed',
    confidence: 0.5,
  })
  assert.deepEqual(offerOf({ subject: 'ip:192.0.2.1', kind: 'brute-force', confidence: 0.5, observedAt }, meaning), {
    subject: 'ip:192.0.2.1',
    kind: 'brute-force',
    confidence: 0.25,
    observedAt,
  })
})

test('offerOf() gives the subjects of one record one group, whichever of them it is of', () => {
  const one = offerOf({ subject: 'ip:192.0.2.1', related: ['domain:a.example'] }, meaning)
  const other = offerOf({ subject: 'domain:a.example', related: ['ip:192.0.2.1'] }, meaning)
  assert.match(one.group ?? '', /^[0-9a-f]{32}$/)
  assert.equal(one.group, other.group)
  assert.deepEqual(one.related, ['domain:a.example'])
})

test('offerOf() passes on what else a file is called, which is no company of it', () => {
  const digests = { md5: '5'.repeat(32), tlsh: '0'.repeat(70) }
  const offer = offerOf({ subject: `file:${'a'.repeat(64)}`, digests }, meaning)
  assert.deepEqual(offer.digests, digests)
  assert.equal(offer.related, undefined)
})
