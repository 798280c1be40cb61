import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { encodeHex, encodeUtf8, sha256, unwrap } from '../base/index.ts'
import type { Subject } from './index.ts'
import { expressionsOf, parseSubject, subjectKey, subjectText } from './index.ts'

/** The rows of a file of `conformance/`, as its README says to read them. */
function rowsOf(name: string): string[][] {
  const text = readFileSync(new URL(`../../../../conformance/${name}`, import.meta.url), 'utf8')
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return lines.map(line => line.split('\t').map(cell => (cell.startsWith('"') ? (JSON.parse(cell) as string) : cell)))
}

const native = (text: string) => createHash('sha256').update(text).digest('hex')

/** The text whose SHA-256 is the key, told apart from how `subjectKey` is written. */
function expressionText(subject: Subject): string {
  if (subject.type === 'domain') return `${subject.value}/`
  return subject.type === 'url' ? subject.value : subjectText(subject)
}

test('parseSubject() and subjectKey() agree with conformance/keys.tsv', () => {
  const rows = rowsOf('keys.tsv')
  assert.ok(rows.length >= 150)
  for (const [input, canonical, key] of rows as [string, string, string][]) {
    const parsed = parseSubject(input)
    if (canonical.startsWith('!')) {
      assert.equal(parsed.ok, false, `${JSON.stringify(input)} must be refused: ${canonical.slice(1)}`)
      assert.equal(key, '-')
      continue
    }
    const subject = unwrap(parsed)
    assert.equal(subjectText(subject), canonical, JSON.stringify(input))
    assert.deepEqual(parseSubject(canonical), parsed)
    assert.equal(encodeHex(subjectKey(subject)), key, canonical)
    const told = /^(?:file|url:sha256):([0-9a-f]{64})$/.exec(canonical)?.[1]
    assert.equal(told ?? native(expressionText(subject)), key, canonical)
  }
})

test('subjectKey() uses the SHA-256 it is given', () => {
  const subject = unwrap(parseSubject('url:example.com/a?b'))
  const seen: string[] = []
  const key = subjectKey(subject, bytes => {
    seen.push(String.fromCharCode(...bytes))
    return new Uint8Array(32)
  })
  assert.deepEqual([seen, key], [['example.com/a?b'], new Uint8Array(32)])
})

test('parseSubject() agrees with conformance/url-canonical.tsv', () => {
  for (const [url, expression] of rowsOf('url-canonical.tsv') as [string, string][]) {
    const parsed = parseSubject(`url:${url}`)
    assert.equal(parsed.ok ? expressionText(parsed.value) : '!', expression, JSON.stringify(url))
  }
})

test('expressionsOf() agrees with conformance/url-expressions.tsv', () => {
  for (const [url, registrable, expressions] of rowsOf('url-expressions.tsv') as [string, string, string][]) {
    const registrableDomain = () => (registrable === '-' ? undefined : registrable)
    const asked = expressionsOf(unwrap(parseSubject(`url:${url}`)), { registrableDomain })
    assert.deepEqual(asked.map(expressionText), expressions.split(' '), url)
    for (const subject of asked) assert.equal(encodeHex(subjectKey(subject)), native(expressionText(subject)))
  }
})

test('sha256() agrees with conformance/hashes.tsv', () => {
  for (const [text, prefixBytes, prefix, hash] of rowsOf('hashes.tsv') as [string, string, string, string][]) {
    const digest = encodeHex(sha256(encodeUtf8(text) as Uint8Array))
    assert.deepEqual([digest, digest.slice(0, 2 * Number(prefixBytes))], [hash, prefix], text)
  }
})
