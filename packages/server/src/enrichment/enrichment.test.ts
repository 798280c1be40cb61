import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ProblemError, unwrap } from '@tocsin/core/base'
import { parseAddress, parseSubject } from '@tocsin/core/subject'
import fc from 'fast-check'
import { contextOf } from './about.ts'
import { type Compilation, type Compiled, compileTable } from './compile.ts'
import { LINE_MAX } from './data-lines.ts'
import { type AddressRange, columnsOf, disjoint } from './range-builder.ts'
import { RangeTable } from './range-table.ts'
import { openEnrichment, storeTable, tablePath } from './store.ts'
import { encodeTable } from './table-file.ts'

const ATTRIBUTION = { text: 'example.org', licence: 'CC0-1.0', date: '2026-11-01' }
const ASN = [
  '192.0.2.0,192.0.2.255,64496,"Example, Inc."',
  '198.51.100.0,198.51.100.127,64497,Say ""no""',
  '255.255.255.0,255.255.255.255,64499,Last',
  '2001:db8::,2001:db8::ffff,64498,Six',
].join('\n')

const bytes = (text: string) => new TextEncoder().encode(text)
const address = (text: string) => unwrap(parseAddress(text))
const subject = (text: string) => unwrap(parseSubject(text))

function compiled(text: string, options: Partial<Compilation> = {}): Promise<Compiled> {
  async function* chunks() {
    const all = bytes(text)
    for (let at = 0; at < all.length; at += 7) yield all.subarray(at, at + 7)
  }
  const random = (count: number) => new Uint8Array(count).fill(7)
  return compileTable({
    inputs: [{ name: 'f', chunks: chunks() }],
    attribution: ATTRIBUTION,
    madeAt: 1000,
    random,
    ...options,
  })
}

async function opened(...texts: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-enrichment-'))
  for (const text of texts) await storeTable(folder, (await compiled(text)).file, false)
  return { folder, enrichment: await openEnrichment(folder) }
}

test('addresses are found in the ranges of their lines, to the last one, and in no gap', async () => {
  const { enrichment } = await opened(ASN)
  const asn = (text: string) => enrichment.asnOf(address(text))?.asn
  assert.deepEqual(enrichment.asnOf(address('192.0.2.0')), { asn: 64496, name: 'Example, Inc.' })
  const cases = {
    '192.0.1.255': undefined,
    '192.0.2.255': 64496,
    '192.0.3.0': undefined,
    '198.51.100.127': 64497,
    '198.51.100.128': undefined,
    '255.255.255.255': 64499,
    '0.0.0.0': undefined,
    '2001:db8::ffff': 64498,
    '2001:db8::1:0': undefined,
    '::': undefined,
    'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff': undefined,
  }
  for (const [text, expected] of Object.entries(cases)) assert.equal(asn(text), expected, text)
  assert.equal(enrichment.countryOf(address('192.0.2.1')), undefined, 'a table that is missing knows nothing')
})

test('a lookup finds what a search through all ranges finds, where they agree', () => {
  const place = fc.nat(40).map(BigInt)
  const someRanges = fc.array(fc.tuple(place, place, fc.integer({ min: 1, max: 3 }), fc.constantFrom(4, 6)), {
    maxLength: 10,
  })
  fc.assert(
    fc.property(someRanges, rows => {
      const ranges = rows.map(([a, b, number, family], line): AddressRange => {
        const [first, last] = a < b ? [a, b] : [b, a]
        return { family, first, last, value: { number, text: `n${number}` }, line }
      })
      const table = new RangeTable(columnsOf(disjoint(ranges).stretches))
      for (const family of [4, 6]) {
        for (let at = 0; at <= 41; at++) {
          const holding = ranges.filter(each => each.family === family && each.first <= at && at <= each.last)
          const said = new Set(holding.map(({ value }) => value.number))
          const found = table.find(
            Uint8Array.from({ length: family === 4 ? 4 : 16 }, (_, n) => (n === (family === 4 ? 3 : 15) ? at : 0)),
          )
          assert.equal(found?.number, said.size === 1 ? [...said][0] : undefined)
        }
      }
    }),
    { seed: 20261122, numRuns: 500 },
  )
})

test('of two lines that contradict each other neither is believed where both speak', async () => {
  const lines = Array.from({ length: 20 }, (_, at) => `192.0.2.${at},192.0.2.${at},US`)
  const { refusals, refused, accepted, file } = await compiled(
    ['10.0.0.0,10.0.0.255,DE', '10.0.0.8,10.0.0.9,BE', '10.0.0.20,10.0.0.30,DE', ...lines].join('\n'),
  )
  assert.deepEqual([accepted, refused], [22, 1])
  assert.match(refusals[0]!.place, /^f:2$/)
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-enrichment-'))
  await storeTable(folder, file, false)
  const enrichment = await openEnrichment(folder)
  const found = ['10.0.0.7', '10.0.0.8', '10.0.0.10', '10.0.0.25'].map(text => enrichment.countryOf(address(text)))
  assert.deepEqual(found, ['DE', undefined, 'DE', 'DE'])
})

