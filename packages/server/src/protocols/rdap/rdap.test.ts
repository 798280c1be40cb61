import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import fc from 'fast-check'
import { BOOTSTRAP_BYTES_MAX, DOMAIN_BYTES_MAX, domainUrl, readBootstrap, readDomain, serverFor } from './index.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')

function bytesOf(value: unknown): Uint8Array {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
}

const CARD = [
  'vcard',
  [
    ['version', {}, 'text', '4.0'],
    ['fn', {}, 'text', 'Example Registrar, Inc.'],
  ],
]

function domain(changes: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    objectClassName: 'domain',
    ldhName: 'EXAMPLE.COM.',
    events: [
      { eventAction: 'registration', eventDate: '2026-11-01T04:00:00Z' },
      { eventAction: 'expiration', eventDate: '2030-08-13T04:00:00Z' },
    ],
    entities: [
      { roles: ['registrant'], handle: 'A PERSON' },
      { roles: ['registrar'], vcardArray: CARD, handle: '376' },
    ],
    ...changes,
  }
}

function read(value: unknown, name = 'example.com') {
  return readDomain(bytesOf(value), name, NOW)
}

test('readDomain() finds date and registrar, and nothing about the holder', () => {
  deepEqual(unwrap(read(domain())), {
    registeredAt: Date.parse('2026-11-01T04:00:00Z'),
    registrar: 'Example Registrar, Inc.',
  })
  equal(unwrap(read(domain({ entities: [{ roles: ['registrar'], handle: '376' }] }))).registrar, '376')
  deepEqual(unwrap(read({ objectClassName: 'domain' })), { registeredAt: undefined, registrar: undefined })
})

test('readDomain() begins anew with a name that was registered anew', () => {
  const events = [
    { eventAction: 'registration', eventDate: '2001-01-01T00:00:00Z' },
    { eventAction: 'reregistration', eventDate: '2026-10-01' },
  ]
  equal(unwrap(read(domain({ events }))).registeredAt, Date.parse('2026-10-01'))
})

test('readDomain() takes no date that is to come, older than the DNS, or none', () => {
  for (const eventDate of [
    '2031-01-01T00:00:00Z',
    '1970-01-01T00:00:00Z',
    'yesterday',
    '0',
    5,
    null,
    '9'.repeat(1e4),
  ]) {
    const events = [{ eventAction: 'registration', eventDate }]
    equal(unwrap(read(domain({ events }))).registeredAt, undefined, String(eventDate).slice(0, 40))
  }
  const ahead = [{ eventAction: 'registration', eventDate: '2026-11-22T20:00:00Z' }]
  equal(unwrap(read(domain({ events: ahead }))).registeredAt, NOW)
})

test('readDomain() refuses another name, another class, errors, lists, half a text and megabytes', () => {
  const refused: readonly (readonly [unknown, RegExp])[] = [
    [domain({ ldhName: 'example.org' }), /about another name/],
    [domain({ ldhName: `${'a'.repeat(65_536)}.com` }), /about another name/],
    [domain({ ldhName: 7 }), /about another name/],
    [domain({ objectClassName: 'entity' }), /class "domain"/],
    [{ errorCode: 404, title: 'Not Found' }, /class "domain"/],
    [[domain()], /must be a JSON object/],
    ['{"objectClassName":', /must be JSON/],
    ['', /must be JSON/],
    ['['.repeat(200_000), /must be/],
    [' '.repeat(DOMAIN_BYTES_MAX + 1), /at most 262144 bytes/],
  ]
  for (const [value, reason] of refused) {
    const result = read(value)
    equal(result.ok, false)
    match(result.problem.message, reason)
  }
  equal(readDomain(new Uint8Array([0x7b, 0xff, 0x7d]), 'example.com', NOW).ok, false)
})

test('a registrar is one short line, whatever is sent', () => {
  const named = (name: unknown) =>
    unwrap(read(domain({ entities: [{ roles: ['registrar'], vcardArray: ['vcard', [['fn', {}, 'text', name]]] }] })))
      .registrar
  equal(named('a\r\nSet-Cookie: x\u202e\u0000b'), 'a Set-Cookie: x b')
  equal(named('x'.repeat(100_000))!.length, 200)
  equal(named(' \n '), undefined)
  equal(named({ toString: 'x' }), undefined)
})

test('readBootstrap() knows the server of the longest suffix, over HTTPS alone', () => {
  const bootstrap = unwrap(
    readBootstrap(
      bytesOf({
        version: '1.0',
        services: [
          [
            ['com', 'NET'],
            ['http://plain.example/', 'https://rdap.example/v1'],
          ],
          [['co.uk'], ['https://uk.example/']],
          [['org'], ['http://plain.example/']],
          [['io'], ['https://user:secret@rdap.example/']],
          [['x/../y', 'sh'], ['https://sh.example/?a=b']],
          'odd',
          [['dev'], 'odd'],
        ],
      }),
    ),
  )
  equal(serverFor(bootstrap, 'example.com'), 'https://rdap.example/v1/')
  equal(serverFor(bootstrap, 'a.example.net'), 'https://rdap.example/v1/')
  equal(serverFor(bootstrap, 'example.co.uk'), 'https://uk.example/')
  for (const name of ['example.uk', 'example.org', 'example.io', 'example.sh', 'example.dev', 'com', '']) {
    equal(serverFor(bootstrap, name), undefined, name)
  }
  equal(domainUrl('https://rdap.example/v1/', 'example.com'), 'https://rdap.example/v1/domain/example.com')
  equal(domainUrl('https://rdap.example/', 'a/../b?c'), 'https://rdap.example/domain/a%2F..%2Fb%3Fc')
})

test('readBootstrap() refuses other versions, emptiness and megabytes', () => {
  for (const value of [
    { version: '2.0', services: [] },
    { version: '1.0', services: [] },
    { version: '1.0' },
    7,
    null,
  ]) {
    equal(readBootstrap(bytesOf(value)).ok, false)
  }
  equal(readBootstrap(new Uint8Array(BOOTSTRAP_BYTES_MAX + 1)).ok, false)
})

test('whatever JSON comes, the readers answer and never throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const result = read({
        objectClassName: 'domain',
        events: [a, { eventAction: 'registration', eventDate: b }],
        entities: [b, { roles: a }, { roles: ['registrar'], vcardArray: b }],
      })
      ok(result.ok)
      ok(result.value.registeredAt === undefined || result.value.registeredAt <= NOW)
      readBootstrap(bytesOf({ version: '1.0', services: [[a, b], b, [[a], ['https://rdap.example/']]] }))
      read(a)
    }),
    { seed: 11, numRuns: 300 },
  )
})
