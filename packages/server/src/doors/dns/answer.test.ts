import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { lapsesAt } from '@tocsin/core/verdict'
import { EXTENDED_ERROR, RCODE, type Response, TYPE } from '../../protocols/dns/index.ts'
import { type Asking, respondAbout, respondTestPoint } from './answer.ts'
import { badEntry, MemoryBook, NOW, subjectOf } from './book.fixture.ts'
import { type ListKind, soaOf, TTL_DEFAULTS, zonesUnder } from './zones.ts'

const zones = unwrap(zonesUnder('tocsin.example', []))

function asking(zone: ListKind, type: number = TYPE.A): Asking {
  const { apex } = zones.zones[zone]
  return { zone, name: apex, type, soa: soaOf(zones.zones[zone], zones, 7, TTL_DEFAULTS), ttl: TTL_DEFAULTS }
}

function addressesOf(response: Response): string[] {
  return response.answer.map(record => (record.type === 'A' ? record.address.join('.') : record.type))
}

function respond(book: MemoryBook, subject: string, to: Asking): Response {
  return respondAbout(book.answer(subjectOf(subject), NOW), 'nothing', to, NOW)
}

const codes = {
  listed: [2],
  spam: [2, 3],
  phishing: [2, 4],
  malware: [2, 5],
  botnet: [2, 6],
  attack: [2, 7],
  scam: [2, 8],
  complaint: [2, 9],
  policy: [2, 10],
  analyst: [2, 11],
} as const

for (const [reason, lasts] of Object.entries(codes)) {
  test(`respondAbout() says ${reason} by 127.0.x.${lasts.join(' and 127.0.x.')}`, () => {
    const book = new MemoryBook()
    const entry = badEntry(reason as keyof typeof codes)
    const file = `file:${'ab'.repeat(32)}`
    book.publish({ 'ip:192.0.2.1': entry, 'domain:bad.example': entry, [file]: entry })
    const expected = (third: number) => lasts.map(last => `127.0.${third}.${last}`)
    assert.deepEqual(addressesOf(respond(book, 'ip:192.0.2.1', asking('ip'))), [...expected(0), '127.0.0.20'])
    assert.deepEqual(addressesOf(respond(book, 'domain:bad.example', asking('domain'))), expected(1))
    assert.deepEqual(addressesOf(respond(book, file, asking('hash'))), expected(3))
  })
}

test('respondAbout() lists what the policy blocks: medium does not block 70, high does', () => {
  const book = new MemoryBook()
  book.publish({ 'ip:192.0.2.1': badEntry('spam', { score: 70 }) })
  assert.equal(respond(book, 'ip:192.0.2.1', asking('ip')).rcode, RCODE.NXDOMAIN)
  book.policy = { ...book.policy, level: 'high' }
  assert.deepEqual(addressesOf(respond(book, 'ip:192.0.2.1', asking('ip'))), ['127.0.0.2', '127.0.0.3', '127.0.0.20'])
})

test('respondAbout() does not list what is approved, and lists what is blocked by a list alone', () => {
  const book = new MemoryBook()
  book.publish({ 'ip:192.0.2.1': badEntry('spam') })
  book.rule(['ip:192.0.2.1'], ['ip:192.0.2.9'])
  assert.equal(respond(book, 'ip:192.0.2.1', asking('ip')).rcode, RCODE.NXDOMAIN)
  assert.deepEqual(addressesOf(respond(book, 'ip:192.0.2.9', asking('ip'))), ['127.0.0.2', '127.0.0.21'])
})

test('respondAbout() is SERVFAIL without any record when there is nothing to ask', () => {
  const book = new MemoryBook()
  book.publish({ 'ip:192.0.2.1': badEntry('spam') })
  book.state = 'unavailable'
  for (const subject of ['ip:192.0.2.1', 'ip:192.0.2.2']) {
    const response = respond(book, subject, asking('ip'))
    assert.equal(response.rcode, RCODE.SERVFAIL)
    assert.equal(response.authoritative, false)
    assert.deepEqual([response.answer, response.authority, response.additional], [[], [], []])
  }
  for (const listed of [true, false]) {
    assert.equal(respondTestPoint(listed, 'unavailable', asking('ip')).rcode, RCODE.SERVFAIL)
  }
})

test('respondAbout() answers from a stale book and says that it is stale', () => {
  const book = new MemoryBook()
  book.publish({ 'ip:192.0.2.1': badEntry('spam') })
  book.state = 'stale'
  const listed = respond(book, 'ip:192.0.2.1', asking('ip'))
  assert.deepEqual(addressesOf(listed), ['127.0.0.2', '127.0.0.3', '127.0.0.20'])
  assert.equal(listed.extendedError, EXTENDED_ERROR.STALE_ANSWER)
  assert.equal(respond(book, 'ip:192.0.2.2', asking('ip')).extendedError, EXTENDED_ERROR.STALE_ANSWER)
})

