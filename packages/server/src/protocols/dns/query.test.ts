import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import fc from 'fast-check'
import { parseQuery, readResponse, TYPE, wireNameOf, writeQuery } from './index.ts'

const seed = 1035

const name = (text: string) => unwrap(wireNameOf(text))
const plain = writeQuery({ id: 0xbeef, name: name('2.0.0.127.Ip.Tocsin.Example'), type: TYPE.A })
const withEdns = writeQuery({
  id: 1,
  name: name('test.domain.tocsin.example'),
  type: TYPE.TXT,
  edns: { udpSize: 4096, version: 0, dnssecOk: true },
})

/** A copy with some bytes changed. */
function patched(packet: Uint8Array, changes: Readonly<Record<number, number>>): Uint8Array {
  const copy = packet.slice()
  for (const [at, value] of Object.entries(changes)) copy[Number(at)] = value
  return copy
}

/** A header that announces the counts, then the bytes. */
function message(counts: readonly [number, number, number, number], ...rest: (readonly number[])[]): Uint8Array {
  return Uint8Array.from([0, 7, 1, 0, ...counts.flatMap(count => [0, count]), ...rest.flat()])
}

const A_IN = [0, 1, 0, 1]
const OPT = [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]

test('parseQuery() reads header, question and letter case of a query without EDNS', () => {
  const query = parseQuery(plain)
  assert.ok(query.kind === 'query')
  assert.equal(query.id, 0xbeef)
  assert.equal(query.recursionDesired, true)
  assert.deepEqual(query.question.labels, ['2', '0', '0', '127', 'ip', 'tocsin', 'example'])
  assert.deepEqual(query.question.name, name('2.0.0.127.Ip.Tocsin.Example'))
  assert.equal(query.question.type, TYPE.A)
  assert.equal(query.question.class, 1)
  assert.equal(query.edns, undefined)
})

test('parseQuery() reads size, version and DO of OPT', () => {
  const query = parseQuery(withEdns)
  assert.ok(query.kind === 'query')
  assert.deepEqual(query.edns, { udpSize: 4096, version: 0, dnssecOk: true })
})

test('parseQuery() reads the root as no labels', () => {
  const query = parseQuery(message([1, 0, 0, 0], [0], A_IN))
  assert.ok(query.kind === 'query')
  assert.deepEqual(query.question.labels, [])
})

test('parseQuery() ignores answers and what is shorter than a header', () => {
  assert.equal(parseQuery(patched(plain, { 2: 0x81 })).kind, 'ignore')
  for (let length = 0; length < 12; length++) assert.equal(parseQuery(plain.subarray(0, length)).kind, 'ignore')
})

test('parseQuery() tells other opcodes apart and repeats id and opcode', () => {
  for (const opcode of [1, 2, 4, 5, 6, 15]) {
    const query = parseQuery(patched(plain, { 2: (opcode << 3) | 1 }))
    assert.deepEqual(query, { kind: 'unsupported', id: 0xbeef, opcode, recursionDesired: true })
  }
})

test('parseQuery() finds a query malformed wherever it is cut off', () => {
  for (const packet of [plain, withEdns]) {
    for (let length = 12; length < packet.length; length++) {
      assert.equal(parseQuery(packet.subarray(0, length)).kind, 'malformed', `${length} bytes`)
    }
  }
})

