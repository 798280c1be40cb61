/**
 * The folder of the files. It is its own register: a file's name is the hash of its bytes, and its header says what it
 * is, so whatever is missing, cut short or foreign is noticed at the start, and any set of files is a sound one. A file is
 * written aside and renamed when it is whole. It is not brought to the disk before that: what a power cut takes is noticed
 * and made again.
 */
import { createHash, type Hash } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { type ByteSource, type ListHeader, type ListKind, type ListUnpacking, openList } from '@tocsin/core/list'

/** A file that is whole. */
export interface KeptFile {
  readonly name: string
  readonly bytes: number
  readonly header: ListHeader
}

/** A file on its way. Disposing of it before it is kept takes it away. */
export interface FileAside extends Disposable {
  add(piece: Uint8Array): void
  /** Gives it its name. */
  keep(kind: ListKind): { readonly name: string; readonly bytes: number }
}

const NAME = /^([0-9a-f]{64})\.(?:delta|snapshot)$/
const ASIDE = /\.aside$/

/** Bytes that are read at once to be hashed. */
const PIECE = 1024 * 1024

/** The files of a folder that is made if missing. */
export class DistributionFolder {
  readonly #path: string
  readonly #unpacking: ListUnpacking
  #asides = 0

  constructor(path: string, unpacking: ListUnpacking) {
    this.#path = path
    this.#unpacking = unpacking
    mkdirSync(path, { recursive: true, mode: 0o700 })
  }

  /** Looks at every file, takes away what is no file of ours or not whole any more, and gives the rest. */
  scan(): readonly KeptFile[] {
    const kept: KeptFile[] = []
    for (const name of readdirSync(this.#path)) {
      const file = NAME.test(name) ? this.#look(name) : undefined
      if (file !== undefined) kept.push(file)
      else if (NAME.test(name) || ASIDE.test(name)) this.remove(name)
    }
    return kept
  }

  path(name: string): string {
    return join(this.#path, name)
  }

  /** Takes a file away; nothing happens where there is none. */
  remove(name: string): void {
    rmSync(this.path(name), { force: true })
  }

  aside(): FileAside {
    this.#asides += 1
    return new Aside(this.#path, this.#asides)
  }

  /** The bytes of a file, until disposed of. */
  open(name: string): ByteSource & Disposable {
    return new FileSource(this.path(name))
  }

  #look(name: string): KeptFile | undefined {
    try {
      using source = this.open(name)
      if (hashOf(source) !== NAME.exec(name)![1]) return undefined
      const { header } = openList(source, this.#unpacking)
      return name.endsWith(header.kind) ? { name, bytes: source.length, header } : undefined
    } catch {
      return undefined
    }
  }
}

class Aside implements FileAside {
  readonly #folder: string
  readonly #path: string
  readonly #file: number
  readonly #hash: Hash = createHash('sha256')
  #bytes = 0
  #isOver = false

  constructor(folder: string, number: number) {
    this.#folder = folder
    this.#path = join(folder, `${number}.aside`)
    this.#file = openSync(this.#path, 'w', 0o600)
  }

  add(piece: Uint8Array): void {
    for (let done = 0; done < piece.length; ) done += writeSync(this.#file, piece, done)
    this.#hash.update(piece)
    this.#bytes += piece.length
  }

  keep(kind: ListKind): { readonly name: string; readonly bytes: number } {
    const name = `${this.#hash.digest('hex')}.${kind}`
    closeSync(this.#file)
    this.#isOver = true
    renameSync(this.#path, join(this.#folder, name))
    return { name, bytes: this.#bytes }
  }

  [Symbol.dispose](): void {
    if (this.#isOver) return
    this.#isOver = true
    closeSync(this.#file)
    unlinkSync(this.#path)
  }
}

class FileSource implements ByteSource, Disposable {
  readonly length: number
  readonly #file: number

  constructor(path: string) {
    this.#file = openSync(path, 'r')
    this.length = fstatSync(this.#file).size
  }

  read(at: number, count: number): Uint8Array {
    const bytes = Buffer.allocUnsafe(count)
    for (let done = 0; done < count; ) {
      const read = readSync(this.#file, bytes, done, count - done, at + done)
      if (read === 0) throw new Error('Cannot read a list file: it is cut short')
      done += read
    }
    return bytes
  }

  [Symbol.dispose](): void {
    closeSync(this.#file)
  }
}

function hashOf(source: ByteSource): string {
  const hash = createHash('sha256')
  for (let at = 0; at < source.length; at += PIECE) hash.update(source.read(at, Math.min(PIECE, source.length - at)))
  return hash.digest('hex')
}
