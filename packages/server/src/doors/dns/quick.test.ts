import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeBase32, sha256 } from '@tocsin/core/base'
import { subjectText } from '@tocsin/core/subject'
import fc from 'fast-check'
import { RCODE, TYPE, writeQuery } from '../../protocols/dns/index.ts'
import { badEntry, MemoryBook, NOW, subjectOf } from './book.fixture.ts'
import { BASE, KEY, respondFrom, wire } from './client.fixture.ts'
import { sighted } from './counters.ts'
import { DnsHandler } from './handler.ts'
import { belowIn } from './known.ts'
import { QuickAnswers, SILENCE, SLOW, SLOW_BUT_ALIKE } from './quick.ts'
import { PACKET_BYTES } from './responder.ts'

const seed = 8020

const HOSTS = [
  'a',
  'bad',
  'www',
  'x',
  'test',
  'example',
  'com',
  'co',
  'uk',
  'invalid',
  '7',
  '192',
  'f',
  'xn--bcher-kva',
]

const digest = (n: number) => sha256(Uint8Array.of(n))
const hex = (n: number) => Buffer.from(digest(n)).toString('hex')

const nearHost = fc
  .tuple(fc.constantFrom('', '', 'www.', 'a.www.'), fc.constantFrom('bad.', 'x.'), fc.constantFrom('', 'co.'))
  .map(labels => `${labels.join('')}uk`)
const farHost = fc.array(fc.constantFrom(...HOSTS), { minLength: 1, maxLength: 5 }).map(labels => labels.join('.'))
const host = fc.oneof(nearHost, farHost)
const octet = fc.constantFrom(0, 1, 2, 9, 10, 127, 192, 255)
/** Few enough that what is listed is asked for, too. */
const quad = fc
  .tuple(fc.constantFrom(1, 10, 127, 192), fc.constantFrom(0, 20), fc.constant(0), fc.constantFrom(1, 2, 99))
  .map(octets => octets.join('.'))
const lowDigest = fc.nat(8)
const subjectTextOf = (text: string) => subjectText(subjectOf(text))

const text = fc.oneof(
  quad.map(address => `ip:${address}`),
  fc.tuple(quad, fc.integer({ min: 8, max: 31 })).map(([address, length]) => `net:${address}/${length}`),
  nearHost.map(name => `domain:${name}`),
  lowDigest.map(n => `file:${hex(n)}`),
)

const entry = fc.oneof(
  fc.constant(badEntry('spam')),
  fc.constant(badEntry('listed')),
  fc.constant(badEntry('phishing', { score: 60, scoredAt: NOW, lapses: [0, 1, 1] })),
  fc.constant(
    badEntry('popular', { score: 90, incriminated: false, restsSafe: true, protection: undefined, organisations: 0 }),
  ),
  fc.constant(
    badEntry('cleared', {
      score: 90,
      incriminated: false,
      stops: true,
      restsSafe: true,
      protection: undefined,
      organisations: 0,
    }),
  ),
  fc.constant(badEntry('malware', { score: 70 })),
)

const label = fc.oneof(
  fc.constantFrom(...HOSTS, '*', '01', '256', KEY, KEY.toUpperCase(), `tk-${'z'.repeat(26)}`),
  octet.map(String),
  lowDigest.map(n => encodeBase32(digest(n))),
  lowDigest.map(n => hex(n).slice(0, 32)),
  lowDigest.map(n => hex(n).slice(32)),
)

const hashName = fc.oneof(
  lowDigest.map(n => `${hex(n).slice(0, 32)}.${hex(n).slice(32)}`),
  lowDigest.map(n => encodeBase32(digest(n))),
)
const anyName = fc.oneof(
  quad,
  host,
  hashName,
  fc.array(label, { maxLength: 3 }).map(labels => labels.join('.')),
)
/** What a site has reported itself, with names and nets around what is asked. */
const reported = fc.oneof(
  quad.map(address => `ip:${address}`),
  fc.tuple(quad, fc.integer({ min: 8, max: 31 })).map(([address, length]) => subjectTextOf(`net:${address}/${length}`)),
  nearHost.map(name => `domain:${name}`),
  lowDigest.map(n => `file:${hex(n)}`),
  fc.constantFrom('domain:co.uk', 'domain:uk', 'domain:192.0.2.1', 'url:bad.uk/a', `file:md5:${hex(1).slice(0, 32)}`),
)
const anyZone = fc.constantFrom('ip', 'domain', 'hash', 'IP', 'dOmain', 'ns', 'other')

