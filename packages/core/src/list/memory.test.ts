import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { unwrap } from '../base/result.ts'
import { parseAddress, parseSubject, type SubjectType, subjectKey } from '../subject/index.ts'
import { type PackedEntry, packEntry, unpackEntry } from '../verdict/index.ts'
import { MemoryReader } from './memory-reader.ts'
import { type MemoryChange, MemoryWriter } from './memory-writer.ts'
import { addLabel, eachSuffix, startName } from './name-hash.ts'
import { CONTROL } from './sections.ts'
import { buildSegment, growOverlay } from './segment-builder.ts'

const PLAN = { sequence: 1, secret: { low: 12_345, high: 67_890 } }
const NOTHING = { ip: 0, net: 0, domain: 0, url: 0, file: 0 }

function payload(n: number): PackedEntry {
  return { when: n * 64, what: ((n % 101) << 25) | (1 << 20) | (1 << 19) }
}

function change(text: string, n: number | undefined): MemoryChange {
  const subject = unwrap(parseSubject(text))
  return {
    type: subject.type,
    key: subjectKey(subject),
    value: subject.value,
    entry: n === undefined ? undefined : payload(n),
  }
}

function memoryOf(changes: readonly MemoryChange[]) {
  const entries = { ...NOTHING }
  for (const { type } of changes) entries[type] += 1
  const buffers = buildSegment({ ...PLAN, entries }, changes)
  return { reader: new MemoryReader(buffers), writer: new MemoryWriter(buffers), buffers }
}

/** What a reader says of a text; for addresses and nets, of the exact prefix. */
function ask(reader: MemoryReader, text: string): PackedEntry | undefined {
  const { type, key, value } = change(text, undefined)
  if (type === 'domain' || type === 'url' || type === 'file') return reader.get(type, key)
  const [address, length] = value!.split('/')
  const bytes = unwrap(parseAddress(address!))
  const wanted = length === undefined ? bytes.length * 8 : Number(length)
  const match = reader.matchIp(bytes).find(each => each.prefixLength === wanted)
  return match && packEntry(match.entry)
}

const someText: fc.Arbitrary<string> = fc.oneof(
  fc.nat(600).map(n => `ip:10.${n >>> 8}.${n & 255}.${(n * 7) & 255}`),
  fc.constant('ip:0.0.0.0'),
  fc.constant('ip:255.255.255.255'),
  fc.nat(40).map(n => `ip:2001:db8::${n.toString(16)}`),
  fc.constant('ip:::'),
  fc.tuple(fc.nat(20), fc.integer({ min: 8, max: 31 })).map(([n, length]) => `net:10.${n}.0.0/${length}`),
  fc.tuple(fc.nat(20), fc.integer({ min: 16, max: 127 })).map(([n, length]) => `net:2001:db8:${n}::/${length}`),
  fc.nat(200).map(n => `domain:host-${n}.example.com`),
  fc.nat(100).map(n => `url:example.com/page-${n}`),
  fc.nat(100).map(n => `file:${createHash('sha256').update(String(n)).digest('hex')}`),
)

