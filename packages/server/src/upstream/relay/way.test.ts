import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TakenDeltas } from './way.ts'

const delta = (from: number, to: number) => ({ name: `${from}-${to}`, from, to, bytes: 1 })
const all = () => true
const names = (way: readonly { readonly name: string }[] | undefined) => way?.map(({ name }) => name)

test('TakenDeltas leads from where this node was, by the fewest files that are at hand, to exactly the place', () => {
  const taken = new TakenDeltas()
  const head = { bookId: 'b' }
  for (let at = 3; at < 7; at++) taken.note({ head, from: at, deltas: [delta(at, at + 1)] })
  taken.note({ head, from: 4, deltas: [delta(4, 7)] })
  assert.deepEqual(names(taken.between(head, 3, 7, all)), ['3-4', '4-7'])
  assert.deepEqual(names(taken.between(head, 5, 6, all)), ['5-6'])
  assert.deepEqual(names(taken.between(head, 4, 7, ({ name }) => name !== '4-7')), ['4-5', '5-6', '6-7'])
  assert.deepEqual(taken.between(head, 7, 7, all), [])
  assert.equal(taken.between(head, 2, 7, all), undefined)
  assert.equal(taken.between(head, 4, 8, all), undefined)
  assert.equal(taken.between({ bookId: 'other' }, 3, 7, all), undefined)
})

test('TakenDeltas takes nobody at his word where a delta begins', () => {
  const taken = new TakenDeltas()
  taken.note({ head: { bookId: 'b' }, from: 5, deltas: [delta(0, 7)] })
  assert.equal(taken.between({ bookId: 'b' }, 0, 7, all), undefined)
  assert.deepEqual(names(taken.between({ bookId: 'b' }, 6, 7, all)), ['0-7'])
})

test('TakenDeltas goes on after a restart from the last of what it had', () => {
  const taken = new TakenDeltas()
  const head = { bookId: 'b' }
  for (let at = 3; at < 7; at++) taken.note({ head, from: at, deltas: [delta(at, at + 1)] })
  const again = new TakenDeltas()
  again.resume(taken.last(2))
  assert.deepEqual(names(again.between(head, 5, 7, all)), ['5-6', '6-7'])
  assert.equal(again.between(head, 4, 7, all), undefined)
})
