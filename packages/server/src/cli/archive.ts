/**
 * Compressed input, unpacked as it streams by. It is told from plain text by its first bytes, not by its name. An archive
 * that breaks off is an error, and so is one that grows beyond all reason: a few kilobytes can be made to fill a disk.
 */
import { pipeline, Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { ProblemError } from '@tocsin/core/base'

/** What an archive may grow to. */
export interface ExpansionLimits {
  /** Times its own size; holds from `freeBytes` on, for small lists of zeros are harmless. */
  readonly ratio: number
  readonly freeBytes: number
  readonly bytes: number
}

/** Real lists compress 3 to 20 times. */
export const EXPANSION_LIMITS: ExpansionLimits = { ratio: 100, freeBytes: 64 * 2 ** 20, bytes: 8 * 2 ** 30 }

/** Beginnings of archives: RFC 1952 §2.3.1, RFC 8878 §3.1.1. */
const FORMATS = [
  { name: 'gzip', magic: Buffer.from([0x1f, 0x8b]), decoder: () => createGunzip() },
  { name: 'zstd', magic: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), decoder: () => createZstdDecompress() },
] as const

const MAGIC_BYTES = 4

/**
 * The content of an input: unpacked if it is an archive, else as it is. Rejects with a `ProblemError` (`invalid`) for an
 * archive that is damaged, cut off or too large.
 *
 * @param name for messages
 */
export async function* unpacked(
  name: string,
  input: AsyncIterable<Uint8Array>,
  limits: ExpansionLimits = EXPANSION_LIMITS,
): AsyncGenerator<Uint8Array, void> {
  const { begin, whole } = await peek(input)
  const format = FORMATS.find(({ magic }) => begin.subarray(0, magic.length).equals(magic))
  if (format === undefined) return yield* whole
  const refuse = (why: string, cause?: unknown) => {
    return new ProblemError({ code: 'invalid', message: `Cannot unpack ${format.name} "${name}": ${why}` }, { cause })
  }
  let packed = 0
  let size = 0
  const reading = { isOver: false }
  async function* counted() {
    for await (const chunk of whole) {
      packed += chunk.length
      yield chunk
    }
    reading.isOver = true
  }
  const decoder = format.decoder()
  // What goes wrong on the way is met again when the decoder is read.
  pipeline(Readable.from(counted()), decoder, () => undefined)
  try {
    for await (const chunk of decoder as AsyncIterable<Uint8Array>) {
      size += chunk.length
      if (size > limits.bytes) throw refuse(`it must unpack to at most ${limits.bytes} bytes`)
      if (size > limits.freeBytes && size > packed * limits.ratio) {
        throw refuse(`it must unpack to at most ${limits.ratio} times its size, found more than that`)
      }
      yield chunk
    }
    // Node stops without a word behind a first zstd frame, which would be half a list.
    if (!reading.isOver || decoder.bytesWritten !== packed) {
      throw refuse('it must be one archive and nothing behind it (several zstd frames are unpacked by "zstd -dc")')
    }
  } catch (error) {
    if (error instanceof ProblemError || !isDecoding(error)) throw error
    throw refuse(`it is damaged or cut off (${error.message})`, error)
  }
}

/** The first bytes of an input, and the whole of it all the same. */
async function peek(input: AsyncIterable<Uint8Array>) {
  const iterator = input[Symbol.asyncIterator]()
  const chunks: Uint8Array[] = []
  let length = 0
  let done = false
  while (length < MAGIC_BYTES && !done) {
    const next = await iterator.next()
    done = next.done === true
    if (next.done === true) break
    chunks.push(next.value)
    length += next.value.length
  }
  async function* whole() {
    try {
      yield* chunks
      while (!done) {
        const next = await iterator.next()
        if (next.done === true) break
        yield next.value
      }
    } finally {
      await iterator.return?.()
    }
  }
  return { begin: Buffer.concat(chunks), whole: whole() }
}

function isDecoding(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && /^(?:Z_|ZSTD_|ERR_ZLIB)/.test(String((error as NodeJS.ErrnoException).code))
}
