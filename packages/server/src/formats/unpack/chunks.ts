/** Bytes in pieces: looking at the first without losing them, and knowing whose failure it was. */

import { ProblemError } from '@tocsin/core/base'

/** What is closed must not look like what has ended to whoever comes back to it. */
const LEFT = 'Cannot unpack: a member must be read before the next one is asked for, found it left in the middle'

/** The first bytes of an input, and the whole of it all the same. */
export interface Peeked {
  readonly head: Uint8Array
  /** May be read once. */
  readonly chunks: AsyncIterable<Uint8Array>
  /** Closes the input, read or not. */
  close(): Promise<void>
}

/** Reads until there are `length` bytes, or all that there are. */
export async function peek(input: AsyncIterable<Uint8Array>, length: number): Promise<Peeked> {
  const iterator = input[Symbol.asyncIterator]()
  const first: Uint8Array[] = []
  let have = 0
  while (have < length) {
    const next = await iterator.next()
    if (next.done === true) break
    first.push(next.value)
    have += next.value.length
  }
  let ended = false
  let closed = false
  const close = async () => {
    closed = true
    await iterator.return?.()
  }
  async function* whole() {
    try {
      yield* first
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value
      ended = true
      if (closed) throw new ProblemError({ code: 'internal', message: LEFT })
    } finally {
      if (!ended) await close()
    }
  }
  return { head: Buffer.concat(first).subarray(0, length), chunks: whole(), close }
}

/** An input that remembers how it failed, so that a broken connection is not taken for a broken archive. */
export class Watched {
  readonly chunks: AsyncGenerator<Uint8Array, void>
  bytes = 0
  #failed: { readonly error: unknown } | undefined

  constructor(input: AsyncIterable<Uint8Array>) {
    this.chunks = this.#watch(input)
  }

  /** Throws what the input failed with, if it did. */
  throwIfFailed(): void {
    if (this.#failed !== undefined) throw this.#failed.error
  }

  async *#watch(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    try {
      for await (const chunk of input) {
        this.bytes += chunk.length
        yield chunk
      }
    } catch (error) {
      this.#failed = { error }
      throw error
    }
  }
}
