import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { digestWords } from './digest-words.ts'

/** HalfSipHash-1-3 with 64 bits of output, written from the paper's reference code, over bytes and big numbers. */
function halfSipHash(message: Uint8Array, low: number, high: number): [number, number] {
  const v = [low >>> 0, (high ^ 0xee) >>> 0, (0x6c796765 ^ low) >>> 0, (0x74656462 ^ high) >>> 0] as [
    number,
    number,
    number,
    number,
  ]
  const turn = (x: number, by: number) => ((x << by) | (x >>> (32 - by))) >>> 0
  const round = () => {
    v[0] = (v[0] + v[1]) >>> 0
    v[1] = (turn(v[1], 5) ^ v[0]) >>> 0
    v[0] = turn(v[0], 16)
    v[2] = (v[2] + v[3]) >>> 0
    v[3] = (turn(v[3], 8) ^ v[2]) >>> 0
    v[0] = (v[0] + v[3]) >>> 0
    v[3] = (turn(v[3], 7) ^ v[0]) >>> 0
    v[2] = (v[2] + v[1]) >>> 0
    v[1] = (turn(v[1], 13) ^ v[2]) >>> 0
    v[2] = turn(v[2], 16)
  }
  const view = new DataView(message.buffer, message.byteOffset, message.length)
  const words = Array.from({ length: message.length / 4 }, (_, n) => view.getUint32(n * 4))
  for (const word of [...words, (message.length << 24) >>> 0]) {
    v[3] = (v[3] ^ word) >>> 0
    round()
    v[0] = (v[0] ^ word) >>> 0
  }
  v[2] = (v[2] ^ 0xee) >>> 0
  for (let n = 0; n < 3; n++) round()
  const first = (v[1] ^ v[3]) >>> 0
  v[1] = (v[1] ^ 0xdd) >>> 0
  for (let n = 0; n < 3; n++) round()
  return [first, (v[1] ^ v[3]) >>> 0]
}

describe('digestWords()', () => {
  it('is the first two words, and HalfSipHash-1-3 of the rest under the secret', () => {
    for (let n = 0; n < 200; n++) {
      const digest = Uint8Array.from({ length: 32 }, (_, at) => (n * 31 + at * 7) & 255)
      const words = new Uint32Array(5)
      digestWords(digest, { low: n * 7919, high: 0xdeadbeef - n }, words)
      const view = new DataView(digest.buffer)
      const expected = [
        view.getUint32(0),
        view.getUint32(4),
        ...halfSipHash(digest.subarray(8), n * 7919, 0xdeadbeef - n),
      ]
      assert.deepEqual([...words.subarray(0, 4)], expected)
    }
  })
})
