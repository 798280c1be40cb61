/** Folders, piece by piece: what is in them, and which of the files are as they were. */
import { type BigIntStats, lstatSync, readdirSync, statfsSync } from 'node:fs'
import { type BytePath, brandPath, forSystem, within } from './byte-path.ts'
import { type CacheTable, FileKey } from './cache-records.ts'
import { isKernelType } from './file-systems.ts'
import type { Exclusion } from './glob.ts'
import type { FolderPiece } from './jobs.ts'
import { knownContents } from './known-contents.ts'
import { PIECE_ENTRIES } from './limits.ts'
import { LookedColumns, Passed } from './looked.ts'

const BIG = { bigint: true } as const

/** What decides about the entries of folders. */
export interface FolderRules {
  readonly cache: CacheTable | undefined
  readonly excludes: Exclusion
  readonly sizeMax: number
  readonly oneFileSystem: boolean
  readonly archives: boolean
  readonly day: number
}

/** A folder that is being read. Its names are held meanwhile, about 60 bytes each. */
export class OpenFolder {
  readonly #path: BytePath
  readonly #rules: FolderRules
  readonly #names: readonly string[]
  readonly #stat: BigIntStats
  readonly #key = new FileKey()
  /** By device: whether it is one of the kernel's own. */
  readonly #kernel = new Map<bigint, boolean>()
  #at = 0

  private constructor(path: BytePath, rules: FolderRules, names: readonly string[], stat: BigIntStats) {
    this.#path = path
    this.#rules = rules
    this.#names = names
    this.#stat = stat
  }

  /**
   * Opens a folder. Throws what the system says, `ELOOP` where it has become a link: what is read is read by its path, so a
   * folder that is swapped for a link between these two calls is followed; files are opened so that no link at their end is.
   */
  static open(path: BytePath, rules: FolderRules): OpenFolder {
    const names = readdirSync(forSystem(path), { encoding: 'latin1' })
    const stat = lstatSync(forSystem(path), BIG)
    if (!stat.isDirectory()) throw Object.assign(new Error('it has become a link'), { code: 'ELOOP' })
    return new OpenFolder(path, rules, names, stat)
  }

  /** The next entries. */
  next(): FolderPiece {
    const { dev, ino } = this.#stat
    const isFirst = this.#at === 0
    const end = Math.min(this.#at + PIECE_ENTRIES, this.#names.length)
    const piece = { passed: new Passed(), known: new LookedColumns(), folders: [], files: [], sizes: [] }
    for (; this.#at < end; this.#at++) {
      const path = within(this.#path, brandPath(this.#names[this.#at]!))
      try {
        this.#entry(path, piece)
      } catch (error) {
        piece.passed.fail(path, error)
      }
    }
    const { passed, known, folders, files, sizes } = piece
    return {
      is: 'folder',
      path: this.#path,
      identity: `${dev}:${ino}`,
      isFirst,
      hasMore: end < this.#names.length,
      folders,
      known: known.columns(),
      files,
      sizes,
      skipped: passed.skipped,
      failed: passed.failed,
    }
  }

  #entry(path: BytePath, { passed, known, folders, files, sizes }: Piece): void {
    const { excludes, sizeMax, cache, day, archives } = this.#rules
    if (excludes(path)) return passed.skip('excluded', path)
    const stat = lstatSync(forSystem(path), BIG)
    if (stat.isDirectory()) {
      const why = this.#boundary(path, stat.dev)
      if (why === undefined) folders.push(path)
      else passed.skip(why, path)
      return
    }
    if (stat.isSymbolicLink()) return passed.skip('link', path)
    if (!stat.isFile()) return passed.skip('special', path)
    const size = Number(stat.size)
    if (size > sizeMax) return passed.skip('too-large', path)
    const found = cache === undefined ? -1 : cache.find(this.#key.take(stat))
    const contents = found < 0 ? 'none' : knownContents(cache!, found, archives)
    if (contents === 'none') {
      files.push(path)
      sizes.push(size)
      return
    }
    cache!.touch(found, day)
    known.add(path, cache!.digest(found), size, contents)
  }

  /** Why a folder on another device is not entered. */
  #boundary(path: BytePath, device: bigint): 'kernel' | 'other-file-system' | undefined {
    if (device === this.#stat.dev) return undefined
    if (this.#rules.oneFileSystem) return 'other-file-system'
    let isKernel = this.#kernel.get(device)
    if (isKernel === undefined) {
      isKernel = isKernelType(Number(statfsSync(forSystem(path)).type))
      this.#kernel.set(device, isKernel)
    }
    return isKernel ? 'kernel' : undefined
  }
}

interface Piece {
  readonly passed: Passed
  readonly known: LookedColumns
  readonly folders: BytePath[]
  readonly files: BytePath[]
  readonly sizes: number[]
}
