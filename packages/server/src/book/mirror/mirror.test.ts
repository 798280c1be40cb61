import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ProblemError, sha256, unwrap } from '@tocsin/core/base'
import { compareChanges, type ListHeader, type MemoryChange, writeList } from '@tocsin/core/list'
import { parseSubject, SUBJECT_TYPES, subjectKey } from '@tocsin/core/subject'
import type { Head } from '../book.ts'
import { PACKING } from '../distribution/packing.ts'
import { buildMemory } from '../table/build.ts'
import { BookKeeper } from '../table/keeper.ts'
import { openMemory } from '../table/open-memory.ts'
import { type BookStore, openBookStore } from '../table/store.ts'
import { MirrorWriter } from './mirror.ts'

function listed(text: string): MemoryChange {
  const subject = unwrap(parseSubject(text))
  return { type: subject.type, key: subjectKey(subject), value: subject.value, entry: { when: 64, what: 0x18000000 } }
}

const gone = (text: string): MemoryChange => ({ ...listed(text), entry: undefined })

function refusal(code: string, sentence: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof ProblemError, String(error))
    assert.match(error.problem.message, sentence)
    assert.equal(error.problem.code, code)
    return true
  }
}

async function world() {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-mirror-'))
  const path = join(folder, 'book.sqlite')
  const store = openBookStore(path)
  const build = async () => buildMemory(path)
  const failed = (error: unknown) => assert.fail(String(error))
  const memory = await openMemory(store, join(folder, 'book.segment'), build, () => undefined)
  const table = new BookKeeper({ store, build, adopted: () => undefined, failed }, memory)
  const mirror = new MirrorWriter({ table, types: SUBJECT_TYPES, sha256 })
  let files = 0
  return {
    path,
    store,
    mirror,
    file(part: Partial<ListHeader>, changes: readonly MemoryChange[]): string {
      const header: ListHeader = {
        kind: 'delta',
        bookId: 'b',
        from: 0,
        to: 1,
        publishedAt: 1000,
        stateHash: part.kind === 'snapshot' ? store.head().stateHash : {},
        ...part,
      }
      const name = join(folder, `${files++}`)
      writeFileSync(name, Buffer.concat([...writeList(header, [...changes].sort(compareChanges), PACKING)]))
      return name
    },
    [Symbol.dispose]() {
      table[Symbol.dispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The head of a book with these entries. */
function headAt(sequence: number, entries: readonly MemoryChange[], bookId = 'b'): Head {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-mirror-'))
  const store: BookStore = openBookStore(join(folder, 'book.sqlite'))
  try {
    const empty: Head = { ...store.head(), bookId, sequence, publishedAt: 1000 * sequence }
    store.follow({ head: empty, types: [] }, entries, { anew: true })
    return store.head()
  } finally {
    store[Symbol.dispose]()
    rmSync(folder, { recursive: true, force: true })
  }
}

const A = 'ip:192.0.2.1'
const B = 'domain:bad.example'

describe('MirrorWriter', () => {
  it('goes over a snapshot and deltas to a head, and over a delta that begins before where it is', async () => {
    using net = await world()
    const snapshot = net.file({ kind: 'snapshot', to: 4 }, [listed(A)])
    const after = net.file({ from: 4, to: 6 }, [gone(A), listed(B)])
    const sixth = headAt(6, [listed(B)])
    assert.deepEqual(await net.mirror.apply({ head: sixth, snapshot, deltas: [after] }), sixth)
    const merged = net.file({ from: 5, to: 9 }, [gone(A), listed(A.replace('.1', '.2')), listed(B)])
    const ninth = headAt(9, [listed(B), listed(A.replace('.1', '.2'))])
    assert.deepEqual(await net.mirror.apply({ head: ninth, deltas: [merged] }), ninth)
  })

  it('tells what changed after a snapshot, and nothing before it', async () => {
    using net = await world()
    const snapshot = net.file({ kind: 'snapshot', to: 4 }, [listed(A)])
    await net.mirror.apply({ head: headAt(4, [listed(A)]), snapshot, deltas: [] })
    assert.deepEqual([net.store.tellsSince(3), net.store.tellsSince(4)], [false, true])
    const delta = net.file({ from: 4, to: 9 }, [listed(B)])
    await net.mirror.apply({ head: headAt(9, [listed(A), listed(B)]), deltas: [delta] })
    assert.deepEqual(
      [3, 4, 7, 9].map(sequence => net.store.tellsSince(sequence)),
      [false, true, true, true],
    )
    const told = [...net.store.batchesSince(4)].flatMap(batch => batch.changes.map(each => each.value))
    assert.deepEqual(told, ['bad.example'])
  })

  it('refuses gaps, steps back, files of another book, and another state than the head says; it is as it was then', async () => {
    using net = await world()
    const first = headAt(1, [listed(A)])
    await net.mirror.apply({ head: first, fromNothing: true, deltas: [net.file({}, [listed(A)])] })
    const second = headAt(2, [listed(A), listed(B)])
    const delta = (part: Partial<ListHeader>, ...changes: MemoryChange[]) =>
      net.file({ from: 1, to: 2, ...part }, changes)
    const refuses = async (head: Head, deltas: readonly string[], code: string, sentence: RegExp) => {
      await assert.rejects(net.mirror.apply({ head, deltas }), refusal(code, sentence))
      assert.deepEqual(net.mirror.head(), first)
    }
    await refuses(headAt(3, []), [delta({ from: 2, to: 3 }, listed(B))], 'stale', /must begin at 1 or before, found 2/)
    await refuses(headAt(3, []), [delta({}, listed(B))], 'stale', /must lead to sequence 3, found 2/)
    await refuses(second, [delta({ bookId: 'c' }, listed(B))], 'stale', /must be of book "b", found "c"/)
    await refuses(second, [delta({}, listed('domain:other.example'))], 'stale', /hash of its entries of type domain/)
    await refuses(second, [], 'stale', /must lead to sequence 2, found 1/)
    await refuses(headAt(0, []), [], 'stale', /must not go back from sequence 1/)
    await refuses({ ...headAt(9, [], 'z'), publishedAt: 1 }, [], 'stale', /must not go back/)
    const nameless = delta({}, { ...listed('ip:192.0.2.9'), value: undefined })
    await refuses(headAt(2, []), [nameless], 'stale', /type ip must have its text, found its key alone/)
    await net.mirror.apply({ head: second, deltas: [delta({}, listed(B))] })
    assert.deepEqual(net.mirror.head(), second)
  })

  for (const way of ['after', 'anew']) {
    it(`is at its last good state after a kill in the middle of a step (${way})`, async () => {
      using net = await world()
      const first = headAt(1, [listed(A)])
      await net.mirror.apply({ head: first, fromNothing: true, deltas: [net.file({}, [listed(A)])] })
      const script = fileURLToPath(new URL('./killed.fixture.ts', import.meta.url))
      const child = spawn(process.execPath, [script, net.path, way], { stdio: ['ignore', 'pipe', 'inherit'] })
      const [word] = (await once(child.stdout, 'data')) as [Buffer]
      assert.match(word.toString(), /in the middle/)
      child.kill('SIGKILL')
      await once(child, 'exit')
      using again = openBookStore(net.path)
      assert.deepEqual(again.head(), first)
      assert.equal([...again.batchesSince(0)].length, 0)
      const second = headAt(2, [listed(A), listed(B)])
      await net.mirror.apply({ head: second, deltas: [net.file({ from: 1, to: 2 }, [listed(B)])] })
      assert.deepEqual(net.mirror.head(), second)
    })
  }
})
