import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { createGzip, gzipSync, zstdCompressSync } from 'node:zlib'
import { ProblemError } from '@tocsin/core/base'
import { packTar, type TarEntry } from 'modern-tar'
import { inMemory } from './random-access.ts'
import { type UnpackedMember, type UnpackLimits, unpack, unpackFile } from './unpack.ts'
import { zipOf } from './zip.fixture.ts'

const LIST = Buffer.from('192.0.2.1\n198.51.100.0/24\n'.repeat(200))

async function* pieces(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function all(members: AsyncIterable<UnpackedMember>): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for await (const { name, chunks } of members) found[name] = (await buffer(chunks)).toString('latin1')
  return found
}

/** As a stream in large and in tiny pieces, and as a file: the same files each time. */
async function opened(name: string, bytes: Uint8Array, limits?: Partial<UnpackLimits>) {
  const found = await all(unpack(name, pieces(bytes), limits))
  assert.deepEqual(await all(unpack(name, pieces(bytes, 7), limits)), found)
  assert.deepEqual(await all(unpackFile(name, inMemory(bytes), limits)), found)
  return found
}

async function refused(name: string, bytes: Uint8Array, message: RegExp, limits?: Partial<UnpackLimits>) {
  const asStated = (error: unknown) => {
    assert.ok(error instanceof ProblemError, String(error))
    assert.equal(error.problem.code, 'invalid')
    assert.match(error.message, message)
    return true
  }
  await assert.rejects(all(unpack(name, pieces(bytes), limits)), asStated)
  await assert.rejects(all(unpackFile(name, inMemory(bytes), limits)), asStated)
}

function tarOf(files: Readonly<Record<string, Uint8Array>>, others: readonly TarEntry[] = []): Promise<Uint8Array> {
  const entries = Object.entries(files).map(([name, body]) => ({ header: { name, size: body.length }, body }))
  return packTar([...others, ...entries])
}

const text = LIST.toString('latin1')

test('an input that is no archive passes through under its own name', async () => {
  assert.deepEqual(await opened('list.txt', LIST), { 'list.txt': text })
  assert.deepEqual(await opened('empty', Buffer.alloc(0)), { empty: '' })
  for (const begin of ['BZhello', 'PK', 'BZh9 is a level', 'LZ', '\x1f', '7z', 'ustar']) {
    assert.deepEqual(await opened('list.gz', Buffer.from(begin)), { 'list.gz': begin })
  }
})

test('gzip and zstd are found by their first bytes, whatever the name', async () => {
  assert.deepEqual(await opened('list.txt.gz', gzipSync(LIST)), { 'list.txt': text })
  assert.deepEqual(await opened('list.txt', gzipSync(LIST)), { 'list.txt': text })
  assert.deepEqual(await opened('list.csv.zst', zstdCompressSync(LIST)), { 'list.csv': text })
  assert.deepEqual(await opened('two.gz', Buffer.concat([gzipSync(LIST), gzipSync(LIST)])), { two: text + text })
})

test('the files of a zip come in the order of its directory, without folders and links', async () => {
  const zip = zipOf([
    { name: 'a/', content: Buffer.alloc(0), method: 0 },
    { name: 'a/list.txt', content: LIST },
    { name: 'link', content: Buffer.from('/etc/passwd'), method: 0, mode: 0o120777 },
    { name: '../../etc/cron.d/x', content: LIST, method: 0 },
    { name: 'z', content: Buffer.alloc(0), method: 0 },
  ])
  const found = await opened('x.zip', zip)
  assert.deepEqual(Object.keys(found), ['a/list.txt', '../../etc/cron.d/x', 'z'])
  assert.equal(found['a/list.txt'], text)
  assert.deepEqual(await opened('none.zip', zipOf([])), {})
})

test('the files of a tar come in their order, without folders, links and devices', async () => {
  const long = `${'folder/'.repeat(30)}list.txt`
  const tar = await tarOf({ 'a.txt': LIST, empty: Buffer.alloc(0), [long]: LIST }, [
    { header: { name: 'folder/', size: 0, type: 'directory' } },
    { header: { name: 'link', size: 0, type: 'symlink', linkname: '/etc/passwd' } },
    { header: { name: 'device', size: 0, type: 'block-device' } },
  ])
  const files = { 'a.txt': text, empty: '', [long]: text }
  assert.deepEqual(await opened('x.tar', tar), files)
  assert.deepEqual(await opened('x.tgz', gzipSync(tar)), files)
  assert.deepEqual(await opened('x.tar.zst', zstdCompressSync(tar)), files)
})

