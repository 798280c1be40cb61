import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ProblemError, sha256 } from '../../base/index.ts'
import { parseSubject, subjectKey } from '../../subject/index.ts'
import type { MemoryChange } from '../memory-writer.ts'
import { named, readBlock, writeBlock } from './block.ts'
import { ByteWriter } from './byte-writer.ts'
import { applied, HEADER, PACKING, read, someChanges, stateOf, written } from './changes.fixture.ts'
import { mergeChanges } from './merge.ts'
import { inMemory, openList } from './read-list.ts'

const runs = { seed: 20261122, numRuns: 300 }

function change(text: string, what = 0x18000001): MemoryChange {
  const parsed = parseSubject(text)
  if (!parsed.ok) throw new Error(parsed.problem.message)
  return {
    type: parsed.value.type,
    key: subjectKey(parsed.value),
    value: parsed.value.value,
    entry: { when: 64, what },
  }
}

const isInvalid = (error: unknown) => error instanceof ProblemError && error.problem.code === 'invalid'

describe('a list file', () => {
  it('gives back the header and every change, in the order of type and key', () => {
    fc.assert(
      fc.property(someChanges, changes => {
        const bytes = written(HEADER, changes)
        assert.deepEqual(openList(inMemory(bytes), PACKING).header, HEADER)
        assert.deepEqual(read(bytes), changes)
      }),
      runs,
    )
  })

  it('merged from others does what they do one after the other, state hash included', () => {
    fc.assert(
      fc.property(someChanges, fc.array(someChanges, { minLength: 1, maxLength: 4 }), (before, lists) => {
        const merged = read(written(HEADER, mergeChanges(lists.map(list => read(written(HEADER, list))))))
        const start = applied(new Map(), before)
        const oneByOne = lists.reduce(applied, start)
        assert.equal(applied(start, merged).size, oneByOne.size)
        assert.deepEqual(stateOf(applied(start, merged)), stateOf(oneByOne))
        // A replica that has had some of them already comes to the same.
        assert.deepEqual(stateOf(applied(applied(start, lists[0]!), merged)), stateOf(oneByOne))
      }),
      runs,
    )
  })

  it('cut short anywhere, or with more behind its end, is refused', () => {
    const bytes = written(HEADER, [change('ip:192.0.2.1'), change('domain:example.com')])
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => read(bytes.subarray(0, length)), isInvalid, `${length} bytes`)
    }
    assert.throws(() => read(new Uint8Array([...bytes, 0])), isInvalid)
  })

  it('with any byte changed is read as something or refused, and never fails otherwise', () => {
    const bytes = written(HEADER, [change('ip:192.0.2.1'), change('net:10.0.0.0/8'), change('url:example.com/a?b')])
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const other = bytes.slice()
        other[at] = value
        try {
          read(other)
        } catch (error) {
          assert.ok(isInvalid(error), String(error))
        }
      }),
      { ...runs, numRuns: 3000 },
    )
  })

  it('takes no more from decompression than a block may have, whatever is said', () => {
    const bytes = written(HEADER, [change('domain:example.com')], { ...PACKING, compress: () => new Uint8Array([1]) })
    assert.throws(() => read(bytes, { ...PACKING, decompress: () => new Uint8Array(10 ** 6) }), isInvalid)
    const huge = new ByteWriter()
    huge.bytes(written(HEADER, []).subarray(0, -6))
    huge.byte(2)
    huge.number(2 ** 40)
    assert.throws(() => read(huge.done()), isInvalid)
  })

  it('is not written where changes are out of order, and a snapshot not read with a removal in it', () => {
    const two = [change('domain:example.com'), change('ip:192.0.2.1')]
    assert.throws(() => written(HEADER, two), /must come in its order/)
    assert.throws(() => written(HEADER, [two[0]!, two[0]!]), /must come in its order/)
    const hash = '0'.repeat(64)
    const stateHash = { ip: hash, net: hash, domain: hash, url: hash, file: hash }
    const snapshot = written({ ...HEADER, kind: 'snapshot', from: 0, stateHash }, [{ ...two[0]!, entry: undefined }])
    assert.throws(() => read(snapshot), isInvalid)
  })
})

describe('a block', () => {
  it('names what memory and people know it by, and nothing else', () => {
    const changes = [change('ip:192.0.2.1'), change('ip:2001:db8::1')]
    const foreign = { ...changes[0]!, key: new Uint8Array(32).fill(7) }
    const back = readBlock('ip', writeBlock('ip', [named(foreign, sha256)]), sha256)
    assert.deepEqual(back, [{ ...foreign, value: undefined }])
  })

  it('refuses names of which there are two ways to write', () => {
    const block = writeBlock('ip', [named(change('ip:2001:db8::1'), sha256)])
    const mapped = Uint8Array.from(block)
    const name = Uint8Array.of(0x20, 0x01, 0x0d, 0xb8)
    const at = block.findIndex((_, place) => name.every((byte, offset) => block[place + offset] === byte))
    mapped.set([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 1], at)
    assert.throws(() => readBlock('ip', mapped, sha256), /must be written with 4 bytes/)
  })

  it('holds a dense list of addresses with their times in four bytes each', () => {
    const addresses = Array.from({ length: 5000 }, (_, n) =>
      change(`ip:10.${(n * 7) % 64}.${n % 251}.${(n * 13) % 256}`),
    )
    const distinct = [...new Map(addresses.map(each => [each.value, each])).values()]
    assert.ok(
      writeBlock(
        'ip',
        distinct.map(each => named(each, sha256)),
      ).length <
        4.2 * distinct.length,
    )
  })
})
