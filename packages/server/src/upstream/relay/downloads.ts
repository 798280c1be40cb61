/** Files that somebody behind this node asks for and that are not here: fetched once, however many ask. */
import { ProblemError } from '@tocsin/core/base'
import type { ListFileName } from '@tocsin/core/list'
import type { FilePlace } from '../../book/distribution.ts'
import { Downloads } from '../download.ts'
import type { Servers } from '../servers.ts'
import type { RelayFiles } from './files.ts'

/** Downloads under way at the same time; replicas behind this node ask for one file after the other. */
const AT_A_TIME = 8

/** What is fetched with. */
export interface RelayDownloadsParts {
  /** For files that are on their way; on the same file system as `files`. Emptied at the start. */
  readonly folder: string
  readonly files: RelayFiles
  readonly servers: Servers
}

interface UnderWay {
  readonly bytes: number
  readonly place: Promise<FilePlace>
}

/** Fetches from upstream into the files that are kept. Disposing of it breaks off what is under way. */
export class RelayDownloads implements Disposable {
  readonly #parts: RelayDownloadsParts
  readonly #downloads: Downloads
  readonly #underWay = new Map<string, UnderWay>()
  readonly #stop = new AbortController()

  constructor(parts: RelayDownloadsParts) {
    this.#parts = parts
    this.#downloads = new Downloads(parts.folder)
    this.#downloads.keepOnly([])
  }

  /**
   * The file, as soon as it is here and its bytes have been hashed. Goes on when nobody waits any more: who asks again
   * finds it. Rejects with a `ProblemError`: `not-found` where the upstream has it no more, else `unavailable`.
   */
  fetch(file: ListFileName, via: string | undefined): Promise<FilePlace> {
    const found = this.#underWay.get(file.name)
    if (found !== undefined) return found.place
    if (!this.#parts.files.fits(file)) {
      return Promise.reject(unavailable(file, `relay.bytesMax must be ${file.bytes} at least`))
    }
    if (this.#underWay.size >= AT_A_TIME) {
      return Promise.reject(unavailable(file, `at most ${AT_A_TIME} files are fetched at the same time`))
    }
    const bytes = this.#bytesUnderWay() + file.bytes
    if (!this.#parts.files.fits({ name: file.name, bytes })) {
      return Promise.reject(unavailable(file, 'what is fetched already takes all the room that files may have'))
    }
    const place = this.#fetch(file, via).finally(() => {
      this.#underWay.delete(file.name)
      this.#keepNext(file)
    })
    this.#underWay.set(file.name, { bytes: file.bytes, place })
    // Who asked may have left.
    place.catch(() => undefined)
    return place
  }

  [Symbol.dispose](): void {
    this.#stop.abort(new ProblemError({ code: 'unavailable', message: 'Cannot relay a file: this node stops' }))
  }

  /** What broke off is resumed, if it is asked for next; nothing else that broke off piles up. */
  #keepNext(file: ListFileName): void {
    try {
      this.#downloads.keepOnly([file, ...this.#filesUnderWay()])
    } catch {
      // The next download tells what is wrong with the folder.
    }
  }

  #filesUnderWay(): readonly ListFileName[] {
    return Array.from(this.#underWay, ([name, { bytes }]) => ({ name, bytes }))
  }

  #bytesUnderWay(): number {
    return this.#filesUnderWay().reduce((sum, { bytes }) => sum + bytes, 0)
  }

  async #fetch(file: ListFileName, via: string | undefined): Promise<FilePlace> {
    const { servers, files } = this.#parts
    try {
      const path = await servers.ask(server =>
        this.#downloads.fetch(
          file,
          { file: (name, from, signal) => server.file(name, from, signal, via) },
          () => undefined,
          this.#stop.signal,
        ),
      )
      return files.take(file, path)!
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code === 'not-found') throw error
      if (error instanceof ProblemError) throw unavailable(file, error.problem.message, error)
      // The system's own, without paths: who asked is somebody else, and may come again.
      throw unavailable(file, `the disk here must take it, found ${(error as NodeJS.ErrnoException).code}`, error)
    }
  }
}

function unavailable({ name }: ListFileName, why: string, cause?: unknown): ProblemError {
  return new ProblemError({ code: 'unavailable', message: `Cannot relay "${name}": ${why}` }, { cause })
}
