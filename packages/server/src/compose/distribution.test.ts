import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Head, HeadListener } from '../book/book.ts'
import { change } from '../book/distribution/publisher.fixture.ts'
import type { Distribution } from '../book/distribution.ts'
import { openBookStore } from '../book/table/store.ts'
import { silentLog } from '../ops/events.ts'
import { rotateKeyOf, SIGNING_KEY_FILE, startDistribution } from './distribution.ts'

function openFolder() {
  const dataFolder = mkdtempSync(join(tmpdir(), 'tocsin-distribution-'))
  const store = openBookStore(join(dataFolder, 'book.sqlite'))
  const listeners = new Set<HeadListener>()
  const onHead = (listener: HeadListener) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  return {
    dataFolder,
    start: () => startDistribution({ dataFolder, onHead, clock: Date.now, log: silentLog }),
    publish(text: string) {
      const { head } = store.publish([change(text)], store.place() + 1, Date.now())!
      for (const listener of listeners) listener(head)
      return head
    },
    listeners,
    [Symbol.dispose]() {
      store[Symbol.dispose]()
      rmSync(dataFolder, { recursive: true, force: true })
    },
  }
}

/** Resolves when files lead to a sequence. */
function reaches(distribution: Distribution, sequence: number): Promise<Head> {
  return new Promise(resolve => {
    const head = distribution.head()
    if (head !== undefined && head.sequence >= sequence) return resolve(head)
    const leave = distribution.onHead(moved => {
      if (moved.sequence < sequence) return
      leave()
      resolve(moved)
    })
  })
}

test('a thread makes files of what is published, and a later one goes on where it ended', async () => {
  using folder = openFolder()
  {
    await using first = folder.start()
    folder.publish('ip:192.0.2.1')
    await reaches(first.distribution, 1)
    assert.equal(folder.listeners.size, 1)
  }
  assert.equal(folder.listeners.size, 0)
  folder.publish('domain:example.com')
  await using second = folder.start()
  const head = folder.publish('ip:192.0.2.2')
  assert.deepEqual(await reaches(second.distribution, 3), head)
  const way = second.distribution.changes(0)
  assert.ok(way?.state === 'known' && way.to === 3)
  for (const { name } of way.files) {
    const bytes = readFileSync(second.distribution.file(name)!.path)
    assert.equal(`${createHash('sha256').update(bytes).digest('hex')}.delta`, name)
  }
  assert.ok(readdirSync(folder.dataFolder).includes(SIGNING_KEY_FILE))
})

test('a rotation of the key is named by a node that runs', async () => {
  using folder = openFolder()
  await using node = folder.start()
  await reaches(node.distribution, 0)
  const { next } = rotateKeyOf(folder.dataFolder, Date.now(), Date.now() + 86_400_000)
  // The file is looked at when a head is signed.
  folder.publish('ip:192.0.2.1')
  await reaches(node.distribution, 1)
  const { head } = node.distribution.signed()!
  assert.equal((JSON.parse(head) as { readonly nextKey?: string }).nextKey, next.publicKey)
})
