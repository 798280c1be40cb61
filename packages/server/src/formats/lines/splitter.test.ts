import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LINE_BYTES_MAX, LineSplitter } from './splitter.ts'

const seed = 20261122

/** The lines of some pieces: their text, or why they have none. */
function split(...chunks: readonly (Uint8Array | string)[]): readonly string[] {
  const splitter = new LineSplitter()
  const lines: string[] = []
  const take = (text: string, broken: string | undefined) => void lines.push(broken ?? text)
  for (const chunk of chunks) splitter.push(Buffer.from(chunk as Uint8Array), take)
  splitter.end(take)
  return lines
}

test('LineSplitter ends lines with LF or CR LF, and the last with nothing', () => {
  assert.deepEqual(split('a\nb\r\n\nc'), ['a', 'b', '', 'c'])
  assert.deepEqual(split('a\n'), ['a'])
  assert.deepEqual(split(''), [])
})

test('LineSplitter drops a byte order mark at the beginning alone', () => {
  const bytes = Buffer.from([0xbb, 0xbf, 0x61, 0x0a, 0xef, 0xbb, 0xbf, 0x62])
  assert.deepEqual(split(Buffer.from([0xef]), bytes), ['a', '\ufeffb'])
  assert.deepEqual(split('a\n', '\ufeffb\nc\n'), ['a', '\ufeffb', 'c'])
})

test('LineSplitter refuses zero bytes and what is not UTF-8, line by line', () => {
  const chunks = ['a\n\0b\nc\n', Buffer.from([0xc3, 0x28, 0x0a]), 'd']
  assert.deepEqual(split(...chunks), ['a', 'nul', 'c', 'not-utf8', 'd'])
})

test('LineSplitter refuses a line that is too long and goes on behind it', () => {
  const longest = 'x'.repeat(LINE_BYTES_MAX)
  assert.deepEqual(split(`${longest}\r\n${longest}x\r\nb`), [longest, 'too-long', 'b'])
  assert.deepEqual(split('a\n', `${longest}\r\n${longest}x\r\nb\n`), ['a', longest, 'too-long', 'b'])
  assert.deepEqual(split(longest, longest, longest, '\nb\n', longest, 'x'), ['too-long', 'b', 'too-long'])
  assert.deepEqual(split('a\n', `${'é'.repeat(LINE_BYTES_MAX / 2)}\n${'é'.repeat(LINE_BYTES_MAX / 2)}x\n`).slice(2), [
    'too-long',
  ])
})

test(`LineSplitter gives the same lines however the bytes are cut (seed ${seed})`, () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('\n', '\r\n', '\r', '\0', '\ufeff', '1.2.3.4\n', 'é', '\n\n'),
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
      const single = [...whole].map(byte => Uint8Array.of(byte))
      assert.deepEqual(split(...chunks), split(whole))
      if (whole.length < 200) assert.deepEqual(split(...single), split(whole))
    }),
    { seed, numRuns: 1500 },
  )
})
