import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { brandSigns } from './brand-signs.ts'
import { unicodeLabel } from './decode-punycode.ts'
import { editDistance } from './edit-distance.ts'
import { partsOf } from './host-parts.ts'
import { latinOf, mixesScripts, skeletonOf } from './skeleton.ts'

/** Two labels, three under `co.uk`: enough of a suffix list for these names. */
const SUFFIXES = {
  registrableDomain: (host: string) => /[^.]+\.(?:co\.uk|[^.]+)$/.exec(host)?.[0],
}

function namesOf(host: string): string[] {
  return brandSigns(partsOf(host, SUFFIXES)).map(({ name }) => name)
}

test("a brand's own hosts have no sign about it", () => {
  for (const host of [
    'paypal.com',
    'www.paypal.com',
    'steamcommunity.com',
    'login.microsoftonline.com',
    'amazon.co.uk',
  ])
    deepEqual(namesOf(host), [], host)
})

test('a name in look-alike letters of another script is a homograph', () => {
  equal(unicodeLabel('xn--pypal-4ve'), 'pаypal')
  ok(namesOf('xn--pypal-4ve.com').includes('homograph'))
  ok(namesOf('xn--pypal-4ve.com').includes('mixed-scripts'))
})

test('digits and pairs that pass for letters are seen', () => {
  ok(namesOf('paypa1.com').includes('look-alike'))
  ok(namesOf('rnicrosoft.com').includes('look-alike'))
  ok(namesOf('g00gle-drive.net').includes('look-alike-part'))
})

test('one slip of the key, or two in a long name, is seen', () => {
  ok(namesOf('facebok.com').includes('near-brand-1'))
  ok(namesOf('metamusk.io').includes('near-brand-1'))
  deepEqual(namesOf('paint.com'), [])
})

test('a brand as part of a label that is not its own is bait, by its place', () => {
  deepEqual(namesOf('paypal-login.com'), ['brand-bait-first'])
  deepEqual(namesOf('secure-paypal.com'), ['brand-bait-later'])
  deepEqual(namesOf('paypal.evil'), ['brand-elsewhere'])
})

test('a brand before a domain that is not its own is bait, its whole domain most of all', () => {
  deepEqual(namesOf('paypal.com.evil.tk'), ['brand-domain-before'])
  deepEqual(namesOf('paypal.evil.tk'), ['brand-before'])
  deepEqual(namesOf('my-paypal.evil.tk'), ['brand-bait-before'])
})

test('an ordinary word that is a brand counts as a whole part only', () => {
  deepEqual(namesOf('purchases.com'), [])
  deepEqual(namesOf('chase-bank.com'), ['brand-bait-first'])
})

test('editDistance() counts swaps as one and stops at the limit', () => {
  equal(editDistance('paypal', 'payapl', 2), 1)
  equal(editDistance('paypal', 'paypal', 2), 0)
  equal(editDistance('abcdef', 'uvwxyz', 2), 3)
})

test('skeletonOf() is the same for what looks the same', () => {
  equal(skeletonOf('раураl'), skeletonOf('paypal'))
  equal(latinOf('café'), 'cafe')
  ok(mixesScripts('pаypal'))
  ok(!mixesScripts('пример'))
})

test('unicodeLabel() leaves what is no Punycode as it is', () => {
  equal(unicodeLabel('xn--mnchen-3ya'), 'münchen')
  for (const label of ['xn--', 'xn---', 'xn--!!', 'xn--99999999', 'plain', `xn--${'a'.repeat(80)}`])
    ok(typeof unicodeLabel(label) === 'string')
})
