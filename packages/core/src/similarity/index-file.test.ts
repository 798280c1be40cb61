import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sha256, unwrap } from '../base/index.ts'
import { loadIndex, saveIndex } from './index-file.ts'
import { anyTlsh, numbers } from './tlsh.fixture.ts'
import { TlshIndex } from './tlsh-index.ts'

function someIndex(digests: number): TlshIndex {
  const next = numbers(3)
  const index = new TlshIndex()
  for (let label = 0; label < digests; label++) index.add(anyTlsh(next), 2 ** 32 - 1 - label)
  return index
}

const held = (index: TlshIndex) => [...index.each()].sort((a, b) => a.label - b.label)

describe('saveIndex() and loadIndex()', () => {
  it('bring back every digest with its label', () => {
    for (const digests of [0, 1, 500]) {
      const index = someIndex(digests)
      assert.deepEqual(held(unwrap(loadIndex(saveIndex(index, sha256), sha256))), held(index))
    }
  })

  it('read from the middle of a larger array', () => {
    const saved = saveIndex(someIndex(10), sha256)
    const larger = new Uint8Array(saved.length + 9)
    larger.set(saved, 9)
    assert.equal(unwrap(loadIndex(larger.subarray(9), sha256)).size, 10)
  })

  it('refuse what is cut short, longer, or changed in any byte', () => {
    const saved = saveIndex(someIndex(3), sha256)
    for (let length = 0; length < saved.length; length++)
      assert.equal(loadIndex(saved.subarray(0, length), sha256).ok, false)
    assert.equal(loadIndex(Uint8Array.of(...saved, 0), sha256).ok, false)
    for (let at = 0; at < saved.length; at++) {
      const changed = saved.slice()
      changed[at] = changed[at]! ^ 0x10
      assert.equal(loadIndex(changed, sha256).ok, false, `byte ${at}`)
    }
  })

  it('refuse a digest that no file can have, though the checksum is right', () => {
    const saved = saveIndex(someIndex(1), sha256)
    saved[13] = 200
    saved.set(sha256(saved.subarray(0, -32)), saved.length - 32)
    const result = loadIndex(saved, sha256)
    assert.ok(!result.ok && result.problem.message.includes('row 0'))
  })
})
