import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { Budget, UNPACK_LIMITS, type UnpackLimits } from './limits.ts'
import { CODE, LIST, XZS } from './seven.fixture.ts'
import { xzContent } from './xz.ts'

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

function opened(bytes: Uint8Array, size = 1000, limits: Partial<UnpackLimits> = {}): Promise<Buffer> {
  const budget = new Budget('x.xz', { ...UNPACK_LIMITS, ...limits })
  budget.takePacked(bytes.length)
  return buffer(xzContent('x.xz', pieces(bytes, size), budget))
}

test('xz comes as it was, however the input is cut', async () => {
  const contents = { crc64: LIST, delta: LIST, blocks: LIST, sha256: CODE, x86: CODE }
  for (const [packing, content] of Object.entries(contents)) {
    for (const size of [1, 7, 1000]) assert.deepEqual(await opened(XZS[packing]!, size), content, packing)
  }
})

test('streams may follow each other, with zeros between them in fours', async () => {
  const { crc64, sha256 } = XZS
  const whole = Buffer.concat([crc64!, Buffer.alloc(8), sha256!, Buffer.alloc(4)])
  assert.deepEqual(await opened(whole), Buffer.concat([LIST, CODE]))
  await assert.rejects(opened(Buffer.concat([crc64!, Buffer.alloc(3)])), /must be whole and undamaged/)
  await assert.rejects(opened(Buffer.concat([crc64!, Buffer.from('more of it, no xz')])), /a wrong header/)
})

test('damage is never taken for an end, and no byte of it goes unnoticed', async () => {
  const whole = XZS['blocks']!
  for (let length = 0; length < whole.length; length++) await assert.rejects(opened(whole.subarray(0, length)), /x\.xz/)
  for (let at = 0; at < whole.length; at++) {
    const damaged = Buffer.from(whole)
    damaged[at]! ^= 0x21
    await assert.rejects(opened(damaged), /Cannot unpack "x\.xz"/, `byte ${at}`)
  }
})

test('filters that are not undone are named, dictionaries and contents are bounded', async () => {
  await assert.rejects(opened(XZS['arm64']!), /must be LZMA2, delta and x86, found 10, which is not read here/)
  await assert.rejects(opened(XZS['crc64']!, 1000, { windowBytesMax: 2 ** 20 }), /dictionary must have at most 1048576/)
  await assert.rejects(opened(XZS['crc64']!, 1000, { unpackedBytesMax: 100 }), /at most 100 bytes/)
})
