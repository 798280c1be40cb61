/** Tar, as it streams by. Folders, links and devices are passed over. */
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar'
import { Watched } from './chunks.ts'
import { type Budget, cannotUnpack } from './limits.ts'
import type { UnpackedMember } from './member.ts'

/**
 * The files of a tar archive. Each is read before the next one is asked for; what is left of it is skipped. Rejects with
 * `invalid` where the archive is damaged, cut off (its end is marked) or beyond the budget.
 */
export async function* tarMembers(
  name: string,
  input: AsyncIterable<Uint8Array>,
  budget: Budget,
): AsyncGenerator<UnpackedMember, void> {
  const watched = new Watched(input)
  const { readable, writable } = createTarDecoder({ strict: true })
  const stop = new AbortController()
  const fed = ReadableStream.from<Uint8Array>(watched.chunks).pipeTo(writable, { signal: stop.signal })
  // What goes wrong on the way is met again when the decoder is read.
  fed.catch(() => undefined)
  const reader = readable.getReader()
  const read = <T>(reading: Promise<T>): Promise<T> =>
    reading.catch((error: unknown) => {
      watched.throwIfFailed()
      throw cannotUnpack(
        name,
        `the tar archive must be whole and undamaged, found "${(error as Error).message}"`,
        error,
      )
    })
  try {
    for (;;) {
      const next = await read(reader.read())
      if (next.done) break
      budget.takeMembers(1)
      yield* memberOf(next.value, read)
    }
    await read(fed)
  } finally {
    stop.abort()
    await reader.cancel().catch(() => undefined)
  }
}

async function* memberOf(
  { header, body }: ParsedTarEntry,
  read: <T>(reading: Promise<T>) => Promise<T>,
): AsyncGenerator<UnpackedMember, void> {
  if (header.type !== undefined && header.type !== 'file') return body.cancel()
  const { name, size } = header
  const content = body.getReader()
  async function* chunks() {
    let bytes = 0
    for (let next = await read(content.read()); !next.done; next = await read(content.read())) {
      bytes += next.value.length
      yield next.value
    }
    // A member that is left before its end must not look like a short one to whoever comes back to it.
    if (bytes !== size) throw cannotUnpack(name, `${size} bytes must be read in one go, found ${bytes}`)
  }
  try {
    yield { name, chunks: chunks() }
  } finally {
    await content.cancel().catch(() => undefined)
  }
}
