/**
 * Fetches files whose names are the SHA-256 of their bytes. What has come is kept where a download breaks off, and the
 * next attempt, at whatever upstream, asks for the rest. A file that is whole is what its name says, or it is gone.
 */
import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { ProblemError } from '@tocsin/core/base'
import type { ListFileName } from '@tocsin/core/list'
import type { Piece } from './server.ts'

/** Bytes that are read at once from a file that is hashed. */
const PIECE_MAX = 1024 * 1024

/** Who has files. */
export interface FileServer {
  file(name: string, from: number, signal: AbortSignal): Promise<Piece>
}

/** Told of bytes as they come. Must not throw. */
export type BytesListener = (bytes: number) => void

/** The folder of files that are on their way. */
export class Downloads {
  readonly #folder: string

  /** Makes the folder where it is missing. */
  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  /**
   * Fetches a file unless it is there, whole; resolves with its path. Rejects with a `ProblemError`: `unavailable` where it
   * broke off, what has come being kept; `invalid` where it is larger than announced or not what its name says.
   */
  async fetch(file: ListFileName, server: FileServer, came: BytesListener, signal: AbortSignal): Promise<string> {
    // It becomes what somebody asks for by this name, and no list is empty: nothing would come, and nothing be hashed.
    if (file.bytes === 0) {
      throw new ProblemError({ code: 'invalid', message: `Cannot take "${file.name}": it must have bytes, found 0` })
    }
    const whole = join(this.#folder, file.name)
    const part = `${whole}.part`
    // Of an attempt before; after a power cut it may have its length and not its bytes, so that it is hashed once more.
    if (sizeOf(whole) === file.bytes) await rename(whole, part)
    await this.#complete(file, part, server, came, signal)
    const found = await hashOfFile(part)
    if (found !== file.name.slice(0, 64)) {
      rmSync(part, { force: true })
      throw new ProblemError({
        code: 'invalid',
        message: `Cannot take "${file.name}": its bytes must hash to its name, found ${found}`,
      })
    }
    await rename(part, whole)
    return whole
  }

  /** Takes away all files but these. */
  keepOnly(files: readonly ListFileName[]): void {
    const kept = new Set(files.flatMap(({ name }) => [name, `${name}.part`]))
    for (const name of readdirSync(this.#folder)) if (!kept.has(name)) rmSync(join(this.#folder, name), { force: true })
  }

  async #complete(
    { name, bytes }: ListFileName,
    part: string,
    server: FileServer,
    came: BytesListener,
    signal: AbortSignal,
  ): Promise<void> {
    let has = sizeOf(part)
    if (has > bytes) {
      rmSync(part, { force: true })
      has = 0
    }
    if (has === bytes) return came(bytes)
    const piece = await server.file(name, has, signal)
    // An upstream that does not resume begins again.
    const handle = await open(part, piece.from === 0 ? 'w' : 'a', 0o600)
    let length = piece.from
    came(length)
    try {
      for await (const chunk of piece.bytes) {
        length += chunk.length
        if (length > bytes) break
        // All of it: a disk that is almost full takes a part of a plain write without a word.
        await handle.appendFile(chunk)
        came(chunk.length)
      }
    } finally {
      await handle.close()
    }
    if (length === bytes) return
    if (length > bytes) {
      rmSync(part, { force: true })
      const message = `Cannot take "${name}": it must have ${bytes} bytes as announced, found more`
      throw new ProblemError({ code: 'invalid', message })
    }
    const message = `Cannot take "${name}": it must have ${bytes} bytes as announced, found ${length}; the rest is asked for next`
    throw new ProblemError({ code: 'unavailable', message })
  }
}

/** Bytes of a file; 0 where there is none. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** SHA-256 of a file, 64 hex digits. Rejects with the system's error. */
export async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  // A buffer of the stream's size for each of many short files is what garbage is collected for.
  const highWaterMark = Math.min(PIECE_MAX, sizeOf(path) + 1)
  for await (const chunk of createReadStream(path, { highWaterMark })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
