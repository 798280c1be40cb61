import assert from 'node:assert/strict'
import { it } from 'node:test'
import { SUBJECT_TYPES } from '@tocsin/core/subject'
import { BatchWriter, changesOf, type PackedChange } from './batch-codec.ts'

const key = (fill: number) => new Uint8Array(32).fill(fill)

it('reads back what it wrote: entries and removals, with text, without, long and beyond ASCII', () => {
  const changes: PackedChange[] = [
    { type: 'ip', key: key(1), value: '192.0.2.1', entry: { when: 0, what: 0xffffffff } },
    { type: 'url', key: key(2), value: undefined, entry: undefined },
    { type: 'file', key: key(3), value: undefined, entry: { when: 1 << 31, what: 7 } },
    { type: 'domain', key: key(4), value: 'bücher.example', entry: undefined },
    { type: 'url', key: key(5), value: `example.com/${'ü'.repeat(40_000)}`, entry: { when: 5, what: 6 } },
    { type: 'net', key: key(6), value: '', entry: { when: 5, what: 6 } },
  ].map(change => ({ ...change, type: change.type as PackedChange['type'], entry: fixed(change.entry) }))
  const writer = new BatchWriter()
  for (let round = 0; round < 2; round++) {
    for (const { type, key: bytes, entry, value } of changes) {
      writer.add(SUBJECT_TYPES.indexOf(type), bytes, entry, value)
    }
    assert.deepEqual([...changesOf(writer.take())], changes)
  }
  assert.equal(writer.take().length, 0)
})

function fixed(entry: PackedChange['entry']): PackedChange['entry'] {
  return entry && { when: entry.when >>> 0, what: entry.what >>> 0 }
}
