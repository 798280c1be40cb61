import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { packTar } from 'modern-tar'
import { ListInput } from './input.ts'

async function* cut(bytes: Uint8Array, size = bytes.length) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(input: ListInput): Promise<string> {
  return Buffer.concat(
    await Array.fromAsync(
      input.chunks(() => undefined),
      chunk => Uint8Array.from(chunk),
    ),
  ).toString()
}

async function tarOf(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  return await packTar(Object.entries(files).map(([name, body]) => ({ header: { name, size: body.length }, body })))
}

/** A folder for one test. */
function folder(files: Readonly<Record<string, Uint8Array | string>>) {
  const path = mkdtempSync(join(tmpdir(), 'tocsin-input-'))
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(path, name), bytes)
  return { at: (name: string) => join(path, name), [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}

test('files are one list, packed or not, each ending with the end of a line', async () => {
  using files = folder({ a: 'a\nb', 'b.gz': gzipSync('c'), 'c.zst': zstdCompressSync(Buffer.from('d\n')), e: '' })
  const input = new ListInput([files.at('a'), files.at('b.gz'), files.at('c.zst'), files.at('e')], cut(Buffer.of()))
  assert.equal(await read(input), 'a\nb\nc\nd\n')
  assert.equal(input.name, 'a')
  assert.equal(input.place(2), `${files.at('a')} line 2`)
  assert.equal(input.place(3), `${files.at('b.gz')} line 1`)
})

test('the files of an archive are one list, without its README', async () => {
  const tar = await tarOf({ 'README.md': 'bad.example\n', 'x/a.txt': 'a\nb', 'x/b.txt': 'c\n' })
  using files = folder({ 'lists.tar.gz': gzipSync(tar) })
  const input = new ListInput([files.at('lists.tar.gz')], cut(Buffer.of()))
  assert.equal(await read(input), 'a\nb\nc\n')
  assert.equal(input.place(3), `${files.at('lists.tar.gz')} x/b.txt line 1`)
})

test('standard input may be packed, however it is cut; a second part is never lost', async () => {
  const [gzip, zstd] = [gzipSync('a\n'), zstdCompressSync(Buffer.from('a\n'))]
  for (const size of [1, 7, 10_000]) {
    for (const packed of [gzip, zstd]) assert.equal(await read(new ListInput(['-'], cut(packed, size))), 'a\n')
    assert.equal(await read(new ListInput(['-'], cut(Buffer.concat([gzip, gzip]), size))), 'a\na\n')
    const both = await read(new ListInput(['-'], cut(Buffer.concat([zstd, zstd]), size))).catch(String)
    assert.match(both, /^a\na\n$|Cannot unpack/)
  }
  assert.equal(await read(new ListInput(['-'], cut(Buffer.from('\x1f', 'latin1')))), '\x1f\n')
})

test('what is missing, damaged or a bomb is told as such, and kept for whoever only saw the stream break', async () => {
  using files = folder({
    'cut.gz': gzipSync('a\n'.repeat(1000)).subarray(0, 30),
    'bomb.gz': gzipSync(Buffer.alloc(2 ** 26)),
  })
  const reasons = {
    none: /^Cannot read ".*none": ENOENT$/,
    'cut.gz': /^Cannot unpack "cut\.gz": /,
    'bomb.gz': /times its size, found more: a bomb$/,
  }
  for (const [name, reason] of Object.entries(reasons)) {
    const input = new ListInput([files.at(name)], cut(Buffer.of()))
    await assert.rejects(read(input), { name: 'ProblemError', message: reason }, name)
    assert.match((input.failure as Error).message, reason)
  }
})

test('the error of standard input stays its own', async () => {
  async function* broken() {
    yield gzipSync('a\n'.repeat(1000)).subarray(0, 20)
    throw new Error('disk')
  }
  await assert.rejects(read(new ListInput(['-'], broken())), /^Error: disk$/)
})
