/** A list file on disk, read where its reader asks: a snapshot of any size takes the memory of one block. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { constants, zstdDecompressSync } from 'node:zlib'
import { ProblemError, type Sha256 } from '@tocsin/core/base'
import { type ByteSource, type ListFile, openList } from '@tocsin/core/list'

/** RFC 9659 §3: nobody has to take a window above 8 MiB, which is 2²³ bytes. */
const WINDOW = { [constants.ZSTD_d_windowLogMax]: 23 }

/** A list file that is open; disposing of it closes it. */
export interface OpenList extends ListFile, Disposable {}

/**
 * Opens a list file.
 *
 * @throws ProblemError `invalid` where it does not begin as one, `internal` where it cannot be read
 */
export function openListFile(path: string, sha256: Sha256): OpenList {
  const file = opened(path)
  try {
    const list = openList(sourceOf(path, file), { sha256, decompress })
    return { ...list, [Symbol.dispose]: () => closeSync(file) }
  } catch (error) {
    closeSync(file)
    throw error
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error))
  }
}

function sourceOf(path: string, file: number): ByteSource {
  return {
    length: fstatSync(file).size,
    read(at, count) {
      const bytes = new Uint8Array(count)
      for (let done = 0; done < count; ) {
        const more = readSync(file, bytes, done, count - done, at + done)
        if (more === 0) throw unreadable(path, 'it has become shorter')
        done += more
      }
      return bytes
    },
  }
}

/** The platform gives up at the first byte beyond `size`, so that no bomb is ever whole. */
function decompress(bytes: Uint8Array, size: number): Uint8Array {
  return zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, size), params: WINDOW })
}

function unreadable(path: string, why: string): ProblemError {
  return new ProblemError({ code: 'internal', message: `Cannot read list file "${path}": ${why}` })
}
