/**
 * The copies of a feed on disk, below `feeds/<name>/`: what is coming in, and the last good one.
 *
 *     incoming/         0000-list.txt …   as fetched; thrown away, or renamed
 *     copy-17/          0000-list.txt …   as fetched
 *                       set               its entries: records of 16 bytes, see `entry-table.ts`
 *                       index             of a MISP feed: which events it holds, see `misp-manifest.ts`
 *
 * Which copy is followed stands in the runner's memory, and changes there in one transaction. So a copy is never half: a
 * crash leaves folders that nobody names, and the next turn removes them.
 */

import { createHash, hash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { link, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { ProblemError } from '@tocsin/core/base'
import { type EntryTable, type Identity, RECORD_BYTES } from './entry-table.ts'

/** A file of a copy. */
export interface CopyFile {
  readonly path: string
  /** As it was called where it came from, as far as that goes into a name. */
  readonly name: string
}

const SET = 'set'
const INDEX = 'index'

/** How the files of a copy are called, which its other files are not. */
const FILE = /^\d{4,}-/

/** The copies of one feed. */
export class Copies {
  readonly #folder: string

  /** @param folder the feed's own; made when it is needed */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** Begins a copy; an older one that was begun is thrown away. */
  async begin(word = 'incoming'): Promise<Incoming> {
    const folder = join(this.#folder, word)
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return new Incoming(folder)
  }

  /** Whether a copy is there: the folder may be from a backup, or older than the memory that names it. */
  async has(number: number): Promise<boolean> {
    return await stat(this.#path(number)).then(
      found => found.isDirectory(),
      () => false,
    )
  }

  /** The files of a copy that is followed. */
  async files(number: number): Promise<readonly CopyFile[]> {
    return await filesIn(this.#path(number))
  }

  /** What a copy says of itself; `undefined` where it says nothing. */
  async index(number: number): Promise<string | undefined> {
    return await readFile(join(this.#path(number), INDEX), 'utf8').catch(() => undefined)
  }

  /** Makes what has come in a copy; nobody follows it yet. Its set is written beside it. */
  async keep(incoming: Incoming, number: number, table: EntryTable): Promise<void> {
    await incoming.write(SET, table.records())
    await rm(this.#path(number), { recursive: true, force: true })
    await rename(incoming.folder, this.#path(number))
  }

  /** Writes the set of a copy anew: its entries mean something else now. */
  async rewriteSet(number: number, table: EntryTable): Promise<void> {
    const incoming = await this.begin('incoming-set')
    await incoming.write(SET, table.records())
    await rename(join(incoming.folder, SET), join(this.#path(number), SET))
    await incoming.discard()
  }

  /** The entries of a copy's set, in pieces; nothing where there is none, or a damaged one. */
  async *set(number: number): AsyncGenerator<readonly (readonly [Identity, number])[]> {
    let rest: Uint8Array = new Uint8Array()
    for await (const chunk of createReadStream(join(this.#path(number), SET)) as AsyncIterable<Uint8Array>) {
      const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
      const whole = bytes.length - (bytes.length % RECORD_BYTES)
      const records: [Identity, number][] = []
      for (let at = 0; at < whole; at += RECORD_BYTES) {
        const word = (index: number) => bytes.readUInt32LE(at + index * 4)
        records.push([[word(0), word(1), word(2)], word(3)])
      }
      rest = Uint8Array.from(bytes.subarray(whole))
      yield records
    }
  }

  /** Removes all copies but one. */
  async sweep(kept: number): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (name !== `copy-${kept}`) await rm(join(this.#folder, name), { recursive: true, force: true })
    }
  }

  /** Removes everything. */
  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }

  #path(number: number): string {
    return join(this.#folder, `copy-${number}`)
  }
}

/** A copy that is coming in. */
export class Incoming {
  readonly folder: string
  /** Bytes so far, and their SHA-256. */
  bytes = 0
  readonly #hash = createHash('sha256')
  #files = 0
  /** What stands for the content, where files are not read again. */
  #stands: string | undefined
  readonly #taken = new Map<string, string>()

  constructor(folder: string) {
    this.folder = folder
  }

  /** Writes one file of it; `invalid` where all of it together is larger than it may be. */
  async add(name: string, chunks: AsyncIterable<Uint8Array>, bytesMax: number): Promise<void> {
    const file = this.#next(name)
    this.#hash.update(`${file}\n`)
    await this.write(file, this.#counted(chunks, bytesMax))
  }

  /** Takes a file from the copy before, as it is there. */
  async take(path: string, name: string, bytesMax: number): Promise<void> {
    const file = this.#next(name)
    await link(path, join(this.folder, file))
    this.#taken.set(name, file)
    await this.#count(file, bytesMax)
  }

  /** Makes a file that was written aside one of the copy, in place of one of this name. */
  async replace(aside: string, name: string, bytesMax: number): Promise<void> {
    const older = this.#taken.get(name)
    // A name of its own: the older file is the other copy's as well.
    if (older !== undefined) await this.drop(older)
    const file = this.#next(name)
    await rename(join(this.folder, aside), join(this.folder, file))
    this.#taken.set(name, file)
    await this.#count(file, bytesMax)
  }

  async drop(file: string): Promise<void> {
    await rm(join(this.folder, file), { force: true })
  }

  /** Writes what the copy says of itself; the digest is that of `content` from now on. */
  async writeIndex(text: string, content: string): Promise<void> {
    await this.write(INDEX, [Buffer.from(text)])
    this.#stands = content
  }

  /** Writes a file that is not counted. */
  async write(file: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    const stream = createWriteStream(join(this.folder, file), { mode: 0o600, flush: true })
    const done = finished(stream)
    done.catch(() => undefined)
    try {
      for await (const chunk of chunks) {
        // The piece may be used again by who made it.
        if (!stream.write(Buffer.from(chunk))) await Promise.race([once(stream, 'drain'), done])
      }
      stream.end()
      await done
    } catch (error) {
      stream.destroy()
      throw error
    }
  }

  /** SHA-256 of all files with their names, in hex; nothing may be added afterwards. */
  digest(): string {
    return this.#stands === undefined ? this.#hash.digest('hex') : hash('sha256', this.#stands)
  }

  files(): Promise<readonly CopyFile[]> {
    return filesIn(this.folder)
  }

  async discard(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }

  #next(name: string): string {
    return `${String(this.#files++).padStart(4, '0')}-${plainName(name)}`
  }

  async #count(file: string, bytesMax: number): Promise<void> {
    this.bytes += (await stat(join(this.folder, file))).size
    if (this.bytes > bytesMax) throw tooLarge(bytesMax)
  }

  async *#counted(chunks: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.bytes += chunk.length
      if (this.bytes > bytesMax) throw tooLarge(bytesMax)
      this.#hash.update(chunk)
      yield chunk
    }
  }
}

function tooLarge(bytesMax: number): ProblemError {
  const message = `Cannot read feed: it must have at most ${bytesMax} bytes ("bytesMax"), and has more`
  return new ProblemError({ code: 'invalid', message })
}

async function filesIn(folder: string): Promise<readonly CopyFile[]> {
  const names = (await readdir(folder)).filter(name => FILE.test(name)).toSorted()
  return names.map(name => ({ path: join(folder, name), name: name.slice(name.indexOf('-') + 1) }))
}

/** A name that is one on every file system: lower case, without anything that leads elsewhere. */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .slice(-100)
}
