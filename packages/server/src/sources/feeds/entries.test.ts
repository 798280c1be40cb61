import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Entry, offerOf, saidOf } from './entries.ts'

const FILE: Entry = { subject: `file:${'a'.repeat(64)}`, kind: 'listed-malware', confidence: 0.5, gone: false }

test('saidOf() tells entries apart by what else their file is called', () => {
  const digests = [undefined, { md5: '5'.repeat(32) }, { md5: '6'.repeat(32) }, { tlsh: '0'.repeat(70) }]
  const said = digests.map(each => saidOf({ ...FILE, digests: each }))
  assert.equal(new Set(said).size, 4)
  assert.equal(said[0], '0.5')
})

test('offerOf() passes digests on, and none where there are none', () => {
  const digests = { md5: '5'.repeat(32) }
  assert.deepEqual(offerOf({ ...FILE, digests }, '2026-01-02T00:00:00Z').digests, digests)
  assert.equal('digests' in offerOf(FILE, '2026-01-02T00:00:00Z'), false)
})
