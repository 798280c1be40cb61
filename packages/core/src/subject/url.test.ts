import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { unwrap } from '../base/index.ts'
import { guessSubject, parseSubject, subjectText } from './index.ts'
import { unescapePercent } from './percent.ts'

const seed = 3986
const canonical = (text: string) => subjectText(unwrap(parseSubject(text)))

function problemOf(text: string): string {
  const parsed = parseSubject(text)
  return parsed.ok ? `no problem: ${subjectText(parsed.value)}` : parsed.problem.message
}

test(`unescapePercent() gives what unescaping again and again gives (seed ${seed})`, () => {
  const once = (text: string) =>
    text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  const untilStable = (text: string): string => (once(text) === text ? text : untilStable(once(text)))
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('%', '%', '2', '5', '25', '%25', '4', '1', '0', 'f', 'A', 'z', '%32'), {
        maxLength: 30,
      }),
      list => {
        assert.equal(unescapePercent(list.join('')), untilStable(list.join('')))
      },
    ),
    { seed, numRuns: 20_000 },
  )
})

test('unescapePercent() reads a million nested escapes in one pass', () => {
  assert.equal(unescapePercent(`%${'25'.repeat(1_000_000)}41`), 'A')
})

test('parseSubject() leaves scheme, user, port and fragment out of a url', () => {
  const spellings =
    'http://a.b/c|HTTPS://a.b/c|ftp://a.b/c|ws://a.b/c|wss://a.b/c|a.b/c|http://u:p@a.b:8080/c|http://x@y@a.b:/c|a.b:80/c|' +
    'http://a.b/c#d?e| http://a.b/c\n'
  for (const text of spellings.split('|')) {
    assert.equal(canonical(`url:${text}`), 'url:a.b/c', text)
  }
})

test('parseSubject() ends a host at a backslash as browsers do, and leaves backslashes elsewhere', () => {
  assert.equal(canonical('url:http://evil.com\\@good.com/x'), 'url:evil.com/@good.com/x')
  assert.equal(canonical('url:http:\\\\evil.com\\x'), 'url:evil.com/x')
  assert.equal(canonical('url:a.b/c\\d?e\\f'), 'url:a.b/c\\d?e\\f')
})

test('parseSubject() resolves dots and slashes in the path alone', () => {
  assert.equal(canonical('url:a.b/c/./d/../../e//f?g//h/../i'), 'url:a.b/e/f?g//h/../i')
  assert.equal(canonical('url:a.b/../../c'), 'url:a.b/c')
  assert.equal(canonical('url:a.b/c/..'), 'domain:a.b')
  assert.equal(canonical('url:a.b/c/d/..'), 'url:a.b/c/')
  assert.equal(canonical('url:a.b/c/.'), 'url:a.b/c/')
  assert.equal(canonical('url:a.b/.../..c'), 'url:a.b/.../..c')
})

test('parseSubject() makes a domain of a url that is a host alone, and keeps an empty query elsewhere', () => {
  for (const text of ['a.b', 'a.b/', 'a.b/?', 'a.b?', 'a.b/#x', 'http://a.b:443//'])
    assert.equal(canonical(`url:${text}`), 'domain:a.b')
  assert.equal(canonical('url:a.b/c?'), 'url:a.b/c?')
  assert.equal(canonical('url:a.b?c'), 'url:a.b/?c')
})

test('parseSubject() refuses what is no page, and says what it must be', () => {
  for (const scheme of [
    'mailto:a@b',
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'about:blank',
    'user:pw@host/',
  ]) {
    assert.match(problemOf(`url:${scheme}`), /its scheme must be http, https, ftp, ws, wss, found/, scheme)
  }
  for (const text of ['', '/', '?', '#', 'http://', 'http:///a', 'http://@/', 'http://:80/', '...', 'http://#a']) {
    assert.match(problemOf(`url:${text}`), /it has no host/, text)
  }
  for (const text of ['http://a:b/', 'http://a:65536/', 'http://a:80:80/', 'http://[::1]:x/', 'tel:5551234']) {
    assert.match(problemOf(`url:${text}`), /its port must be a number of 0–65535/, text)
  }
  assert.match(problemOf('url:http:a.b/c'), /its scheme must be followed by "\/\/"/)
  assert.match(problemOf('url:http://[fe80::1%25eth0]/'), /without zone id/)
  assert.match(problemOf(`url:a.b/${'c'.repeat(16_384)}`), /at most 16384 characters/)
  assert.match(problemOf(`url:a.b/${'ü'.repeat(3_000)}`), /at most 16384 characters when canonical, found 18004/)
  assert.match(problemOf('url:a.b/\ud800'), /valid Unicode/)
})

