/** Resolutions out of what was sent: item by item, each refused by itself where it cannot be taken. */
import { parseResolution, type Resolution, type WireResolution } from '@tocsin/core/wire'
import { linesOf } from './lines.ts'
import type { ShapeCheck } from './reading.ts'

/** One item: a resolution, or why it is none. `index` is its place, or the number of its line from 0. */
export type ResolutionItem = { readonly index: number } & (
  | { readonly resolution: Resolution }
  | { readonly reason: string }
)

/** What items are read with. */
export interface ResolutionReading {
  /** The check of `RESOLUTION_SCHEMA`. */
  readonly check: ShapeCheck
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Bytes of one line, at most: a name has 255 characters, an address 45. */
export const RESOLUTION_LINE_BYTES_MAX = 2048

/** The items of a JSON list. */
export function* resolutionsOf(values: readonly unknown[], reading: ResolutionReading): Generator<ResolutionItem> {
  for (const [index, value] of values.entries()) yield itemOf(index, value, reading)
}

/** The items of lines of JSON; blank lines are none. */
export async function* resolutionsOfLines(
  chunks: AsyncIterable<Uint8Array>,
  reading: ResolutionReading,
): AsyncGenerator<ResolutionItem> {
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  let index = -1
  for await (const line of linesOf(chunks, RESOLUTION_LINE_BYTES_MAX)) {
    index += 1
    if ('tooLong' in line) {
      yield { index, reason: `the line must have at most ${RESOLUTION_LINE_BYTES_MAX} bytes` }
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
    yield itemOf(index, value, reading)
  }
}

function itemOf(index: number, value: unknown, { check, now }: ResolutionReading): ResolutionItem {
  const reason = check(value)
  if (reason !== undefined) return { index, reason }
  const parsed = parseResolution(value as WireResolution, now)
  return parsed.ok ? { index, resolution: parsed.value } : { index, reason: parsed.problem.message }
}
