/** What Debian's dig makes of our answers: another reader of the same bytes. */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { TYPE, writeQuery } from '../../protocols/dns/index.ts'
import { badEntry } from './book.fixture.ts'
import { BASE, EDNS, exchangeUdp, read, startDoor, TcpClient, wire } from './client.fixture.ts'
import type { Place } from './tcp.ts'

const skip = spawnSync('dig', ['-v']).error === undefined ? false : 'needs dig: apt-get install bind9-dnsutils'

const BOOK = {
  'ip:192.0.2.1': badEntry('spam'),
  'ip:2001:db8::1': badEntry('attack'),
  'domain:bad.example': badEntry('phishing'),
  [`file:${'ab'.repeat(32)}`]: badEntry('malware'),
}

async function dig(place: Place, ...words: string[]): Promise<string> {
  const options = ['-r', `@${place.host}`, '-p', String(place.port), '+tries=1', '+time=5']
  const { stdout } = await promisify(execFile)('dig', [...options, ...words])
  // It warns of no server of ours, but of messages with extra bytes, or of an answer from elsewhere.
  assert.doesNotMatch(stdout, /malformed|extra bytes|unexpected|mismatch/i)
  return stdout
}

test('dig reads listings of all kinds as they were meant', { skip }, async () => {
  await using started = await startDoor(BOOK)
  const { address } = started
  const short = async (...words: string[]) => (await dig(address, '+short', ...words)).trim().split('\n')
  assert.deepEqual(await short(`1.2.0.192.ip.${BASE}`), ['127.0.0.2', '127.0.0.3', '127.0.0.20'])
  assert.deepEqual(await short(`bad.example.domain.${BASE}`), ['127.0.1.2', '127.0.1.4'])
  assert.deepEqual(await short(`${'ab'.repeat(16)}.${'ab'.repeat(16)}.hash.${BASE}`), ['127.0.3.2', '127.0.3.5'])
  const text = '"listed by tocsin: ip:192.0.2.1 is a source of spam (score 12); reply 450 4.7.1"'
  assert.deepEqual(await short(`1.2.0.192.ip.${BASE}`, 'TXT'), [text])
  assert.deepEqual(await short(`ns.${BASE}`, 'AAAA'), ['2001:db8::53'])
  assert.deepEqual(await short(`ip.${BASE}`, 'SOA'), [`ns.${BASE}. hostmaster.${BASE}. 1 300 60 86400 60`])
})

test('dig reads status, flags and sections as they were meant', { skip }, async () => {
  await using started = await startDoor(BOOK)
  const { address } = started
  const negative = await dig(address, `nothing.domain.${BASE}`)
  assert.match(negative, /status: NXDOMAIN/)
  assert.match(negative, /flags: qr aa rd; QUERY: 1, ANSWER: 0, AUTHORITY: 1, ADDITIONAL: 1/)
  assert.match(negative, /EDNS: version: 0, flags:; udp: 1232/)
  assert.match(await dig(address, '+dnssec', `2.0.0.127.ip.${BASE}`), /EDNS: version: 0, flags: do;/)
  assert.doesNotMatch(await dig(address, '+noedns', `2.0.0.127.ip.${BASE}`), /EDNS/)
  assert.match(await dig(address, 'other.example'), /status: REFUSED[^]*EDE: 20 \(Not Authoritative\)/)
  assert.match(await dig(address, '+edns=1', '+noednsneg', `2.0.0.127.ip.${BASE}`), /status: BADVERS/)
  assert.match(await dig(address, '+opcode=notify', `ip.${BASE}`), /status: NOTIMP/)
  assert.match(await dig(address, '+tcp', `2.0.0.127.ip.${BASE}`), /\(TCP\)/)
  assert.match(await dig(address, `ip.${BASE}`, 'NS'), /ADDITIONAL: 3/)
})

test('dig repeats a truncated query by TCP and gets the whole answer', { skip }, async () => {
  await using started = await startDoor({})
  const host = `${`${'a'.repeat(57)}.`.repeat(3)}${'b'.repeat(37)}.example`
  started.book.rule([], [`domain:${host}`])
  const text = await dig(started.address, '+noedns', `${host}.domain.${BASE}`, 'TXT')
  assert.match(text, /Truncated, retrying in TCP mode/)
  assert.match(text, /status: NOERROR[^]*"listed by tocsin: domain:a/)
})

test('dig and readResponse() read the same out of the same answers', { skip }, async () => {
  await using started = await startDoor(BOOK)
  const { address } = started
  const names = [
    '1.2.0.192.ip',
    'bad.example.domain',
    '2.0.0.127.ip',
    'test.domain',
    '0.192.ip',
    'x.domain',
    'ip',
    'ns',
  ]
  const client = await TcpClient.connect(address)
  for (const label of names) {
    for (const type of ['A', 'TXT', 'SOA', 'NS', 'ANY'] as const) {
      const name = `${label}.${BASE}`
      const query = writeQuery({ id: 1, name: wire(name), type: TYPE[type], edns: EDNS })
      const byUdp = read(await exchangeUdp(address, query))
      client.send(query)
      assert.deepEqual(read(await client.receive()), byUdp)
      const lines = (await dig(address, '+noall', '+answer', '+nottlid', '+notcp', name, type)).trim()
      const theirs = lines === '' ? [] : lines.split('\n').map(line => line.split(/\s+/).slice(3).join(' '))
      assert.equal(theirs.length, byUdp.answer.length, `${name} ${type}`)
      for (const [at, { type: found, data }] of byUdp.answer.entries()) {
        const plain = (theirs[at] ?? '').replaceAll('"', '').replaceAll(/\.(?= |$)/g, '')
        assert.equal(plain, found === 'AAAA' ? '2001:db8::53' : data)
      }
    }
  }
  client.socket.destroy()
})