test('respondAbout() gives 300 seconds, and never beyond the time when the listing lapses', () => {
  const book = new MemoryBook()
  // An entry knows whole minutes.
  const scoredAt = Math.floor(NOW / 60_000) * 60_000
  const entry = badEntry('spam', { score: 60, scoredAt, lapses: [0, 1, 1] })
  book.publish({ 'ip:192.0.2.1': badEntry('spam'), 'ip:192.0.2.2': entry })
  const ttlAt = (subject: string, now: number) =>
    respondAbout(book.answer(subjectOf(subject), now), 'nothing', asking('ip'), now).answer[0]?.ttl
  assert.equal(ttlAt('ip:192.0.2.1', NOW), 300)
  const lapse = lapsesAt(entry, NOW)
  assert.ok(lapse !== undefined && lapse > NOW)
  assert.equal(ttlAt('ip:192.0.2.2', lapse - 120_500), 120)
  assert.equal(ttlAt('ip:192.0.2.2', lapse - 300), 0)
  assert.equal(ttlAt('ip:192.0.2.2', lapse + 1), undefined)
})

test('respondAbout() has NODATA with SOA for other types of a listed name, A alone for ANY', () => {
  const book = new MemoryBook()
  book.publish({ 'domain:bad.example': badEntry('phishing') })
  for (const type of [TYPE.AAAA, TYPE.NS, TYPE.SOA, TYPE.DS, 15]) {
    const response = respond(book, 'domain:bad.example', asking('domain', type))
    assert.equal(response.rcode, RCODE.NOERROR)
    assert.deepEqual(response.answer, [])
    assert.equal(response.authority[0]?.type, 'SOA')
  }
  const any = respond(book, 'domain:bad.example', asking('domain', TYPE.ANY))
  assert.deepEqual(addressesOf(any), ['127.0.1.2', '127.0.1.4'])
})

test('respondAbout() is NODATA instead of NXDOMAIN for an unlisted name that others lie below', () => {
  const book = new MemoryBook()
  const answer = book.answer(subjectOf('domain:bad.example'), NOW)
  assert.equal(respondAbout(answer, 'non-terminal', asking('domain'), NOW).rcode, RCODE.NOERROR)
  assert.equal(respondAbout(answer, 'nothing', asking('domain'), NOW).rcode, RCODE.NXDOMAIN)
})

test('respondAbout() says in TXT what, why, the score and what matched', () => {
  const book = new MemoryBook()
  book.publish({ 'net:192.0.2.0/24': badEntry('spam'), 'domain:bad.example': badEntry('phishing', { score: 3 }) })
  const textOf = (subject: string, zone: ListKind) => {
    const [record] = respond(book, subject, asking(zone, TYPE.TXT)).answer
    return record?.type === 'TXT' ? Buffer.concat(record.strings).toString() : undefined
  }
  const net = 'listed by tocsin: ip:192.0.2.1 is a source of spam (score 12, matched net:192.0.2.0/24); reply 450 4.7.1'
  assert.equal(textOf('ip:192.0.2.1', 'ip'), net)
  const domain = 'listed by tocsin: domain:bad.example is used for phishing (score 3)'
  assert.equal(textOf('domain:bad.example', 'domain'), domain)
  assert.equal(textOf('ip:198.51.100.1', 'ip'), undefined)
})

test('respondAbout() says by 127.0.0.21 what to refuse for good, by 127.0.0.20 for a while, and nothing of it for names', () => {
  const book = new MemoryBook()
  const scoredAt = Math.floor(NOW / 60_000) * 60_000
  const backed = { organisations: 1, scoredAt }
  book.publish({
    'ip:192.0.2.1': badEntry('spam', backed),
    'ip:192.0.2.2': badEntry('spam', { ...backed, lapses: [1, 20, 30] }),
    'ip:192.0.2.3': badEntry('sending', backed),
    'domain:bad.example': badEntry('spam', backed),
  })
  const said = (subject: string, zone: ListKind = 'ip') => addressesOf(respond(book, subject, asking(zone)))
  assert.deepEqual(said('ip:192.0.2.1'), ['127.0.0.2', '127.0.0.3', '127.0.0.21'])
  assert.deepEqual(said('ip:192.0.2.2'), ['127.0.0.2', '127.0.0.3', '127.0.0.20'])
  assert.deepEqual(said('ip:192.0.2.3'), ['127.0.0.2', '127.0.0.3', '127.0.0.20'])
  assert.deepEqual(said('domain:bad.example', 'domain'), ['127.0.1.2', '127.0.1.3'])
  book.state = 'stale'
  assert.deepEqual(said('ip:192.0.2.1').at(-1), '127.0.0.20', 'unsure')
})

test('respondAbout() says of a sender that nobody knows 127.0.0.20 alone, at mail aggressiveness 4', () => {
  const book = new MemoryBook()
  assert.equal(respond(book, 'ip:203.0.113.5', asking('ip')).rcode, RCODE.NXDOMAIN)
  book.policy = { ...book.policy, mail: 4 }
  assert.deepEqual(addressesOf(respond(book, 'ip:203.0.113.5', asking('ip'))), ['127.0.0.20'])
  assert.equal(respond(book, 'ip:192.168.0.1', asking('ip')).rcode, RCODE.NXDOMAIN)
  const [why] = respond(book, 'ip:203.0.113.5', asking('ip', TYPE.TXT)).answer
  const text = 'put off by tocsin: ip:203.0.113.5 is not known for anything (score 71); reply 450 4.7.1'
  assert.equal(why?.type === 'TXT' && Buffer.concat(why.strings).toString(), text)
})
