/** A stream of bytes as the records that its pieces complete, once its format is known. */
import { unwrap } from '@tocsin/core/base'
import { findFormat } from '../../formats/all.ts'
import { detectFormat, SAMPLE_BYTES_MAX, sampleOf } from '../../formats/detect.ts'
import type { FeedRecord, FormatOptions } from '../../formats/format.ts'

/** Bytes that are read at once, so that a large chunk does not become all its records at once. */
const PIECE_BYTES = 65_536

/** What came of a piece. */
export interface Piece {
  /** The name of the format. */
  readonly format: string
  readonly bytes: number
  readonly records: readonly FeedRecord[]
}

/**
 * Reads a stream in a format of this name, or `auto`; rejects as `invalid` for what no format can read.
 *
 * @param fileName what the list was called where it comes from, by which some formats are told apart; may be empty
 */
export async function* readPieces(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  fileName: string,
  options: FormatOptions,
): AsyncGenerator<Piece, void> {
  const begin: Uint8Array[] = []
  let held = 0
  let reading = name === 'auto' ? undefined : new Reading(name, options)
  for await (const chunk of chunks) {
    if (reading !== undefined) {
      yield* reading.pieces(chunk)
      continue
    }
    // Copied: whoever sends the bytes may use them again.
    begin.push(Uint8Array.from(chunk))
    held += chunk.length
    if (held < SAMPLE_BYTES_MAX) continue
    reading = new Reading(formatOf(fileName, begin), options)
    yield* reading.pieces(Buffer.concat(begin.splice(0)))
  }
  reading ??= new Reading(formatOf(fileName, begin), options)
  yield* reading.pieces(Buffer.concat(begin))
  yield reading.end()
}

function formatOf(fileName: string, begin: readonly Uint8Array[]): string {
  return unwrap(detectFormat(sampleOf(fileName, Buffer.concat(begin)))).name
}

class Reading {
  readonly #name: string
  readonly #reader

  constructor(name: string, options: FormatOptions) {
    this.#name = name
    this.#reader = findFormat(name)!.open(options)
  }

  *pieces(bytes: Uint8Array): Generator<Piece, void> {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, at + PIECE_BYTES)
      yield { format: this.#name, bytes: piece.length, records: this.#reader.push(piece) }
    }
  }

  end(): Piece {
    return { format: this.#name, bytes: 0, records: this.#reader.end() }
  }
}
