import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesEqual, encodeHex, sha256, unwrap } from '@tocsin/core/base'
import { subjectKey } from '@tocsin/core/subject'
import { type Entry, lapsesAt } from '@tocsin/core/verdict'
import {
  checksumOf,
  decodeRice32,
  encodeBase64,
  type HashList,
  readHashList,
  readHashLists,
  readSearchResponse,
  writeBatchRequest,
  writeSearchRequest,
} from '../../protocols/safebrowsing/index.ts'
import { badEntry, NOW, startDoor, subjectOf } from './book.fixture.ts'

const keyOf = (text: string) => subjectKey(subjectOf(text))
const asked = (...texts: string[]) =>
  texts.map(text => `hashPrefixes=${encodeURIComponent(encodeBase64(keyOf(text).subarray(0, 4)))}`).join('&')
const MINUTE = 60_000
/** How long an entry is blocked from NOW on. */
const lapseSeconds = (entry: Entry) => (lapsesAt(entry, NOW)! - NOW) / 1000

const prefixesIn = (list: HashList) =>
  list.additions?.bytes === 4 ? unwrap(decodeRice32(list.additions.delta)) : new Uint32Array()
const holds = (list: HashList, text: string) => {
  const key = keyOf(text)
  const prefix = new DataView(key.buffer, key.byteOffset).getUint32(0)
  return prefixesIn(list).includes(prefix)
}

test('a search gives the full hashes of what the policy blocks, as bytes', async () => {
  await using door = await startDoor({
    entries: {
      'domain:bad.example': badEntry('phishing'),
      'url:shop.example/a?b=1': badEntry('malware'),
      'domain:mild.example': badEntry('listed', { score: 70 }),
    },
  })
  const response = await door.get(`/v5/hashes:search?${asked('domain:bad.example', 'domain:mild.example')}`)
  assert.equal(response.status, 200)
  assert.equal(response.headers['content-type'], 'application/x-protobuf')
  const { fullHashes, cacheDurationSeconds } = unwrap(readSearchResponse(response.bytes))
  assert.equal(encodeHex(fullHashes[0]!.fullHash), encodeHex(keyOf('domain:bad.example')))
  assert.deepEqual(
    fullHashes.map(each => each.threatTypes),
    [['SOCIAL_ENGINEERING']],
  )
  assert.equal(cacheDurationSeconds, 60, 'one of them was not found')

  const json = await door.get(`/v5/hashes:search?alt=json&${asked('url:shop.example/a?b=1')}`)
  assert.deepEqual(JSON.parse(json.text), {
    fullHashes: [
      { fullHash: encodeBase64(keyOf('url:shop.example/a?b=1')), fullHashDetails: [{ threatType: 'MALWARE' }] },
    ],
    cacheDuration: '300s',
  })
})

test('a search is the same as a message in $req, and JSON by Accept', async () => {
  await using door = await startDoor({ entries: { 'domain:bad.example': badEntry('malware') } })
  const request = encodeURIComponent(encodeBase64(writeSearchRequest([keyOf('domain:bad.example').subarray(0, 4)])))
  const response = await door.get(`/v5/hashes:search?key=x&$ct=application/x-protobuf&$req=${request}`)
  assert.equal(unwrap(readSearchResponse(response.bytes)).fullHashes.length, 1)
  const accept = { accept: 'application/json' }
  assert.equal(JSON.parse((await door.get(`/v5/hashes:search?$req=${request}`, accept)).text).fullHashes.length, 1)
  const bytes = await door.get(`/v5/hashes:search?alt=proto&$req=${request}`, accept)
  assert.equal(bytes.headers['content-type'], 'application/x-protobuf')
})

