import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { packTar } from 'modern-tar'
import { inMemory } from '../formats/unpack/random-access.ts'
import { CODE, LIST, SEVEN_ZIPS, XZS } from '../formats/unpack/seven.fixture.ts'
import { zipOf } from '../formats/unpack/zip.fixture.ts'
import { containerOf } from './container.ts'
import { LOOK_LIMITS } from './limits.ts'
import { lookInto } from './look-into.ts'
import { sha256 } from './trees.fixture.ts'

const EXE = Buffer.from('MZ, says the exe')
const RAR = Buffer.concat([Buffer.from('Rar!\x1a\x07\x01\x00', 'latin1'), Buffer.alloc(100)])

function look(name: string, bytes: Uint8Array, limits = {}) {
  return lookInto(name, containerOf(bytes)!, inMemory(bytes), { ...LOOK_LIMITS, ...limits })
}

const tarOf = (name: string, body: Uint8Array) => packTar([{ header: { name, size: body.length }, body }])

test('every file of an archive has its hash, and so has every archive in it', async () => {
  const inner = zipOf([
    { name: 'b/c.exe', content: EXE },
    { name: 'd.txt', content: Buffer.from('d') },
  ])
  const tar = await tarOf('mail/inner.zip', inner)
  const { members, notes } = await look('all.tar.gz', gzipSync(tar))
  assert.deepEqual(notes, [])
  assert.deepEqual(Object.fromEntries(members), {
    'all.tar': sha256(tar),
    'all.tar!mail/inner.zip': sha256(inner),
    'all.tar!mail/inner.zip!b/c.exe': sha256(EXE),
    'all.tar!mail/inner.zip!d.txt': sha256('d'),
  })
})

test('zstd is opened, RAR is not and says so, with its hash', async () => {
  const { members, notes } = await look(
    'x.zip',
    zipOf([
      { name: 'a.zst', content: zstdCompressSync(EXE) },
      { name: 'b.rar', content: RAR },
    ]),
  )
  assert.deepEqual(
    members.map(([path]) => path),
    ['a.zst!a', 'a.zst', 'b.rar'],
  )
  assert.equal(members[2]![1], sha256(RAR))
  assert.deepEqual(notes, [['b.rar', 'it is RAR, which is not read here']])
  assert.match((await look('b.rar', RAR)).notes[0]![1], /it is RAR/)
})

test('7-Zip and xz are opened, by themselves and within others; what is packed otherwise is told for each file', async () => {
  const files = { 'b/code.exe': sha256(CODE), 'list.txt': sha256(LIST), empty: sha256('') }
  const seven = await look('a.7z', SEVEN_ZIPS['lzma2']!)
  assert.deepEqual([Object.fromEntries(seven.members), seven.notes], [files, []])
  const { members, notes } = await look('x.tar', await tarOf('a.7z', SEVEN_ZIPS['x86']!))
  assert.deepEqual(notes, [])
  assert.equal(Object.fromEntries(members)['a.7z!b/code.exe'], sha256(CODE))
  assert.deepEqual((await look('a.txt.xz', XZS['crc64']!)).members, [['a.txt', sha256(LIST)]])
  const ppmd = await look('a.7z', SEVEN_ZIPS['ppmd']!)
  assert.deepEqual(
    ppmd.notes.map(([path]) => path),
    ['b/code.exe', 'list.txt'],
  )
  const damaged = Buffer.from(SEVEN_ZIPS['lzma2']!)
  damaged[100]! ^= 1
  const { notes: told } = await look('a.7z', damaged)
  assert.deepEqual(
    told.map(([path]) => path),
    ['b/code.exe', 'list.txt'],
  )
})

test('attachments of mails are looked into, without the names that senders gave', async () => {
  const zip = zipOf([{ name: 'in.exe', content: EXE }])
  const mail = (boundary: string, content: string) =>
    `From: a@example.org\nContent-Type: multipart/mixed; boundary=${boundary}\n\n--${boundary}\n${content}\n--${boundary}--\n`
  const inner = mail(
    'c',
    `Content-Type: application/zip; name="secret.zip"\nContent-Transfer-Encoding: base64\n\n${zip.toString('base64')}`,
  )
  const { members, notes } = await look('a.eml', Buffer.from(mail('b', `Content-Type: message/rfc822\n\n${inner}`)))
  assert.deepEqual(notes, [])
  const forwarded = 'attachment 1 (message/rfc822)'
  assert.deepEqual(Object.fromEntries(members), {
    [forwarded]: sha256(inner),
    [`${forwarded}!attachment 1 (application/zip)`]: sha256(zip),
    [`${forwarded}!attachment 1 (application/zip)!in.exe`]: sha256(EXE),
  })
})

