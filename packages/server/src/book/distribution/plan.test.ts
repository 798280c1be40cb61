import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chainTo, type DatedDelta, deltasOver, keptUntil, mergeDue, STRETCHES_MS, wayBetween } from './plan.ts'

const DAY = 86_400_000
const BEGIN = Date.parse('2026-11-01T00:00:00Z')

/** Follows publications by the plan alone; a merged delta has three quarters of the bytes. */
class Simulation {
  readonly #kept = new Map<string, number>()
  deltas: readonly DatedDelta[] = []
  /** The most deltas that there were at a time. */
  most = 0
  #to = 0

  publish(publishedAt: number): void {
    this.#add({ name: '', from: this.#to, to: this.#to + 1, bytes: 20_000, publishedAt })
    this.#to += 1
    this.settle(publishedAt)
    this.most = Math.max(this.most, this.deltas.length)
  }

  settle(now: number): void {
    for (;;) {
      const due = mergeDue(chainTo(this.#to, this.deltas), now)
      if (due === undefined) break
      for (const { name } of due) this.#kept.set(name, keptUntil(due, now))
      const bytes = 0.75 * due.reduce((sum, delta) => sum + delta.bytes, 0)
      this.#add({ ...due.at(-1)!, from: due[0]!.from, bytes })
    }
    const all = { deltas: this.deltas, keptUntil: this.#kept }
    const over = new Set(deltasOver(chainTo(this.#to, this.deltas), all, undefined, now))
    this.deltas = this.deltas.filter(delta => !over.has(delta))
  }

  #add(delta: DatedDelta): void {
    this.deltas = [...this.deltas, { ...delta, name: `${delta.from}..${delta.to}` }]
  }
}

/** Every ten minutes for some days, then every second for an hour, then twenty times a second. */
function times(end: number): number[] {
  const all: number[] = []
  for (let at = BEGIN; at < end - 3_600_000; at += 600_000) all.push(at)
  for (let at = end - 3_600_000; at < end - 60_000; at += 1000) all.push(at)
  for (let at = end - 60_000; at < end; at += 50) all.push(at)
  return all
}

test('each stretch divides the next', () => {
  for (const [place, stretch] of STRETCHES_MS.entries()) assert.equal((STRETCHES_MS[place + 1] ?? stretch) % stretch, 0)
})

test('a replica that is three weeks behind is led on by fewer than 60 files, in the worst moment of a day', () => {
  const end = BEGIN + 22 * DAY - 10
  const published = times(end)
  const simulation = new Simulation()
  for (const at of published) simulation.publish(at)
  simulation.settle(end)
  const { deltas, most } = simulation
  assert.ok(most < 600, `${most} files at a time`)
  const ways = published.map((_, since) => wayBetween(since, published.length, deltas))
  assert.ok(ways.every(way => way !== undefined))
  const longest = Math.max(...ways.map(way => way.length))
  assert.ok(longest < 60, `${longest} files`)
  for (const [since, way] of ways.entries()) {
    let at = since
    for (const { from, to } of way) {
      assert.ok(from <= at && to > at)
      at = to
    }
    assert.equal(at, published.length)
  }
})

test('what was published in one stretch is one delta when it is over, and not before', () => {
  const delta = (from: number, publishedAt: number): DatedDelta => ({
    name: `${from}`,
    from,
    to: from + 1,
    bytes: 1,
    publishedAt,
  })
  const two = [delta(0, BEGIN + 10), delta(1, BEGIN + 150)]
  assert.equal(mergeDue(two, BEGIN + 199), undefined)
  assert.deepEqual(mergeDue(two, BEGIN + 200), two)
  assert.equal(mergeDue([delta(0, BEGIN + 10), delta(1, BEGIN + DAY)], BEGIN + 9 * DAY), undefined)
})

test('the way takes the fewest bytes: the middle of a long delta is not left by the whole of it', () => {
  const file = (from: number, to: number, bytes: number) => ({
    name: `${from}..${to}`,
    from,
    to,
    bytes,
    publishedAt: 0,
  })
  const deltas = [file(0, 10, 50_000), file(0, 9, 45_000), file(9, 10, 5000), file(10, 11, 10)]
  const names = (since: number) => wayBetween(since, 11, deltas)?.map(({ name }) => name)
  assert.deepEqual(names(0), ['0..10', '10..11'])
  assert.deepEqual(names(9), ['9..10', '10..11'])
  assert.deepEqual(names(11), [])
  assert.equal(wayBetween(0, 12, deltas), undefined)
  assert.equal(wayBetween(0, 11, deltas.slice(2)), undefined)
})

test('the oldest deltas go where a snapshot covers them and they are old, or all together larger than it', () => {
  const chain = [0, 1, 2].map(day => ({
    name: `${day}`,
    from: day,
    to: day + 1,
    bytes: 100,
    publishedAt: BEGIN + day * DAY,
  }))
  const over = (sequence: number, bytes: number, now: number) =>
    deltasOver(chain, { deltas: chain, keptUntil: new Map() }, { sequence, bytes }, now).map(({ name }) => name)
  assert.deepEqual(over(2, 1000, BEGIN + 3 * DAY), [])
  assert.deepEqual(over(2, 250, BEGIN + 3 * DAY), ['0'])
  assert.deepEqual(over(2, 10, BEGIN + 3 * DAY), ['0', '1'])
  assert.deepEqual(over(2, 1000, BEGIN + 36 * DAY), ['0'])
})

test('a clock that went back does not let deltas pile up', () => {
  const chain = Array.from({ length: 201 }, (_, at) => ({
    name: `${at}`,
    from: at,
    to: at + 1,
    bytes: 1,
    publishedAt: BEGIN,
  }))
  assert.equal(mergeDue(chain, BEGIN - DAY)?.length, 100)
})
