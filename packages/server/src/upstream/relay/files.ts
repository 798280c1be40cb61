/**
 * Files that are kept for nodes behind this one, by names that are the SHA-256 of their bytes. Bounded in bytes: what was
 * used least recently goes first. A file of an earlier run is not given before its bytes were hashed again.
 */
import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import type { ListFileName } from '@tocsin/core/list'
import type { FilePlace } from '../../book/distribution.ts'
import { hashOfFile } from '../download.ts'

const NAME = /^[0-9a-f]{64}\.(?:delta|snapshot)$/

interface Kept {
  readonly bytes: number
  /** Of an earlier run: resolves with whether it is what its name says. */
  isWhole: Promise<boolean> | 'unknown' | 'yes'
}

/** The folder of the files that are kept. */
export class RelayFiles {
  readonly #folder: string
  readonly #bytesMax: number
  /** The least recently used first. */
  readonly #kept = new Map<string, Kept>()
  #bytes = 0

  /**
   * Makes the folder where it is missing, and takes away what has no place in it.
   *
   * @param bytesMax of all files together
   */
  constructor(folder: string, bytesMax: number) {
    this.#folder = folder
    this.#bytesMax = bytesMax
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const { name, bytes } of filesIn(folder)) this.#note(name, { bytes, isWhole: 'unknown' })
    this.#shrinkTo(bytesMax)
  }

  /** Of all files that are kept. */
  get bytes(): number {
    return this.#bytes
  }

  has(name: string): boolean {
    return this.#kept.has(name)
  }

  /** Whether a file could be kept, if all others went. */
  fits({ bytes }: ListFileName): boolean {
    return bytes <= this.#bytesMax
  }

  /** Moves a file here that was hashed on its way; one that does not fit stays where it is. Throws the system's errors. */
  take(file: ListFileName, path: string): FilePlace | undefined {
    if (!this.fits(file)) return undefined
    this.remove(file.name)
    this.#shrinkTo(this.#bytesMax - file.bytes)
    const place = join(this.#folder, file.name)
    renameSync(path, place)
    this.#note(file.name, { bytes: file.bytes, isWhole: 'yes' })
    return { path: place, bytes: file.bytes }
  }

  /** A file that is what its name says; `undefined` where none is here. */
  async find(name: string): Promise<FilePlace | undefined> {
    const kept = this.#kept.get(name)
    if (kept === undefined) return undefined
    const path = join(this.#folder, name)
    if (!(await this.#isWhole(name, path, kept))) {
      if (this.#kept.get(name) === kept) this.remove(name)
      return undefined
    }
    // It may have gone meanwhile.
    if (this.#kept.get(name) !== kept) return undefined
    if (!touch(path)) {
      this.remove(name)
      return undefined
    }
    this.#kept.delete(name)
    this.#kept.set(name, kept)
    return { path, bytes: kept.bytes }
  }

  /** Takes a file away; nothing happens where there is none. A stream that has opened it goes on. */
  remove(name: string): void {
    const kept = this.#kept.get(name)
    if (kept === undefined) return
    this.#kept.delete(name)
    this.#bytes -= kept.bytes
    rmSync(join(this.#folder, name), { force: true })
  }

  async #isWhole(name: string, path: string, kept: Kept): Promise<boolean> {
    if (kept.isWhole === 'yes') return true
    if (kept.isWhole === 'unknown') {
      kept.isWhole = hashOfFile(path).then(
        hash => hash === name.slice(0, 64),
        () => false,
      )
    }
    const isWhole = await kept.isWhole
    if (isWhole) kept.isWhole = 'yes'
    return isWhole
  }

  #note(name: string, kept: Kept): void {
    this.#kept.set(name, kept)
    this.#bytes += kept.bytes
  }

  #shrinkTo(bytes: number): void {
    for (const name of this.#kept.keys()) {
      if (this.#bytes <= bytes) return
      this.remove(name)
    }
  }
}

/** The files of a folder, the least recently used first; what is none of ours is removed. */
function filesIn(folder: string): readonly { readonly name: string; readonly bytes: number }[] {
  const found: { name: string; bytes: number; usedAt: number }[] = []
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    // Of a link itself: what lies elsewhere is none of ours.
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat?.isFile() && NAME.test(name)) found.push({ name, bytes: stat.size, usedAt: stat.mtimeMs })
    else rmSync(path, { force: true, recursive: true })
  }
  return found.sort((a, b) => a.usedAt - b.usedAt)
}

/** So that a next run knows what was used; false where the file is there no more: people may empty the folder. */
function touch(path: string): boolean {
  try {
    const now = new Date()
    utimesSync(path, now, now)
  } catch (error) {
    // What cannot be noted otherwise is no reason to give nothing.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
  return true
}
