import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sha256 } from '@tocsin/core/base'
import fc from 'fast-check'
import { type Hash64, LinkTable } from './link-table.ts'
import { NonTerminals } from './non-terminals.ts'

const seed = 8020
const keyOf = (host: string) => sha256(Buffer.from(`${host}/`))

test('NonTerminals has the ancestors of what was added, not the names themselves and not others', () => {
  const names = new NonTerminals()
  names.add(keyOf('www.bad.example'), 'www.bad.example')
  assert.deepEqual(
    ['example', 'bad.example', 'www.bad.example', 'ad.example', 'xbad.example', 'ple', 'www', ''].map(host =>
      names.has(host),
    ),
    [true, true, false, false, false, false, false, false],
  )
})

test('NonTerminals does not count a domain twice, and takes it out by its key alone', () => {
  const names = new NonTerminals()
  for (const host of ['a.bad.example', 'b.bad.example', 'a.bad.example']) names.add(keyOf(host), host)
  names.remove(keyOf('a.bad.example'))
  assert.equal(names.has('bad.example'), true)
  names.remove(keyOf('a.bad.example'))
  assert.equal(names.has('bad.example'), true)
  names.remove(keyOf('b.bad.example'))
  assert.deepEqual([names.has('bad.example'), names.has('example'), names.members], [false, false, 0])
})

test('NonTerminals leaves out addresses and entries whose text is not known', () => {
  const names = new NonTerminals()
  names.add(keyOf('192.0.2.1'), '192.0.2.1')
  names.add(keyOf('[2001:db8::1]'), '[2001:db8::1]')
  names.add(keyOf('hidden.example'), undefined)
  assert.deepEqual([names.members, names.has('1'), names.has('2.1'), names.has('example')], [0, false, false, false])
})

test(`NonTerminals agrees with a set of all ancestors after any additions and removals (seed ${seed})`, () => {
  const label = fc.constantFrom('a', 'b', 'c', 'ab')
  const host = fc.array(label, { minLength: 1, maxLength: 4 }).map(labels => labels.join('.'))
  const step = fc.record({ host, add: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), steps => {
      const names = new NonTerminals()
      const members = new Set<string>()
      for (const { host: name, add } of steps) {
        if (add) names.add(keyOf(name), name)
        else names.remove(keyOf(name))
        if (add) members.add(name)
        else members.delete(name)
      }
      const ancestors = new Set<string>()
      for (const member of members) {
        const labels = member.split('.')
        for (let from = 1; from < labels.length; from++) ancestors.add(labels.slice(from).join('.'))
      }
      assert.equal(names.members, members.size)
      for (const { host: name } of steps) assert.equal(names.has(name), ancestors.has(name), name)
      for (const name of ancestors) assert.ok(names.has(name), name)
    }),
    { seed, numRuns: 500 },
  )
})

test(`LinkTable agrees with a Map, with keys that all want the same few slots (seed ${seed})`, () => {
  const hash = fc.record({ high: fc.nat(3), low: fc.constantFrom(1, 2, 15, 16, 17, 31, 0xffffffff) })
  const step = fc.record({ hash, count: fc.option(fc.nat(9)) })
  const text = ({ high, low }: Hash64) => `${high}:${low}`
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), steps => {
      const table = new LinkTable()
      const model = new Map<string, number>()
      for (const { hash: key, count } of steps) {
        if (count === null) assert.equal(table.delete(key), model.delete(text(key)))
        else {
          table.set(key, { link: { high: key.low, low: key.high }, count })
          model.set(text(key), count)
        }
        assert.equal(table.size, model.size)
      }
      for (const { hash: key } of steps) {
        const found = table.get(key)
        assert.equal(found?.count, model.get(text(key)))
        assert.equal(table.has(key), model.has(text(key)))
        if (found !== undefined) assert.deepEqual(found.link, { high: key.low, low: key.high })
      }
    }),
    { seed, numRuns: 1000 },
  )
})
