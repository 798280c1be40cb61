import assert from 'node:assert/strict'
import { test } from 'node:test'
import { detectFormat, SAMPLE_BYTES_MAX, sampleOf } from './detect.ts'

const MD5 = '0123456789abcdef0123456789abcdef'

function detect(...lines: readonly string[]): string {
  const found = detectFormat(sampleOf('', Buffer.from(lines.join('\n'))))
  return found.ok ? found.value.name : found.problem.message
}

test('detectFormat() goes by most of the lines', () => {
  assert.equal(detect('# c', '0.0.0.0 a.example', '0.0.0.0 b.example', 'c.example'), 'hosts')
  assert.equal(detect(MD5, `${MD5}  name`), 'hashes')
  assert.equal(detect('0.0.0.0', '127.0.0.1', '192.0.2.1'), 'plain')
  assert.equal(detect('192.0.2.1 # a', '127.0.0.1 # b'), 'plain')
  assert.equal(detect('192.0.2.0/24 ; SBL1', '198.51.100.0/24 ; SBL2'), 'plain')
  assert.equal(detect(), 'plain')
  assert.equal(detect('# only comments'), 'plain')
  assert.equal(detect('word', 'word'), 'plain')
})

test('detectFormat() knows formats by their marks', () => {
  const header = ['! Title: x', '! Expires: 1 day']
  assert.equal(detect(...header, ...Array<string>(2000).fill('bad.example.com')), 'adblock')
  assert.equal(detect('[Adblock Plus 2.0]', 'bad.example.com'), 'adblock')
  assert.equal(detect(':127.0.0.2:listed', '192.0.2.1', '198.51.100.0/24'), 'rbldnsd')
  assert.equal(detect('192.0.2', '198.51.100', '203.0.113'), 'rbldnsd')
  assert.equal(
    detect('$TTL 30', '@ IN SOA a. b. 1 2 3 4 5', 'a.example CNAME .', 'b.example CNAME .', 'c.example CNAME .'),
    'rpz',
  )
  assert.equal(detect('# LOKI C2 IOCs', 'bad.example.com'), 'loki')
})

test('detectFormat() refuses what is no list and says what it is', () => {
  assert.match(detect('', '<!doctype html>', 'a.example'), /^Cannot read list: .*web page/)
  assert.match(detect('# c', '<?xml version="1.0"?>'), /web page or XML/)
  const ofBytes = (...bytes: readonly number[]) => {
    const found = detectFormat(sampleOf('', Uint8Array.from(bytes)))
    return found.ok ? found.value.name : found.problem
  }
  assert.match(JSON.stringify(ofBytes(0x1f, 0x8b, 8, 0)), /invalid.*gzip/)
  assert.match(JSON.stringify(ofBytes(0xff, 0xfe, 0x31, 0)), /invalid.*UTF-16/)
  assert.match(JSON.stringify(ofBytes(...Array<number>(100).fill(1))), /invalid.*other bytes/)
})

test('sampleOf() gives the base name and the whole lines', () => {
  const sample = sampleOf('https://lists.example/a/Bad-IPs.TXT.gz?x=/y', Buffer.from('\ufeffa\r\nb'))
  assert.equal(sample.name, 'bad-ips.txt')
  assert.deepEqual(sample.lines, ['a', 'b'])
  const long = sampleOf('', Buffer.from('abc\n'.repeat(SAMPLE_BYTES_MAX)).subarray(0, SAMPLE_BYTES_MAX + 5))
  assert.equal(long.bytes.length, SAMPLE_BYTES_MAX)
  assert.equal(long.lines.length, SAMPLE_BYTES_MAX / 4)
  const cut = sampleOf('', Buffer.from(`a\n${'x'.repeat(SAMPLE_BYTES_MAX)}`))
  assert.deepEqual(cut.lines, ['a'])
})

test('detectFormat() takes no document for a list, by its name or by its lines', () => {
  const named = (name: string) => detectFormat(sampleOf(name, Buffer.from('192.0.2.1\n198.51.100.1')))
  for (const name of ['README.adoc', 'https://lists.example/readme', 'a/LICENSE', 'rules.yar', 'notes.md.gz']) {
    assert.match(JSON.stringify(named(name)), /must be that of a list/, name)
  }
  for (const name of ['', 'readme-ips.txt', 'md', 'list.txt']) assert.ok(named(name).ok, name)
  const report = [
    'Indicators of a campaign',
    'Read more of it at',
    'https://author.example/report',
    'Sent by post only',
  ]
  assert.match(detect(...report), /no format knows how it begins/)
  assert.equal(detect(':toc: title', ':author: somebody', 'bad.example.com', '192.0.2.1', '192.0.2.2'), 'plain')
  assert.equal(detect('*filter', ':INPUT ACCEPT [0:0]', '-A INPUT -s 192.0.2.1 -j DROP', 'COMMIT'), 'iptables')
})
