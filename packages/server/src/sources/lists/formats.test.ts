import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { detectFormat } from './detection.ts'
import { LIST_FORMATS, type ListFormat, readLine } from './formats.ts'

const seed = 20261122
const MD5 = '0123456789abcdef0123456789abcdef'
const SHA256 = MD5 + MD5

/** Subjects between blanks, `-` for skipped, `!cause` for refused. */
function read(format: ListFormat, line: string): string {
  const content = readLine(format, line)
  if (content.is === 'subjects') return content.subjects.join(' ')
  return content.is === 'skipped' ? '-' : `!${content.cause}`
}

const PLAIN: readonly (readonly [string, string])[] = [
  ['192.0.2.1', 'ip:192.0.2.1'],
  ['  192.0.2.1\t', 'ip:192.0.2.1'],
  ['192.0.2.0/24 ; SBL1234', 'net:192.0.2.0/24'],
  ['192.0.2.1 # seen twice', 'ip:192.0.2.1'],
  ['Example.COM. // note', 'domain:example.com'],
  ['.example.com', 'domain:example.com'],
  ['münchen.example', 'domain:xn--mnchen-3ya.example'],
  ['http://example.com/a#b', 'url:example.com/a'],
  ['http://198.51.100.7:8080/x.sh', 'url:198.51.100.7/x.sh'],
  ['198.51.100.7/x.sh', 'url:198.51.100.7/x.sh'],
  ['example.com/a?b=c', 'url:example.com/a?b=c'],
  ['2001:db8::1', 'ip:2001:db8::1'],
  ['2001:DB8::/32', 'net:2001:db8::/32'],
  [MD5.toUpperCase(), `file:md5:${MD5}`],
  [SHA256, `file:${SHA256}`],
  ['ip:192.0.2.1', 'ip:192.0.2.1'],
  ['', '-'],
  ['   ', '-'],
  ['# a', '-'],
  [' ;a', '-'],
  ['//a', '-'],
  ['192.0.2.1-192.0.2.9', '!range'],
  ['2001:db8::1-2001:db8::9', '!range'],
  ['192.0.2.1:80', '!port'],
  ['[2001:db8::1]:80', '!port'],
  ['192.0.2.1 7', '!several-words'],
  ['10.0.0', '!not-a-subject'],
  ['010.1.2.3', '!not-a-subject'],
  ['12345', '!not-a-subject'],
  ['192.0.2.256', '!not-a-subject'],
  ['192.0.2.1.', '!not-a-subject'],
  ['192.0.2.0/33', '!not-a-subject'],
  ['1.2.3.4.5', '!not-a-subject'],
  ['word', '!not-a-subject'],
  ['cafe', '!not-a-subject'],
  ['<html>', '!not-a-subject'],
  ['{"a":1}', '!not-a-subject'],
  ['a,b.com', '!not-a-subject'],
  ['*.example.com', '!not-a-subject'],
  ['someone@example.com', '!not-a-subject'],
  ['hxxp://example.com/', '!not-a-subject'],
  ['d41d8cd98f00b204e9800998ecf8427e', '!empty-file'],
]

const HOSTS: readonly (readonly [string, string])[] = [
  ['0.0.0.0 example.com', 'domain:example.com'],
  ['127.0.0.1\ta.example b.example # two', 'domain:a.example domain:b.example'],
  [':: example.com', 'domain:example.com'],
  ['::1 localhost ip6-localhost ip6-loopback', '-'],
  ['127.0.0.1 localhost example.com', 'domain:example.com'],
  ['255.255.255.255 broadcasthost', '-'],
  ['fe80::1%lo0 localhost', '-'],
  ['0.0.0.0 0.0.0.0', '-'],
  ['# comment', '-'],
  ['192.0.2.7 printer.example', '!not-a-subject'],
  ['0.0.0.0', '!not-a-subject'],
  ['0.0.0.0 good.example bad..', '!not-a-subject'],
  ['0.0.0.0 single', '!not-a-subject'],
  ['example.com', '!not-a-subject'],
]

const HASHES: readonly (readonly [string, string])[] = [
  [MD5, `file:md5:${MD5}`],
  [`${SHA256}  sample # 1.exe`, `file:${SHA256}`],
  [`${SHA256} *sample.exe`, `file:${SHA256}`],
  [MD5.slice(1), '!not-a-subject'],
  ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  /dev/null', '!empty-file'],
  ['example.com', '!not-a-subject'],
  ['# comment', '-'],
]

for (const [format, cases] of Object.entries({ plain: PLAIN, hosts: HOSTS, hashes: HASHES })) {
  test(`readLine() reads ${format} lists`, () => {
    for (const [line, expected] of cases) assert.equal(read(format as ListFormat, line), expected, line)
  })
}

test(`readLine() throws for no line, and its subjects read the same again (seed ${seed})`, () => {
  const line = fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.domain(), fc.ipV4Extended(), fc.ipV6())
  fc.assert(
    fc.property(fc.constantFrom(...LIST_FORMATS), line, (format, text) => {
      const content = readLine(format, text)
      if (content.is !== 'subjects') return
      for (const subject of content.subjects) assert.equal(read('plain', subject), subject)
    }),
    { seed, numRuns: 3000 },
  )
})

test('detectFormat() goes by most of the lines and refuses a web page', () => {
  const detect = (...texts: readonly string[]) => detectFormat(texts.map((text, at) => ({ number: at + 1, text })))
  assert.deepEqual(detect('# c', '0.0.0.0 a.example', '0.0.0.0 b.example', 'c.example'), { ok: true, value: 'hosts' })
  assert.deepEqual(detect(MD5, `${MD5}  name`), { ok: true, value: 'hashes' })
  assert.deepEqual(detect('0.0.0.0', '127.0.0.1', '192.0.2.1'), { ok: true, value: 'plain' })
  assert.deepEqual(detect('192.0.2.1 # a', '127.0.0.1 # b'), { ok: true, value: 'plain' })
  assert.deepEqual(detect(), { ok: true, value: 'plain' })
  assert.equal(detect('', '<!doctype html>', 'a.example').ok, false)
})
