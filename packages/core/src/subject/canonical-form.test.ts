import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { PublicSuffixes, Subject } from './index.ts'
import { expressionsOf, guessSubject, parseSubject, SUBJECT_TYPES, subjectKey, subjectText } from './index.ts'

const seed = 20_261_122

/** The rule `*` of the Public Suffix List: what holds where no other rule does. */
const suffixes: PublicSuffixes = { registrableDomain: host => /[^.]+\.[^.]+$/.exec(host)?.[0] }

/** What must hold for any text at all. Says whether it was a subject, so that a test can see that enough were. */
function checkText(text: string): boolean {
  const parsed = parseSubject(text)
  if (!parsed.ok) {
    assert.equal(parsed.problem.code, 'invalid')
    assert.match(parsed.problem.message, /^Cannot parse \w+ ".*": /)
    return false
  }
  checkSubject(parsed.value)
  const asked = expressionsOf(parsed.value, suffixes)
  assert.deepEqual(asked[0], parsed.value)
  assert.equal(new Set(asked.map(subjectText)).size, asked.length)
  assert.ok(asked.length <= 30)
  for (const subject of asked) checkSubject(subject)
  return true
}

function checkSubject(subject: Subject): void {
  const canonical = subjectText(subject)
  assert.match(canonical, /^[!-~]+$/)
  assert.deepEqual(parseSubject(canonical), { ok: true, value: subject }, canonical)
  assert.equal(subjectKey(subject).length, 32)
}

const visiblePieces =
  'http:// https: ftp:\\\\ HTTP%3a// mailto: // / \\ ? # @ : :80 :0x .. . /./ /../ *. % %% %2 %25 %2e %2F %23 %20 %00 %0a %80 %ff ' +
  '%C3%BC %EF%BC%85 %5b %40 %3A %2A a B 4 1 xn-- example.com a.b.c 1.2.3.4 0x7f.1 017 4294967295 [::1] [::ffff:1.2.3.4] ' +
  '[64:ff9b::1] [ ] :: 1:: /24 /0 /128 ::ffff: ü ß Σ 。 ． ％ ／ ＠ 😀 İ ½ ℀ ⒈ ٣ １ пример 例え'
const unseenPieces = ' |\t|\n|\0|\x7f|\u00ad|\u200b|\u200d|\ufe0f|\u3000|\u0080|\ud800|10.192.95.89 xy'
const pieces = [...visiblePieces.split(' '), ...unseenPieces.split('|'), 'a'.repeat(63), 'm'.repeat(64)]

const patchwork = fc.array(fc.constantFrom(...pieces), { maxLength: 9 }).map(list => list.join(''))
const anyText = fc.oneof(
  { weight: 4, arbitrary: patchwork },
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.uint8Array({ maxLength: 40 }).map(bytes => String.fromCharCode(...bytes)),
  fc.array(fc.nat(0xffff), { maxLength: 20 }).map(units => String.fromCharCode(...units)),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
)

for (const type of SUBJECT_TYPES) {
  test(`parseSubject() throws on no ${type}, and its canonical form is stable (seed ${seed})`, () => {
    fc.assert(
      fc.property(anyText, text => void checkText(`${type}:${text}`)),
      { seed, numRuns: type === 'url' || type === 'domain' ? 30_000 : 5_000 },
    )
  })
}

test(`parseSubject() keeps URLs stable under any change of a few characters (seed ${seed})`, () => {
  const change = fc.tuple(fc.nat(60), fc.nat(3), fc.constantFrom(...pieces))
  const start = fc.constantFrom<string[]>(
    'http://a.b.example.com/1/2.html?p=1/2',
    'https://u:p@[2001:db8::1]:8/x/../y',
    'http://%31.2.3.4/%25%32%35',
  )
  let accepted = 0
  fc.assert(
    fc.property(start, fc.array(change, { maxLength: 5 }), (text, changes) => {
      const changed = changes.reduce((so, [at, cut, put]) => so.slice(0, at) + put + so.slice(at + cut), text)
      if (checkText(`url:${changed}`)) accepted++
    }),
    { seed, numRuns: 30_000 },
  )
  assert.ok(accepted > 10_000, `only ${accepted} of the changed URLs were accepted`)
})

test(`guessSubject() throws on no text, and reads back what subjectText() wrote (seed ${seed})`, () => {
  fc.assert(
    fc.property(anyText, text => {
      const guessed = guessSubject(text)
      if (guessed.ok) assert.deepEqual(guessSubject(subjectText(guessed.value)), guessed)
    }),
    { seed, numRuns: 10_000 },
  )
})

test('parseSubject() takes time in proportion to the length of hostile text', () => {
  const hostile = [
    '%25'.repeat(5_400),
    '%'.repeat(16_000),
    '/..'.repeat(5_400),
    '.'.repeat(16_000),
    'ﷺ'.repeat(300),
    'a\u0301\u0316'.repeat(300),
    `http://${'@'.repeat(16_000)}`,
    `${'a'.repeat(16_000)}:`,
    `%25${'25'.repeat(8_000)}`,
  ]
  const startedAt = performance.now()
  for (const text of hostile) for (const type of SUBJECT_TYPES) checkText(`${type}:${text}`)
  const elapsedMs = performance.now() - startedAt
  assert.ok(elapsedMs < 2_000, `${elapsedMs} ms`)
})