test('archives within archives are opened three deep and no deeper', async () => {
  const tgz = gzipSync(await tarOf({ 'list.txt': LIST }))
  assert.deepEqual(await opened('x.zip', zipOf([{ name: 'a.gz', content: gzipSync(LIST) }])), { a: text })
  assert.deepEqual(await opened('x.zip', zipOf([{ name: 'a.tgz', content: tgz }])), { 'list.txt': text })
  const four = zipOf([{ name: 'b.zip', content: zipOf([{ name: 'a.tgz', content: tgz }]) }])
  await refused('x.zip', four, /"a\.tar".*at most 3 deep/)
})

test('what is not read here is named, with what to do', async () => {
  const kinds = {
    'BZh91AY&SY': 'bzip2',
    'Rar!\x1a\x07\x01\x00': 'RAR',
  }
  for (const [begin, about] of Object.entries(kinds)) {
    await refused('x', Buffer.from(begin, 'latin1'), new RegExp(`"x": it is ${about}, .*unpack it first`))
  }
})

test('an encrypted zip and an unknown method are named', async () => {
  await refused('x.zip', zipOf([{ name: 'a', content: LIST, flags: 1 }]), /"a": it is encrypted/)
  await refused('x.zip', zipOf([{ name: 'a', content: LIST, flags: 0x41 }]), /it is encrypted/)
  await refused('x.zip', zipOf([{ name: 'a', content: LIST, method: 14 }]), /method must be .*, found 14/)
})

test('an archive that is cut off or damaged never looks like a short one', async () => {
  const archives = { gzip: gzipSync(LIST), zstd: zstdCompressSync(LIST), zip: zipOf([{ name: 'a', content: LIST }]) }
  const tar = await tarOf({ a: LIST, b: LIST })
  const cuts = Object.entries({ ...archives, tar, tgz: gzipSync(tar) })
  for (const [name, bytes] of cuts) {
    for (const part of [0.3, 0.6, 0.9, 0.99]) {
      await refused(name, bytes.subarray(0, Math.floor(bytes.length * part)), /must be whole and undamaged/)
    }
  }
  await refused('two', Buffer.concat([archives.zstd, archives.zstd]), /nothing must follow/)
})

test('what a zip says of sizes and check sums must hold', async () => {
  const says = (said: object) => zipOf([{ name: 'a', content: LIST, says: said }])
  await refused('x', says({ crc32: 1 }), /check sum/)
  await refused('x', says({ size: 10 }), /the 10 bytes that the zip directory says, found more/)
  await refused('x', says({ size: LIST.length + 1 }), /zip directory says, found/)
  await refused('x', says({ packedSize: 10 }), /whole and undamaged/)
  await refused('x', says({ packedSize: 10_000 }), /whole and undamaged/)
  await refused('x', says({ at: 3 }), /whole and undamaged/)
})

test('a zip whose entries share bytes is refused before anything is unpacked', async () => {
  const zeros = Buffer.alloc(1000)
  const shared = zipOf([
    { name: 'a', content: zeros },
    { name: 'b', content: zeros, says: { at: 0 } },
  ])
  await refused('x.zip', shared, /must not share bytes .* a bomb/)
  // The header of the second entry lies within the data of the first, as in the quoted kind of bomb.
  const inner = zipOf([{ name: 'b', content: zeros }])
  const quoted = zipOf([
    { name: 'a', content: inner, method: 0 },
    { name: 'b', content: zeros, says: { at: 31 } },
  ])
  await refused('x.zip', quoted, /must not share bytes .* a bomb/)
})

