import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import fc from 'fast-check'
import { parseQuery, QueryScan, TYPE, wireNameOf, writeQuery } from './index.ts'

const seed = 1035

const name = fc
  .array(fc.string({ unit: fc.constantFrom('a', 'B', '1', '-'), minLength: 1, maxLength: 20 }), {
    minLength: 1,
    maxLength: 6,
  })
  .map(labels => unwrap(wireNameOf(labels.join('.'))))

const packet = fc
  .record({
    name,
    type: fc.constantFrom<number>(...Object.values(TYPE), 4711),
    edns: fc.option(fc.record({ udpSize: fc.nat(65_535), version: fc.constantFrom(0, 0, 1), dnssecOk: fc.boolean() }), {
      nil: undefined,
    }),
    changes: fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 3 }),
    cut: fc.option(fc.nat(80), { nil: undefined }),
  })
  .map(({ name: asked, type, edns, changes, cut }) => {
    const bytes = writeQuery({ id: 7, name: asked, type, ...(edns === undefined ? {} : { edns }) })
    for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
    return cut === undefined ? bytes : bytes.subarray(0, cut)
  })

test(`QueryScan agrees with parseQuery() about any packet, or leaves it to it (seed ${seed})`, () => {
  const scan = new QueryScan()
  // Bytes of another packet behind this one must not be read.
  const buffer = new Uint8Array(600)
  fc.assert(
    fc.property(packet, bytes => {
      buffer.fill(1).set(bytes)
      const scanned = scan.read(buffer, bytes.length)
      const parsed = parseQuery(bytes)
      if (scanned === 'odd') return assert.match(parsed.kind, /query|malformed/)
      assert.equal(scanned === 'plain' ? 'query' : scanned, parsed.kind)
      if (parsed.kind !== 'query') return
      const { question, edns } = parsed
      assert.deepEqual(
        [scan.type, scan.class, scan.nameEnd, scan.labelCount],
        [question.type, question.class, 12 + question.name.length, question.labels.length],
      )
      assert.deepEqual([scan.hasEdns, scan.dnssecOk], [edns !== undefined, edns?.dnssecOk ?? false])
      assert.equal(edns?.version ?? 0, 0)
    }),
    { seed, numRuns: 20_000 },
  )
})
