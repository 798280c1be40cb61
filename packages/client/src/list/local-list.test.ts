import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { TocsinProblem } from '../problem.ts'
import { CompactList } from './compact-list.ts'
import { LocalList } from './local-list.ts'
import type { ListUpdate } from './messages.ts'
import type { ServedUpdate } from './server.ts'

const NOW = 1_700_000_000_000

const numbers = (...values: number[]) => Uint32Array.from(values)

/** An update that leads to a set. */
function update(after: number[], change: Partial<ListUpdate> = {}): ListUpdate {
  return {
    name: 'tocsin-all-4b',
    version: Uint8Array.of(after.length),
    partial: false,
    additions: numbers(...after),
    removals: numbers(),
    waitSeconds: 60,
    checksum: new CompactList(numbers(...after)).checksum(),
    ...change,
  }
}

/** A server that gives these answers, one after the other, and notes which version it was asked for. */
function serverOf(...answers: readonly (ServedUpdate | TocsinProblem)[]) {
  const asked: number[][] = []
  const left = [...answers]
  return {
    asked,
    list: async (_name: string, version: Uint8Array) => {
      asked.push([...version])
      const answer = left.shift()
      if (answer === undefined) throw new Error('asked too often')
      if (answer instanceof TocsinProblem) throw answer
      return answer
    },
  }
}

test('LocalList fetches the whole, then what differs, and no sooner than the server wants', async () => {
  const list = new LocalList()
  const server = serverOf(
    update([1, 5, 9]),
    update([1, 7, 9], { partial: true, additions: numbers(7), removals: numbers(1) }),
    update([], { partial: true, version: Uint8Array.of(3), checksum: new Uint8Array() }),
  )
  assert.equal(list.checkedAt, Number.NEGATIVE_INFINITY)
  assert.equal(await list.update(server, NOW), 'updated')
  assert.equal(await list.update(server, NOW + 59_999), 'early')
  assert.equal(await list.update(server, NOW + 60_000), 'updated')
  assert.deepEqual(list.list.prefixes(), numbers(1, 7, 9))
  assert.equal(await list.update(server, NOW + 120_000), 'unchanged')
  assert.deepEqual([list.checkedAt, list.dueAt], [NOW + 120_000, NOW + 180_000])
  assert.deepEqual(server.asked, [[], [3], [3]])
})

test('LocalList takes the list of a server that lies behind, and does not count it as checked', async () => {
  const list = new LocalList()
  const behind = { ...update([1, 5, 9]), state: 'stale' } as const
  assert.equal(await list.update(serverOf(behind), NOW), 'updated')
  assert.deepEqual([list.list.size, list.checkedAt, list.dueAt], [3, Number.NEGATIVE_INFINITY, NOW + 60_000])
  const same = { partial: true, version: Uint8Array.of(3), checksum: new Uint8Array() }
  await list.update(serverOf(update([], same)), NOW + 60_000)
  assert.equal(list.checkedAt, NOW + 60_000)
  await list.update(serverOf({ ...update([], same), state: 'stale' } as const), NOW + 120_000)
  assert.equal(list.checkedAt, NOW + 60_000)
})

test('LocalList keeps a list that was checked before the older one of a server that lies behind', async () => {
  const list = new LocalList()
  await list.update(serverOf(update([1, 5, 9])), NOW)
  const behind = { ...update([1, 9]), state: 'stale' } as const
  assert.equal(await list.update(serverOf(behind), NOW + 60_000), 'unchanged')
  assert.deepEqual(list.list.prefixes(), numbers(1, 5, 9))
  assert.deepEqual([list.checkedAt, list.dueAt], [NOW, NOW + 120_000])
})

test('LocalList is due at once where the clock was set back, and keeps its rests after that', async () => {
  const list = new LocalList()
  const yearMs = 365 * 86_400_000
  await list.update(serverOf(update([1])), NOW + yearMs)
  await assert.rejects(
    list.update(serverOf(new TocsinProblem('unavailable', 'gone', 0)), NOW, () => 0),
    /gone/,
  )
  assert.equal(await list.update(serverOf(), NOW + 29_999), 'early')
  assert.equal(await list.update(serverOf(update([1, 2])), NOW + 30_000), 'updated')
  assert.equal(list.checkedAt, NOW + 30_000)
})

test('LocalList has the whole sent anew where an update is not for what it holds', async () => {
  for (const wrong of [
    { checksum: new Uint8Array(32) },
    { removals: numbers(17) },
    { additions: numbers(5) },
    { name: 'another' },
  ]) {
    const list = new LocalList()
    const server = serverOf(
      update([1, 5, 9]),
      update([1, 5, 7, 9], { partial: true, additions: numbers(7), ...wrong }),
      update([2, 4]),
    )
    await list.update(server, NOW)
    assert.equal(await list.update(server, NOW + 60_000), 'updated')
    assert.deepEqual(list.list.prefixes(), numbers(2, 4))
    assert.deepEqual(server.asked, [[], [3], []])
  }
})

test('LocalList keeps what it holds where the whole is wrong, too, and says so', async () => {
  const list = new LocalList()
  const wrong = update([3], { checksum: new Uint8Array(32) })
  await list.update(serverOf(update([1])), NOW)
  await assert.rejects(
    list.update(serverOf(wrong, wrong), NOW + 60_000, () => 0),
    /checksum must be that of the server/,
  )
  assert.deepEqual(list.list.prefixes(), numbers(1))
  assert.equal(list.checkedAt, NOW)
})

test('LocalList fetches a list in pieces to its end, and does not count on a piece', async () => {
  const list = new LocalList()
  const gone = new TocsinProblem('unavailable', 'gone', 0)
  const piece = update([1, 2], { waitSeconds: 0 })
  await assert.rejects(
    list.update(serverOf(piece, gone), NOW, () => 0),
    /gone/,
  )
  assert.equal(list.checkedAt, Number.NEGATIVE_INFINITY)
  const rest = update([1, 2, 3], { partial: true, additions: numbers(3) })
  assert.equal(await list.update(serverOf(rest), list.dueAt), 'updated')
  assert.deepEqual(list.list.prefixes(), numbers(1, 2, 3))
  assert.ok(list.checkedAt > NOW)
})

test('LocalList waits twice as long with each failure, an hour at most, and not when others do', async () => {
  const list = new LocalList()
  const waits: number[] = []
  let now = NOW
  for (let failure = 0; failure < 9; failure++) {
    await assert.rejects(list.update(serverOf(new TocsinProblem('unavailable', 'gone', 0)), now, () => 0.5))
    waits.push((list.dueAt - now) / 1000)
    now = list.dueAt
  }
  assert.deepEqual(waits, [45, 90, 180, 360, 720, 1440, 2880, 5400, 5400])
})

test('LocalList is the same when it is restored', async () => {
  const list = new LocalList()
  await list.update(serverOf(update([1, 5, 9])), NOW)
  const again = unwrap(LocalList.restore(list.store()))
  assert.deepEqual(again.list.prefixes(), numbers(1, 5, 9))
  assert.deepEqual([again.name, again.checkedAt], ['tocsin-all-4b', NOW])
  const server = serverOf(update([], { partial: true, checksum: new Uint8Array() }))
  assert.equal(await again.update(server, NOW), 'unchanged')
  assert.deepEqual(server.asked, [[3]])
  assert.equal(LocalList.restore(Uint8Array.of(1)).ok, false)
})
