import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeBase32, unwrap } from '../base/index.ts'
import { enrolmentTokenText, parseEnrolmentToken } from './enrolment-token.ts'

const TOKEN = {
  secret: encodeBase32(Uint8Array.from({ length: 20 }, (_, at) => at * 11)),
  publicKey: Uint8Array.from({ length: 32 }, (_, at) => 255 - at * 5),
}
const TEXT = enrolmentTokenText(TOKEN)

test('parseEnrolmentToken() reads what enrolmentTokenText() wrote, with white space around it and in capitals', () => {
  assert.match(TEXT, /^tocsin-enrol_[a-z2-7]{92}$/)
  const [prefix, letters] = TEXT.split('_') as [string, string]
  for (const text of [TEXT, `  ${TEXT}\r\n`, `${prefix}_${letters.toUpperCase()}`]) {
    assert.deepEqual(unwrap(parseEnrolmentToken(text)), TOKEN)
  }
})

test('parseEnrolmentToken() refuses every token with one letter changed, lost or added', () => {
  const begin = 'tocsin-enrol_'.length
  for (let at = begin; at < TEXT.length; at++) {
    const other = TEXT[at] === 'a' ? 'b' : 'a'
    for (const between of [other, '', TEXT[at]! + other]) {
      const text = TEXT.slice(0, at) + between + TEXT.slice(at + 1)
      assert.equal(parseEnrolmentToken(text).ok, false, text)
    }
  }
})

test('parseEnrolmentToken() says what is wrong, and never the token', () => {
  const future = Uint8Array.of(2)
  const wrong: [string, RegExp][] = [
    ['', /must begin with "tocsin-enrol_"/],
    ['tocsin_abc', /must begin with "tocsin-enrol_"/],
    [TEXT.slice(0, -1), /must have 92 letters and digits after "tocsin-enrol_", found 91/],
    [`tocsin-enrol_${'a'.repeat(1e6)}`, /found 1000000/],
    [`${TEXT.slice(0, -1)}1`, /letters and digits of base32/],
    [`tocsin-enrol_${'a'.repeat(92)}`, /check sum must be right/],
    [`tocsin-enrol_${encodeBase32(future).padEnd(92, 'a')}`, /check sum must be right/],
  ]
  for (const [text, why] of wrong) {
    const { ok, problem } = parseEnrolmentToken(text) as { ok: false; problem: { code: string; message: string } }
    assert.deepEqual([ok, problem.code], [false, 'invalid'])
    assert.match(problem.message, why)
    assert.ok(problem.message.length < 150)
  }
})

test('enrolmentTokenText() takes no secret or key of another length', () => {
  assert.throws(() => enrolmentTokenText({ ...TOKEN, secret: 'aaaa' }), RangeError)
  assert.throws(() => enrolmentTokenText({ ...TOKEN, publicKey: new Uint8Array(31) }), RangeError)
})
