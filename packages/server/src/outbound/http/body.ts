/**
 * The body of an answer, as it comes: counted on the wire, decoded, counted again. Whoever reads slowly slows the sender
 * down; whoever stops reading closes the connection.
 */
import type { IncomingMessage } from 'node:http'
import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import type { ProblemError } from '@tocsin/core/base'
import { failureOf, invalid, unavailable } from './failure.ts'
import type { Stop } from './stop.ts'
import type { Target } from './target.ts'

/** What is asked for. Without deflate, which some servers send with and some without its frame. */
export const ACCEPT_ENCODING = 'gzip, br, zstd'

/** Real lists compress 3 to 20 times; deflate cannot do more than 1,032 times, zstd and brotli can do without bound. */
const RATIO_MAX = 200
/** Below it any ratio is harmless. Bytes. */
const RATIO_FREE_BYTES = 2 ** 20

/** RFC 9659 §3: no content encoding may ask for a window above 8 MiB, which is 2²³ bytes. */
const ZSTD_WINDOW = { params: { [constants.ZSTD_d_windowLogMax]: 23 } }

const DECODERS: Readonly<Record<string, () => Transform & { readonly bytesWritten: number }>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(ZSTD_WINDOW),
}

/** What bounds a body. */
export interface BodyLimits {
  readonly bytesMax: number
  readonly unpackedBytesMax: number
  /** How long the sender may be silent while we wait for it. */
  readonly idleSeconds: number
}

/**
 * The decoded body of an answer; may be read once. Throws a `ProblemError` for one that says to be too large or that has
 * an encoding that was not asked for; rejects with one where it breaks off, stalls or becomes too large.
 */
export function openBody(
  answer: IncomingMessage,
  target: Target,
  limits: BodyLimits,
  stop: Stop,
): AsyncIterable<Uint8Array> {
  const length = Number(answer.headers['content-length'] ?? 0)
  if (length > limits.bytesMax) throw tooLarge(target, limits.bytesMax, `${length}`)
  const coding = (answer.headers['content-encoding'] ?? '').trim().toLowerCase()
  const decoder = Object.hasOwn(DECODERS, coding) ? DECODERS[coding] : undefined
  if (decoder === undefined && coding !== '' && coding !== 'identity') {
    throw unavailable(target, `the content encoding must be one of ${ACCEPT_ENCODING}, found "${coding.slice(0, 80)}"`)
  }
  const onStop = () => answer.destroy(stop.signal.reason as ProblemError)
  stop.signal.addEventListener('abort', onStop, { once: true })
  answer.once('close', () => {
    stop.signal.removeEventListener('abort', onStop)
    stop.end()
  })
  return bodyOf(answer, target, limits, stop, decoder)
}

async function* bodyOf(
  answer: IncomingMessage,
  target: Target,
  limits: BodyLimits,
  stop: Stop,
  decoder: (typeof DECODERS)[string] | undefined,
): AsyncGenerator<Uint8Array, void> {
  const wire = { bytes: 0 }
  const chunks = received(answer, target, limits, wire)
  let unpacked = 0
  try {
    for await (const chunk of decoder === undefined ? chunks : decoded(chunks, target, decoder())) {
      unpacked += chunk.length
      if (unpacked > limits.unpackedBytesMax) throw tooLarge(target, limits.unpackedBytesMax, 'more after decoding')
      if (unpacked > RATIO_MAX * wire.bytes + RATIO_FREE_BYTES) {
        throw invalid(target, `the body must decode to at most ${RATIO_MAX} times its size, found more: a bomb`)
      }
      yield chunk
    }
  } catch (error) {
    throw failureOf(target, stop, error)
  } finally {
    if (!answer.readableEnded) answer.destroy()
  }
}

async function* decoded(
  chunks: AsyncGenerator<Uint8Array, void>,
  target: Target,
  decoder: ReturnType<NonNullable<(typeof DECODERS)[string]>>,
): AsyncGenerator<Uint8Array, void> {
  let fed = 0
  async function* counted() {
    for await (const chunk of chunks) {
      fed += chunk.length
      yield chunk
    }
  }
  const done = pipeline(counted(), decoder)
  // What goes wrong on the way is met again when the decoder is read.
  done.catch(() => undefined)
  yield* decoder as AsyncIterable<Uint8Array>
  await done
  // Node stops without a word behind a first zstd frame, which would be half a list.
  if (decoder.bytesWritten !== fed) throw unavailable(target, 'nothing must follow the encoded body, found more bytes')
}

/** The bytes on the wire. Rejects where the sender is silent for too long, sends too much or breaks off. */
async function* received(
  answer: IncomingMessage,
  target: Target,
  { bytesMax, idleSeconds }: BodyLimits,
  wire: { bytes: number },
): AsyncGenerator<Uint8Array, void> {
  const silent = () => answer.destroy(unavailable(target, `a byte must come within ${idleSeconds} s, and does not`))
  const iterator = answer[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  try {
    for (;;) {
      const timer = setTimeout(silent, idleSeconds * 1000)
      const next = await iterator.next().finally(() => clearTimeout(timer))
      if (next.done === true) break
      wire.bytes += next.value.length
      if (wire.bytes > bytesMax) throw tooLarge(target, bytesMax, 'more')
      yield next.value
    }
    if (!answer.complete) throw unavailable(target, 'the body must come whole, and it breaks off')
  } finally {
    await iterator.return?.()
  }
}

function tooLarge(target: Target, bytesMax: number, found: string): ProblemError {
  return invalid(target, `the body must have at most ${bytesMax} bytes, found ${found}`)
}