test('a search takes a thousand prefixes and no more, of four bytes each', async () => {
  await using door = await startDoor()
  const prefix = (n: number) => encodeURIComponent(encodeBase64(Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n)))
  const many = (count: number) => Array.from({ length: count }, (_, n) => `hashPrefixes=${prefix(n)}`).join('&')
  assert.equal((await door.get(`/v5/hashes:search?${many(1000)}`)).status, 200)
  const refused = async (query: string, why: RegExp) => {
    const response = await door.get(`/v5/hashes:search?${query}`)
    assert.equal(response.status, 400)
    assert.match(JSON.parse(response.text).detail, why)
  }
  await refused(many(1001), /at most 1000 prefixes, found 1001/)
  await refused('', /one prefix at least/)
  await refused('hashPrefixes=AAAAAAAA', /exactly 4 bytes, found 6/)
  await refused('hashPrefixes=*', /hashPrefixes must be base64, found "\*"/)
  await refused('hashPrefixes=AAAAAA&alt=xml', /alt must be "json" or "proto", found "xml"/)
  await refused('hashPrefix=AAAAAA', /parameter "hashPrefix" is not known/)
  await refused('$req=CgM', /announces/)
  await refused('hashPrefixes=AAAAAA&type=ip', /type must be "name" or "file"/)
})

test('a file never answers for a name: a text of "bad.example/" has the hash of that domain', async () => {
  const file = `file:${encodeHex(keyOf('domain:good.example'))}`
  await using door = await startDoor({ entries: { [file]: badEntry('malware') } })
  const search = async (more: string) => {
    const { bytes } = await door.get(`/v5/hashes:search?${asked('domain:good.example')}${more}`)
    return unwrap(readSearchResponse(bytes)).fullHashes.length
  }
  assert.deepEqual([await search(''), await search('&type=file')], [0, 1])
  const lists = unwrap(
    readHashLists((await door.get('/v5/hashLists:batchGet?names=tocsin-all-4b&names=tocsin-files-4b')).bytes),
  )
  assert.deepEqual([prefixesIn(lists[0]!).length, prefixesIn(lists[1]!).length], [0, 1])
})

test('a search knows what was published a moment ago, and what was taken back', async () => {
  await using door = await startDoor()
  const count = async () => {
    const { bytes } = await door.get(`/v5/hashes:search?${asked('domain:bad.example')}`)
    return unwrap(readSearchResponse(bytes)).fullHashes.length
  }
  assert.equal(await count(), 0)
  door.publish({ 'domain:bad.example': badEntry('malware') })
  assert.equal(await count(), 1)
  door.publish({ 'domain:bad.example': undefined })
  assert.equal(await count(), 0)
})

test('the cache duration is no longer than the threat has left, and then it is gone', async () => {
  const fading = badEntry('malware', { scoredAt: Math.floor(NOW / MINUTE) * MINUTE, lapses: [1, 1, 1] })
  await using door = await startDoor({ entries: { 'domain:bad.example': fading } })
  const search = async () =>
    unwrap(readSearchResponse((await door.get(`/v5/hashes:search?${asked('domain:bad.example')}`)).bytes))
  const { fullHashes, cacheDurationSeconds } = await search()
  assert.deepEqual([fullHashes.length, cacheDurationSeconds], [1, 300])
  door.pass(lapseSeconds(fading) - 100)
  const late = await search()
  assert.equal(late.fullHashes.length, 1)
  assert.ok(late.cacheDurationSeconds >= 1 && late.cacheDurationSeconds <= 160, `${late.cacheDurationSeconds} s`)
  door.pass(161)
  assert.deepEqual(await search(), { fullHashes: [], cacheDurationSeconds: 60 })
  assert.equal(prefixesIn(unwrap(readHashList((await door.get('/v5/hashList/mw-4b')).bytes))).length, 0)
})

