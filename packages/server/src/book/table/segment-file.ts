/**
 * A segment on disk: the bytes of its sections as they lie in memory, so that a start reads them and nothing else.
 *
 *     "TOCSEG2\n" · length of the header (u32, little-endian) · header as JSON · sections, each at a multiple of 4096
 *
 * The file is written aside and renamed, so there is always a whole one. It is a cache: whatever is wrong with it, the
 * book's table has all that is in it. A checksum guards each section, looked at after the start, in the background:
 * ten million entries are a third of a gigabyte.
 */
import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, unlinkSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { fail, ok, type Result } from '@tocsin/core/base'
import type { SegmentBuffers } from '@tocsin/core/list'

const MAGIC = 'TOCSEG2\n'
const PAGE = 4096
/** A header is some hundred bytes; what claims more is no segment. */
const HEADER_MAX = 64 * 1024
/** Bytes that are checked before others get their turn: some milliseconds of work. */
const CHECK_SLICE = 8 * 1024 * 1024

const SECTIONS = [
  'addresses',
  'payloads',
  'index',
  'filter4',
  'address6',
  'net',
  'domain',
  'url',
  'file',
  'names',
  'ancestors',
] as const satisfies readonly (keyof SegmentBuffers)[]

interface Header {
  readonly bookId: string
  readonly sequence: number
  readonly secret: SegmentBuffers['secret']
  readonly spareNames: number
  readonly sections: readonly { readonly name: string; readonly bytes: number; readonly crc: number }[]
}

/** Writes a segment aside, brings it to disk and puts it in the place of the last one. Throws; the last one stays then. */
export function writeSegmentFile(path: string, bookId: string, segment: SegmentBuffers): void {
  const aside = `${path}.new`
  const { sequence, secret, spareNames } = segment
  const sections = SECTIONS.map(name => {
    const bytes = new Uint8Array(segment[name])
    return { name, bytes: bytes.length, crc: crc32(bytes) }
  })
  const header = Buffer.from(JSON.stringify({ bookId, sequence, secret, spareNames, sections } satisfies Header))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(header.length)
  const file = openSync(aside, 'w', 0o600)
  try {
    let at = writeAll(file, Buffer.concat([Buffer.from(MAGIC), length, header]), 0)
    for (const name of SECTIONS) at = writeAll(file, new Uint8Array(segment[name]), pageAfter(at))
    fsyncSync(file)
  } catch (error) {
    closeSync(file)
    unlinkSync(aside)
    throw error
  }
  closeSync(file)
  renameSync(aside, path)
}

/**
 * Reads the segment of a book. Fails as `not-found` where there is none, `stale` where it is another book's, `internal`
 * where it is cut short or not a segment. Its sections are not checked yet: see {@link isWhole}.
 */
export function readSegmentFile(path: string, bookId: string): Result<SegmentBuffers> {
  return withSegment(path, (file, { bookId: found, sequence, secret, spareNames, sections }) => {
    if (found !== bookId) return fail('stale', `segment "${path}" is of another book`)
    const buffers: Record<string, SharedArrayBuffer> = {}
    for (const { name, bytes, at } of sections) {
      buffers[name] = new SharedArrayBuffer(bytes)
      readAll(file, new Uint8Array(buffers[name]), at)
    }
    // `withSegment` has seen to it that every section is there.
    return ok({ ...buffers, sequence, secret, spareNames } as unknown as SegmentBuffers)
  })
}

/**
 * Checks every section of the file against its checksum, a slice at a time, so that others get their turn. The file and
 * not the memory, for filters in memory have taken additions by then. Fails as {@link readSegmentFile} does, and as
 * `internal` where a byte is not what was written.
 */
export async function checkSegmentFile(path: string): Promise<Result<undefined>> {
  const slice = new Uint8Array(CHECK_SLICE)
  const slices = withSegment(path, (_, { sections }) => ok(sections))
  if (!slices.ok) return slices
  for (const { name, bytes, at, crc } of slices.value) {
    let sum = 0
    for (let done = 0; done < bytes; done += CHECK_SLICE) {
      const part = slice.subarray(0, Math.min(CHECK_SLICE, bytes - done))
      const read = withSegment(path, file => ok(readAll(file, part, at + done)))
      if (!read.ok) return read
      sum = crc32(part, sum)
      await new Promise(resolve => setImmediate(resolve))
    }
    if (sum !== crc)
      return fail('internal', `Cannot trust segment "${path}": section "${name}" is not what was written`)
  }
  return ok(undefined)
}

/** A header whose sections are all there, each with its place in the file. */
interface Placed extends Omit<Header, 'sections'> {
  readonly sections: readonly (Header['sections'][number] & { readonly at: number })[]
}

function withSegment<T>(path: string, use: (file: number, header: Placed) => Result<T>): Result<T> {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return fail('not-found', `there is no segment "${path}"`)
  }
  try {
    return use(file, readHeader(file))
  } catch (error) {
    return fail('internal', `Cannot read segment "${path}": ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    closeSync(file)
  }
}

function readHeader(file: number): Placed {
  const start = Buffer.alloc(MAGIC.length + 4)
  readAll(file, start, 0)
  if (start.toString('latin1', 0, MAGIC.length) !== MAGIC) throw new Error('it does not begin as one')
  const length = start.readUInt32LE(MAGIC.length)
  if (length > HEADER_MAX) throw new Error(`its header claims ${length} bytes`)
  const text = Buffer.alloc(length)
  readAll(file, text, start.length)
  const header = JSON.parse(text.toString()) as Header
  const size = fstatSync(file).size
  let at = start.length + length
  const sections = SECTIONS.map((name, place) => {
    const section = header.sections[place]
    if (section?.name !== name) throw new Error(`its section ${place} must be "${name}"`)
    at = pageAfter(at)
    const placed = { ...section, at }
    at += section.bytes
    if (at > size) throw new Error('it is cut short')
    return placed
  })
  return { ...header, sections }
}

function readAll(file: number, into: Uint8Array, position: number): void {
  for (let done = 0; done < into.length; ) {
    const count = readSync(file, into, done, Math.min(into.length - done, 1 << 30), position + done)
    if (count === 0) throw new Error('it is cut short')
    done += count
  }
}

function writeAll(file: number, bytes: Uint8Array, position: number): number {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, Math.min(bytes.length - done, 1 << 30), position + done)
  }
  return position + bytes.length
}

function pageAfter(at: number): number {
  return Math.ceil(at / PAGE) * PAGE
}
