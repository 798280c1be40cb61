import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeHex, encodeUtf8, sha256 } from './index.ts'

const seed = 1804

function native(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

test('sha256() gives the digests of FIPS 180-4', () => {
  const digest = (text: string) => encodeHex(sha256(encodeUtf8(text) as Uint8Array))
  assert.equal(digest(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  assert.equal(digest('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  assert.equal(digest('a'.repeat(1_000_000)), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0')
})

test('sha256() agrees with node:crypto at every length around the block borders', () => {
  for (let length = 0; length <= 260; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 131 + length) & 255)
    assert.equal(encodeHex(sha256(bytes)), native(bytes), `length ${length}`)
  }
})

test(`sha256() agrees with node:crypto on random bytes (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1000 }), bytes => {
      assert.equal(encodeHex(sha256(bytes)), native(bytes))
    }),
    { seed, numRuns: 2000 },
  )
})

test('sha256() reads a view that does not begin at the start of its buffer', () => {
  const whole = Uint8Array.from({ length: 200 }, (_, i) => i)
  assert.equal(encodeHex(sha256(whole.subarray(7, 150))), native(whole.slice(7, 150)))
})
