/** SHA-256 of one open file, as near to the processor's limit as calls allow. */
import { createHash, hash } from 'node:crypto'
import { readSync } from 'node:fs'
import { HEAD_BYTES } from '../formats/unpack/magic.ts'
import { type Container, containerOf } from './container.ts'

/**
 * Bytes of one read. It fits into the cache of a core (1 MiB and more on servers, 256 KiB on the oldest), so that what was
 * read is hashed before it goes back to memory; nearly all files are one read and one call.
 */
const BUFFER_BYTES = 512 * 1024

/** What a file's bytes say. */
export interface Hashed {
  readonly digest: Uint8Array
  readonly bytes: number
  /** By its first bytes. */
  readonly container: Container | undefined
}

/** Hashes files, one after the other, by one buffer. */
export class FileHasher {
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  readonly #onRead: (bytes: number) => void

  /** @param onRead told of bytes as they are read, for progress; it may throw to leave off */
  constructor(onRead: (bytes: number) => void) {
    this.#onRead = onRead
  }

  /** Hashes an open file from its place to its end, or to the size that it is known to have. Throws what the system says. */
  hash(file: number, sizeBytes: number): Hashed {
    const first = this.#fill(file)
    const head = this.#buffer.subarray(0, Math.min(first, HEAD_BYTES))
    const container = containerOf(head)
    if (first < BUFFER_BYTES) {
      return { digest: hash('sha256', this.#buffer.subarray(0, first), 'buffer'), bytes: first, container }
    }
    const sum = createHash('sha256').update(this.#buffer)
    let bytes = first
    // A file that grows while it is read would never end.
    while (bytes < sizeBytes) {
      const length = this.#fill(file)
      if (length === 0) break
      sum.update(this.#buffer.subarray(0, length))
      bytes += length
    }
    return { digest: sum.digest(), bytes, container }
  }

  /** Reads until the buffer is full or the file at its end. */
  #fill(file: number): number {
    let length = 0
    for (;;) {
      const read = readSync(file, this.#buffer, length, BUFFER_BYTES - length, null)
      this.#onRead(read)
      length += read
      // A short read is the end of a regular file; one that was not the end changes the size, which is looked at after.
      if (length === BUFFER_BYTES || read < BUFFER_BYTES) return length
    }
  }
}
