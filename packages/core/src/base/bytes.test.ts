import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bytesEqual, compareBytes, concatBytes, decodeBase32, decodeHex, encodeBase32, encodeHex } from './index.ts'

const seed = 4648
const ascii = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0))

test('encodeBase32() gives the vectors of RFC 4648 §10 without padding', () => {
  const vectors = {
    '': '',
    f: 'MY',
    fo: 'MZXQ',
    foo: 'MZXW6',
    foob: 'MZXW6YQ',
    fooba: 'MZXW6YTB',
    foobar: 'MZXW6YTBOI',
  }
  for (const [plain, encoded] of Object.entries(vectors)) {
    assert.equal(encodeBase32(ascii(plain), 'upper'), encoded)
    assert.equal(encodeBase32(ascii(plain)), encoded.toLowerCase())
    assert.deepEqual(decodeBase32(encoded), ascii(plain))
  }
})

test('decodeBase32() refuses padding, foreign characters, impossible lengths and left-over bits', () => {
  for (const text of ['MY======', 'M1', 'M0', 'm', 'mzx', 'mzxw6y', 'mz', 'mzxr', '@@', '[[', 'mé']) {
    assert.equal(decodeBase32(text), undefined, text)
  }
})

test('decodeHex() refuses an odd length and foreign characters', () => {
  for (const text of ['a', 'abc', 'g0', '0g', ' 0', '0x', '::', '@@', 'é0'])
    assert.equal(decodeHex(text), undefined, text)
  assert.deepEqual(decodeHex('00fFA5'), Uint8Array.of(0, 255, 0xa5))
})

test(`hex and base32 give every byte string back, in either case (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), bytes => {
      assert.equal(encodeHex(bytes), Buffer.from(bytes).toString('hex'))
      assert.deepEqual(decodeHex(encodeHex(bytes).toUpperCase()), bytes)
      assert.deepEqual(decodeBase32(encodeBase32(bytes)), bytes)
      assert.deepEqual(decodeBase32(encodeBase32(bytes, 'upper')), bytes)
    }),
    { seed, numRuns: 1000 },
  )
})

test(`compareBytes(), bytesEqual() and concatBytes() agree with Buffer (seed ${seed})`, () => {
  const few = fc.uint8Array({ maxLength: 4, max: 2 })
  fc.assert(
    fc.property(few, few, (a, b) => {
      assert.equal(Math.sign(compareBytes(a, b)), Buffer.compare(a, b))
      assert.equal(bytesEqual(a, b), Buffer.compare(a, b) === 0)
      assert.deepEqual(concatBytes([a, b]), new Uint8Array(Buffer.concat([a, b])))
    }),
    { seed, numRuns: 2000 },
  )
})
