/** Items out of what was sent: one by one, each with its place, refused by itself where it has not the shape. */
import { linesOf } from './lines.ts'

/** One item of a report: a value that is well-formed, or the reason why it is not. `bytes` are those of its line. */
export type Item<T> =
  | { readonly index: number; readonly value: T; readonly bytes: number }
  | { readonly index: number; readonly reason: string }

/** Says what is wrong with the shape of a value; `undefined` if nothing is. */
export type ShapeCheck = (value: unknown) => string | undefined

/** Bytes of one line, at most. */
export const LINE_BYTES_MAX = 64 * 1024

/** Offers that are put at once, at most. */
export const CHUNK_ITEMS = 1000

/** Bytes of the lines of one chunk, at most but for its last line: a thousand lines may be 64 MiB. */
export const CHUNK_BYTES = 4 * 1024 * 1024

/** The items of a JSON body. */
export function* itemsOf<T>(values: readonly unknown[], check: ShapeCheck): Generator<Item<T>> {
  for (const [index, value] of values.entries()) yield itemOf(index, value, 0, check)
}

/** The items of lines of JSON, by the number of the line from 0; blank lines are none. */
export async function* itemsOfLines<T>(chunks: AsyncIterable<Uint8Array>, check: ShapeCheck): AsyncGenerator<Item<T>> {
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  let index = -1
  for await (const line of linesOf(chunks, LINE_BYTES_MAX)) {
    index += 1
    if ('tooLong' in line) {
      yield { index, reason: `the line must have at most ${LINE_BYTES_MAX} bytes` }
      continue
    }
    let value: unknown
    try {
      const text = utf8.decode(line.bytes)
      if (text.trim() === '') continue
      value = JSON.parse(text)
    } catch {
      yield { index, reason: 'the line must be JSON in UTF-8' }
      continue
    }
    yield itemOf(index, value, line.bytes.length, check)
  }
}

/** Gathers items so that each chunk can be put at once and memory stays bounded. */
export async function* inChunks<T>(
  items: Iterable<Item<T>> | AsyncIterable<Item<T>>,
): AsyncGenerator<readonly Item<T>[]> {
  let chunk: Item<T>[] = []
  let bytes = 0
  for await (const item of items) {
    chunk.push(item)
    bytes += 'bytes' in item ? item.bytes : 0
    if (chunk.length < CHUNK_ITEMS && bytes < CHUNK_BYTES) continue
    yield chunk
    chunk = []
    bytes = 0
  }
  if (chunk.length > 0) yield chunk
}

/** The check is that of the schema whose type is `T`. */
function itemOf<T>(index: number, value: unknown, bytes: number, check: ShapeCheck): Item<T> {
  const reason = check(value)
  return reason === undefined ? { index, value: value as T, bytes } : { index, reason }
}
