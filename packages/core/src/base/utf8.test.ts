import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeUtf8, encodeUtf8 } from './index.ts'

const seed = 3629

test(`encodeUtf8() and decodeUtf8() agree with the platform on any text (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), text => {
      const bytes = encodeUtf8(text)
      assert.deepEqual(bytes, new TextEncoder().encode(text))
      assert.equal(decodeUtf8(bytes), text)
    }),
    { seed, numRuns: 2000 },
  )
})

test('encodeUtf8() refuses half of a surrogate pair', () => {
  for (const text of ['\ud800', 'a\udfff', '\udc00\ud800', '😀\ud83d']) assert.equal(encodeUtf8(text), undefined)
})

test(`decodeUtf8() accepts exactly what the platform accepts (seed ${seed})`, () => {
  const platform = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const leads = fc.constantFrom(
    0x41,
    0x7f,
    0x80,
    0xbf,
    0xc0,
    0xc2,
    0xdf,
    0xe0,
    0xed,
    0xef,
    0xf0,
    0xf4,
    0xf5,
    0x9f,
    0xa0,
    0x90,
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(leads, fc.nat(255)), { maxLength: 6 }), list => {
      const bytes = Uint8Array.from(list)
      let expected: string | undefined
      try {
        expected = platform.decode(bytes)
      } catch {
        expected = undefined
      }
      assert.equal(decodeUtf8(bytes), expected)
    }),
    { seed, numRuns: 50_000 },
  )
})