test('policy lists decide: approved is not listed, blocked is, whatever the book says', async () => {
  await using door = await startDoor({
    approved: ['domain:fine.example'],
    blocked: ['domain:unloved.example'],
    entries: { 'domain:fine.example': badEntry('malware'), 'url:fine.example/a': badEntry('malware') },
  })
  const list = unwrap(readHashList((await door.get('/v5/hashList/tocsin-all-4b')).bytes))
  assert.deepEqual(
    ['domain:fine.example', 'url:fine.example/a', 'domain:unloved.example'].map(text => holds(list, text)),
    [false, false, true],
  )
  door.publish({ 'domain:unloved.example': badEntry('cleared', { score: 95, incriminated: false }) })
  const { bytes } = await door.get(`/v5/hashes:search?${asked('domain:unloved.example')}`)
  assert.equal(unwrap(readSearchResponse(bytes)).fullHashes.length, 1)
})

test('a domain in which something protected lies is listed when as many agree as that asks for', async () => {
  const popular: Entry = badEntry('popular', { score: 95, incriminated: false, restsSafe: true, protection: 'popular' })
  await using door = await startDoor({
    entries: { 'domain:www.big.example': popular, 'domain:big.example': badEntry('malware', { organisations: 1 }) },
  })
  const isListed = async () => {
    const { bytes } = await door.get(`/v5/hashes:search?${asked('domain:big.example')}`)
    return unwrap(readSearchResponse(bytes)).fullHashes.length === 1
  }
  assert.equal(await isListed(), false)
  door.publish({ 'domain:big.example': badEntry('malware', { organisations: 2 }) })
  assert.equal(await isListed(), true)
  door.publish({ 'domain:big.example': badEntry('malware', { organisations: 0 }) })
  assert.equal(await isListed(), false)
  door.publish({ 'domain:www.big.example': undefined })
  assert.equal(await isListed(), true, 'nothing protected is in it any more')
  door.publish({ 'url:big.example/shop/a': popular })
  assert.equal(await isListed(), false, 'a page protects as well')
})

test('a list is given whole, and then what differs', async () => {
  const entries = Object.fromEntries(
    Array.from({ length: 50 }, (_, n) => [`domain:bad-${n}.example`, badEntry('malware')]),
  )
  await using door = await startDoor({ entries })
  const list = async (version?: Uint8Array) => {
    const query = version === undefined ? '' : `?version=${encodeURIComponent(encodeBase64(version))}`
    return unwrap(readHashList((await door.get(`/v5/hashList/tocsin-malware-4b${query}`)).bytes))
  }
  const whole = await list()
  assert.deepEqual([whole.name, whole.partialUpdate, whole.minimumWaitSeconds], ['tocsin-malware-4b', false, 60])
  assert.equal(prefixesIn(whole).length, 50)
  assert.ok(bytesEqual(whole.sha256Checksum, checksumOf(prefixesIn(whole), sha256)))

  const same = await list(whole.version)
  assert.deepEqual([same.partialUpdate, same.additions, same.compressedRemovals], [true, undefined, undefined])
  assert.equal(same.sha256Checksum.length, 0)

  door.publish({ 'domain:bad-7.example': undefined, 'domain:new.example': badEntry('malware') })
  door.pass(30)
  const update = await list(whole.version)
  assert.deepEqual(
    [update.partialUpdate, prefixesIn(update).length, holds(update, 'domain:new.example')],
    [true, 1, true],
  )
  const [place] = unwrap(decodeRice32(update.compressedRemovals!))
  const removed = new DataView(keyOf('domain:bad-7.example').buffer).getUint32(0)
  assert.equal(prefixesIn(whole)[place!], removed)

  const foreign = await list(Uint8Array.of(9, 9, 9))
  assert.deepEqual([foreign.partialUpdate, prefixesIn(foreign).length], [false, 50])
})

test('a list is not looked through at every question', async () => {
  await using door = await startDoor({ entries: { 'domain:bad.example': badEntry('malware') } })
  const size = async () => prefixesIn(unwrap(readHashList((await door.get('/v5/hashList/mw-4b')).bytes))).length
  assert.equal(await size(), 1)
  door.publish({ 'domain:more.example': badEntry('malware') })
  assert.equal(await size(), 1)
  door.pass(30)
  assert.equal(await size(), 2)
})