/** What lies below a zone, and which; mostly what belongs there. */
const place = fc.oneof(
  fc.tuple(quad, fc.constant('ip')),
  fc.tuple(host, fc.constant('domain')),
  fc.tuple(hashName, fc.constant('hash')),
  fc.tuple(anyName, anyZone),
)

const packet = fc
  .record({
    place,
    key: fc.constantFrom('', '', '', KEY, `tk-${'z'.repeat(26)}`),
    base: fc.constantFrom(BASE, BASE, BASE, 'ToCsIn.eXample', 'example', 'other.example'),
    type: fc.constantFrom<number>(...Array<number>(9).fill(TYPE.A), ...Object.values(TYPE), 15),
    edns: fc.constantFrom(undefined, undefined, 0, 0, 1, 1, 2),
    recursionDesired: fc.boolean(),
    changes: fc.array(fc.tuple(fc.nat(70), fc.oneof(fc.nat(255), fc.constantFrom(0, 0x2e, 0x41))), { maxLength: 2 }),
    isChanged: fc.constantFrom(false, false, false, true),
    cut: fc.constantFrom(...Array<undefined>(16).fill(undefined), 11, 12, 30, 40),
  })
  .map(({ isChanged, changes, cut, edns, recursionDesired, type, ...name }) => {
    const whole = [...name.place.slice(0, 1), name.key, ...name.place.slice(1), name.base]
      .filter(part => part !== '')
      .join('.')
    const options =
      edns === undefined ? {} : { edns: { udpSize: 512 + edns * 700, version: edns >> 1, dnssecOk: edns === 1 } }
    const asked = wire(whole.replaceAll('*', '_'))
    if (whole.includes('*')) asked[asked.indexOf(0x5f)] = 0x2a
    const bytes = writeQuery({ id: 513, name: asked, type, recursionDesired, ...options })
    if (isChanged) for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
    return bytes.subarray(0, cut)
  })

test(`QuickAnswers gives what DnsHandler gives, to the byte, or leaves it to it (seed ${seed})`, () => {
  const seen = new Map<string, number>()
  const bytes = new Uint8Array(PACKET_BYTES)
  const world = fc.record({
    entries: fc.array(fc.tuple(text, entry), { maxLength: 16, size: 'max' }),
    reports: fc.array(fc.tuple(reported, fc.boolean()), { maxLength: 12, size: 'max' }),
    blocked: fc.option(quad, { nil: undefined, freq: 1 }),
    needsKey: fc.constantFrom(false, false, true),
    mail: fc.constantFrom(undefined, undefined, undefined, 1, 3, 4),
    packets: fc.array(packet, { minLength: 40, maxLength: 40 }),
  })
  fc.assert(
    fc.property(world, ({ entries, reports, blocked, needsKey, mail, packets }) => {
      const book = new MemoryBook()
      book.publish(Object.fromEntries(entries))
      if (blocked !== undefined) book.rule([], [`ip:${blocked}`])
      book.block(reports.map(([subject]) => subject))
      book.block(
        [],
        reports.filter(([, isGone]) => isGone).map(([subject]) => subject),
      )
      if (mail !== undefined) book.policy = { ...book.policy, mail }
      const parts = respondFrom(book)
      const quick = new QuickAnswers(parts)
      let counted = ''
      const handler = new DnsHandler(
        {
          ...parts,
          sequence: () => book.reader.sequence,
          hasBelow: labels => belowIn(book.reader)(labels) || belowIn(book.blocks)(labels),
          observe: () => undefined,
          count: (located, rcode) => (counted = `${located} ${rcode}`),
        },
        parts.zones,
        parts.ttl,
      )
      for (const query of packets) {
        bytes.fill(0x77).set(query)
        const length = quick.answer(bytes, query.length, needsKey, true, NOW)
        const expected = handler.handle(query, needsKey, 'udp')
        if (length === SLOW || length === SLOW_BUT_ALIKE) {
          assert.deepEqual(bytes.subarray(0, query.length), query)
          count(seen, 'slow')
          continue
        }
        if (length === SILENCE) {
          assert.equal(expected, undefined)
          continue
        }
        assert.deepEqual(Buffer.from(bytes.subarray(0, length)), Buffer.from(expected!))
        assert.equal(`${quick.located} ${quick.rcode}`, counted)
        count(seen, counted)
        const isRuled = quick.sighted === sighted('untested', 'block')
        if (isRuled && blocked === undefined && mail === undefined) count(seen, `reported ${quick.located}`)
      }
    }),
    { seed, numRuns: 1000 },
  )
  // All kinds of quick answers came up.
  const { NOERROR, NXDOMAIN, REFUSED } = RCODE
  const kinds = ['ip', 'domain', 'hash'].flatMap(kind => [NOERROR, NXDOMAIN, REFUSED].map(rcode => `${kind} ${rcode}`))
  const others = ['ip', 'domain', 'hash'].map(kind => `reported ${kind}`)
  for (const kind of others) assert.ok(seen.get(kind)! > 5, `${kind}: ${seen.get(kind)}`)
  for (const kind of [...kinds, 'other 1', 'other 4', 'other 5', 'slow'])
    assert.ok(seen.get(kind)! > 30, `${kind}: ${seen.get(kind)}`)
})

