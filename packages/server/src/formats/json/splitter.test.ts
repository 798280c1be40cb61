import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProblemError } from '@tocsin/core/base'
import fc from 'fast-check'
import { NdjsonSplitter } from './ndjson.ts'
import { pathOf } from './path.ts'
import { ELEMENT_BYTES_MAX, type JsonElement, JsonSplitter } from './splitter.ts'

const seed = 20261122

/** Elements as texts, `!cause` for broken ones, with the end; `pieceBytes` of the text at a time. */
function split(text: string | Uint8Array, paths: readonly string[], pieceBytes = 1 << 20): readonly string[] {
  const splitter = new JsonSplitter(paths.map(pathOf))
  const bytes = Buffer.from(text)
  const elements: JsonElement[] = []
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    elements.push(...splitter.push(Buffer.from(bytes.subarray(at, at + pieceBytes))))
  }
  const said = elements.map(({ path, name, value, broken }) => {
    return `${path}${name === undefined ? '' : `.${name}`} ${broken === undefined ? JSON.stringify(value) : `!${broken.cause}`}`
  })
  try {
    splitter.end()
    return said
  } catch (error) {
    assert.ok(error instanceof ProblemError && error.problem.code === 'invalid')
    return [...said, 'broken']
  }
}

const CASES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  [
    '{"objects":[1,{"a":"]}"},"x"],"objects2":[5]}',
    ['objects[*]'],
    ['0.objects 1', '0.objects {"a":"]}"}', '0.objects "x"'],
  ],
  ['[{"a":[1]},null,true,-1.5e3]', ['[*]'], ['0 {"a":[1]}', '0 null', '0 true', '0 -1500']],
  [
    '{"response":[{"Event":{"x":{"Attribute":[9]},"Attribute":[1],"Object":[2]}},{"Event":{"Attribute":[]}}]}',
    ['response[*].Event.Attribute[*]', 'response[*].Event.Object[*]'],
    ['0.Attribute 1', '1.Object 2'],
  ],
  ['{"a":[1],"b":2,"c":[{"d":[3]}]}', ['{*}[*]'], ['0.a 1', '0.c {"d":[3]}']],
  ['{"a":1,"__proto__":{"x":2},"b\\u0062":3}', ['{*}'], ['0.a 1', '0.__proto__ {"x":2}', '0.bb 3']],
  ['\ufeff [ ] \n', ['[*]'], []],
  [' {} ', ['a[*]'], []],
  ['7', [''], []],
  ['"\\"\\\\"', ['[*]'], []],
  ['{"a":"[1,2]","objects":[1]}', ['objects[*]'], ['0.objects 1']],
  ['[1,2', ['[*]'], ['0 1', 'broken']],
  ['[1 2]', ['[*]'], ['0 1', 'broken']],
  ['[1,]', ['[*]'], ['0 1', 'broken']],
  ['[1]]', ['[*]'], ['0 1', 'broken']],
  ['{"a" 1}', ['a[*]'], ['broken']],
  ['{a:1}', ['a[*]'], ['broken']],
  ['<html>', ['[*]'], ['broken']],
  ['', ['[*]'], ['broken']],
  ['[{"a":tru},{"a":"\u0001"},1]', ['[*]'], ['0 !syntax', '0 !syntax', '0 1']],
]

test('JsonSplitter gives the elements at its paths, however the bytes are cut', () => {
  for (const [text, paths, expected] of CASES) {
    if (paths[0] === '') continue
    assert.deepEqual(split(text, paths), expected, text)
    assert.deepEqual(split(text, paths, 1), expected, text)
    assert.deepEqual(split(text, paths, 3), expected, text)
  }
})

test('JsonSplitter refuses an element that is too long, too deep or not UTF-8, and goes on behind it', () => {
  const long = `["${'x'.repeat(2 * ELEMENT_BYTES_MAX)}",1]`
  const deep = `[${'['.repeat(100_000)}${']'.repeat(100_000)},1]`
  assert.deepEqual(split(long, ['[*]']), ['0 !too-long', '0 1'])
  assert.deepEqual(split(long, ['[*]'], 65_536), ['0 !too-long', '0 1'])
  assert.deepEqual(split(deep, ['[*]'], 1000), ['0 !too-deep', '0 1'])
  assert.deepEqual(split(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x2c, 0x31, 0x5d]), ['[*]']), ['0 !not-utf8', '0 1'])
  assert.deepEqual(split(`{"${'n'.repeat(5000)}":[1],"a":[2]}`, ['a[*]']), ['0.a 2'])
  assert.deepEqual(split(`{"x":${'{"y":'.repeat(9999)}1${'}'.repeat(9999)},"a":[2]}`, ['a[*]'], 7), ['0.a 2'])
})

test(`JsonSplitter gives what JSON.parse does, in pieces of any size (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.integer({ min: 1, max: 9 }), fc.nat(2), (values, pieceBytes, indent) => {
      const expected = values.map(value => `0.objects ${JSON.stringify(JSON.parse(JSON.stringify(value)))}`)
      const text = JSON.stringify({ type: 'x', nested: { objects: [0] }, objects: values }, undefined, indent)
      assert.deepEqual(split(text, ['objects[*]'], pieceBytes), expected)
    }),
    { seed, numRuns: 300 },
  )
})

test(`JsonSplitter throws for no bytes but at the end, and the same however they are cut (seed ${seed})`, () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    ',',
    ':',
    '\\',
    '1',
    'null',
    '"a"',
    ' ',
    '\n',
    '\u00e9',
    '"objects"',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 1, max: 4 }), (pieces, pieceBytes) => {
      const text = pieces.join('')
      const paths = ['objects[*]', '[*]', '{*}[*]']
      assert.deepEqual(split(text, paths, pieceBytes), split(text, paths))
    }),
    { seed, numRuns: 2000 },
  )
})

test('NdjsonSplitter reads lines, refuses broken ones and goes on', () => {
  const text = `\ufeff{"a":1}\r\n\n{"a":\n[${'['.repeat(99)}${']'.repeat(99)}]\n"${'x'.repeat(ELEMENT_BYTES_MAX)}"\n2`
  for (const pieceBytes of [11, 1 << 22]) {
    const splitter = new NdjsonSplitter()
    const elements: JsonElement[] = []
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      elements.push(...splitter.push(Buffer.from(bytes.subarray(at, at + pieceBytes))))
    }
    elements.push(...splitter.end())
    const said = elements.map(({ value, broken }) => broken?.cause ?? JSON.stringify(value))
    assert.deepEqual(said, ['{"a":1}', 'syntax', 'too-deep', 'too-long', '2'])
  }
})
