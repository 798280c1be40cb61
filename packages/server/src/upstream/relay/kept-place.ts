/**
 * Where a relay was, in a file: the head that it offered, as the book's maker signed it, and the deltas that led there. An
 * edge that is started again while nobody upstream answers goes on from it. What is read is believed no more than what comes
 * over the network: the head is verified again, and files are hashed again.
 */
import { readFileSync } from 'node:fs'
import type { SignedHead } from '@tocsin/core/list'
import { replaceFile } from '../../storage/replace-file.ts'
import type { Later } from '../following.ts'
import { type Changes, parseChanges } from '../plan.ts'

/** What is kept. */
export interface KeptPlace {
  /** As it came. */
  readonly signed: SignedHead
  /** The deltas that this node took, the oldest first. */
  readonly taken: Changes
}

/** Between two writes, in milliseconds: a book moves up to 20 times a second, and disks of small boxes wear out. */
const PAUSE_MS = 10_000

const VERSION = 1

/** The file. Disposing of it writes what is not written yet. */
export class KeptPlaceFile implements AsyncDisposable {
  readonly #path: string
  readonly #later: Later
  #waiting: (() => KeptPlace) | undefined
  #writing: Promise<void> | undefined
  #endPause: (() => void) | undefined

  constructor(path: string, later: Later) {
    this.#path = path
    this.#later = later
  }

  /** What an earlier run wrote; the head is what it says it is only once it has been verified. `undefined` for all else. */
  read(): { readonly signed: unknown; readonly taken: Changes } | undefined {
    try {
      const { version, signed, taken } = JSON.parse(readFileSync(this.#path, 'utf8')) as Readonly<
        Record<string, unknown>
      >
      const changes = parseChanges(taken)
      return version === VERSION && changes.ok ? { signed, taken: changes.value } : undefined
    } catch {
      // None yet, or none of ours: the upstream tells where the book is.
      return undefined
    }
  }

  /** Writes a place soon, unless a later one comes before that. What cannot be written is not there after a restart. */
  keep(place: () => KeptPlace): void {
    this.#waiting = place
    if (this.#writing === undefined && this.#endPause === undefined) this.#begin()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#endPause?.()
    await this.#writing
    this.#endPause?.()
    await this.#write()
  }

  #begin(): void {
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined
      const callOff = this.#later(PAUSE_MS, () => {
        this.#endPause = undefined
        if (this.#waiting !== undefined) this.#begin()
      })
      this.#endPause = () => {
        this.#endPause = undefined
        callOff()
      }
    })
  }

  async #write(): Promise<void> {
    const place = this.#waiting
    if (place === undefined) return
    this.#waiting = undefined
    try {
      await replaceFile(this.#path, `${JSON.stringify({ version: VERSION, ...place() })}\n`)
    } catch {
      // The disk is full, say: the file of before is there, and its head is good as long as it says.
    }
  }
}
