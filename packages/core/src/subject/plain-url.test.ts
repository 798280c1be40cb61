import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { plainUrlValue } from './plain-url.ts'
import { parseUrlCarefully } from './url.ts'

const seed = 20_261_122

/** Never another value than the careful way gives. Says whether there was one. */
function agrees(text: string): boolean {
  const quick = plainUrlValue(text)
  if (quick === undefined) return false
  const careful = parseUrlCarefully(text)
  assert.deepEqual(careful, { ok: true, value: { type: 'url', value: quick } }, JSON.stringify(text))
  return true
}

test('plainUrlValue() takes what most lists hold, and leaves the rest', () => {
  const taken = [
    'http://example.com/a',
    'https://192.0.2.1:8080/x.sh?y=/../z',
    'http://a_b.example/a:b@c/..',
    'http://a/b/',
  ]
  assert.deepEqual(taken.map(agrees), [true, true, false, true])
  const left = [
    'http://a.b/',
    'http://a.b',
    'http://a.b/?',
    'http://a.b/?x',
    'http://A.b/c',
    'http://a.b/%41',
    'http://a.b/c#d',
  ]
  const odd = [
    'http://a.b//c',
    'http://a.b/./c',
    'http://a.b:/c',
    'http://a.b:65536/c',
    'http://01.2.3.4/c',
    'http://u@a.b/c',
  ]
  for (const text of [
    ...left,
    ...odd,
    'http://a.b/c d',
    'http://a.b/é',
    'http://1.2.3/c',
    'http:///c',
    'ftp://a.b/c',
    '',
  ]) {
    assert.equal(plainUrlValue(text), undefined, text)
  }
})

test(`plainUrlValue() gives what the careful way gives, or nothing (seed ${seed})`, () => {
  const pieces =
    'http:// https:// HTTP:// a.b example.com 1.2.3.4 01.2.3.4 0x1.2 256.1.1.1 1.2.3.4.5 a1.2 x.1a -a_ A / // \\ ? # @ : :80 :080 :65536 ' +
    ':x . .. /. /.. /..a %41 % [::1] ~ ! $ & = + , ; * | { } \u00e9 \u3002 xn--a'
  const piece = fc.constantFrom(...pieces.split(' '), ' ', '\t', '\n', '\0', '\x7f', 'm'.repeat(64))
  const host = fc.constantFrom('a.b', 'example.com', '192.0.2.1', 'x_y-z.example:8080', '')
  const page = fc.array(piece, { maxLength: 6 }).map(list => `/${list.join('')}`)
  const text = fc.tuple(fc.constantFrom('http://', 'https://'), host, page)
  let taken = 0
  fc.assert(
    fc.property(text, parts => {
      if (agrees(parts.join(''))) taken++
    }),
    { seed, numRuns: 40_000 },
  )
  assert.ok(taken > 1000, `only ${taken} were plain`)
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), url => void agrees(url)),
    { seed, numRuns: 5000 },
  )
})
