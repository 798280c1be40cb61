import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeHex, unwrap } from '@tocsin/core/base'
import { subjectKey } from '@tocsin/core/subject'
import type { Entry } from '@tocsin/core/verdict'
import { encodeBase64, readSearchResponse } from '../../protocols/safebrowsing/index.ts'
import { badEntry, startDoor, subjectOf } from './book.fixture.ts'

const POPULAR: Entry = badEntry('popular', { score: 95, incriminated: false, restsSafe: true, protection: 'popular' })

const keyOf = (text: string) => subjectKey(subjectOf(text))
/** The page that has the hash of something else. */
const hashOf = (text: string) => `url:sha256:${encodeHex(keyOf(text))}`

async function isListed(door: Awaited<ReturnType<typeof startDoor>>, text: string): Promise<boolean> {
  const prefix = encodeURIComponent(encodeBase64(keyOf(text).subarray(0, 4)))
  const { bytes } = await door.get(`/v5/hashes:search?hashPrefixes=${prefix}`)
  return unwrap(readSearchResponse(bytes)).fullHashes.length === 1
}

test('a page that is known by its hash is listed when somebody who is trusted says it', async () => {
  await using door = await startDoor({
    entries: { [hashOf('url:shop.example/a')]: badEntry('phishing', { organisations: 1 }) },
  })
  assert.equal(await isListed(door, 'url:shop.example/a'), true)
  door.publish({ [hashOf('url:shop.example/a')]: badEntry('phishing', { organisations: 0 }) })
  assert.equal(await isListed(door, 'url:shop.example/a'), false)
})

test('the hash of a popular host, told as that of a page, does not list the host before as many agree as it asks for', async () => {
  const page = hashOf('domain:big.example')
  await using door = await startDoor({
    entries: { 'domain:big.example': POPULAR, [page]: badEntry('phishing', { organisations: 1 }) },
  })
  assert.equal(await isListed(door, 'domain:big.example'), false)
  door.publish({ [page]: badEntry('phishing', { organisations: 2 }) })
  assert.equal(await isListed(door, 'domain:big.example'), true)
})

test('a host that becomes popular takes the hash of itself off the lists', async () => {
  const page = hashOf('domain:big.example')
  await using door = await startDoor({ entries: { [page]: badEntry('phishing', { organisations: 1 }) } })
  assert.equal(await isListed(door, 'domain:big.example'), true)
  door.publish({ 'domain:big.example': POPULAR })
  assert.equal(await isListed(door, 'domain:big.example'), false)
})
