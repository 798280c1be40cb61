import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PRIOR } from '../scale.ts'
import { naturalLog } from './logarithm.ts'
import { neighbourLogOdds } from './neighbours.ts'
import { hostSigns, portSigns, urlSigns } from './signs.ts'
import { SHIFT_MAX, SHIFT_MIN, weighNeighbours, weighSigns } from './weigh.ts'
import { INTERCEPT } from './weights.ts'

/** Two labels: enough of a suffix list for these names. */
const SUFFIXES = { registrableDomain: (host: string) => /[^.]+\.[^.]+$/.exec(host)?.[0] }

const SEED = { seed: 5, numRuns: 2000 }

function namesOf(value: string): string[] {
  return urlSigns(value, SUFFIXES).map(({ name }) => name)
}

/** Texts of all kinds: any Unicode, what looks like hosts, and Punycode that may be broken. */
const anyHost = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.domain(),
  fc.array(fc.stringMatching(/^(?:xn--)?[a-z0-9-]{0,70}$/), { maxLength: 30 }).map(labels => labels.join('.')),
)

test('signs of any text are bounded, named, the same each time, and nothing throws', () => {
  fc.assert(
    fc.property(anyHost, fc.webPath(), (host, path) => {
      const signs = [...hostSigns(host, SUFFIXES), ...urlSigns(`${host}/${path}`, SUFFIXES)]
      for (const { name, amount, phrase } of signs) {
        ok(Number.isInteger(amount) && amount >= 1 && amount <= 1000, `${name} ${amount}`)
        ok(name !== '' && phrase !== '')
      }
      deepEqual([...hostSigns(host, SUFFIXES), ...urlSigns(`${host}/${path}`, SUFFIXES)], signs)
    }),
    SEED,
  )
})

test('what is weighed is bounded, whole, and adds up', () => {
  fc.assert(
    fc.property(anyHost, fc.webPath(), (host, path) => {
      const { shift, signs } = weighSigns(urlSigns(`${host}/${path}`, SUFFIXES))
      ok(Number.isInteger(shift) && shift >= SHIFT_MIN && shift <= SHIFT_MAX)
      equal(
        signs.reduce((sum, { value }) => sum + value, 0),
        shift,
      )
    }),
    SEED,
  )
})

test('a name without signs shifts by what is ordinary, within the bounds', () => {
  equal(weighSigns([]).shift, Math.min(SHIFT_MAX, Math.max(SHIFT_MIN, INTERCEPT - PRIOR)))
  equal(weighSigns([{ name: 'constructor', amount: 1000, phrase: 'x' }]).shift, weighSigns([]).shift)
})

test('a bare address, the files of bots and their processors are seen', () => {
  deepEqual(namesOf('192.0.2.1/bin.sh'), ['bare-address', 'ends:shell', 'bot-file'])
  ok(namesOf('192.0.2.1/bins/x.mips').includes('processor'))
  ok(namesOf('192.0.2.1/i').includes('one-letter'))
  ok(hostSigns('[2001:db8::1]', SUFFIXES).some(({ name }) => name === 'bare-address'))
})

test('places, tokens and brands in a path are seen', () => {
  const found = namesOf('example.com/wp-content/paypal/0123456789abcdef0123456789abcdef/login.php?u=a@b.org')
  for (const name of [
    'inside-wordpress',
    'brand-in-path',
    'hex-token',
    'word-in-path:login',
    'ends:page',
    'address-inside',
  ])
    ok(found.includes(name), name)
  ok(!namesOf('paypal.com/paypal/login').includes('brand-in-path'))
})

test('a generated label is told from words', () => {
  ok(hostSigns('xqzvkjwpl.com', SUFFIXES).some(({ name }) => name === 'generated'))
  ok(!hostSigns('weatherstation.com', SUFFIXES).some(({ name }) => name === 'generated'))
})

test('usual ports show nothing, others their height', () => {
  deepEqual(portSigns(443), [])
  deepEqual(portSigns(8080), [])
  equal(portSigns(4444)[0]?.name, 'odd-port')
  equal(portSigns(52_131)[0]?.name, 'high-port')
})

test('more listed neighbours never make an address better, and nobody near is no praise', () => {
  const count = fc.nat(256)
  fc.assert(
    fc.property(count, count, fc.nat(1_000_000), (in24, more, inAll) => {
      const around = { in24, in16: in24, inNetwork: in24, networkSize: 65_536, inAll: inAll + in24 + more }
      ok(neighbourLogOdds({ ...around, in24: in24 + more, in16: in24 + more }) >= neighbourLogOdds(around))
      ok(weighNeighbours(around).shift >= 0 && weighNeighbours(around).shift <= SHIFT_MAX)
    }),
    SEED,
  )
  deepEqual(weighNeighbours({ in24: 0, in16: 0, inNetwork: 0, networkSize: 0, inAll: 400_000 }).signs, [])
})

test('naturalLog() agrees with the engine to ten digits', () => {
  for (const value of [1e-12, 0.001, 0.5, 0.75, 1, 1.5, 2, 10, 12_345.678, 3.1e9]) {
    ok(Math.abs(naturalLog(value) - Math.log(value)) < 1e-10, String(value))
  }
})
