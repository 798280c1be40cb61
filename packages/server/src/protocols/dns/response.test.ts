import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import fc from 'fast-check'
import {
  type Edns,
  EXTENDED_ERROR,
  parseQuery,
  type Query,
  RCODE,
  type ReadResponse,
  type ResourceRecord,
  type Response,
  readResponse,
  sizeMaxFor,
  TYPE,
  textOfName,
  textStrings,
  wireNameOf,
  writeBareResponse,
  writeQuery,
  writeResponse,
} from './index.ts'

const seed = 1034
const name = (text: string) => unwrap(wireNameOf(text))

function queryFor(text: string, edns?: Edns): Query {
  const query = parseQuery(
    writeQuery({ id: 99, name: name(text), type: TYPE.A, ...(edns === undefined ? {} : { edns }) }),
  )
  assert.ok(query.kind === 'query')
  return query
}

function responseWith(more: Partial<Response>): Response {
  return { rcode: RCODE.NOERROR, authoritative: true, answer: [], authority: [], additional: [], ...more }
}

function reread(query: Query, response: Response, sizeMax = 1232): ReadResponse {
  const bytes = writeResponse(query, response, sizeMax)
  assert.ok(bytes.length <= sizeMax)
  const read = readResponse(bytes)
  assert.ok(read)
  return read
}

const EDNS: Edns = { udpSize: 4096, version: 0, dnssecOk: false }
const soa: ResourceRecord = {
  type: 'SOA',
  name: name('ip.tocsin.example'),
  ttl: 60,
  primary: name('ns.tocsin.example'),
  mailbox: name('hostmaster.tocsin.example'),
  serial: 0xffffffff,
  refresh: 300,
  retry: 60,
  expire: 86_400,
  minimum: 60,
}

test('writeResponse() repeats id, RD and the question to the letter, with AA set and RA clear', () => {
  const read = reread(queryFor('TeSt.ToCsIn.ExAmPlE'), responseWith({}))
  assert.equal(read.id, 99)
  assert.equal(read.recursionDesired, true)
  assert.equal(read.recursionAvailable, false)
  assert.equal(read.authoritative, true)
  assert.ok(read.question)
  assert.equal(textOfName(read.question.name), 'TeSt.ToCsIn.ExAmPlE')
  assert.equal(read.edns, undefined)
})

test('writeResponse() writes the name of the question as a pointer to it', () => {
  const query = queryFor('2.0.0.127.ip.tocsin.example')
  const record: ResourceRecord = {
    type: 'A',
    name: query.question.name,
    ttl: 300,
    address: Uint8Array.of(127, 0, 0, 2),
  }
  const bytes = writeResponse(query, responseWith({ answer: [record] }), 512)
  const questionEnd = 12 + query.question.name.length + 4
  assert.deepEqual([...bytes.subarray(questionEnd)], [0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 127, 0, 0, 2])
})

test('writeResponse() points into the question for the zone it ends with, whatever the letter case', () => {
  const query = queryFor('x.iP.tOCSIN.example')
  const bytes = writeResponse(query, responseWith({ authority: [soa] }), 512)
  const owner = 12 + query.question.name.length + 4
  assert.deepEqual([...bytes.subarray(owner, owner + 2)], [0xc0, 14])
  const read = readResponse(bytes)
  assert.equal(read?.authority[0]?.name, 'iP.tOCSIN.example')
  const data = 'ns.tOCSIN.example hostmaster.tOCSIN.example 4294967295 300 60 86400 60'
  assert.equal(read.authority[0].data, data)
})

test('sizeMaxFor() is 512 without EDNS, between 512 and 1,232 with it, 65,535 by TCP', () => {
  assert.equal(sizeMaxFor(queryFor('a.example'), 'udp'), 512)
  for (const [advertised, expected] of [
    [0, 512],
    [511, 512],
    [1000, 1000],
    [1232, 1232],
    [65_535, 1232],
  ] as const) {
    assert.equal(sizeMaxFor(queryFor('a.example', { ...EDNS, udpSize: advertised }), 'udp'), expected)
  }
  assert.equal(sizeMaxFor(queryFor('a.example'), 'tcp'), 65_535)
})

test('writeResponse() leaves all sections but question and OPT empty and sets TC if the answer is too long', () => {
  const query = queryFor('a.example', EDNS)
  const texts = Array.from({ length: 3 }, (): ResourceRecord => {
    return { type: 'TXT', name: query.question.name, ttl: 1, strings: textStrings('x'.repeat(250)) }
  })
  const cut = reread(query, responseWith({ answer: texts }), 512)
  assert.equal(cut.truncated, true)
  assert.deepEqual([cut.answer, cut.authority, cut.additional], [[], [], []])
  assert.ok(cut.question)
  assert.ok(cut.edns)
  const whole = reread(query, responseWith({ answer: texts }), 65_535)
  assert.equal(whole.truncated, false)
  assert.equal(whole.answer.length, 3)
})

test('writeResponse() leaves additional records out without TC', () => {
  const query = queryFor('a.example')
  const glue = Array.from({ length: 60 }, (_, i): ResourceRecord => {
    return { type: 'A', name: name('ns.a.example'), ttl: 1, address: Uint8Array.of(192, 0, 2, i) }
  })
  const read = reread(query, responseWith({ additional: glue }), 512)
  assert.equal(read.truncated, false)
  assert.ok(read.additional.length > 20 && read.additional.length < 60)
})

