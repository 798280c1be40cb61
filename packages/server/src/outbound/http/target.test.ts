import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { isAllowed, parseTarget, redirected } from './target.ts'

const target = (text: string) => unwrap(parseTarget(text))

test('parseTarget() refuses other schemes, credentials, port 0 and what is no URL', () => {
  const refused = [
    'file:///etc/passwd',
    'ftp://a.example/',
    'gopher://a.example',
    'data:,x',
    'http://',
    'a.example',
    '',
  ]
  refused.push(
    'http://user:secret@a.example/',
    'http://user@a.example/',
    'http://a.example:0/',
    'http://[fe80::1%25eth0]/',
  )
  refused.push(`http://a.example/${'x'.repeat(8192)}`)
  for (const text of refused) {
    const result = parseTarget(text)
    assert.ok(!result.ok, text)
    assert.equal(result.problem.code, 'invalid')
    assert.doesNotMatch(result.problem.message, /secret/)
  }
})

test('parseTarget() resolves odd spellings of hosts', () => {
  const spellings = {
    'http://2130706433/': '127.0.0.1',
    'http://0177.0.0.1/': '127.0.0.1',
    'http://0x7f.1/': '127.0.0.1',
    'http://127.0.0.1./': '127.0.0.1',
    'http://１２７.0.0.1/': '127.0.0.1',
    'http://[::ffff:127.0.0.1]/': '::ffff:7f00:1',
    'http://LOCALHOST./': 'localhost',
    'http://bücher.example/': 'xn--bcher-kva.example',
    'http:\\\\a.example\\x': 'a.example',
  }
  for (const [text, host] of Object.entries(spellings)) assert.equal(target(text).host, host, text)
  assert.equal(target('https://a.example').port, 443)
  assert.equal(target('http://a.example:8080').port, 8080)
})

test('redirected() follows from http to https and not back', () => {
  const secure = target('https://a.example/x/y')
  assert.equal(unwrap(redirected(secure, '../z?q')).url.href, 'https://a.example/z?q')
  assert.equal(unwrap(redirected(target('http://a.example/'), 'https://b.example/')).host, 'b.example')
  assert.equal(unwrap(redirected(target('http://a.example/'), '//b.example/')).host, 'b.example')
  for (const location of [
    'http://a.example/',
    'file:///etc/passwd',
    'javascript:1',
    'https://u:p@a.example/',
    'http://',
  ]) {
    assert.ok(!redirected(secure, location).ok, location)
  }
})

test('isAllowed() opens exactly the host that was named, and the port if one was', () => {
  const at = target('http://feeds.internal:8080/')
  for (const entry of ['feeds.internal', 'FEEDS.internal', 'feeds.internal:8080'])
    assert.ok(isAllowed(at, [entry]), entry)
  const others = [
    'internal',
    'x.feeds.internal',
    'feeds.internal:80',
    'feeds.internal:',
    '',
    '*',
    'feeds.internal/',
    'a@feeds.internal',
  ]
  for (const entry of others) assert.ok(!isAllowed(at, [entry]), entry)
  assert.ok(isAllowed(target('http://a.example/'), ['a.example:80']))
  assert.ok(isAllowed(target('http://[::1]:81/'), ['::1']))
  assert.ok(isAllowed(target('http://[::1]:81/'), ['[::1]:81']))
  assert.ok(!isAllowed(target('http://[::1]:81/'), ['[::1]:82']))
})
