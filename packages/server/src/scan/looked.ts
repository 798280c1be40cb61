/** Collects what a job comes to, as the columns that cross to the main thread. */
import type { BytePath } from './byte-path.ts'
import type { Contents, LookedAt, NotLookedAt, Skip } from './jobs.ts'

/** Files with their hashes. */
export class LookedColumns {
  readonly #paths: BytePath[] = []
  readonly #digests: Uint8Array[] = []
  readonly #sizes: number[] = []
  readonly #contents: (readonly [number, Contents])[] = []

  add(path: BytePath, digest: Uint8Array, size: number, contents: Contents | undefined): void {
    if (contents !== undefined) this.#contents.push([this.#paths.length, contents])
    this.#paths.push(path)
    this.#digests.push(digest)
    this.#sizes.push(size)
  }

  columns(): LookedAt {
    const digests = new Uint8Array(32 * this.#digests.length)
    for (const [at, digest] of this.#digests.entries()) digests.set(digest, 32 * at)
    const sizes = Float64Array.from(this.#sizes)
    return { count: sizes.length, paths: this.#paths.join('\0'), digests, sizes, contents: this.#contents }
  }
}

/** What was not looked at. */
export class Passed implements NotLookedAt {
  readonly skipped: (readonly [Skip, BytePath])[] = []
  readonly failed: (readonly [BytePath, string])[] = []

  skip(why: Skip, path: BytePath): void {
    this.skipped.push([why, path])
  }

  /** A failure of the system: what has gone since is no failure, what has become a link is passed over. */
  fail(path: BytePath, error: unknown): void {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') this.skip('vanished', path)
    else if (code === 'ELOOP') this.skip('link', path)
    // Opening a socket says so; it took the place of a file just now.
    else if (code === 'ENXIO') this.skip('special', path)
    else this.failed.push([path, code ?? message])
  }
}