describe('MemoryReader', () => {
  it('never denies a host that is known, whether its segment or its overlay knows it', () => {
    const { reader, writer } = memoryOf([change('domain:a.example.com', 1)])
    writer.apply([change('domain:b.example.net', 2)], 2)
    for (const host of ['a.example.com', 'b.example.net', 'example.com']) assert.ok(reader.mayKnowHost(host), host)
    assert.equal(reader.mayKnowHost('c.example.org'), false)
  })

  it('denies no host once a domain is known whose name is not', () => {
    const nameless = { ...change('domain:a.example.com', 1), value: undefined }
    assert.ok(memoryOf([nameless]).reader.mayKnowHost('c.example.org'))
    const { reader, writer } = memoryOf([])
    writer.apply([nameless], 2)
    assert.ok(reader.mayKnowHost('c.example.org'))
  })

  it('keeps digests apart that begin alike, or end alike: whoever reports a hash chooses it', () => {
    const alike = ['ab'.repeat(16) + 'cd'.repeat(16), 'ab'.repeat(32), 'cd'.repeat(32), '00'.repeat(32)]
    for (const [held, ...others] of alike.map((_, n) => [...alike.slice(n), ...alike.slice(0, n)])) {
      const { reader } = memoryOf([change(`file:${held}`, 1)])
      assert.ok(ask(reader, `file:${held}`) !== undefined)
      for (const other of others) assert.equal(ask(reader, `file:${other}`), undefined)
    }
  })

  it('is a map over segment and overlay: what was last said of each subject, whatever went before', () => {
    const said = fc.array(fc.tuple(someText, fc.option(fc.nat(1e6), { nil: undefined })), { maxLength: 120 })
    fc.assert(
      fc.property(fc.array(fc.tuple(someText, fc.nat(1e6)), { maxLength: 120 }), said, (first, later) => {
        const model = new Map<string, PackedEntry | undefined>()
        const initial = new Map(first.map(([text, n]) => [`${change(text, n).type}:${change(text, n).value}`, n]))
        for (const [text, n] of initial) model.set(text, payload(n))
        const { reader, writer } = memoryOf([...initial].map(([text, n]) => change(text, n)))
        for (const [text, n] of later) {
          const one = change(text, n)
          writer.apply([one], 2)
          model.set(`${one.type}:${one.value}`, one.entry)
        }
        for (const [text, expected] of model) {
          assert.deepEqual(ask(reader, text), expected && packEntry(unpackEntry(expected)), text)
        }
        assert.equal(ask(reader, 'ip:192.0.2.77'), undefined)
        assert.equal(ask(reader, 'domain:nobody.example'), undefined)
      }),
      { seed: 20261122, numRuns: 400 },
    )
  })

  it('gives all nets around an address, the longest first, after the address itself', () => {
    const texts = ['ip:192.0.2.1', 'net:192.0.2.0/24', 'net:192.0.0.0/8', 'net:192.0.2.0/31', 'net:198.51.100.0/24']
    const { reader } = memoryOf(texts.map((text, n) => change(text, n)))
    const lengths = (text: string) => reader.matchIp(unwrap(parseAddress(text))).map(match => match.prefixLength)
    assert.deepEqual(lengths('192.0.2.1'), [32, 31, 24, 8])
    assert.deepEqual(lengths('192.255.0.1'), [8])
    assert.deepEqual(lengths('203.0.113.1'), [])
  })

  it('knows for certain what is not there, and never denies what is', () => {
    const names = Array.from({ length: 5000 }, (_, n) => `domain:www.host-${n}.example`)
    const { reader, writer } = memoryOf(names.map((text, n) => change(text, n)))
    writer.apply([change('domain:late.example', 1)], 2)
    const may = (name: string) => {
      const bytes = new TextEncoder().encode(name)
      const hash = { low: 0, high: 0 }
      startName(hash, reader.seed)
      let end = name.length
      while (end > 0) {
        const dot = name.lastIndexOf('.', end - 1)
        addLabel(hash, bytes, dot + 1, end)
        end = dot
      }
      return reader.mayKnowName(hash)
    }
    const below = (name: string) => {
      let found = false
      eachSuffix(name, reader.seed, (hash, isWhole) => {
        if (isWhole) found = reader.hasBelow(hash)
      })
      return found
    }
    for (let n = 0; n < 5000; n++) assert.ok(below(`host-${n}.example`) && !below(`www.host-${n}.example`))
    assert.ok(below('example') && !below('late.example') && !below('other.example'))
    for (let n = 0; n < 5000; n++) assert.ok(may(`www.host-${n}.example`) && may(`HOST-${n}.example`))
    assert.ok(may('late.example') && may('example'))
    const wrong = Array.from({ length: 20_000 }, (_, n) => may(`other-${n}.example`)).filter(Boolean).length
    assert.ok(wrong < 400, `${wrong} of 20,000 unknown names pass the filter`)
    assert.ok(!reader.mayKnowAddress(0x01020304))
  })

  it('goes on answering where the writer died in the middle of an entry', () => {
    const { reader, writer, buffers } = memoryOf([change('ip:192.0.2.1', 1)])
    writer.apply([change('ip:192.0.2.1', 3), change('domain:bad.example', 4)], 2)
    const control = new Uint32Array(buffers.overlay.control)
    control[CONTROL.version]! |= 1
    assert.deepEqual(ask(reader, 'ip:192.0.2.1'), payload(3))
    assert.deepEqual(ask(reader, 'domain:bad.example'), payload(4))
  })

  it('says when its overlay is full', () => {
    const { writer } = memoryOf([])
    assert.ok(writer.hasRoomFor(40_000))
    assert.ok(!writer.hasRoomFor(70_000))
  })

  it('goes on in a larger overlay with all that was in the one before', () => {
    const { writer, buffers } = memoryOf([change('ip:192.0.2.1', 1), change('net:192.0.2.0/24', 2)])
    writer.apply([change('ip:192.0.2.9', 3), change('ip:192.0.2.1', undefined), change('net:198.51.100.0/24', 4)], 7)
    const reader = new MemoryReader({ ...buffers, overlay: growOverlay(buffers) })
    assert.equal(reader.sequence, 7)
    assert.equal(ask(reader, 'ip:192.0.2.1'), undefined)
    assert.deepEqual(ask(reader, 'ip:192.0.2.9'), payload(3))
    assert.deepEqual(ask(reader, 'net:198.51.100.0/24'), payload(4))
    assert.deepEqual(ask(reader, 'net:192.0.2.0/24'), payload(2))
  })

  it('stops adding ancestors when their set is full, and says so before', () => {
    const { writer, reader, buffers } = memoryOf([])
    const names = (from: number) =>
      Array.from({ length: 20_000 }, (_, n) => change(`domain:a.b${from + n}.c${from + n}.d${from + n}.example`, 1))
    assert.ok(!writer.isCrowded)
    for (let from = 0; from < 60_000; from += 20_000) writer.apply(names(from), 2)
    assert.ok(writer.isCrowded)
    assert.ok(3 * 60_000 > buffers.segment.spareNames)
    assert.deepEqual(ask(reader, 'domain:a.b59999.c59999.d59999.example'), payload(1))
  })

  it('takes 12 bytes for an IPv4 address and 39 for a digest', () => {
    const types: readonly (readonly [SubjectType, string, number])[] = [
      ['ip', 'ip:10.0.0.0', 12],
      ['file', 'file:', 39],
    ]
    for (const [type, , bytes] of types) {
      const entries = { ...NOTHING, [type]: 100_000 }
      const source = Array.from({ length: 100_000 }, (_, n) =>
        type === 'ip'
          ? { type, key: new Uint8Array(32), value: `10.${n >>> 16}.${(n >>> 8) & 255}.${n & 255}`, entry: payload(n) }
          : {
              type,
              key: new Uint8Array(createHash('sha256').update(`${n}`).digest()),
              value: undefined,
              entry: payload(n),
            },
      )
      const { segment } = buildSegment({ ...PLAN, entries }, source)
      const { [type]: _, ...rest } = NOTHING
      assert.equal(Object.keys(rest).length, 4)
      const size = type === 'ip' ? segment.addresses.byteLength + segment.payloads.byteLength : segment.file.byteLength
      assert.ok(size / 100_000 <= bytes, `${size / 100_000} bytes`)
    }
  })
})
