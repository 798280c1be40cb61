/** An input of known size that can be read at any place: a file, without the file system, or bytes in memory. */
import { cannotUnpack } from './limits.ts'

/** What the caller holds: an open file, as a rule. */
export interface RandomAccess {
  readonly sizeBytes: number
  /** The bytes from `offset` (0 to `sizeBytes`) on: `length` of them, fewer only where the input ends before. */
  read(offset: number, length: number): Promise<Uint8Array>
}

const PIECE_BYTES = 64 * 1024

/** Bytes in memory. */
export function inMemory(bytes: Uint8Array): RandomAccess {
  return { sizeBytes: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) }
}

/** A part, piece by piece. Rejects with `invalid` where the input is shorter than it said. */
export async function* piecesOf(
  name: string,
  input: RandomAccess,
  begin: number,
  end: number,
): AsyncGenerator<Uint8Array, void> {
  for (let at = begin; at < end; ) {
    const piece = await input.read(at, Math.min(PIECE_BYTES, end - at))
    if (piece.length === 0) throw cannotUnpack(name, `it must have ${end} bytes, and ends at ${at}`)
    yield piece
    at += piece.length
  }
}
