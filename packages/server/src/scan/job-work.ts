/** The jobs of a scan, done: reads folders and files, one job at a time. It asks nobody. */
import { CacheTable } from './cache-records.ts'
import { exclusionOf } from './glob.ts'
import { FileHasher } from './hash-file.ts'
import type { Job, JobAnswer, ThreadSettings } from './jobs.ts'
import { FileReader } from './read-files.ts'
import { type FolderRules, OpenFolder } from './read-folder.ts'

/** Does jobs in the order in which they are given. */
export class JobWork {
  readonly #files: FileReader
  readonly #rules: FolderRules
  #folder: OpenFolder | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(settings: ThreadSettings) {
    const { sizeMax, oneFileSystem, archives, day, index, excludes } = settings
    const cache = settings.cache === undefined ? undefined : new CacheTable(settings.cache)
    this.#rules = {
      cache,
      sizeMax,
      oneFileSystem,
      day,
      archives: archives !== undefined,
      excludes: exclusionOf(excludes),
    }
    const bytesRead = new Float64Array(settings.progress)
    const hasher = new FileHasher(bytes => {
      bytesRead[index] = bytesRead[index]! + bytes
    })
    this.#files = new FileReader({ cache, hasher, sizeMax, archives, day })
  }

  /** Does a job when those before it are done. Failures of the system are answers; it rejects with a mistake of our own. */
  async do(job: Job): Promise<JobAnswer> {
    const answer = this.#last.then(() => this.#perform(job))
    this.#last = answer
    return await answer
  }

  async #perform(job: Job): Promise<JobAnswer> {
    switch (job.is) {
      case 'folder':
        return this.#opened(job)
      case 'more':
        return this.#next()
      case 'leave':
        this.#folder = undefined
        return { is: 'left' }
      case 'files':
        return await this.#files.look(job.paths, job.now)
    }
  }

  #opened({ path }: Job & { is: 'folder' }): JobAnswer {
    try {
      this.#folder = OpenFolder.open(path, this.#rules)
      return this.#next()
    } catch (error) {
      return FileReader.failed(path, error)
    }
  }

  #next(): JobAnswer {
    const piece = this.#folder!.next()
    if (!piece.hasMore) this.#folder = undefined
    return piece
  }
}
