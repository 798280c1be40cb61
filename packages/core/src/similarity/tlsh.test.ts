import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { unwrap } from '../base/index.ts'
import { formatTlsh, parseTlsh, TLSH_BYTES, tlshFromBytes } from './tlsh.ts'

const DIGITS = '45D18407A78523B35A030267671FA2C2F725402973629B25545EB43C3356679477F7FC'

describe('parseTlsh()', () => {
  it('takes 70 digits with and without T1, in either case', () => {
    for (const text of [`T1${DIGITS}`, DIGITS, `t1${DIGITS.toLowerCase()}`]) {
      assert.equal(formatTlsh(unwrap(parseTlsh(text))), `T1${DIGITS}`)
    }
  })

  it('reads checksum and length with their digits reversed, the ratios as they stand', () => {
    assert.deepEqual([...unwrap(parseTlsh(DIGITS)).subarray(0, 4)], [0x54, 0x1d, 0x84, 0x07])
  })

  it('refuses other variants, other text and a length code that no file has', () => {
    const others = [
      '',
      'T1',
      DIGITS.slice(1),
      `${DIGITS}0`,
      `T2${DIGITS}`,
      `T1${DIGITS.slice(0, -1)}G`,
      `T1${DIGITS}\n`,
    ]
    for (const text of [...others, `T145AA${DIGITS.slice(4)}`]) {
      const result = parseTlsh(text)
      assert.ok(!result.ok && result.problem.code === 'invalid', text)
    }
  })

  it('shows no more than the beginning of a long text', () => {
    const result = parseTlsh('F'.repeat(1_000_000))
    assert.ok(!result.ok && result.problem.message.length < 300)
  })
})

describe('tlshFromBytes()', () => {
  it('takes back what a digest is made of, and refuses what is none', () => {
    const bytes = fc.uint8Array({ minLength: TLSH_BYTES, maxLength: TLSH_BYTES })
    fc.assert(
      fc.property(bytes, given => {
        const result = tlshFromBytes(given)
        assert.equal(result.ok, given[1]! < 170)
        if (result.ok) assert.deepEqual(unwrap(parseTlsh(formatTlsh(result.value))), result.value)
      }),
      { seed: 20261122 },
    )
    assert.equal(tlshFromBytes(new Uint8Array(34)).ok, false)
  })
})
