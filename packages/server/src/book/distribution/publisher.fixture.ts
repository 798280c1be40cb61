/** A book that is published and followed: real table, real folder, a clock of its own. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '@tocsin/core/base'
import { changesOf, entryDigest, inMemory, type MemoryChange, openList, StateHash } from '@tocsin/core/list'
import { parseSubject, SUBJECT_TYPES, subjectKey } from '@tocsin/core/subject'
import type { Entry } from '@tocsin/core/verdict'
import type { Change, Head } from '../book.ts'
import type { Distribution } from '../distribution.ts'
import { openBookLog } from '../table/log-reader.ts'
import { openBookStore } from '../table/store.ts'
import { Distributor } from './distributor.ts'
import { DistributionFolder } from './folder.ts'
import { PACKING } from './packing.ts'
import { Publisher } from './publisher.ts'
import { SigningKey } from './signing-key.ts'

const ENTRY: Entry = {
  score: 12,
  reason: 'malware',
  incriminated: true,
  stops: false,
  scoredAt: 1_782_777_600_000,
  lapses: [5, 9, 63],
  restsSafe: false,
  protection: undefined,
  organisations: 0,
}

/** A change by the text of its subject; `gone` removes. */
export function change(text: string, score: number | 'gone' = 12): Change {
  const parsed = parseSubject(text)
  if (!parsed.ok) throw new Error(parsed.problem.message)
  const { type, value } = parsed.value
  return { type, key: subjectKey(parsed.value), value, entry: score === 'gone' ? undefined : { ...ENTRY, score } }
}

/** What a world is made of. */
export class World implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'tocsin-distribution-'))
  readonly files = join(this.folder, 'distribution')
  now = Date.parse('2026-11-01T00:00:00Z')
  readonly clock = () => this.now
  store = openBookStore(join(this.folder, 'book.sqlite'))
  log = openBookLog(join(this.folder, 'book.sqlite'))
  readonly signingKey = new SigningKey(join(this.folder, 'signing.key'), this.clock)
  distributor = this.#newDistributor()
  publisher = this.#newPublisher()

  publish(...changes: Change[]): void {
    this.store.publish(changes, this.store.place() + 1, this.now)
    this.publisher.moved()
  }

  /** Steps until nothing is due, as much time as cuts want passing. */
  settle(): void {
    for (;;) {
      if (this.publisher.step()) continue
      if (this.publisher.restMs() > 100) return
      this.now += Math.max(1, this.publisher.restMs())
    }
  }

  /** As after a kill: nothing of the old publisher goes on, nor is it told to end. */
  restart(): void {
    this.distributor = this.#newDistributor()
    this.publisher = this.#newPublisher()
  }

  [Symbol.dispose](): void {
    this.publisher[Symbol.dispose]()
    this.log[Symbol.dispose]()
    this.store[Symbol.dispose]()
    rmSync(this.folder, { recursive: true, force: true })
  }

  #newDistributor(): Distributor {
    const failed = (error: unknown) => {
      throw error
    }
    return new Distributor({
      signingKey: this.signingKey,
      pathOf: name => join(this.files, name),
      clock: this.clock,
      failed,
    })
  }

  #newPublisher(): Publisher {
    const folder = new DistributionFolder(this.files, PACKING)
    const { distributor } = this
    return new Publisher({
      log: this.log,
      folder,
      packing: PACKING,
      clock: this.clock,
      told: news => distributor.take(news),
    })
  }
}

/** A replica in memory. It looks at each file's name, and at the state hash in the end. */
export class Follower {
  sequence = 0
  /** Files that it took. */
  files = 0
  bytes = 0
  readonly #held = new Map<string, MemoryChange>()

  /** Follows to the head. */
  follow(distribution: Distribution): void {
    const way = distribution.changes(this.sequence)
    assert.ok(way !== undefined && way.state !== 'ahead', JSON.stringify(way))
    if (way.state === 'gone') {
      assert.ok(way.snapshot !== undefined, 'there must be a snapshot')
      this.#held.clear()
      this.#take(distribution, way.snapshot.name)
      this.sequence = way.snapshot.sequence
      return this.follow(distribution)
    }
    for (const { name, from, to } of way.files) {
      assert.ok(from <= this.sequence && to > this.sequence)
      this.#take(distribution, name)
      this.sequence = to
    }
    this.expect(distribution.head()!)
  }

  /** Throws where it is not what a head says. */
  expect(head: Head): void {
    assert.equal(this.sequence, head.sequence)
    const sums = SUBJECT_TYPES.map(() => new StateHash())
    for (const { type, key, entry } of this.#held.values()) {
      sums[SUBJECT_TYPES.indexOf(type)]!.add(entryDigest(type, key, entry!, sha256))
    }
    const hashes = Object.fromEntries(SUBJECT_TYPES.map((type, at) => [type, sums[at]!.hex()]))
    assert.deepEqual(hashes, head.stateHash)
  }

  #take(distribution: Distribution, name: string): void {
    const bytes = readFileSync(distribution.file(name)!.path)
    assert.equal(Buffer.from(PACKING.sha256(bytes)).toString('hex'), name.split('.')[0])
    for (const each of changesOf(openList(inMemory(bytes), PACKING))) {
      const subject = `${each.type} ${Buffer.from(each.key).toString('hex')}`
      if (each.entry === undefined) this.#held.delete(subject)
      else this.#held.set(subject, each)
    }
    this.files += 1
    this.bytes += bytes.length
  }
}