test('an address is of all classes whose ranges hold it', async () => {
  const rows = [
    '192.0.2.0/24\tcloud\tcontext-cloud',
    '192.0.2.64/26\tmail\tgood-mail-sender',
    '2001:db8::/32\tcloud\tcontext-cloud',
  ]
  const { enrichment } = await opened(rows.join('\n'))
  const classes = (text: string) => enrichment.classesOf(address(text)).map(each => `${each.list} ${each.class}`)
  assert.deepEqual(classes('192.0.2.63'), ['cloud context-cloud'])
  assert.deepEqual(classes('192.0.2.64'), ['cloud context-cloud', 'mail good-mail-sender'])
  assert.deepEqual(classes('2001:db8:1::'), ['cloud context-cloud'])
  assert.deepEqual(classes('192.0.3.0'), [])
})

test('names have the place of their line, and others have none', async () => {
  const { enrichment } = await opened('1,example.com\n2,Example.ORG\n3,xn--mnchen-3ya.example\n')
  assert.deepEqual(
    ['example.com', 'example.org', 'example.net'].map(name => enrichment.rankOf(name)),
    [1, 2, undefined],
  )
  assert.deepEqual(contextOf(subject('url:a.b.example.org/x'), enrichment), {
    popularity: { name: 'example.org', rank: 2 },
    attribution: [{ table: 'popularity', ...ATTRIBUTION }],
  })
})

test('contextOf() tells of an address and of hosts that are one, with whose data it is', async () => {
  const { enrichment } = await opened(ASN, '192.0.2.0,192.0.2.255,NL')
  for (const text of ['ip:192.0.2.9', 'url:192.0.2.9/x', 'domain:192.0.2.9']) {
    assert.deepEqual(contextOf(subject(text), enrichment), {
      asn: { number: 64496, name: 'Example, Inc.' },
      country: 'NL',
      attribution: [
        { table: 'asn', ...ATTRIBUTION },
        { table: 'country', ...ATTRIBUTION },
      ],
    })
  }
  for (const text of ['ip:203.0.113.1', 'net:192.0.2.0/25', 'domain:example.com', `file:${'0'.repeat(64)}`]) {
    assert.equal(contextOf(subject(text), enrichment), undefined, text)
  }
})

test('a line that cannot be read is refused by its number, and the others are taken', async () => {
  const bad = [
    '192.0.2.9,192.0.2.1,64496,x',
    'word',
    '192.0.2.0,192.0.2.1,0,x',
    '192.0.2.0,::1,1,x',
    'x'.repeat(LINE_MAX + 1),
    '\u0000,a',
  ]
  const good = Array.from({ length: 90 }, (_, at) => `10.0.${at}.0,10.0.${at}.255,64496,x`)
  const { lines, accepted, refused, skipped, refusals } = await compiled(['# data', '', ...good, ...bad].join('\r\n'))
  assert.deepEqual([lines, accepted, refused, skipped], [98, 90, 6, 2])
  assert.deepEqual(
    refusals.map(({ place }) => place),
    [93, 94, 95, 96, 97, 98].map(line => `f:${line}`),
  )
})

test('a file that is something else is refused whole', async () => {
  for (const text of ['', '# nothing\n', '<html>\n<body>\n', `${ASN}\nword\nword\n`]) {
    await assert.rejects(compiled(text), error => error instanceof ProblemError && error.problem.code === 'invalid')
  }
})

test('a table that is damaged in any byte answers nothing, and says why', async () => {
  const { folder } = await opened(ASN)
  const path = tablePath(folder, 'asn')
  const whole = readFileSync(path)
  for (const at of [0, 9, 13, 40, whole.length >> 1, whole.length - 1]) {
    const broken = Buffer.from(whole)
    broken[at]! ^= 1
    writeFileSync(path, broken)
    const enrichment = await openEnrichment(folder)
    assert.equal(enrichment.asnOf(address('192.0.2.1')), undefined)
    const state = enrichment.tables().find(({ table }) => table === 'asn')!
    assert.equal(state.state, 'damaged')
    assert.match(state.why!, /^Cannot read table "asn": /)
  }
  writeFileSync(path, whole.subarray(0, 100))
  assert.equal((await openEnrichment(folder)).tables()[0]!.state, 'damaged')
})

test('a table is replaced under a reader, and not by one of half its entries', async () => {
  const { folder, enrichment } = await opened(ASN)
  const small = (await compiled('192.0.2.0,192.0.2.255,64500,New')).file
  await assert.rejects(storeTable(folder, small, false), /it must have half of the 4 entries before, found 1/)
  await enrichment.refresh()
  assert.equal(enrichment.asnOf(address('192.0.2.1'))?.asn, 64496)
  await storeTable(folder, small, true)
  await enrichment.refresh()
  assert.equal(enrichment.asnOf(address('192.0.2.1'))?.asn, 64500)
})

test('the same lines give the same file', async () => {
  const files = await Promise.all([compiled(ASN), compiled(ASN)])
  assert.deepEqual(encodeTable(files[0].file), encodeTable(files[1].file))
})
