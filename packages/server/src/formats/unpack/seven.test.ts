import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { ProblemError } from '@tocsin/core/base'
import { Budget, UNPACK_LIMITS, type UnpackLimits } from './limits.ts'
import { inMemory } from './random-access.ts'
import { CODE, LIST, SEVEN_ZIPS, sevenOf } from './seven.fixture.ts'
import { sevenMembers } from './seven.ts'

async function opened(bytes: Uint8Array, limits: Partial<UnpackLimits> = {}): Promise<Record<string, Buffer>> {
  const budget = new Budget('x.7z', { ...UNPACK_LIMITS, ...limits })
  const found: Record<string, Buffer> = {}
  const read = (count: number) => budget.takePacked(count)
  for await (const { name, chunks } of sevenMembers('x.7z', inMemory(bytes), budget, read)) {
    found[name] = await buffer(chunks)
  }
  return found
}

async function refused(bytes: Uint8Array, message: RegExp, limits: Partial<UnpackLimits> = {}) {
  await assert.rejects(opened(bytes, limits), (error: unknown) => {
    assert.ok(error instanceof ProblemError, String(error))
    assert.equal(error.problem.code, 'invalid')
    assert.match(error.message, message)
    return true
  })
}

/** Names in UTF-16, as property 11. */
const named = (...names: string[]) => {
  const text = Buffer.from(names.map(name => `${name}\0`).join(''), 'utf16le')
  return [0x11, text.length + 1, 0, ...text]
}

/** One stored file of three bytes, with a sum. */
const STORED = Buffer.from('abc')
const SUM = Buffer.alloc(4)
SUM.writeUInt32LE(crc32(STORED))
const streamsOf = (size: number, packedSize = size, sum: Buffer = SUM) => [
  0x04,
  0x06,
  0,
  1,
  0x09,
  packedSize,
  0,
  0x07,
  0x0b,
  1,
  0,
  1,
  1,
  0,
  0x0c,
  size,
  0x0a,
  1,
  ...sum,
  0,
  0,
]
const directory = (...parts: (readonly number[])[]) => Buffer.from([1, ...parts.flat(), 0])

for (const packing of ['lzma', 'lzma2', 'x86', 'delta', 'deflate']) {
  test(`the files of a 7-Zip packed by ${packing} come as they were, the empty one too`, async () => {
    assert.deepEqual(await opened(SEVEN_ZIPS[packing]!), {
      'b/code.exe': CODE,
      'list.txt': LIST,
      empty: Buffer.alloc(0),
    })
  })
}

test('a file of a solid stretch that is not read, or not to its end, does not harm the next', async () => {
  const budget = new Budget('x.7z', UNPACK_LIMITS)
  const members = sevenMembers('x.7z', inMemory(SEVEN_ZIPS['lzma2']!), budget, bytes => budget.takePacked(bytes))
  await members.next()
  const list = await members.next()
  assert.ok(list.done !== true)
  assert.deepEqual(await buffer(list.value.chunks), LIST)
})

test('what cannot be unpacked is named', async () => {
  await refused(SEVEN_ZIPS['encrypted']!, /it is encrypted/)
  await refused(SEVEN_ZIPS['names']!, /it is encrypted/)
  await refused(SEVEN_ZIPS['ppmd']!, /found PPMd, not read here/)
  await refused(SEVEN_ZIPS['bcj2']!, /found BCJ2, not read here/)
})

test('damage is never taken for an end', async () => {
  const whole = SEVEN_ZIPS['lzma2']!
  for (let length = 6; length < whole.length; length += 7) await refused(whole.subarray(0, length), /x\.7z/)
  for (let at = 32; at < whole.length; at += 5) {
    const damaged = Buffer.from(whole)
    damaged[at]! ^= 0x55
    // The last bits of a stretch may decide nothing.
    const found = await opened(damaged).catch((error: unknown) => error)
    if (!(found instanceof ProblemError)) assert.deepEqual(found, await opened(whole), `byte ${at}`)
  }
})

test('a stored file is held against its check sum and its size', async () => {
  const files = [0x05, 1, ...named('a'), 0]
  assert.deepEqual(await opened(sevenOf(STORED, directory(streamsOf(3), files))), { a: STORED })
  await refused(sevenOf(STORED, directory(streamsOf(3, 3, Buffer.alloc(4)), files)), /another check sum/)
  await refused(sevenOf(STORED, directory(streamsOf(4, 3), files)), /"it must not end here"/)
  await refused(sevenOf(STORED, directory(streamsOf(100), files)), /"it must not end here"/)
})

test('hostile directories are refused before they cost anything', async () => {
  const nothing = Buffer.alloc(0)
  await refused(sevenOf(nothing, nothing, { size: 2n ** 63n }), /a directory of \d+ bytes/)
  await refused(sevenOf(nothing, Buffer.of(1), { place: 2n ** 62n }), /must not end here/)
  const huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
  await refused(sevenOf(nothing, directory([0x05, ...huge])), /a size beyond all sizes/)
  await refused(sevenOf(nothing, directory([0x05, 0xf0, 0xff, 0xff, 0xff, 0xff])), /more things than may be/)
  await refused(sevenOf(nothing, directory([0x04, 0x06, 0, 0xe0, 0xff, 0xff, 0xff])), /more things than may be/)
  await refused(sevenOf(nothing, directory([0x04, 0x07, 0x0b, 1, 0, 0])), /do not fit together/)
  // A directory packed by nothing in itself, again and again.
  await refused(sevenOf(nothing, Buffer.from([0x17, 0, 0])), /of no folder, or several/)
  const many = [0x05, 20, ...named(...Array.from({ length: 20 }, (_, n) => `${n}`)), 0]
  await refused(sevenOf(nothing, directory(many)), /more things than may be/, { membersMax: 10 })
})

test('coders that go round in a circle are refused', async () => {
  // Two coders, one of them fed by itself.
  const folder = [2, 1, 0, 1, 0, 0, 0]
  const circle = [0x04, 0x06, 0, 1, 0x09, 3, 0, 0x07, 0x0b, 1, 0, ...folder, 0x0c, 3, 3, 0, 0]
  await refused(sevenOf(STORED, directory(circle, [0x05, 1, ...named('a'), 0])), /one chain|fit together/)
})

test('the budget holds: members, bytes, ratio and dictionary', async () => {
  const whole = SEVEN_ZIPS['lzma2']!
  await refused(whole, /more things than may be|at most 2 entries/, { membersMax: 2 })
  await refused(whole, /at most 1000 bytes/, { unpackedBytesMax: 1000 })
  await refused(whole, /its dictionary must have at most 4096 bytes/, { windowBytesMax: 4096 })
})
