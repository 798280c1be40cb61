import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeHex, sha256 } from '@tocsin/core/base'
import type { ThreatKind } from './lists.ts'
import type { Threat } from './threat.ts'
import { prefixOf, ThreatTable } from './threat-table.ts'

const NOW = 1_700_000_000_000
const KINDS: readonly ThreatKind[] = ['malware', 'phishing', 'unwanted']

const keyOf = (n: number) => sha256(Uint8Array.of(n >>> 16, n >>> 8, n))
const lasting = (kind: ThreatKind): Threat => ({ kind, blockedUntil: Number.POSITIVE_INFINITY })

test('ThreatTable is as a map of the same changes, before and after it settles', () => {
  const table = new ThreatTable()
  const expected = new Map<string, ThreatKind>()
  let state = 20261122
  for (let i = 0; i < 30_000; i++) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + i
    const key = keyOf((state >>> 8) % 9000)
    const threat = state % 3 === 0 ? undefined : lasting(KINDS[(state >>> 4) % 3]!)
    table.set(key, threat)
    if (threat === undefined) expected.delete(encodeHex(key))
    else expected.set(encodeHex(key), threat.kind)
  }
  assert.equal(table.size, expected.size)
  for (let n = 0; n < 9000; n++) {
    const key = keyOf(n)
    const found = table.find(prefixOf(key), NOW).find(each => encodeHex(each.key) === encodeHex(key))
    assert.equal(found?.kind, expected.get(encodeHex(key)))
  }
  for (const kind of KINDS) {
    const wanted = [...expected].filter(([, is]) => is === kind).map(([key]) => Number.parseInt(key.slice(0, 8), 16))
    const { prefixes, until } = table.prefixes([kind], NOW)
    assert.deepEqual(prefixes, Uint32Array.from(new Set(wanted)).sort())
    assert.equal(until, Number.POSITIVE_INFINITY)
  }
})

test('ThreatTable tells keys apart that begin alike, and lists their prefix once', () => {
  const table = new ThreatTable()
  const [one, other] = [keyOf(1), keyOf(1)]
  other[31]! ^= 1
  table.set(one, lasting('malware'))
  table.set(other, lasting('malware'))
  assert.equal(table.find(prefixOf(one), NOW).length, 2)
  assert.deepEqual(table.prefixes(KINDS, NOW).prefixes, Uint32Array.of(prefixOf(one)))
  table.settle()
  table.set(one, undefined)
  assert.deepEqual(
    table.find(prefixOf(one), NOW).map(({ key }) => key),
    [other],
  )
})

test('ThreatTable lets a threat go when its time is over, and says when the first will be', () => {
  const table = new ThreatTable()
  table.set(keyOf(1), { kind: 'malware', blockedUntil: NOW + 90_000 })
  table.set(keyOf(2), { kind: 'malware', blockedUntil: NOW + 600_000 })
  const { prefixes, until } = table.prefixes(KINDS, NOW)
  assert.equal(prefixes.length, 2)
  assert.ok(until >= NOW + 90_000 && until < NOW + 150_000, `${until - NOW} ms`)
  assert.equal(table.find(prefixOf(keyOf(1)), until).length, 0)
  assert.deepEqual(table.prefixes(KINDS, until).prefixes, Uint32Array.of(prefixOf(keyOf(2))))
})
