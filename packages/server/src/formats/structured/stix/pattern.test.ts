import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { meaningOf } from './meaning.ts'
import { parsePattern } from './pattern.ts'

const seed = 20261122
const MD5 = '0123456789abcdef0123456789abcdef'
const SHA256 = MD5 + MD5

/** Alternatives between ` | `, `-` for no subject, `!` and the cause for refused. */
function read(pattern: string): string {
  const expression = parsePattern(pattern)
  if ('problem' in expression) return '!grammar'
  const meaning = meaningOf(expression)
  if (meaning.is === 'refused') return `!${meaning.cause}`
  if (meaning.is === 'context') return '-'
  return meaning.alternatives.map(({ subjects }) => subjects.join('+')).join(' | ')
}

const CASES: readonly (readonly [string, string])[] = [
  ["[ipv4-addr:value = '192.0.2.1']", 'ip:192.0.2.1'],
  ["[ ipv4-addr:value='192.0.2.0/24' ]", 'net:192.0.2.0/24'],
  ["[ipv4-addr:value ISSUBSET '192.0.2.0/24']", 'net:192.0.2.0/24'],
  ["[ipv6-addr:value = '2001:DB8::1']", 'ip:2001:db8::1'],
  ["[domain-name:value == 'Example.com']", 'domain:example.com'],
  ["[url:value = 'http://example.com/a\\'b']", "url:example.com/a'b"],
  ["[url:value = '192.0.2.7']", 'ip:192.0.2.7'],
  ["[url:value = 'tcp://192.0.2.7:443/']", 'ip:192.0.2.7'],
  [`[file:hashes.MD5 = '${MD5}']`, `file:md5:${MD5}`],
  [`[file:hashes.'SHA-256' = '${SHA256}']`, `file:${SHA256}`],
  [`[file:hashes."SHA-256" = '${SHA256}']`, `file:${SHA256}`],
  [`[file:hashes.sha256 = '${SHA256.toUpperCase()}']`, `file:${SHA256}`],
  [`[file:hashes.MD5='${MD5}' AND file:hashes.'SHA-256'='${SHA256}']`, `file:${SHA256}+file:md5:${MD5}`],
  [`[file:name = 'a.exe' AND file:hashes.MD5 = '${MD5}' AND file:size = 12]`, `file:md5:${MD5}`],
  [`[file:hashes.MD5 = '${MD5}'] FOLLOWEDBY [process:name = 'x']`, `file:md5:${MD5}`],
  [`[file:hashes.MD5 = '${MD5}'] AND [file:hashes.'SHA-256'='${SHA256}']`, '!pattern'],
  [
    "[domain-name:value = 'a.example' OR ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]",
    'domain:a.example | ip:192.0.2.1 | ip:192.0.2.2',
  ],
  ["[url:value = 'http://a.example/x'] OR [domain-name:value = 'b.example']", 'url:a.example/x | domain:b.example'],
  ["[(domain-name:value = 'a.example' OR domain-name:value = 'b.example')]", 'domain:a.example | domain:b.example'],
  ["([domain-name:value = 'a.example']) REPEATS 5 TIMES WITHIN 300 SECONDS", 'domain:a.example'],
  ["[domain-name:value = 'a.example'] START t'2026-01-01T00:00:00Z' STOP t'2026-02-01T00:00:00Z'", 'domain:a.example'],
  [
    "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '192.0.2.1' AND network-traffic:dst_port = 80]",
    'ip:192.0.2.1',
  ],
  ["[network-traffic:dst_ref.value = 'a.example']", 'domain:a.example'],
  ["[domain-name:value = 'a.example' AND domain-name:resolves_to_refs[*].value = '192.0.2.1']", 'domain:a.example'],
  ["[domain-name:value LIKE 'a.example']", 'domain:a.example'],
  ["[domain-name:value LIKE '%.example']", '!pattern'],
  ["[domain-name:value MATCHES '.*']", '!pattern'],
  ["[domain-name:value != 'a.example']", '!pattern'],
  ["[NOT domain-name:value = 'a.example']", '!pattern'],
  ["[domain-name:value NOT = 'a.example']", '!pattern'],
  ["[domain-name:value = 'a.example' OR url:value MATCHES '^x']", '!pattern'],
  ["[url:value = 'http://a.example/x' AND ipv4-addr:value = '192.0.2.1']", '!pattern'],
  ["[ipv4-addr:value = '192.0.2.1' AND process:name = 'x']", '!pattern'],
  ["[email-message:subject = 'Invoice' AND email-message:from_ref.value = 'a@b.example']", '-'],
  ["[file:name = 'a.exe']", '-'],
  ["[x509-certificate:hashes.'SHA-1' = 'aa']", '-'],
  ["[ipv4-addr:value = '0.0.0.0/0']", '!too-broad'],
  ["[domain-name:value = 'single']", '!not-a-subject'],
  ["[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']", '!empty-file'],
  ["[domain-name:value = '']", '!not-a-subject'],
  ['[domain-name:value = 12]', '!not-a-subject'],
  ["[domain-name:value = 'a.example'", '!grammar'],
  ["[domain-name:value = 'a.example']]", '!grammar'],
  ["domain-name:value = 'a.example'", '!grammar'],
  ["[domain-name:value = 'a]", '!grammar'],
  ['', '!grammar'],
  [`${'('.repeat(5000)}[a:b = 'c']`, '!grammar'],
  [`[${'('.repeat(5000)}a:b = 'c']`, '!grammar'],
]

test('a STIX pattern says what is bad by itself, and is refused where it says anything else', () => {
  for (const [pattern, expected] of CASES) assert.equal(read(pattern), expected, pattern.slice(0, 200))
})

test(`a STIX pattern of any words is read or refused, and never throws (seed ${seed})`, () => {
  const word = fc.constantFrom(
    '[',
    ']',
    '(',
    ')',
    ' AND ',
    ' OR ',
    ' NOT ',
    ' IN ',
    ' FOLLOWEDBY ',
    " = 'a.example'",
    'url:value',
    'file:hashes.MD5',
    ` = '${MD5}'`,
    ',',
    "'",
    '"',
    '\\',
    ' WITHIN 5 SECONDS',
    ' LIKE ',
    '.',
    ':',
    '[*]',
    '\u0000',
    '9'.repeat(40),
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 25 }), words => void read(words.join(''))),
    { seed, numRuns: 5000 },
  )
})

test('a STIX pattern takes time in proportion to its length', () => {
  const startedAt = performance.now()
  for (const part of ["'\\", '[', '[a:b=', " 'x'", '((', 'a.', '"', "t'"]) read(`[${part.repeat(60_000 / part.length)}`)
  assert.equal(
    read(`[${Array.from({ length: 2000 }, (_, i) => `ipv4-addr:value='10.0.${i >> 8}.${i & 255}'`).join(' OR ')}]`),
    '!pattern',
  )
  assert.ok(performance.now() - startedAt < 2000)
})
