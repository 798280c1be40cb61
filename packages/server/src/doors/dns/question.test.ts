import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeBase32 } from '@tocsin/core/base'
import { subjectText } from '@tocsin/core/subject'
import fc from 'fast-check'
import { type Asked, askedIn, splitKey } from './question.ts'
import type { ListKind } from './zones.ts'

const seed = 5782

/** `type:value`, with ` or non-terminal` where the name exists in any case; `listed`, `unlisted`, or the kind. */
function told(asked: Asked): string {
  switch (asked.kind) {
    case 'subject':
      return subjectText(asked.subject) + (asked.otherwise === 'non-terminal' ? ' or non-terminal' : '')
    case 'test-point':
      return asked.listed ? 'listed' : 'unlisted'
    case 'non-terminal':
    case 'nothing':
      return asked.kind
  }
}

function ask(zone: ListKind, name: string): string {
  return told(askedIn(zone, name === '' ? [] : name.split('.')))
}

/** The 32 nibbles of an address, the last one first. */
const nibbles = (hex: string) => hex.split('').reverse().join('.')

const md5 = 'd41d8cd98f00b204e9800998ecf8427e'
const sha1 = 'da39a3ee5e6b4b0d3255bfef95601890afd80709'
const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const base32 = encodeBase32(Buffer.from(sha256, 'hex'))
const doc = '20010db8000000000000000000000001'

const table: Readonly<Record<ListKind, Readonly<Record<string, string>>>> = {
  ip: {
    '': 'non-terminal',
    '1.2.0.192': 'ip:192.0.2.1',
    '255.0.0.10': 'ip:10.0.0.255',
    [nibbles(doc)]: 'ip:2001:db8::1',
    // The address of an IPv4 client behind a dual-stack socket.
    [nibbles('00000000000000000000ffffc0000201')]: 'ip:192.0.2.1',
    '192': 'non-terminal',
    '0.192': 'non-terminal',
    '2.0.192': 'non-terminal',
    a: 'non-terminal',
    'b.d.0.1.0.0.2': 'non-terminal',
    [nibbles(doc.slice(0, 31))]: 'non-terminal',
    // 2.0.0.1, and where the names of 2001::/16 begin.
    '1.0.0.2': 'ip:2.0.0.1 or non-terminal',
    '1.0.0.2.5': 'non-terminal',
    '2.0.0.127': 'listed',
    '1.0.0.127': 'unlisted',
    [nibbles('00000000000000000000ffff7f000002')]: 'listed',
    [nibbles('00000000000000000000ffff7f000001')]: 'unlisted',
    '01.2.0.192': 'nothing',
    '256.2.0.192': 'nothing',
    '1.2.0.1000': 'nothing',
    '9.1.2.0.192': 'nothing',
    '+1.2.0.192': 'nothing',
    '1e1.2.0.192': 'nothing',
    [`${nibbles(doc)}.0`]: 'nothing',
    [nibbles(doc).replace('1', 'g')]: 'nothing',
    'bad.example': 'nothing',
    xkqzvbnmlkjhgfdsaqwe: 'nothing',
  },
  domain: {
    'bad.example': 'domain:bad.example',
    'www.bad.example': 'domain:www.bad.example',
    example: 'domain:example',
    '_dmarc.bad.example': 'domain:_dmarc.bad.example',
    'xn--bcher-kva.example': 'domain:xn--bcher-kva.example',
    // rspamd and SpamAssassin ask for the address in a URL in the same zone.
    '1.2.0.192': 'domain:192.0.2.1',
    [nibbles(doc)]: 'domain:[2001:db8::1]',
    '1.0.0.127': 'unlisted',
    '2.0.0.127': 'listed',
    test: 'listed',
    invalid: 'unlisted',
    'test.example': 'domain:test.example',
    '2.0.192': 'non-terminal',
    'b.d.0': 'non-terminal',
    // What a URL parser would take for an address or for another host is no name of ours.
    '0x7f.1': 'nothing',
    '10.2.3.4.5': 'nothing',
    '0300.0.2.1': 'nothing',
    'bad.example/path': 'nothing',
    'user@bad': 'nothing',
    '*': 'nothing',
    '%62ad': 'nothing',
    'b\u00fccher': 'nothing',
    'a b': 'nothing',
    // rspamd's monitor: a random label, which may hold _; only the book knows that it is not listed.
    hx_2kq0zvbnmlkjhgfdsaqwe: 'domain:hx_2kq0zvbnmlkjhgfdsaqwe',
  },
  hash: {
    [md5]: `file:md5:${md5} or non-terminal`,
    [sha1]: `file:sha1:${sha1}`,
    [base32]: `file:${sha256}`,
    [`${sha256.slice(0, 32)}.${sha256.slice(32)}`]: `file:${sha256}`,
    [sha256.slice(32)]: `file:md5:${sha256.slice(32)} or non-terminal`,
    [`${md5}.${sha1}`]: 'nothing',
    [`${md5}.${md5}.${md5}`]: 'nothing',
    [md5.slice(1)]: 'nothing',
    [base32.slice(0, 51)]: 'nothing',
    // Bits that 32 bytes do not have.
    [`${base32.slice(0, 51)}b`]: 'nothing',
    [md5.replace('d', 'x')]: 'nothing',
    '1.0.0.127': 'nothing',
    xkqzvbnmlkjhgfdsaqwe: 'nothing',
  },
}

for (const [zone, rows] of Object.entries(table)) {
  for (const [name, expected] of Object.entries(rows)) {
    test(`askedIn() takes "${name}" in the ${zone} zone for ${expected}`, () => {
      assert.equal(ask(zone as ListKind, name), expected)
    })
  }
}

test('askedIn() takes two labels that differ in the half as SHA-256, the first half leftmost', () => {
  const [first, second] = ['0123456789abcdef'.repeat(2), 'fedcba9876543210'.repeat(2)]
  assert.equal(ask('hash', `${first}.${second}`), `file:${first}${second}`)
})

test(`askedIn() does not throw and finds no other host than was asked (seed ${seed})`, () => {
  const label = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'abx019-_.%/@:[]\\*\u00e9\0 '.split('')), maxLength: 8 }),
    fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 63 }),
    fc.constantFrom('xn--a', 'xn--', '0x1', '-', '_', 'test'),
  )
  fc.assert(
    fc.property(
      fc.array(label, { maxLength: 5 }),
      fc.constantFrom<ListKind>('ip', 'domain', 'hash'),
      (labels, zone) => {
        const asked = askedIn(zone, labels)
        if (asked.kind !== 'subject' || zone !== 'domain') return
        if (!/^\d/.test(labels.at(-1) ?? '')) assert.equal(asked.subject.value, labels.join('.'))
      },
    ),
    { seed, numRuns: 20_000 },
  )
})

test('splitKey() takes the label next to the zone if it has the shape of a key, and no other', () => {
  const key = `tk-${'a2'.repeat(13)}`
  assert.deepEqual(splitKey(['2', '0', '0', '127', key]), { key, below: ['2', '0', '0', '127'] })
  assert.deepEqual(splitKey([key]), { key, below: [] })
  for (const labels of [[key, 'example'], [`${key}a`], [key.slice(1)], [`tk-${'a1'.repeat(13)}`], []]) {
    assert.deepEqual(splitKey(labels), { key: undefined, below: labels })
  }
})
