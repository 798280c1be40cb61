/**
 * Reads a copy of a feed from its files to records: unpacks, finds the format, feeds it, and lets others run in between.
 * Memory is bounded by the limits of unpacking and of the formats.
 */
import { open } from 'node:fs/promises'
import { ProblemError } from '@tocsin/core/base'
import { findFormat } from '../../formats/all.ts'
import { detectFormat, SAMPLE_BYTES_MAX, sampleOf } from '../../formats/detect.ts'
import type { FeedRecord, Format } from '../../formats/format.ts'
import { unpackFile } from '../../formats/unpack/unpack.ts'
import type { CopyFile } from './copies.ts'
import { isMispFeed } from './misp-manifest.ts'
import { type FeedSettings, UNPACKED_FACTOR } from './settings.ts'

/** Bytes that are read before others have their turn: a millisecond or two of work. */
const TURN_BYTES = 128 * 1024

/** Records of one part of a copy: a file, or a file in an archive. */
export interface Piece {
  readonly records: readonly FeedRecord[]
  readonly format: string
}

interface Part {
  readonly name: string
  readonly chunks: AsyncIterable<Uint8Array>
}

/**
 * Reads all parts. Of several parts those whose format nobody knows are passed over (an archive has a README); rejects
 * with `invalid` where no part is left, and where one is broken.
 */
export async function* readCopy(
  files: readonly CopyFile[],
  settings: FeedSettings,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  let unknown: Error | undefined
  let isRead = false
  for await (const part of partsOf(files, settings)) {
    const head = await headOf(part.chunks, signal)
    const format = formatOf(part.name, head.bytes, settings)
    if (format instanceof Error) {
      unknown ??= format
      for await (const _ of head.rest) signal.throwIfAborted()
      continue
    }
    isRead = true
    yield* readPart(format, head, settings, signal)
  }
  // Of a MISP feed, whose manifest was read, no file is an empty list, and the guard's business.
  if (isRead || isMispFeed(settings)) return
  throw (
    unknown ?? new ProblemError({ code: 'invalid', message: 'Cannot read feed: it must hold a list, found no file' })
  )
}

async function* partsOf(files: readonly CopyFile[], { bytesMax }: FeedSettings): AsyncGenerator<Part> {
  const limits = { packedBytesMax: bytesMax, unpackedBytesMax: bytesMax * UNPACKED_FACTOR }
  for (const { path, name } of files) {
    await using file = await open(path)
    const { size } = await file.stat()
    const read = async (position: number, length: number) => {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.allocUnsafe(length), position, length })
      return buffer.subarray(0, bytesRead)
    }
    yield* unpackFile(name, { sizeBytes: size, read }, limits)
  }
}

interface Head {
  /** The first bytes of a part, enough to find its format. */
  readonly bytes: Uint8Array
  readonly rest: AsyncIterable<Uint8Array>
}

async function headOf(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Head> {
  const iterator = chunks[Symbol.asyncIterator]()
  const pieces: Uint8Array[] = []
  let length = 0
  while (length < SAMPLE_BYTES_MAX) {
    signal.throwIfAborted()
    const next = await iterator.next()
    if (next.done === true) break
    pieces.push(Uint8Array.from(next.value))
    length += next.value.length
  }
  return { bytes: Buffer.concat(pieces), rest: { [Symbol.asyncIterator]: () => iterator } }
}

function formatOf(name: string, bytes: Uint8Array, settings: FeedSettings): Format | Error {
  if (isMispFeed(settings)) return findFormat('misp')!
  const sample = sampleOf(name, bytes)
  if (settings.format === 'auto') {
    // A list of nothing is a list, and the guard's business.
    if (bytes.length < SAMPLE_BYTES_MAX && /^(?:\s|[#;!][^\n]*(?:\n|$))*$/.test(sample.text))
      return findFormat('plain')!
    const found = detectFormat(sample)
    return found.ok ? found.value : new ProblemError(found.problem)
  }
  if (/^\s*<(?:!doctype\s+html|html|head|body)\b/i.test(sample.text)) {
    const message = `Cannot read feed: it must be of format "${settings.format}", found a web page`
    return new ProblemError({ code: 'invalid', message })
  }
  return findFormat(settings.format)!
}

async function* readPart(
  format: Format,
  { bytes, rest }: Head,
  { columns }: FeedSettings,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const reader = format.open(columns === undefined ? {} : { columns })
  const { name } = format
  for (let at = 0; at < bytes.length; at += TURN_BYTES) {
    yield { records: reader.push(bytes.subarray(at, at + TURN_BYTES)), format: name }
    await others(signal)
  }
  for await (const chunk of rest) {
    for (let at = 0; at < chunk.length; at += TURN_BYTES) {
      yield { records: reader.push(chunk.subarray(at, at + TURN_BYTES)), format: name }
      await others(signal)
    }
  }
  yield { records: reader.end(), format: name }
}

/** Lets whoever waits for the event loop run. */
export async function others(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  await new Promise<void>(resolve => setImmediate(resolve))
}