test('several lists come in the order asked, each by its own version', async () => {
  await using door = await startDoor({
    entries: { 'domain:a.example': badEntry('malware'), 'domain:b.example': badEntry('scam') },
  })
  const first = unwrap(
    readHashLists((await door.get('/v5/hashLists:batchGet?names=se-4b&names=mw-4b&names=gc-32b')).bytes),
  )
  assert.deepEqual(
    first.map(list => [list.name, prefixesIn(list).length]),
    [
      ['se-4b', 1],
      ['mw-4b', 1],
      ['gc-32b', 0],
    ],
  )
  const request = writeBatchRequest({
    names: ['mw-4b', 'se-4b'],
    versions: [first[0]!.version, Uint8Array.of(1)],
    sizeConstraints: { maxUpdateEntries: 0, maxDatabaseEntries: 0 },
  })
  const second = await door.get(`/v5/hashLists:batchGet?$req=${encodeURIComponent(encodeBase64(request))}`)
  assert.deepEqual(
    unwrap(readHashLists(second.bytes)).map(list => [list.name, list.partialUpdate]),
    [
      ['mw-4b', false],
      ['se-4b', true],
    ],
  )
  const refused = async (query: string, status: number, why: RegExp) => {
    const response = await door.get(`/v5/hashLists:batchGet?${query}`)
    assert.equal(response.status, status)
    assert.match(JSON.parse(response.text).detail, why)
  }
  const token = encodeURIComponent(encodeBase64(first[0]!.version))
  await refused('', 400, /names must be 1 to 100 names, found 0/)
  await refused('names=se-4b&names=se-4b', 400, /"se-4b" twice/)
  await refused('names=nobody', 404, /none of that name; see \/v5\/hashLists/)
  await refused(`names=se-4b&version=${token}&version=${token}`, 400, /two versions are of the same list/)
  await refused('names=se-4b&sizeConstraints.maxUpdateEntries=5', 400, /at least 1024, found 5/)
  await refused('names=se-4b&sizeConstraints.maxUpdateEntries=-1', 400, /must be a whole number, found "-1"/)
})

test('the catalogue names every list', async () => {
  await using door = await startDoor()
  const { hashLists } = JSON.parse((await door.get('/v5/hashLists?alt=json')).text)
  assert.ok(hashLists.length >= 5)
  assert.deepEqual(hashLists[0].metadata.hashLength, 'FOUR_BYTES')
})

test('a stale book answers, promises nothing and says so; one that cannot be asked is 503', async () => {
  await using door = await startDoor({ entries: { 'domain:bad.example': badEntry('malware') } })
  door.setState('stale')
  const response = await door.get(`/v5/hashes:search?${asked('domain:bad.example')}`)
  const { fullHashes, cacheDurationSeconds } = unwrap(readSearchResponse(response.bytes))
  assert.deepEqual([fullHashes.length, cacheDurationSeconds, response.headers['x-tocsin-state']], [1, 0, 'stale'])
  door.setState('unavailable')
  assert.equal((await door.get(`/v5/hashes:search?${asked('domain:bad.example')}`)).status, 503)
  assert.equal((await door.get('/v5/hashList/mw-4b')).status, 503)
})

test('off loopback a key is needed, and pages of other origins may ask', async () => {
  await using door = await startDoor()
  const url = '/v5/hashList/mw-4b'
  assert.equal((await door.get(url, {}, '192.0.2.1')).status, 401)
  const response = await door.get(url, { authorization: 'Bearer good' }, '192.0.2.1')
  assert.deepEqual([response.status, response.headers['access-control-allow-origin']], [200, '*'])
  assert.equal((await door.app.inject({ method: 'OPTIONS', url })).statusCode, 204)
})
