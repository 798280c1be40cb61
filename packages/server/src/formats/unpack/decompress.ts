/** Streams of one compressed content. */
import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createInflateRaw, createZstdDecompress } from 'node:zlib'
import { ProblemError } from '@tocsin/core/base'
import { Watched } from './chunks.ts'
import { type Budget, cannotUnpack } from './limits.ts'

const CHUNK = { chunkSize: 64 * 1024 }

const DECODERS: Readonly<Record<Compression, () => Transform & { readonly bytesWritten: number }>> = {
  gzip: () => createGunzip(CHUNK),
  // zstd itself refuses a window above 128 MiB.
  zstd: () => createZstdDecompress(CHUNK),
  deflate: () => createInflateRaw(CHUNK),
}

/** `deflate` is the bare one of RFC 1951, as zip has it. */
export type Compression = 'gzip' | 'zstd' | 'deflate'

/**
 * The content. Rejects with `invalid` where it is damaged, cut off or beyond the budget, and with the input's own error
 * where that failed. Leaving off closes the input.
 */
export async function* decompressed(
  name: string,
  input: AsyncIterable<Uint8Array>,
  compression: Compression,
  budget: Budget,
): AsyncGenerator<Uint8Array, void> {
  const decoder = DECODERS[compression]()
  const watched = new Watched(input)
  const done = pipeline(watched.chunks, decoder)
  // What goes wrong on the way is met again when the decoder is read.
  done.catch(() => undefined)
  try {
    for await (const chunk of decoder as AsyncIterable<Uint8Array>) {
      budget.takeUnpacked(chunk.length)
      yield chunk
    }
    // What follows a whole gzip is passed over, so it must not matter that nobody took it off the input.
    await done.catch((error: unknown) => {
      if (compression !== 'gzip' || !decoder.readableEnded) throw error
      watched.throwIfFailed()
    })
  } catch (error) {
    watched.throwIfFailed()
    if (error instanceof ProblemError) throw error
    throw cannotUnpack(name, `its ${compression} data must be whole and undamaged, found "${messageOf(error)}"`, error)
  }
  // Node stops without a word behind a first zstd frame, which would be half a list. gzip may have zeros behind it.
  if (compression !== 'gzip' && decoder.bytesWritten !== watched.bytes) {
    throw cannotUnpack(
      name,
      `nothing must follow its ${compression} data (several zstd frames are unpacked by "zstd -dc")`,
    )
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
