import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneFile } from './one-file.ts'

const SHA256 = `file:${'a'.repeat(64)}`
const MD5 = `file:md5:${'5'.repeat(32)}`
const OTHER = `file:md5:${'6'.repeat(32)}`
const TLSH = `T1${'0'.repeat(70)}`

test('oneFile() takes one hash of each kind for names of one file, the subject among them', () => {
  const digests = { sha256: 'a'.repeat(64), md5: '5'.repeat(32) }
  assert.deepEqual(oneFile(SHA256, [MD5]), { digests })
  assert.deepEqual(oneFile(MD5, [MD5, SHA256], TLSH), { digests: { ...digests, tlsh: TLSH } })
})

test('oneFile() takes two hashes of one kind for several files, which are related', () => {
  assert.deepEqual(oneFile(SHA256, [MD5, OTHER], TLSH), { related: [MD5, OTHER] })
})

test('oneFile() says nothing where nothing else is known, and passes over what is no TLSH', () => {
  assert.deepEqual(oneFile(SHA256, [], 'n/a'), {})
  assert.deepEqual(oneFile(SHA256, [SHA256], TLSH), { digests: { tlsh: TLSH } })
  assert.deepEqual(oneFile('ip:192.0.2.1', [], TLSH), {})
})