function count(seen: Map<string, number>, kind: string): void {
  seen.set(kind, (seen.get(kind) ?? 0) + 1)
}

test('QuickAnswers denies what lies below a busy public suffix, and what is listed there it does not', () => {
  const book = new MemoryBook()
  book.publish({ 'domain:bad.co.uk': badEntry('spam'), 'domain:www.deep.co.uk': badEntry('spam') })
  const quick = new QuickAnswers(respondFrom(book))
  const bytes = new Uint8Array(PACKET_BYTES)
  const rcodeOf = (name: string) => {
    const query = writeQuery({ id: 1, name: wire(`${name}.domain.${BASE}`), type: TYPE.A })
    bytes.set(query)
    return quick.answer(bytes, query.length, false, true, NOW) > 0 ? quick.rcode : 'slow'
  }
  const asked = ['good.co.uk', 'a.b.good.co.uk', 'bad.co.uk', 'x.bad.co.uk', 'deep.co.uk', 'x.deep.co.uk']
  const expected = [RCODE.NXDOMAIN, RCODE.NXDOMAIN, RCODE.NOERROR, RCODE.NOERROR, 'slow', RCODE.NXDOMAIN]
  assert.deepEqual(asked.map(rcodeOf), expected)
  book.publish({ 'domain:co.uk': badEntry('spam') })
  assert.equal(rcodeOf('a.good.co.uk'), RCODE.NOERROR)
})

test('QuickAnswers denies quickly what no report covers, and lists at once what one does', () => {
  const book = new MemoryBook()
  const quick = new QuickAnswers(respondFrom(book))
  const bytes = new Uint8Array(PACKET_BYTES)
  const rcodeOf = (name: string) => {
    const query = writeQuery({ id: 1, name: wire(`${name}.${BASE}`), type: TYPE.A })
    bytes.set(query)
    return quick.answer(bytes, query.length, false, true, NOW) > 0 ? quick.rcode : 'slow'
  }
  const digests = [hex(1), hex(2)].map(digits => `${digits.slice(0, 32)}.${digits.slice(32)}.hash`)
  const addresses = ['1.2.0.192.ip', '2.2.0.192.ip', '9.100.51.198.ip', '9.101.51.198.ip', '9.9.9.10.ip', '9.9.9.11.ip']
  const names = ['www.bad.example.domain', 'x.www.bad.example.domain', 'bad.example.domain', 'mail.bad.example.domain']
  const asked = [...addresses, ...names, 'good.example.domain', 'example.test.domain', ...digests]
  const nothing = asked.map(() => RCODE.NXDOMAIN)
  assert.deepEqual(asked.map(rcodeOf), nothing)
  const reports = ['ip:192.0.2.1', 'net:198.51.100.0/24', 'net:10.0.0.0/8', 'domain:www.bad.example']
  book.block([...reports, `file:${hex(1)}`])
  const { NOERROR: L, NXDOMAIN: N } = RCODE
  // What lies above a reported name exists: the handler says so.
  assert.deepEqual(asked.map(rcodeOf), [L, N, L, N, L, N, L, L, 'slow', N, N, N, L, N])
  book.block([], [...reports, `file:${hex(1)}`])
  assert.deepEqual(asked.map(rcodeOf), nothing)
})
