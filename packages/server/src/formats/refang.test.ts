import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refang } from './refang.ts'

test('refang() undoes what reports do to addresses and URLs', () => {
  const cases = {
    'hxxp://example.com/a': 'http://example.com/a',
    'hXXps://example[.]com/a[.]exe': 'https://example.com/a.exe',
    'hxxps[://]example[.]com': 'https://example.com',
    'http[:]//example(.)com': 'http://example.com',
    'http://example[.]com/a': 'http://example.com/a',
    'fxp://example.com/a': 'ftp://example.com/a',
    'example[dot]com': 'example.com',
    'example{.}com': 'example.com',
    '192[.]0[.]2[.]1': '192.0.2.1',
    '192.0.2[.]1:443': '192.0.2.1:443',
    '2001[:]db8[:][:]1': '2001:db8::1',
  }
  for (const [text, plain] of Object.entries(cases)) assert.equal(refang(text), plain, text)
})

test('refang() leaves what is not defanged as it is', () => {
  for (const text of [
    '',
    'example.com',
    '[2001:db8::1]:80',
    'http://[2001:db8::1]/',
    'http://example.com/a[.]b(.)c',
    'http://example.com/?x=[dot]',
    'someone[at]example.com',
    'hxxp.example.com',
    '[',
    '((((',
  ]) {
    assert.equal(refang(text), text)
  }
})

test('refang() takes time in proportion to the text', () => {
  const started = performance.now()
  for (const part of ['[', '(', '[.', '://', '[:]', 'hxxp:']) refang(part.repeat(20_000))
  assert.ok(performance.now() - started < 2000)
})
