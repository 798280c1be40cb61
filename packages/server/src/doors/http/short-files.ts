/**
 * The bytes of short files, kept for a while: when a batch is published, a thousand replicas ask for the same delta at once,
 * and a stream for each of them costs a thousand buffers.
 */
import { readFile } from 'node:fs/promises'

/** Bytes of a file that is held whole; deltas of a batch have some hundred. */
export const SHORT_BYTES_MAX = 64 * 1024

/** Files that are held: 4 MiB at most. */
const HELD_MAX = 64

/** See above. Names stand for their bytes for good, so nothing that is held is ever wrong. */
export class ShortFiles {
  readonly #held = new Map<string, Promise<Buffer>>()

  /** The bytes of a file of at most {@link SHORT_BYTES_MAX}. Rejects with the system's error, and asks again next time. */
  bytes(name: string, path: string): Promise<Buffer> {
    const held = this.#held.get(name)
    if (held !== undefined) return held
    // The oldest goes: what is asked for is what is new.
    for (const oldest of this.#held.keys()) {
      if (this.#held.size < HELD_MAX) break
      this.#held.delete(oldest)
    }
    const read = readFile(path)
    this.#held.set(name, read)
    read.catch(() => this.#held.delete(name))
    return read
  }
}
