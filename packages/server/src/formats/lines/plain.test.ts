import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSubject, subjectText } from '@tocsin/core/subject'
import fc from 'fast-check'
import { readPlain, readPlainCarefully } from './plain.ts'

const seed = 20261122

const label = fc.stringMatching(/^[a-z0-9_-]{1,64}$/)
const number = fc.oneof(fc.nat(300).map(String), fc.constantFrom('0', '00', '010', '255', '256', '', '0x1f'))
const quad = fc.array(number, { minLength: 3, maxLength: 5 }).map(parts => parts.join('.'))
const hex = fc.stringMatching(/^[0-9a-f]{31,41}$|^[0-9a-f]{64}$|^[0-9A-F]{32}$/)
const word = fc.oneof(
  { arbitrary: quad, weight: 3 },
  { arbitrary: fc.tuple(quad, fc.oneof(number, fc.nat(40).map(String))).map(parts => parts.join('/')), weight: 3 },
  { arbitrary: fc.array(label, { maxLength: 5 }).map(labels => labels.join('.')), weight: 3 },
  fc.domain(),
  fc.webUrl(),
  fc.ipV6(),
  hex,
  fc.constantFrom('d41d8cd98f00b204e9800998ecf8427e', '192.0.2.-4', '1.2.3.4-1.2.3.9', 'a.-b', 'a.b-', '-.a', '0x7f.1'),
  fc.string({ unit: fc.constantFrom(...'01a.-_/:#;[]()@%*xé \t') }),
  fc.string({ unit: 'binary' }),
)
const line = fc
  .tuple(
    fc.constantFrom('', '', ' ', '\t', '\v'),
    word,
    fc.constantFrom('', '', ' ', ' # c', '\t; c', '//c', ' // c', '\t3', ' x'),
  )
  .map(parts => parts.join(''))

test(`readPlain() says the same by the short and by the careful way (seed ${seed})`, () => {
  fc.assert(
    fc.property(line, text => assert.deepEqual(readPlain(text), readPlainCarefully(text), text)),
    { seed, numRuns: 20_000 },
  )
})

test(`readPlain() gives canonical subjects (seed ${seed})`, () => {
  let read = 0
  fc.assert(
    fc.property(line, text => {
      const content = readPlain(text)
      if (content.is !== 'indicators') return
      for (const { subject } of content.indicators) {
        read++
        const parsed = parseSubject(subject)
        assert.equal(parsed.ok && subjectText(parsed.value), subject, text)
        assert.deepEqual(readPlain(subject), { is: 'indicators', indicators: [{ subject }] })
      }
    }),
    { seed, numRuns: 5000 },
  )
  assert.ok(read > 1000)
})
