/** The file of remembered hashes. It is read whole and written whole, beside itself first, so that it is never half. */
import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { mergedRecords, type NewRecords } from './cache-merge.ts'
import { type CacheTable, HEADER_WORDS, RECORD_BYTES } from './cache-records.ts'

const NAME = 'scan-hashes'
const MARK = Buffer.from('TOCSCAN\n', 'latin1')
const HEADER_BYTES = 4 * HEADER_WORDS

/** Raised whenever a record, or what is found in an archive, would come out otherwise; older files are then not used. */
const VERSION = 2

const PIECE_BYTES = 2 ** 20

/** What is remembered, or why it cannot be used; neither where there is nothing yet. */
export interface Loaded {
  readonly memory?: SharedArrayBuffer
  readonly trouble?: string
}

/**
 * Reads the table of a cache folder. One that somebody else could have written is not believed: it would decide what is
 * not hashed.
 */
export function loadCache(folder: string): Loaded {
  let file: number
  try {
    file = openSync(join(folder, NAME), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? {} : { trouble: `it cannot be opened: ${code}` }
  }
  try {
    return read(file)
  } catch (error) {
    return { trouble: `it cannot be read: ${(error as Error).message}` }
  } finally {
    closeSync(file)
  }
}

function read(file: number): Loaded {
  const { size, uid, mode, ...found } = statOf(file)
  if (!found.isFile) return { trouble: 'it must be a file' }
  const own = process.getuid?.()
  if (own !== undefined && (uid !== own || (mode & 0o022) !== 0)) {
    return { trouble: 'it must belong to this user and be writable by nobody else' }
  }
  const header = Buffer.alloc(HEADER_BYTES)
  if (readSync(file, header, 0, HEADER_BYTES, 0) !== HEADER_BYTES) return { trouble: 'it is cut off' }
  const words = new Uint32Array(header.buffer, header.byteOffset, HEADER_WORDS)
  if (!header.subarray(0, 8).equals(MARK) || words[2] !== VERSION) return { trouble: 'it is of another version' }
  const wanted = HEADER_BYTES + words[3]! * RECORD_BYTES + words[4]! + 2 ** 32 * words[5]!
  if (wanted !== size) return { trouble: `it must have ${wanted} bytes, found ${size}` }
  const memory = new SharedArrayBuffer(Math.ceil(size / 8) * 8)
  const target = new Uint8Array(memory)
  target.set(header)
  const sum = createHash('sha256')
  const piece = Buffer.allocUnsafe(PIECE_BYTES)
  let at = HEADER_BYTES
  for (let length = 1; at < size && length > 0; at += length) {
    length = readSync(file, piece, 0, PIECE_BYTES, at)
    sum.update(piece.subarray(0, length))
    target.set(piece.subarray(0, length), at)
  }
  if (!sum.digest().equals(header.subarray(24, 56)))
    return { trouble: 'its check sum must be the one it names, and is another' }
  return { memory }
}

function statOf(file: number) {
  const found = fstatSync(file)
  return { size: found.size, uid: found.uid, mode: found.mode, isFile: found.isFile() }
}

/** Makes the cache folder, for its owner alone. Throws what the system says. */
export function makeCacheFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
}

/** Writes what was remembered and what is new. Two scans at once both leave a whole file: that of the later. */
export function saveCache(folder: string, old: CacheTable | undefined, fresh: NewRecords, today: number): void {
  const { count, records, contents } = mergedRecords(old, fresh, today)
  const header = Buffer.alloc(HEADER_BYTES)
  const words = new Uint32Array(header.buffer, header.byteOffset, HEADER_WORDS)
  header.set(MARK)
  words[2] = VERSION
  words[3] = count
  words[4] = contents.length >>> 0
  words[5] = Math.floor(contents.length / 2 ** 32)
  header.set(createHash('sha256').update(records).update(contents).digest(), 24)
  writeBeside(join(folder, NAME), [header, records, contents])
}

/**
 * Writes a file of this user's alone, whole or not at all, but for a power cut: what is lost then is found out by its check
 * sum, and costs one scan.
 */
export function writeBeside(path: string, parts: readonly Uint8Array[]): void {
  const beside = `${path}.${process.pid}`
  rmSync(beside, { force: true })
  const { O_WRONLY, O_CREAT, O_EXCL } = constants
  const file = openSync(beside, O_WRONLY | O_CREAT | O_EXCL, 0o600)
  try {
    for (const part of parts) {
      for (let at = 0; at < part.length; ) at += writeSync(file, part, at)
    }
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
}
