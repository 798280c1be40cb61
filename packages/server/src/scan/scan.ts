/** A scan: walks trees, hashes what has changed, asks for all hashes, and tells what is not allowed. */
import { lstatSync, realpathSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { UnpackLimits } from '../formats/unpack/limits.ts'
import { Asking } from './asking.ts'
import { type BytePath, brandPath, forSystem, pathOfText } from './byte-path.ts'
import { loadCache, makeCacheFolder, saveCache } from './cache-file.ts'
import { NewRecords } from './cache-merge.ts'
import { CacheTable } from './cache-records.ts'
import { Crew } from './crew.ts'
import { exclusionOf } from './glob.ts'
import type { FolderPiece, JobAnswer, LookedAt } from './jobs.ts'
import type { Judge, Judgement } from './judging.ts'
import { EarlierQuestions, loadQuestions, type OpenQuestion, saveQuestions } from './open-questions.ts'
import { type Outcome, OutcomeBuilder } from './outcome.ts'

/** How a scan is done. */
export interface ScanOptions {
  /** Threads that read and hash; one for each core is best. */
  readonly jobs: number
  /** Bytes of a file above which it is not read. */
  readonly sizeMax: number
  readonly oneFileSystem: boolean
  /** Patterns as `glob.ts` reads them. */
  readonly excludes: readonly string[]
  /** How far archives are looked into; absent, they are not. */
  readonly archives?: UnpackLimits
  /** The folder of what is remembered between scans; absent, nothing is. */
  readonly cache?: string
  /** Whether open questions are kept in the cache folder and asked first; not with a list, which answers everything. */
  readonly asksAgain: boolean
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Told about five times a second. */
  readonly onProgress?: (progress: Progress) => void
}

/** How far a scan is. */
export interface Progress {
  /** Judged or waiting for their answer. */
  readonly files: number
  readonly bytesRead: number
  readonly filesQueued: number
  readonly bytesQueued: number
  /** Whether more may be found, so that what is queued is not all. */
  readonly isWalking: boolean
}

/** Files, and bytes in them, that are hashed without other threads: a thread takes 40 ms and 10 MB before it hashes anything. */
const FEW_FILES = 64
const LITTLE_BYTES = 32 * 2 ** 20

const PROGRESS_MS = 200
const DAY_MS = 86_400_000

/**
 * Scans files and trees; a link among the roots is followed, and none within. Rejects with `invalid` for wrong options and with
 * what the judge refuses; what cannot be read is in the outcome, and so is a root that is not there.
 */
export async function scan(roots: readonly string[], judge: Judge, options: ScanOptions): Promise<Outcome> {
  exclusionOf(options.excludes)
  const run = new Run(judge, options)
  return await run.over(roots)
}

/** Whether these are files and no folders, and few, so that their hashes are known before a list of hashes would be loaded. */
export function isFewFiles(roots: readonly string[]): boolean {
  return roots.length <= FEW_FILES && roots.every(root => statSync(root, { throwIfNoEntry: false })?.isFile() === true)
}

/** What a scan begins with. */
interface Begun {
  readonly folders: BytePath[]
  readonly files: BytePath[]
  readonly sizes: number[]
}

/** Whether this thread is done with it before others had begun. */
function isLittle({ folders, files, sizes }: Begun): boolean {
  return folders.length === 0 && files.length <= FEW_FILES && sizes.reduce((sum, size) => sum + size, 0) <= LITTLE_BYTES
}

class Run {
  readonly #options: ScanOptions
  readonly #outcome = new OutcomeBuilder()
  readonly #asking: Asking
  readonly #fresh = new NewRecords()
  readonly #visited = new Set<string>()
  /** Where things are remembered. */
  readonly #folder: string | undefined
  readonly #memory: SharedArrayBuffer | undefined
  readonly #earlier: EarlierQuestions
  readonly #unsure: OpenQuestion[] = []
  #crew: Crew | undefined

  constructor(judge: Judge, options: ScanOptions) {
    this.#options = options
    this.#asking = new Asking(judge, {
      judged: (question, judgement) => this.#judged(question, judgement),
      eased: () => this.#crew?.resume(),
    })
    this.#folder = this.#prepared(options.cache)
    const { memory, trouble } = this.#folder === undefined ? {} : loadCache(this.#folder)
    if (trouble !== undefined) {
      this.#warn(`Cannot use the remembered hashes in "${this.#folder}": ${trouble}; all files are hashed anew`)
    }
    this.#memory = memory
    const remembers = this.#folder !== undefined && options.asksAgain
    this.#earlier = new EarlierQuestions(remembers ? loadQuestions(this.#folder) : [])
  }

  async over(roots: readonly string[]): Promise<Outcome> {
    const { jobs, sizeMax, oneFileSystem, excludes, archives, clock, onProgress } = this.#options
    for (const question of this.#earlier.all) this.#asking.take(question)
    const begun = this.#begun(roots)
    const threads = isLittle(begun) ? 0 : begun.folders.length > 0 ? jobs : Math.min(jobs, begun.files.length)
    const day = Math.floor(clock() / DAY_MS)
    const settings = { cache: this.#memory, sizeMax, oneFileSystem, excludes, archives, day }
    const port = { clock, mayRead: () => this.#asking.mayTake, answered: (answer: JobAnswer) => this.#answered(answer) }
    await using crew = new Crew(threads, settings, port)
    this.#crew = crew
    crew.add(begun.folders, begun.files, begun.sizes)
    const timer = setInterval(() => onProgress?.(this.#progress(crew)), PROGRESS_MS)
    try {
      await crew.finished()
      await this.#asking.finish()
    } finally {
      clearInterval(timer)
    }
    this.#keep(day)
    return this.#outcome.whole()
  }

  #begun(roots: readonly string[]): Begun {
    const begun: Begun = { folders: [], files: [], sizes: [] }
    for (const root of roots) {
      const whole = resolve(root)
      try {
        const isLink = lstatSync(whole).isSymbolicLink()
        const path = isLink ? brandPath(realpathSync.native(whole, { encoding: 'latin1' })) : pathOfText(whole)
        const found = lstatSync(forSystem(path))
        if (found.isDirectory()) begun.folders.push(path)
        else if (!found.isFile()) this.#outcome.skipped('special', path, 0)
        else {
          begun.files.push(path)
          begun.sizes.push(found.size)
        }
      } catch (error) {
        this.#outcome.failed(pathOfText(whole), (error as NodeJS.ErrnoException).code ?? String(error))
      }
    }
    return begun
  }

  /** Takes a job's answer; says whether more of the same folder is wanted. */
  #answered(answer: JobAnswer): boolean {
    if (answer.is === 'left' || (answer.is === 'folder' && !this.#enters(answer))) return false
    for (const [skip, path] of answer.skipped) this.#outcome.skipped(skip, path, this.#options.sizeMax)
    for (const [path, reason] of answer.failed) this.#outcome.failed(path, reason)
    if (answer.is === 'folder') {
      this.#crew!.add(answer.folders, answer.files, answer.sizes)
      this.#took(answer.known)
    } else {
      this.#outcome.totals.hashed += answer.hashed
      if (answer.records.length > 0) this.#fresh.add(answer.records, answer.recordContents)
      this.#took(answer.looked)
    }
    return true
  }

  /** Whether a folder is met for the first time: mounts may hold a tree twice, or within itself. */
  #enters({ identity, path, isFirst }: FolderPiece): boolean {
    if (!isFirst) return true
    if (this.#visited.has(identity)) {
      this.#outcome.skipped('met-before', path, 0)
      return false
    }
    this.#visited.add(identity)
    this.#outcome.totals.folders++
    return true
  }

  #took({ count, paths: joined, digests, sizes, contents }: LookedAt): void {
    if (count === 0) return
    const paths = joined.split('\0').map(brandPath)
    const { totals } = this.#outcome
    const all = Buffer.from(digests.buffer, digests.byteOffset, digests.byteLength)
    for (const [at, path] of paths.entries()) {
      totals.files++
      totals.bytes += sizes[at]!
      this.#ask({ path, sha256: all.toString('hex', 32 * at, 32 * at + 32) })
    }
    for (const [place, { members, notes }] of contents) {
      const path = paths[place]!
      totals.members += members.length
      for (const [member, sha256] of members) this.#ask({ path, member, sha256 })
      for (const [member, reason] of notes) this.#outcome.unopened(path, member, reason)
    }
  }

  #ask(question: OpenQuestion): void {
    this.#earlier.met(question)
    this.#asking.take(question)
  }

  #judged(question: OpenQuestion, judgement: Judgement): void {
    if (this.#earlier.isOne(question)) return this.#earlier.judged(question, judgement)
    if (judgement.is === 'unsure') this.#unsure.push(question)
    this.#outcome.judged({ ...question, judgement })
  }

  #progress(crew: Crew): Progress {
    const { files, bytes } = crew.queued
    const { bytesRead, isWalking } = crew
    return { files: this.#outcome.totals.files, bytesRead, filesQueued: files, bytesQueued: bytes, isWalking }
  }

  #prepared(folder: string | undefined): string | undefined {
    if (folder === undefined) return undefined
    try {
      makeCacheFolder(folder)
      return folder
    } catch (error) {
      this.#warn(`Cannot make the cache folder "${folder}": ${codeOf(error)}; nothing is remembered`)
      return undefined
    }
  }

  /** Remembers hashes and open questions, and tells what became of the earlier ones. */
  #keep(day: number): void {
    const { blocked, open } = this.#earlier.outcome()
    for (const finding of blocked) this.#outcome.judged(finding)
    if (this.#folder === undefined) return
    const table = this.#memory === undefined ? undefined : new CacheTable(this.#memory)
    try {
      if (this.#fresh.count > 0 || table?.isTouched === true) saveCache(this.#folder, table, this.#fresh, day)
      if (this.#options.asksAgain) saveQuestions(this.#folder, [...this.#unsure, ...open])
    } catch (error) {
      this.#warn(`Cannot write to the cache folder "${this.#folder}": ${codeOf(error)}; the next scan hashes anew`)
    }
  }

  #warn(text: string): void {
    this.#outcome.warnings.push(text)
  }
}

function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}
