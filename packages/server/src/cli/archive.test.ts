import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { ProblemError } from '@tocsin/core/base'
import { type ExpansionLimits, unpacked } from './archive.ts'

const LIST = Array.from({ length: 20_000 }, (_, at) => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}\n`).join('')
const SMALL: ExpansionLimits = { ratio: 100, freeBytes: 100_000, bytes: 1_000_000 }
const PACKERS = { gzip: gzipSync, zstd: zstdCompressSync } as const

async function* cut(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function unpack(bytes: Uint8Array, size = 1000, limits?: ExpansionLimits): Promise<string> {
  const chunks = await Array.fromAsync(unpacked('list', cut(bytes, size), limits))
  return Buffer.concat(chunks).toString()
}

for (const [name, pack] of Object.entries(PACKERS)) {
  const refused = (pattern: RegExp) => (error: unknown) => {
    assert.ok(error instanceof ProblemError && error.problem.code === 'invalid')
    assert.match(error.message, new RegExp(`^Cannot unpack ${name} "list": `))
    assert.match(error.message, pattern)
    return true
  }

  test(`unpacked() reads ${name}, however it is cut`, async () => {
    const packed = pack(Buffer.from(LIST))
    for (const size of [1, 3, 7777, packed.length]) assert.equal(await unpack(packed, size), LIST)
  })

  test(`unpacked() refuses ${name} that is cut off or damaged`, async () => {
    const packed = pack(Buffer.from(LIST))
    for (const length of [5, 20, packed.length >> 1, packed.length - 1]) {
      await assert.rejects(unpack(packed.subarray(0, length)), refused(/damaged or cut off/), String(length))
    }
    const damaged = Buffer.from(packed)
    damaged.fill(0xff, 30, 90)
    await assert.rejects(unpack(damaged), refused(/damaged or cut off/))
  })

  test(`unpacked() refuses ${name} that grows beyond reason`, async () => {
    const bomb = pack(Buffer.alloc(900_000))
    await assert.rejects(unpack(bomb, 1000, SMALL), refused(/at most 100 times its size/))
    await assert.rejects(unpack(bomb, 1000, { ...SMALL, ratio: 1e9, bytes: 500_000 }), refused(/at most 500000 bytes/))
    assert.equal((await unpack(pack(Buffer.alloc(90_000)), 1000, SMALL)).length, 90_000)
  })
}

test('unpacked() reads all members of a gzip file, and never loses a second zstd frame', async () => {
  const [gzipped, zstd] = [gzipSync('a\n'), zstdCompressSync(Buffer.from('a\n'))]
  for (const size of [1, 5, 1000]) assert.equal(await unpack(Buffer.concat([gzipped, gzipped]), size), 'a\na\n')
  // Node goes on to the next frame only where a chunk ends with the one before.
  const two = Buffer.concat([zstd, zstd])
  assert.equal(await unpack(two, zstd.length), 'a\na\n')
  for (const size of [zstd.length - 1, two.length]) {
    await assert.rejects(unpack(two, size), /one archive and nothing behind it/, String(size))
  }
})

test('unpacked() passes on whatever is no archive', async () => {
  for (const text of ['', 'a', '192.0.2.1\n', '\x1f']) assert.equal(await unpack(Buffer.from(text, 'latin1'), 1), text)
})

test('unpacked() passes on the error of its input', async () => {
  async function* broken() {
    yield gzipSync(LIST).subarray(0, 100)
    throw new Error('disk')
  }
  await assert.rejects(Array.fromAsync(unpacked('list', broken())), /^Error: disk$/)
})
