/** Hashes the files of a job. */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, read as readCallback } from 'node:fs'
import { promisify } from 'node:util'
import type { UnpackLimits } from '../formats/unpack/limits.ts'
import { type BytePath, baseOf, forSystem, shown } from './byte-path.ts'
import { type CacheTable, FileKey, KINDS, type Kind, recordOf } from './cache-records.ts'
import type { FileHasher, Hashed } from './hash-file.ts'
import type { Contents, FilesDone, Skip } from './jobs.ts'
import { knownContents } from './known-contents.ts'
import { REST_MS } from './limits.ts'
import { LookedColumns, Passed } from './looked.ts'

const BIG = { bigint: true } as const

/** No link at its end, and nothing that waits for somebody to write, as a fifo does that took the place of a file. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY

/** How often a file is read again that changed meanwhile. */
const TRIES = 3

const readAt = promisify(readCallback)

/** What decides about files. */
export interface FileRules {
  readonly cache: CacheTable | undefined
  readonly hasher: FileHasher
  readonly sizeMax: number
  readonly archives: UnpackLimits | undefined
  readonly day: number
}

/** Hashes files. One that cannot be read does not keep the others. */
export class FileReader {
  readonly #rules: FileRules
  readonly #key = new FileKey()

  constructor(rules: FileRules) {
    this.#rules = rules
  }

  /** The answer for something that could not be read at all. */
  static failed(path: BytePath, error: unknown): FilesDone {
    const done = new Done(0)
    done.passed.fail(path, error)
    return done.answer()
  }

  /** @param now milliseconds since 1970, not later than the moment at which the files are read */
  async look(paths: readonly BytePath[], now: number): Promise<FilesDone> {
    const done = new Done(now)
    for (const path of paths) {
      try {
        await this.#file(path, done)
      } catch (error) {
        done.passed.fail(path, error)
      }
    }
    return done.answer()
  }

  async #file(path: BytePath, done: Done): Promise<void> {
    for (let tries = 1; tries <= TRIES; tries++) {
      const read = this.#once(path, done)
      // Only an archive is waited for.
      if ((typeof read === 'string' ? read : await read) === 'settled') return
    }
    done.passed.failed.push([path, `it changed while it was read, ${TRIES} times`])
  }

  #once(path: BytePath, done: Done): Read | Promise<Read> {
    const file = openSync(forSystem(path), FLAGS)
    let isOpen = true
    try {
      const stat = fstatSync(file, BIG)
      const size = Number(stat.size)
      if (!stat.isFile()) return done.skip('special', path)
      if (size > this.#rules.sizeMax) return done.skip('too-large', path)
      if (this.#takeKnown(path, stat, done)) return 'settled'
      const hashed = this.#rules.hasher.hash(file, size)
      const { archives } = this.#rules
      if (hashed.container === undefined || archives === undefined) return done.take(path, file, stat, hashed)
      isOpen = false
      return contentsOf(path, file, hashed, archives)
        .then(contents => done.take(path, file, stat, hashed, contents))
        .finally(() => closeSync(file))
    } finally {
      if (isOpen) closeSync(file)
    }
  }

  #takeKnown(path: BytePath, stat: BigIntStats, { looked }: Done): boolean {
    const { cache, day, archives } = this.#rules
    const found = cache?.find(this.#key.take(stat)) ?? -1
    if (cache === undefined || found < 0) return false
    const contents = knownContents(cache, found, archives !== undefined)
    if (contents === 'none') return false
    cache.touch(found, day)
    looked.add(path, cache.digest(found), Number(stat.size), contents)
    return true
  }
}

/** Whether a file is done with, or must be read again because it changed meanwhile. */
type Read = 'settled' | 'changed'

async function contentsOf(
  path: BytePath,
  file: number,
  { container, bytes }: Hashed,
  limits: UnpackLimits,
): Promise<Contents> {
  // Most scans meet no archive; the readers are loaded when the first one does.
  const { lookInto } = await import('./look-into.ts')
  const input = {
    sizeBytes: bytes,
    read: async (offset: number, length: number) => {
      const { buffer, bytesRead } = await readAt(file, Buffer.allocUnsafe(length), 0, length, offset)
      return buffer.subarray(0, bytesRead)
    },
  }
  return await lookInto(shown(baseOf(path)), container!, input, limits)
}

function isSame(a: BigIntStats, b: BigIntStats): boolean {
  return a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs
}

/** What a job has come to so far. */
class Done {
  readonly looked = new LookedColumns()
  readonly passed = new Passed()
  readonly #key = new FileKey()
  readonly #records: Uint8Array[] = []
  readonly #recordContents: (readonly [number, string])[] = []
  readonly #now: number
  #hashed = 0

  constructor(now: number) {
    this.#now = now
  }

  skip(why: Skip, path: BytePath): Read {
    this.passed.skip(why, path)
    return 'settled'
  }

  /** Takes a file over that was read, unless it is not what it was before. */
  take(path: BytePath, file: number, stat: BigIntStats, hashed: Hashed, contents?: Contents): Read {
    if (hashed.bytes !== Number(stat.size) || !isSame(stat, fstatSync(file, BIG))) return 'changed'
    this.#remember(path, stat, hashed, contents)
    return 'settled'
  }

  #remember(path: BytePath, stat: BigIntStats, { digest, container }: Hashed, contents: Contents | undefined): void {
    this.#hashed++
    this.looked.add(path, digest, Number(stat.size), contents)
    const changedAt = Math.max(Number(stat.mtimeNs), Number(stat.ctimeNs)) / 1e6
    if (this.#now - changedAt <= REST_MS) return
    const kind: Kind =
      contents !== undefined ? KINDS.lookedInto : container === undefined ? KINDS.plain : KINDS.unopened
    if (contents !== undefined) this.#recordContents.push([this.#records.length, JSON.stringify(contents)])
    this.#records.push(recordOf(this.#key.take(stat), digest, kind, Math.floor(this.#now / 86_400_000)))
  }

  answer(): FilesDone {
    const { skipped, failed } = this.passed
    const records = Buffer.concat(this.#records)
    return {
      is: 'files',
      looked: this.looked.columns(),
      hashed: this.#hashed,
      records: new Uint8Array(records),
      recordContents: this.#recordContents,
      skipped,
      failed,
    }
  }
}