test('parseSubject() refuses in a domain what is not a host, and says what to do', () => {
  assert.match(problemOf('domain:a.b/c'), /say "url:" before it/)
  assert.match(problemOf('domain:a@b.c'), /without user or mailbox/)
  assert.match(problemOf('domain:a.b:80'), /without scheme or port/)
  assert.match(problemOf('domain:2001:db8::1'), /say "ip:" before it/)
  assert.match(problemOf('domain:a b'), /white space/)
  assert.match(problemOf('domain:*.a.b'), /must not be a pattern/)
  assert.match(problemOf('domain:'), /it has no host/)
  assert.match(problemOf(`domain:${'a'.repeat(64)}.b`), /a label must have at most 63 bytes, found 64/)
  assert.match(problemOf(`domain:${'a.'.repeat(127)}b`), /a host must have at most 253 bytes, found 255/)
  assert.match(problemOf('domain:a%2Fb'), /its host must not hold "\/"/)
})

test('parseSubject() makes a host that begins with a DNS wildcard a subject that is no pattern', () => {
  assert.equal(canonical('url:http://*.a.b/c'), 'url:%2A.a.b/c')
  assert.equal(canonical('domain:%2A.a.b'), 'domain:%2A.a.b')
})

test('parseSubject() shows nothing in a message that a terminal would obey', () => {
  assert.match(problemOf('url:mailto:\u001b[2J\u202e\u2028\u009b\udead'), /^[ -~–]*$/)
})

test('parseSubject() refuses text without a known type', () => {
  for (const text of ['', ':', 'example.com', 'IP:1.2.3.4', 'host:a.b', 'constructor:x', '192.0.2.1']) {
    assert.match(problemOf(text), /it must begin with ip:, net:, domain:, url:, file:/, text)
  }
})

test('parseSubject() knows a file hash by its length', () => {
  const [md5, sha1, sha256] = ['A'.repeat(32), 'b'.repeat(40), 'C'.repeat(64)] as [string, string, string]
  for (const text of [md5, `md5:${md5}`, `MD5:${md5}`])
    assert.equal(canonical(`file:${text}`), `file:md5:${md5.toLowerCase()}`)
  for (const text of [sha1, `sha1:${sha1}`]) assert.equal(canonical(`file:${text}`), `file:sha1:${sha1}`)
  for (const text of [sha256, `sha256:${sha256}`])
    assert.equal(canonical(`file:${text}`), `file:${sha256.toLowerCase()}`)
  for (const text of [
    '',
    'md5:',
    `md5:${sha1}`,
    `sha1:${md5}`,
    `sha256:${md5}`,
    `sha512:${sha256}`,
    `${sha256}0`,
    `${md5} `,
    'g'.repeat(64),
  ]) {
    assert.match(problemOf(`file:${text}`), /must be 64 hex digits/, text)
  }
})

test('guessSubject() reads what people type', () => {
  const guesses: Record<string, string> = {
    '192.0.2.1': 'ip:192.0.2.1',
    '0x7f.1': 'ip:127.0.0.1',
    '2001:DB8::1': 'ip:2001:db8::1',
    '[2001:db8::1]': 'ip:2001:db8::1',
    '192.0.2.9/24': 'net:192.0.2.0/24',
    '2001:db8::/32': 'net:2001:db8::/32',
    ' Example.com ': 'domain:example.com',
    'example.com:8080': 'domain:example.com',
    'example.com/a': 'url:example.com/a',
    'https://example.com': 'domain:example.com',
    'https://[2001:db8::1]/a': 'url:[2001:db8::1]/a',
    'bücher.example': 'domain:xn--bcher-kva.example',
    'domain:192.0.2.1': 'domain:192.0.2.1',
    'url:192.0.2.1/24': 'url:192.0.2.1/24',
    ['d'.repeat(32)]: `file:md5:${'d'.repeat(32)}`,
    ['4'.repeat(40)]: `file:sha1:${'4'.repeat(40)}`,
    ['D'.repeat(64)]: `file:${'d'.repeat(64)}`,
  }
  for (const [text, expected] of Object.entries(guesses))
    assert.equal(subjectText(unwrap(guessSubject(text))), expected)
  for (const text of ['', ' ', 'me@example.com', 'mailto:me@example.com', 'a b'])
    assert.equal(guessSubject(text).ok, false, text)
})
