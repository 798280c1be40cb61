import assert from 'node:assert/strict'
import { test } from 'node:test'
import { domainToASCII } from 'node:url'
import fc from 'fast-check'
import { unwrap } from '../base/index.ts'
import { asciiOfIdn } from './idn.ts'
import { parseSubject, subjectText } from './index.ts'
import { encodePunycode } from './punycode.ts'

const seed = 3492
const canonical = (text: string) => subjectText(unwrap(parseSubject(text)))

test('encodePunycode() gives the samples of RFC 3492 §7.1', () => {
  const samples = {
    'ليهمابتكلموشعربي؟': 'egbpdaj6bu4bxfgehfvwxn',
    他们为什么不说中文: 'ihqwcrb4cv8a8dqg056pqjye',
    Pročprostěnemluvíčesky: 'Proprostnemluvesky-uyb24dma41a',
    למההםפשוטלאמדבריםעברית: '4dbcagdahymbxekheh6e0a7fei0b',
    почемужеонинеговорятпорусски: 'b1abfaaepdrnnbgefbadotcwatmq2g4l',
    TạisaohọkhôngthểchỉnóitiếngViệt: 'TisaohkhngthchnitingVit-kjcr8268qyxafd2f1b9g',
    '3年B組金八先生': '3B-ww4c5e180e575a65lsy2b',
    そのスピードで: 'd9juau41awczczp',
  }
  for (const [text, encoded] of Object.entries(samples)) {
    assert.equal(encodePunycode(Array.from(text, character => character.codePointAt(0) as number)), encoded)
  }
})

test('asciiOfIdn() maps every single code point as the table of Node does, where that has a mapping', () => {
  for (
    let point = 0x80;
    point <= 0x10ffff;
    point = point === 0x323af ? 0xe0000 : point === 0xe0fff ? 0x110000 : point + 1
  ) {
    if (point >= 0xd800 && point <= 0xdfff) continue
    const host = `a${String.fromCodePoint(point)}b`
    const expected = domainToASCII(host)
    if (expected !== '') assert.equal(asciiOfIdn(host), expected, `U+${point.toString(16)}`)
  }
})

test(`parseSubject() agrees with Node on names in common scripts (seed ${seed})`, () => {
  // First and last letters: Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Thai, Georgian, Cherokee, kana, Han, Hangul, wide.
  const alphabets = 'az Àſ ͰϿ Ѐԯ Աև את ؠي अह กฮ Ⴀჿ Ꭰ᏿ Ḁ῿ ぁヿ 一仿 가곿 ！～'.split(' ')
  const ranges = alphabets.map(ends => Array.from(ends, end => Number(end.codePointAt(0))))
  const letter = fc.oneof(
    ...ranges.map(([min = 0, max = min]) => fc.integer({ min, max }).map(point => String.fromCodePoint(point))),
  )
  const mark = fc.constantFrom('', '', '', '\u0301', '\u0308', '\u00ad', '\u200b', '-')
  const label = fc.array(fc.tuple(letter, mark), { minLength: 1, maxLength: 8 }).map(list => list.flat().join(''))
  const dot = fc.constantFrom('.', '。', '．', '｡')
  let compared = 0
  fc.assert(
    fc.property(label, dot, label, (left, between, right) => {
      const host = left + between + right
      const expected = domainToASCII(host)
      const parsed = parseSubject(`domain:${host}`)
      if (expected === '' || !parsed.ok || /[^a-z0-9.-]/.test(expected)) return
      compared++
      if (parsed.value.value !== expected.replace(/\.{2,}/g, '.').replace(/^\.|\.$/g, ''))
        assert.fail(`${host}: ${parsed.value.value}, Node ${expected}`)
    }),
    { seed, numRuns: 60_000 },
  )
  assert.ok(compared > 10_000, `only ${compared} were comparable`)
})

test('parseSubject() keeps what UTS #46 keeps since 2008: ß, ς and the joiners', () => {
  assert.equal(canonical('domain:faß.de'), 'domain:xn--fa-hia.de')
  assert.equal(canonical('domain:FAẞ.de'), 'domain:xn--fa-hia.de')
  assert.equal(canonical('domain:βόλος.com'), 'domain:xn--nxasmm1c.com')
  assert.equal(canonical('domain:ΒΌΛΟΣ.com'), 'domain:xn--nxasmq6b.com')
  assert.equal(canonical('domain:ශ්‍රී.com'), 'domain:xn--10cl1a0b660p.com')
})

test('parseSubject() maps dots, widths and unseen characters away', () => {
  assert.equal(canonical('domain:ＥＸＡＭＰＬＥ。ｃｏｍ'), 'domain:example.com')
  assert.equal(canonical('domain:exa\u00admp\u200ble\ufe0f.com'), 'domain:example.com')
  assert.equal(canonical('url:http://１９２．０．２．１/'), 'domain:192.0.2.1')
  assert.equal(canonical('domain:XN--MLAT-ZRA.com'), 'domain:xn--mlat-zra.com')
})

test('parseSubject() refuses names that only become hosts with other meaning', () => {
  for (const host of [
    'a／b.com',
    'a＠b.com',
    'a：80',
    'a％41.com',
    'a？b.com',
    'a＃b.com',
    'a　b.com',
    '［：：１］',
    '℀.com',
    '\u00ad',
  ]) {
    assert.equal(parseSubject(`domain:${host}`).ok, false, host)
    assert.equal(parseSubject(`url:http://${host}/`).ok, false, host)
  }
})

test('parseSubject() refuses labels that do not fit as Punycode', () => {
  assert.equal(parseSubject(`domain:${'ü'.repeat(54)}.de`).ok, true)
  assert.equal(parseSubject(`domain:${'ü'.repeat(63)}.de`).ok, false)
  const manyScripts = Array.from({ length: 30 }, (_, i) => String.fromCodePoint(0x4e00 + 397 * i)).join('')
  assert.equal(parseSubject(`domain:${manyScripts.slice(0, 15)}.jp`).ok, true)
  assert.equal(parseSubject(`domain:${manyScripts}.jp`).ok, false)
})
