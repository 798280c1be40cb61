import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LINE_BYTES_MAX, type Line, LineSplitter } from './lines.ts'

const seed = 20261122

function split(...chunks: readonly (Uint8Array | string)[]): readonly Line[] {
  const splitter = new LineSplitter()
  const lines = chunks.flatMap(chunk => splitter.push(Buffer.from(chunk as Uint8Array)))
  return [...lines, ...splitter.end()]
}

const shown = (lines: readonly Line[]) => lines.map(line => line.broken ?? line.text)

test('LineSplitter ends lines with LF or CR LF, and the last with nothing', () => {
  assert.deepEqual(shown(split('a\nb\r\n\nc')), ['a', 'b', '', 'c'])
  assert.deepEqual(shown(split('a\n')), ['a'])
  assert.deepEqual(shown(split('')), [])
  assert.deepEqual(
    split('a\nb').map(line => line.number),
    [1, 2],
  )
})

test('LineSplitter drops a byte order mark at the beginning alone', () => {
  assert.deepEqual(shown(split(Buffer.from([0xef]), Buffer.from([0xbb, 0xbf, 0x61, 0x0a, 0xef, 0xbb, 0xbf, 0x62]))), [
    'a',
    '\ufeffb',
  ])
})

test('LineSplitter refuses zero bytes and what is not UTF-8, line by line', () => {
  assert.deepEqual(shown(split('a\n\0b\nc\n', Buffer.from([0xc3, 0x28, 0x0a]), 'd')), [
    'a',
    'nul',
    'c',
    'not-utf8',
    'd',
  ])
})

test('LineSplitter refuses a line that is too long and goes on behind it', () => {
  const longest = 'x'.repeat(LINE_BYTES_MAX)
  assert.deepEqual(shown(split(`${longest}\r\n${longest}x\r\nb`)), [longest, 'too-long', 'b'])
  assert.deepEqual(shown(split(longest, longest, longest, '\nb\n', longest, 'x')), ['too-long', 'b', 'too-long'])
})

test(`LineSplitter gives the same lines however the bytes are cut (seed ${seed})`, () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('\n', '\r\n', '\r', '\0', '\ufeff', '1.2.3.4\n', 'é'),
    fc.integer({ min: LINE_BYTES_MAX - 3, max: LINE_BYTES_MAX + 6 }).map(length => 'x'.repeat(length)),
  )
  const bytes = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map(pieces => Buffer.from(pieces.join(''))),
    fc.uint8Array({ maxLength: 64 }).map(raw => Buffer.from(raw)),
  )
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(), { maxLength: 8 }), (whole, cuts) => {
      const places = [...new Set(cuts.map(cut => cut % (whole.length + 1)))].toSorted((a, b) => a - b)
      const chunks = [...places, whole.length].map((place, at) => whole.subarray(places[at - 1] ?? 0, place))
      assert.deepEqual(split(...chunks), split(whole))
    }),
    { seed, numRuns: 2000 },
  )
})