test('a message of Outlook is told as not opened, and other compound files are nothing special', async () => {
  const compound = (name: string) => {
    const bytes = Buffer.alloc(4096)
    bytes.write('d0cf11e0a1b11ae1', 'hex')
    bytes.writeUInt16LE(9, 30)
    bytes.writeUInt32LE(1, 48)
    bytes.write(name, 1024 + 128, 'utf16le')
    return bytes
  }
  const message = compound('__properties_version1.0')
  assert.match((await look('a.msg', message)).notes[0]![1], /it is an Outlook message/)
  assert.deepEqual((await look('a.doc', compound('WordDocument'))).notes, [])
  const { members, notes } = await look('x.tar', await tarOf('a.msg', message))
  assert.deepEqual([members.length, notes[0]![0]], [1, 'a.msg'])
})

test('what is damaged or encrypted is told, and the rest is read', async () => {
  const damaged = { name: 'damaged', content: EXE, says: { crc32: 1 } }
  const encrypted = { name: 'secret', content: EXE, flags: 1 }
  const broken = { name: 'broken.gz', content: gzipSync(Buffer.alloc(5000, 'ab')).subarray(0, 30) }
  const { members, notes } = await look('x.zip', zipOf([damaged, encrypted, broken, { name: 'whole', content: EXE }]))
  assert.deepEqual(
    members.map(([path]) => path),
    ['broken.gz', 'whole'],
  )
  assert.equal(members[0]![1], sha256(broken.content))
  assert.deepEqual(
    notes.map(([path]) => path),
    ['damaged', 'secret', 'broken.gz!broken'],
  )
})

test('an archive that is damaged itself is told with what was read of it', async () => {
  const tar = Buffer.concat([Buffer.from(await tarOf('a', EXE)).subarray(0, 1024), Buffer.alloc(512, 'x')])
  const { members, notes } = await look('x.tar', tar)
  assert.deepEqual(members, [['a', sha256(EXE)]])
  assert.equal(notes.length, 1)
  assert.equal((await look('x.zip', zipOf([{ name: 'a', content: EXE }]).subarray(0, 40))).notes[0]![0], '')
})

test('no bomb passes: depth, members, bytes and ratio are bounded', async () => {
  let nested: Buffer = EXE
  for (let depth = 0; depth < 8; depth++) nested = gzipSync(nested)
  const deep = await look('x.gz', nested)
  assert.match(deep.notes[0]![1], /more than 5 deep/)
  const many = zipOf(Array.from({ length: 20 }, (_, n) => ({ name: `${n}`, content: EXE })))
  assert.match((await look('x.zip', many, { membersMax: 10 })).notes[0]![1], /at most 10 entries/)
  const zeros = gzipSync(Buffer.alloc(8 * 2 ** 20))
  assert.match((await look('x.gz', zeros)).notes[0]![1], /200 times its size, found more: a bomb/)
  assert.match(
    (await look('x.gz', zeros, { ratioMax: 1e6, unpackedBytesMax: 1e6 })).notes[0]![1],
    /at most 1000000 bytes/,
  )
  // A member that uses up the limits ends the whole: the next ones would only do the same.
  const bombs = zipOf(Array.from({ length: 5 }, (_, n) => ({ name: `${n}.gz`, content: zeros, method: 0 })))
  const { notes, members } = await look('x.zip', bombs)
  assert.deepEqual([notes.length, members.length], [1, 0])
})

test('names of members are labels: hostile ones do no harm, long ones are cut', async () => {
  const { members } = await look(
    'x.zip',
    zipOf([
      { name: '../../etc/passwd', content: EXE },
      { name: 'a'.repeat(5000), content: EXE },
    ]),
  )
  assert.deepEqual(
    members.map(([path]) => path.length),
    [16, 1025],
  )
})
