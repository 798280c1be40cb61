import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeHex } from '@tocsin/core/base'
import fc from 'fast-check'
import { readFoundHashes, readListUpdate } from './messages.ts'

const bytes = (hex: string) => decodeHex(hex)!
const CHECKSUM = 'd1099a04a9fd4f1ed0cd830fb388d03faa04cb1f0cb5819b9ecb84ec6e95bbbf'

test('readListUpdate() reads the list of the published example', () => {
  const hex = `0a056d772d3462120201021801221508888acbe901101e180222097400d2971bed4974002a020807320308ac023a20${CHECKSUM}`
  assert.deepEqual(readListUpdate(bytes(hex)), {
    ok: true,
    value: {
      name: 'mw-4b',
      version: Uint8Array.of(1, 2),
      partial: true,
      additions: Uint32Array.of(0x1d32c508, 0x291bc542, 0xf7a502e5),
      removals: Uint32Array.of(7),
      waitSeconds: 300,
      checksum: bytes(CHECKSUM),
    },
  })
})

test('readFoundHashes() disregards what is not to be enforced', () => {
  const found = (details: string) => {
    const hash = `0a20${CHECKSUM}${details}`
    const read = readFoundHashes(bytes(`0a${(hash.length / 2).toString(16).padStart(2, '0')}${hash}120308ac02`))
    return read.ok && [read.value.cacheSeconds, read.value.hashes.map(({ threats }) => threats)]
  }
  assert.deepEqual(found('12020802'), [300, [['SOCIAL_ENGINEERING']]])
  assert.deepEqual(found('12020863'), [300, []])
  assert.deepEqual(found('120408011001'), [300, []])
})

test('messages that are broken are refused', () => {
  const update = (hex: string) => {
    const read = readListUpdate(bytes(hex))
    return read.ok ? undefined : read.problem.message
  }
  assert.match(update('0a05')!, /announces 5 bytes, 0 are left/)
  assert.match(update('0aff')!, /ends in a number/)
  assert.match(update('0affffffffffffffffffff01')!, /ends in a number/)
  assert.match(update('0801')!, /a number in the place of bytes/)
  assert.match(update('0b')!, /wire type 3/)
  assert.match(update('3a01ff')!, /a checksum must have 32 bytes/)
  assert.match(update('220a101e18ffffffff0722 00'.replaceAll(' ', ''))!, /cannot stand in|announces/)
  assert.match(update('2206101f18012200')!, /must be 3 to 30, found 31/)
  assert.equal(readFoundHashes(bytes('0a020a00')).ok, false)
})

test('readers never throw, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), input => {
      readListUpdate(input)
      readFoundHashes(input)
    }),
    { seed: 20261122, numRuns: 3000 },
  )
})