const label63 = [63, ...new Array<number>(63).fill(0x61)]
const malformed: Readonly<Record<string, Uint8Array>> = {
  'no question': message([0, 0, 0, 0]),
  'two questions': message([2, 0, 0, 0], [0], A_IN, [0], A_IN),
  'a pointer to itself': message([1, 0, 0, 0], [0xc0, 12], A_IN),
  'a pointer forward': message([1, 0, 0, 0], [0xc0, 14, 1, 0x61, 0], A_IN),
  'a pointer into the header': message([1, 0, 0, 0], [0xc0, 4], A_IN),
  'a pointer back into the same name': message([1, 0, 0, 0], [1, 0x61, 0xc0, 12], A_IN),
  'a label of 64 bytes': message([1, 0, 0, 0], [64, ...new Array<number>(64).fill(0x61), 0], A_IN),
  'an extended label type': message([1, 0, 0, 0], [0x41, 0x61, 0], A_IN),
  'a name of 257 bytes': message([1, 0, 0, 0], label63, label63, label63, label63, [0], A_IN),
  'bytes behind the end': message([1, 0, 0, 0], [0], A_IN, [0]),
  'a record announced that is not there': message([1, 0, 0, 1], [0], A_IN),
  'two OPT': message([1, 0, 0, 2], [0], A_IN, OPT, OPT),
  'an OPT that has a name': message([1, 0, 0, 1], [0], A_IN, [1, 0x61], OPT),
  'an OPT among the answers': message([1, 1, 0, 0], [0], A_IN, OPT),
  'an OPT longer than the message': message([1, 0, 0, 1], [0], A_IN, OPT.with(-1, 1)),
  'a record whose name does not end': message([1, 0, 0, 1], [0], A_IN, [0xc0]),
}

for (const [what, packet] of Object.entries(malformed)) {
  test(`parseQuery() finds a query malformed that has ${what}`, () => {
    assert.equal(parseQuery(packet).kind, 'malformed')
  })
}

test('parseQuery() accepts a name of 255 bytes, the longest there is', () => {
  const query = parseQuery(
    message([1, 0, 0, 0], label63, label63, label63, label63.slice(0, 62).with(0, 61), [0], A_IN),
  )
  assert.ok(query.kind === 'query')
  assert.equal(query.question.name.length, 255)
})

test('parseQuery() passes over records that it does not know, a TSIG beside OPT for one', () => {
  const tsig = [0xc0, 12, 0, 250, 0, 255, 0, 0, 0, 0, 0, 3, 1, 2, 3]
  const query = parseQuery(message([1, 0, 0, 2], [1, 0x61, 0], A_IN, OPT, tsig))
  assert.ok(query.kind === 'query')
  assert.equal(query.edns?.udpSize, 1232)
})

test(`parseQuery() and readResponse() do not throw on 100,000 mutated packets (seed ${seed})`, () => {
  const kinds = new Set<string>()
  const mutation = fc.record({
    base: fc.constantFrom(plain, withEdns, ...Object.values(malformed)),
    changes: fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 6 }),
    cut: fc.option(fc.nat(80)),
    tail: fc.uint8Array({ maxLength: 12 }),
  })
  fc.assert(
    fc.property(mutation, ({ base, changes, cut, tail }) => {
      const packet = Buffer.concat([base.subarray(0, cut ?? base.length), tail])
      for (const [at, value] of changes) if (at < packet.length) packet[at] = value
      const query = parseQuery(packet)
      kinds.add(query.kind)
      if (query.kind === 'query') assert.ok(query.question.name.length <= 255)
      if (packet.length > 2) packet[2] = (packet[2] as number) | 0x80
      readResponse(packet)
    }),
    { seed, numRuns: 100_000 },
  )
  assert.deepEqual([...kinds].sort(), ['ignore', 'malformed', 'query', 'unsupported'])
})

test('wireNameOf() refuses empty, long and foreign labels and names above 255 bytes', () => {
  for (const text of ['', '.', 'a..b', '.a', 'é.example', 'a b', `${'a'.repeat(64)}.example`]) {
    assert.equal(wireNameOf(text).ok, false, text)
  }
  assert.equal(wireNameOf(new Array(127).fill('a').join('.')).ok, true)
  assert.equal(wireNameOf(new Array(128).fill('a').join('.')).ok, false)
  assert.deepEqual(name('A.b.'), Uint8Array.of(1, 0x41, 1, 0x62, 0))
})
