import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { lengthCode, TLSH_INPUT_BYTES_MAX } from './length-code.ts'
import { sample } from './tlsh.fixture.ts'
import { formatTlsh, type Tlsh } from './tlsh.ts'
import { TLSH_INPUT_BYTES_MIN, TlshHasher, tlshOf } from './tlsh-hasher.ts'

const text = (digest: Tlsh | undefined) => digest && formatTlsh(digest)

/** Seed and length of a sample; digest by the reference implementation (Debian's tlsh-tools 3.4.4, which writes no T1). */
const REFERENCE = [
  [4, 256, '0DD0950736F5CF798138741C27C15599609DD810FA5151D0E7C0E14D554D174D7CC9CD'],
  [5, 1000, 'C811C84ECAC4A0D9EE53E372511A39E110F0301A505A531F7531B06E8D5FF28244D1D5'],
  [6, 4096, '87818D4AADA43B3A462725B8888F8F20DF4DCD42EC110C87DE60A2F5435F2695BD6F30'],
  [7, 50_000, '0A23F1C2C6642B52D235D5E742AB3F302D1961C736001AC1D75967AF31E8AD8F537A32'],
  [8, 1_000_000, '36251373D7011F83C19D5B7681C70B36663604A52722A75AC6573BAF74A63ACBE32F20'],
] as const

describe('tlshOf()', () => {
  it('gives the digests of the reference', () => {
    for (const [seed, length, digits] of REFERENCE) assert.equal(text(tlshOf(sample(seed, length))), `T1${digits}`)
  })

  it('takes 50 bytes and no fewer', () => {
    assert.equal(
      text(tlshOf(sample(1, TLSH_INPUT_BYTES_MIN))),
      'T1A4900242C6C4E6149059C8D0852B42A92253540160C244BC952092C14B757791345609',
    )
    for (let length = 0; length < TLSH_INPUT_BYTES_MIN; length++) assert.equal(tlshOf(sample(1, length)), undefined)
  })

  it('gives nothing for an input of too few different triples', () => {
    assert.equal(tlshOf(new Uint8Array(100_000)), undefined)
    assert.equal(tlshOf(Buffer.from('abcdefghijklmnopqrst'.repeat(1000))), undefined)
  })
})

describe('TlshHasher', () => {
  it('gives the same for any pieces as for the whole', () => {
    const input = fc.tuple(fc.nat(1_000_000), fc.array(fc.nat(300), { maxLength: 12 }))
    fc.assert(
      fc.property(input, ([seed, lengths]) => {
        const whole = sample(
          seed,
          lengths.reduce((sum, length) => sum + length, 0),
        )
        const hasher = new TlshHasher()
        let at = 0
        for (const length of lengths) {
          hasher.update(whole.subarray(at, at + length))
          at += length
        }
        assert.equal(text(hasher.digest()), text(tlshOf(whole)))
      }),
      { seed: 20261122 },
    )
  })

  it('gives the same byte by byte, and may be asked in between', () => {
    const whole = sample(5, 1000)
    const hasher = new TlshHasher()
    for (let at = 0; at < whole.length; at++) {
      hasher.update(whole.subarray(at, at + 1))
      if (at === 499) assert.equal(text(hasher.digest()), text(tlshOf(whole.subarray(0, 500))))
    }
    assert.equal(text(hasher.digest()), text(tlshOf(whole)))
  })
})

describe('lengthCode()', () => {
  it('grows with the length, up to a little less than 4 GiB', () => {
    assert.deepEqual([50, 57, 58, 656, 657, 3171, 3172].map(lengthCode), [9, 9, 10, 15, 16, 21, 22])
    assert.equal(lengthCode(TLSH_INPUT_BYTES_MAX), 169)
    assert.equal(lengthCode(TLSH_INPUT_BYTES_MAX + 1), undefined)
  })
})