test('writeResponse() says BADVERS by the upper bits of OPT, version 0, and repeats DO', () => {
  const query = queryFor('a.example', { udpSize: 4096, version: 1, dnssecOk: true })
  const read = reread(query, responseWith({ rcode: RCODE.BADVERS, authoritative: false }))
  assert.equal(read.rcode, RCODE.BADVERS)
  assert.deepEqual(read.edns, { udpSize: 1232, version: 0, dnssecOk: true, options: new Uint8Array() })
})

test('writeResponse() says an extended error only to those who speak EDNS', () => {
  const refused = responseWith({ rcode: RCODE.REFUSED, extendedError: EXTENDED_ERROR.PROHIBITED })
  assert.deepEqual(reread(queryFor('a.example', EDNS), refused).edns?.options, Uint8Array.of(0, 15, 0, 2, 0, 18))
  assert.equal(reread(queryFor('a.example'), refused).edns, undefined)
})

test('writeBareResponse() is a header alone', () => {
  const head = { id: 0x1234, opcode: 4, recursionDesired: true }
  assert.deepEqual([...writeBareResponse(head, RCODE.NOTIMP)], [0x12, 0x34, 0xa1, 4, 0, 0, 0, 0, 0, 0, 0, 0])
})

test('textStrings() splits at 255 bytes, cuts at 400 between characters, and keeps to one line', () => {
  assert.deepEqual(textStrings(''), [new Uint8Array()])
  assert.deepEqual(
    textStrings('x'.repeat(256)).map(string => string.length),
    [255, 1],
  )
  assert.deepEqual(
    textStrings('x'.repeat(1000)).map(string => string.length),
    [255, 145],
  )
  const euros = Buffer.concat(textStrings('€'.repeat(200)))
  assert.equal(euros.toString(), '€'.repeat(133))
  assert.equal(Buffer.concat(textStrings('a\r\nb\0c')).toString(), 'a  b c')
  assert.equal(Buffer.concat(textStrings('a\ud800')).toString(), 'a\ufffd')
})

const label = fc.string({ unit: fc.constantFrom(...'abcABC019-_'.split('')), minLength: 1, maxLength: 20 })
const names = fc.array(label, { minLength: 1, maxLength: 6 }).map(labels => name(labels.join('.')))
const ttl = fc.nat(0x7fffffff)
const uint32 = fc.nat(0xffffffff)
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const records: fc.Arbitrary<ResourceRecord> = fc.oneof(
  fc.record({ type: fc.constant('A' as const), name: names, ttl, address: bytes(4) }),
  fc.record({ type: fc.constant('AAAA' as const), name: names, ttl, address: bytes(16) }),
  fc.record({ type: fc.constant('NS' as const), name: names, ttl, target: names }),
  fc.record({ type: fc.constant('TXT' as const), name: names, ttl, strings: fc.string().map(textStrings) }),
  fc.record({
    type: fc.constant('SOA' as const),
    name: names,
    ttl,
    primary: names,
    mailbox: names,
    serial: uint32,
    refresh: uint32,
    retry: uint32,
    expire: uint32,
    minimum: uint32,
  }),
)

function dataOf(record: ResourceRecord): string {
  switch (record.type) {
    case 'A':
      return record.address.join('.')
    case 'AAAA':
      return (Buffer.from(record.address).toString('hex').match(/.{4}/g) ?? []).join(':')
    case 'NS':
      return textOfName(record.target).toLowerCase()
    case 'TXT':
      return Buffer.concat(record.strings).toString()
    case 'SOA': {
      const { serial, refresh, retry, expire, minimum } = record
      const both = `${textOfName(record.primary)} ${textOfName(record.mailbox)}`.toLowerCase()
      return [both, serial, refresh, retry, expire, minimum].join(' ')
    }
  }
}

test(`readResponse() gives back what writeResponse() was given, compressed names included (seed ${seed})`, () => {
  const sections = fc.tuple(fc.array(records, { maxLength: 4 }), fc.array(records, { maxLength: 2 }))
  fc.assert(
    fc.property(names, sections, fc.boolean(), (asked, [answer, authority], speaksEdns) => {
      const query = queryFor(textOfName(asked), speaksEdns ? EDNS : undefined)
      const read = reread(query, responseWith({ answer, authority }), 65_535)
      assert.deepEqual(read.question?.name, asked)
      assert.equal(read.edns !== undefined, speaksEdns)
      for (const [given, found] of [[answer, read.answer] as const, [authority, read.authority] as const]) {
        assert.equal(found.length, given.length)
        for (const [at, record] of given.entries()) {
          const same = found[at]
          assert.equal(same?.type, record.type)
          assert.equal(same.ttl, record.ttl)
          assert.equal(same.name.toLowerCase(), textOfName(record.name).toLowerCase())
          const lower = record.type === 'NS' || record.type === 'SOA'
          assert.equal(lower ? same.data.toLowerCase() : same.data, dataOf(record))
        }
      }
    }),
    { seed, numRuns: 2000 },
  )
})

test('readResponse() refuses queries, what is cut off, and pointers that do not lead back', () => {
  const whole = writeResponse(queryFor('x.ip.tocsin.example'), responseWith({ authority: [soa] }), 512)
  for (let length = 0; length < whole.length; length++) assert.equal(readResponse(whole.subarray(0, length)), undefined)
  assert.equal(readResponse(writeQuery({ id: 1, name: name('a'), type: 1 })), undefined)
  const owner = 12 + name('x.ip.tocsin.example').length + 4
  for (const target of [0, 11, owner, owner + 1, 400]) {
    const looped = whole.slice()
    looped[owner] = 0xc0 | (target >> 8)
    looped[owner + 1] = target & 255
    assert.equal(readResponse(looped), undefined, `pointer to ${target}`)
  }
})