test('a zip with too many entries, or that says to be too large, is refused by its directory', async () => {
  const many = zipOf(Array.from({ length: 20 }, (_, i) => ({ name: `${i}`, content: LIST })))
  await refused('x.zip', many, /at most 10 entries/, { membersMax: 10 })
  await refused('x.zip', many, /at most 10000 bytes, found more/, { unpackedBytesMax: 10_000 })
  const tar = await tarOf(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}`, LIST])))
  await refused('x.tar', tar, /at most 10 entries/, { membersMax: 10 })
})

test('10 GiB of zeros in a gzip are refused quickly', async () => {
  let packed = 0
  async function* bomb() {
    const gzip = createGzip({ level: 1 })
    const closed = new Promise<void>(resolve => gzip.once('close', resolve))
    const zeros = Buffer.alloc(2 ** 20)
    const feed = async () => {
      for (let i = 0; i < 10_240 && !gzip.destroyed; i++) {
        if (!gzip.write(zeros)) await Promise.race([once(gzip, 'drain').catch(() => undefined), closed])
      }
      gzip.end()
    }
    void feed()
    for await (const chunk of gzip as AsyncIterable<Buffer>) {
      packed += chunk.length
      yield chunk
    }
  }
  const before = process.memoryUsage().rss
  await assert.rejects(all(sizesOf(unpack('x.gz', bomb()))), /200 times its size, found more: a bomb/)
  assert.ok(packed < 2 ** 20, `${packed} bytes were read`)
  assert.ok(process.memoryUsage().rss - before < 200 * 2 ** 20)
})

async function* sizesOf(members: AsyncIterable<UnpackedMember>): AsyncGenerator<UnpackedMember> {
  for await (const { name, chunks } of members) {
    for await (const _ of chunks);
    yield { name, chunks: pieces(Buffer.alloc(0)) }
  }
}

test('bombs within bombs are measured against what came in', async () => {
  const inner = gzipSync(Buffer.alloc(30 * 2 ** 20))
  await refused('x.gz', gzipSync(inner), /200 times its size/)
  await refused('x.zip', zipOf([{ name: 'a.gz', content: inner }]), /200 times its size/)
})

test('limits hold for the input, for what comes out and for what is held in memory', async () => {
  const noise = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * i * 31) & 255))
  await refused('x', noise, /at most 1000 bytes, found/, { packedBytesMax: 1000 })
  await refused('x', gzipSync(noise), /unpack to at most 1000 bytes/, { unpackedBytesMax: 1000 })
  const zip = zipOf([{ name: 'a', content: noise, method: 0 }])
  await assert.rejects(
    all(unpack('x', pieces(zip), { spoolBytesMax: 1000 })),
    /read as a stream must have at most 1000/,
  )
  assert.equal((await all(unpackFile('x', inMemory(zip), { spoolBytesMax: 0 })))['a']?.length, noise.length)
})

test('a member that is not read is passed over, and one that is left in the middle does not look complete', async () => {
  const tar = await tarOf({ a: Buffer.alloc(300_000), b: Buffer.alloc(300_000), c: LIST })
  const names: string[] = []
  let left: AsyncIterator<Uint8Array> | undefined
  for await (const { name, chunks } of unpack('x.tar', pieces(tar))) {
    names.push(name)
    if (name !== 'b') continue
    left = chunks[Symbol.asyncIterator]()
    await left.next()
  }
  assert.deepEqual(names, ['a', 'b', 'c'])
  const rest = async () => {
    while ((await left!.next()).done !== true);
  }
  await assert.rejects(rest(), /a member must be read before the next one is asked for/)
})

test('leaving off closes the input, and the failure of the input stays its own', async () => {
  const tgz = gzipSync(await tarOf({ a: randomBytes(200_000), b: LIST }))
  for (const bytes of [LIST, gzipSync(LIST), tgz]) {
    let closed = false
    async function* input() {
      try {
        yield* pieces(bytes)
      } finally {
        closed = true
      }
    }
    for await (const _ of unpack('x', input())) break
    assert.ok(closed)
    async function* broken() {
      yield* pieces(bytes.subarray(0, bytes.length / 2))
      throw new RangeError('unplugged')
    }
    await assert.rejects(all(unpack('x', broken())), new RangeError('unplugged'))
  }
})

test('names are labels: bounded, and without what a terminal would obey', async () => {
  const zip = zipOf([{ name: `\u001b[31m${'x'.repeat(1000)}`, content: LIST, flags: 0x800 }])
  const [name] = Object.keys(await opened('x', zip))
  assert.match(name ?? '', /^\ufffd\[31mx+$/)
  assert.equal(name?.length, 255)
})

test('whatever is changed in an archive, it opens or is refused', async () => {
  const small = Buffer.from('192.0.2.1\n'.repeat(10))
  const archives = [
    zipOf([
      { name: 'a', content: small },
      { name: 'b', content: small, method: 0 },
    ]),
    await tarOf({ a: small }),
  ]
  archives.push(gzipSync(small), zstdCompressSync(small))
  let state = 7
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  for (let round = 0; round < 400; round++) {
    const bytes = Buffer.from(archives[round % archives.length]!)
    for (let flips = 1 + random(3); flips > 0; flips--) bytes[random(bytes.length)] = random(256)
    for (const members of [unpack('x', pieces(bytes, 100)), unpackFile('x', inMemory(bytes))]) {
      await all(members).catch((error: unknown) => assert.ok(error instanceof ProblemError, String(error)))
    }
  }
})
