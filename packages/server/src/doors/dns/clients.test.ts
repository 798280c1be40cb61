/** What stock clients (rspamd, SpamAssassin, Postfix, Exim, resolvers) send and rely on, over real sockets. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeBase32 } from '@tocsin/core/base'
import { RCODE, TYPE, writeQuery } from '../../protocols/dns/index.ts'
import { badEntry } from './book.fixture.ts'
import { ask, BASE, dataOf, EDNS, exchangeUdp, KEY, read, startDoor, wire } from './client.fixture.ts'

const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const MD5 = 'd41d8cd98f00b204e9800998ecf8427e'
const SHA1 = 'da39a3ee5e6b4b0d3255bfef95601890afd80709'
const BASE32 = encodeBase32(Buffer.from(SHA256, 'hex'))
const nibbles = (hex: string) => hex.split('').reverse().join('.')
const DOC_V6 = nibbles('20010db8000000000000000000000001')

const BOOK = {
  'ip:192.0.2.1': badEntry('spam'),
  'net:198.51.100.0/24': badEntry('botnet'),
  'ip:2001:db8::1': badEntry('attack'),
  'domain:bad.example': badEntry('phishing'),
  'domain:www.deep.example': badEntry('malware'),
  [`file:${SHA256}`]: badEntry('malware'),
  [`file:md5:${MD5}`]: badEntry('malware'),
  [`file:sha1:${SHA1}`]: badEntry('listed'),
}

const listed: Readonly<Record<string, readonly [name: string, addresses: readonly string[]]>> = {
  'IPv4 by reversed octets': ['1.2.0.192.ip', ['127.0.0.2', '127.0.0.3', '127.0.0.20']],
  'IPv4 in a listed net': ['77.100.51.198.ip', ['127.0.0.2', '127.0.0.6', '127.0.0.20']],
  'IPv6 by 32 reversed nibbles': [`${DOC_V6}.ip`, ['127.0.0.2', '127.0.0.7', '127.0.0.20']],
  'a domain (rspamd urls, SA urirhssub, Postfix reject_rhsbl)': ['bad.example.domain', ['127.0.1.2', '127.0.1.4']],
  'a full host below a listed domain (url_full_hostname)': ['a.b.bad.example.domain', ['127.0.1.2', '127.0.1.4']],
  'an IPv4 address in a URL, in the domain zone': ['1.2.0.192.domain', ['127.0.1.2', '127.0.1.3']],
  'an IPv6 address in a URL, in the domain zone': [`${DOC_V6}.domain`, ['127.0.1.2', '127.0.1.7']],
  'an attachment as rspamd asks, base32 in upper case': [`${BASE32.toUpperCase()}.hash`, ['127.0.3.2', '127.0.3.5']],
  'an attachment as SpamAssassin asks, base32 in lower case': [`${BASE32}.hash`, ['127.0.3.2', '127.0.3.5']],
  'an attachment by MD5': [`${MD5}.hash`, ['127.0.3.2', '127.0.3.5']],
  'an attachment by SHA-1': [`${SHA1}.hash`, ['127.0.3.2']],
  'an attachment by SHA-256 in two labels': [
    `${SHA256.slice(0, 32)}.${SHA256.slice(32)}.hash`,
    ['127.0.3.2', '127.0.3.5'],
  ],
  'the IPv4 test point': ['2.0.0.127.ip', ['127.0.0.2']],
  'the IPv6 test point': [`${nibbles('00000000000000000000ffff7f000002')}.ip`, ['127.0.0.2']],
  'the domain test point': ['TEST.domain', ['127.0.1.2']],
}

const nameErrors: Readonly<Record<string, string>> = {
  'an unlisted IPv4 address': '77.113.0.203.ip',
  'an unlisted IPv6 address': `${nibbles('20010db8000000000000000000000002')}.ip`,
  'an unlisted domain': 'good.example.domain',
  'an unlisted SHA-1': `${SHA1.replace('d', 'e')}.hash`,
  'the IPv4 address that is never listed': '1.0.0.127.ip',
  'the IPv6 address that is never listed': `${nibbles('00000000000000000000ffff7f000001')}.ip`,
  'the domain that is never listed': 'INVALID.domain',
  "rspamd's monitor of an address zone": '1.0.0.127.domain',
  "rspamd's monitor of the hash zone, by address": '1.0.0.127.hash',
  "rspamd's monitor, a random label": 'hKq0zVBnmLkJhGfDsAqWe.domain',
  "rspamd's monitor, a random label with _": 'x_q0zVBnmLkJhGfDsAqWe_7Tt2Y9uIop.domain',
  "rspamd's monitor of the hash zone": 'hKq0zVBnmLkJhGfDsAqWe.hash',
  "rspamd's monitor of the address zone, a random label": 'hKq0zVBnmLkJhGfDsAqWe.ip',
  'an address with leading zeros': '01.2.0.192.ip',
  'what lies below an address': 'x.1.2.0.192.ip',
  'an unknown zone': 'x.other',
  'the name of no zone': 'url',
}

const noData: Readonly<Record<string, string>> = {
  'the beginning of IPv4 addresses': '2.0.192.ip',
  'one octet': '192.ip',
  'the beginning of IPv6 addresses': '8.b.d.0.1.0.0.2.ip',
  'four nibbles that could be an IPv4 address': '1.0.0.2.ip',
  'the beginning of addresses in the domain zone': '0.192.domain',
  'the ancestor of a listed host': 'deep.example.domain',
  'the top level above listed domains': 'example.domain',
  'the second half of a SHA-256': `${SHA256.slice(32)}.hash`,
  'an unlisted MD5': `${MD5.replace('d', 'e')}.hash`,
  'a zone itself': 'ip',
  'the base': '',
  'a key alone': `${KEY}.domain`,
}

const named = (name: string) => (name === '' ? BASE : `${name}.${BASE}`)

for (const [what, [name, addresses]] of Object.entries(listed)) {
  test(`the door lists ${what}`, async () => {
    await using started = await startDoor(BOOK)
    const response = await started.ask(named(name))
    assert.equal(response.rcode, RCODE.NOERROR)
    assert.equal(response.authoritative, true)
    assert.deepEqual(dataOf(response.answer), addresses)
    assert.ok(response.answer.every(record => record.ttl === 300 && record.type === 'A'))
  })
}

for (const [expected, table] of [
  ['NXDOMAIN', nameErrors],
  ['NOERROR', noData],
] as const) {
  for (const [what, name] of Object.entries(table)) {
    test(`the door answers ${expected === 'NOERROR' ? 'NODATA' : expected} with a SOA to ${what}`, async () => {
      await using started = await startDoor(BOOK)
      for (const type of ['A', 'TXT'] as const) {
        const response = await started.ask(named(name), type)
        assert.equal(response.rcode, RCODE[expected])
        assert.equal(response.authoritative, true)
        assert.deepEqual(response.answer, [])
        assert.deepEqual(
          response.authority.map(record => [record.type, record.ttl]),
          [['SOA', 60]],
        )
      }
    })
  }
}

test('the door has no wildcard, and takes a label of odd bytes for a name like any other', async () => {
  await using started = await startDoor(BOOK)
  for (const odd of [0x2a, 0x2e, 0x2f, 0x00, 0xff, 0x40]) {
    for (const zone of ['ip', 'domain', 'hash']) {
      const name = wire(`x.${zone}.${BASE}`)
      name[1] = odd
      const response = read(await exchangeUdp(started.address, writeQuery({ id: 1, name, type: TYPE.A })))
      assert.deepEqual([response.rcode, response.answer], [RCODE.NXDOMAIN, []])
    }
  }
})

test('the door answers with the key label before the zone as without it', async () => {
  await using started = await startDoor(BOOK)
  for (const name of ['1.2.0.192', '2.0.0.127', 'bad.example', BASE32]) {
    const zone = name === 'bad.example' ? 'domain' : name === BASE32 ? 'hash' : 'ip'
    const plain = await started.ask(`${name}.${zone}.${BASE}`)
    const withKey = await started.ask(`${name}.${KEY.toUpperCase()}.${zone}.${BASE}`)
    assert.ok(plain.answer.length > 0)
    assert.deepEqual(dataOf(withKey.answer), dataOf(plain.answer))
  }
  assert.equal((await started.ask(`1.0.0.127.${KEY}.ip.${BASE}`)).rcode, RCODE.NXDOMAIN)
  assert.equal((await started.ask(`deep.example.${KEY}.domain.${BASE}`)).rcode, RCODE.NOERROR)
})

test('the door refuses an unknown key, and everything but the apexes without a key where one is needed', async () => {
  await using started = await startDoor(BOOK, { needsKey: peer => peer.isLoopback() })
  const wrong = `tk-${'z'.repeat(26)}`
  for (const name of [`1.2.0.192.${wrong}.ip`, '1.2.0.192.ip', '2.0.0.127.ip', '0.192.ip', 'test.domain', 'x.hash']) {
    const response = await started.ask(named(name))
    assert.equal(response.rcode, RCODE.REFUSED, name)
    assert.deepEqual([response.answer, response.authority], [[], []])
    assert.deepEqual(response.edns?.options, Uint8Array.of(0, 15, 0, 2, 0, 18))
  }
  assert.equal((await started.ask(`1.2.0.192.${KEY}.ip.${BASE}`)).answer.length, 3)
  assert.equal((await started.ask(`ip.${BASE}`, 'SOA')).answer.length, 1)
})

test('the door repeats the question to the letter (0x20) and matches in any case', async () => {
  await using started = await startDoor(BOOK)
  const name = wire('BaD.eXaMpLe.DoMaIn.ToCsIn.ExAmPlE')
  const response = read(await exchangeUdp(started.address, writeQuery({ id: 1, name, type: TYPE.A })))
  assert.deepEqual(response.question?.name, name)
  assert.equal(response.answer[0]?.name, 'BaD.eXaMpLe.DoMaIn.ToCsIn.ExAmPlE')
})

test('the door copies RD, clears RA, and answers OPT with OPT and none with none', async () => {
  await using started = await startDoor(BOOK)
  const { address } = started
  const withOpt = await ask(address, `1.2.0.192.ip.${BASE}`, 'A', EDNS)
  assert.deepEqual([withOpt.recursionDesired, withOpt.recursionAvailable], [true, false])
  assert.deepEqual([withOpt.edns?.udpSize, withOpt.edns?.version], [1232, 0])
  assert.equal((await ask(address, `1.2.0.192.ip.${BASE}`)).edns, undefined)
  const query = writeQuery({ id: 5, name: wire(`1.2.0.192.ip.${BASE}`), type: TYPE.A, recursionDesired: false })
  assert.equal(read(await exchangeUdp(address, query)).recursionDesired, false)
})

test('the door says why in TXT, as Postfix and Exim show it', async () => {
  await using started = await startDoor(BOOK)
  const response = await ask(started.address, `77.100.51.198.ip.${BASE}`, 'TXT')
  assert.deepEqual(dataOf(response.answer), [
    'listed by tocsin: ip:198.51.100.77 is part of a botnet, or controls one (score 12, matched net:198.51.100.0/24); reply 450 4.7.1',
  ])
  const point = await ask(started.address, `2.0.0.127.ip.${BASE}`, 'TXT')
  assert.match(dataOf(point.answer)[0] ?? '', /test entry \(RFC 5782\)/)
})

test('the door answers AAAA and MX of a listed name with NODATA and SOA, ANY with the A records', async () => {
  await using started = await startDoor(BOOK)
  const aaaa = await started.ask(`bad.example.domain.${BASE}`, 'AAAA')
  assert.deepEqual([aaaa.rcode, aaaa.answer, aaaa.authority.length], [RCODE.NOERROR, [], 1])
  const any = await started.ask(`bad.example.domain.${BASE}`, 'ANY')
  assert.deepEqual(dataOf(any.answer), ['127.0.1.2', '127.0.1.4'])
})

test('the door has SOA and NS at each apex, and the addresses of the name server', async () => {
  await using started = await startDoor(BOOK)
  for (const apex of [BASE, `ip.${BASE}`, `domain.${BASE}`, `hash.${BASE}`]) {
    const soa = await started.ask(apex, 'SOA')
    assert.equal(soa.answer[0]?.name, apex)
    assert.equal(soa.answer[0].data, `ns.${BASE} hostmaster.${BASE} 1 300 60 86400 60`)
    const ns = await started.ask(apex, 'NS')
    assert.deepEqual(dataOf(ns.answer), [`ns.${BASE}`])
    assert.deepEqual(dataOf(ns.additional), ['192.0.2.53', '2001:0db8:0000:0000:0000:0000:0000:0053'])
  }
  assert.deepEqual(dataOf((await started.ask(`ns.${BASE}`, 'A')).answer), ['192.0.2.53'])
  assert.equal((await started.ask(`ns.${BASE}`, 'AAAA')).answer.length, 1)
  assert.equal((await started.ask(`ns.${BASE}`, 'TXT')).rcode, RCODE.NOERROR)
})

test('the door answers DS at the apex of a zone from the zone above', async () => {
  await using started = await startDoor(BOOK)
  const response = await started.ask(`ip.${BASE}`, 'DS')
  assert.deepEqual([response.rcode, response.answer, response.authority[0]?.name], [RCODE.NOERROR, [], BASE])
})

test('the door refuses names of others, other classes and zone transfers', async () => {
  await using started = await startDoor(BOOK)
  assert.equal((await started.ask('1.2.0.192.ip.example.org')).rcode, RCODE.REFUSED)
  assert.equal((await started.ask(`ip.${BASE}`, 'AXFR')).rcode, RCODE.REFUSED)
  assert.equal((await started.ask(`ip.${BASE}`, 'IXFR')).rcode, RCODE.REFUSED)
  const name = wire(`1.2.0.192.ip.${BASE}`)
  const inClass = async (number: number) => {
    const query = writeQuery({ id: 1, name, type: TYPE.A, class: number })
    return read(await exchangeUdp(started.address, query)).rcode
  }
  assert.deepEqual([await inClass(3), await inClass(254), await inClass(255)], [5, 5, 0])
})

test('the door answers an unknown EDNS version with BADVERS, another opcode with NOTIMP, rubbish with FORMERR', async () => {
  await using started = await startDoor(BOOK)
  const { address } = started
  const future = { ...EDNS, version: 1 }
  assert.equal((await ask(address, `1.2.0.192.ip.${BASE}`, 'A', future)).rcode, RCODE.BADVERS)
  const query = writeQuery({ id: 77, name: wire(BASE), type: TYPE.SOA })
  const notify = query.slice()
  notify[2] = 0x20
  assert.equal(read(await exchangeUdp(address, notify)).rcode, RCODE.NOTIMP)
  const cut = read(await exchangeUdp(address, query.subarray(0, 20)))
  assert.deepEqual([cut.rcode, cut.id, cut.question], [RCODE.FORMERR, 77, undefined])
})
