import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeHex, unwrap } from '../base/index.ts'
import { expressionsOf, guessSubject, isHashOnly, parseSubject, subjectKey, subjectText } from './index.ts'

const DIGITS = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
const SUFFIXES = { registrableDomain: () => 'example.com' }
const subject = (text: string) => unwrap(parseSubject(text))

test('a page named by its hash alone has that key, its own text, and no expression but itself', () => {
  const page = subject(`url:sha256:${DIGITS.toUpperCase()}`)
  assert.deepEqual([page.type, page.value], ['url', `sha256:${DIGITS}`])
  assert.equal(encodeHex(subjectKey(page)), DIGITS)
  assert.equal(subjectText(page), `url:sha256:${DIGITS}`)
  assert.deepEqual(parseSubject(subjectText(page)), { ok: true, value: page })
  assert.deepEqual(expressionsOf(page, SUFFIXES), [page])
  assert.ok(isHashOnly(page))
  assert.deepEqual(guessSubject(`url:sha256:${DIGITS}`), { ok: true, value: page })
  assert.equal(unwrap(guessSubject(`sha256:${DIGITS}`)).type, 'file', 'a hash without a type is that of a file')
})

test('a page has the same key by its text and by its hash', () => {
  const page = subject('url:example.com/a?b')
  const hashed = subject(`url:sha256:${encodeHex(subjectKey(page))}`)
  assert.deepEqual(subjectKey(hashed), subjectKey(page))
})

test('isHashOnly() takes no host for a hash', () => {
  for (const text of [`url:sha256/${DIGITS}`, `url:sha256:80/${DIGITS.slice(4)}`, `file:${DIGITS}`, 'domain:sha256']) {
    assert.equal(isHashOnly(subject(text)), false, text)
  }
  assert.equal(isHashOnly({ type: 'file', value: `sha256:${DIGITS}` }), false)
})
