/** Bodies that are no longer than they may be: whoever answers decides how long, and memory is ours. */
import { concatBytes } from '@tocsin/core/base'

/** A response whose body may be had piece by piece, as that of every runtime's `fetch`; else it comes as a whole. */
export interface BoundedResponse {
  readonly body?: { getReader(): BodyReader } | null
  arrayBuffer(): Promise<ArrayBuffer>
}

interface BodyReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>
  cancel(): Promise<void>
}

/** The body; `undefined` where it has more bytes than `max`, of which no more are read. Rejects as reading does. */
export async function bytesWithin(response: BoundedResponse, max: number): Promise<Uint8Array | undefined> {
  if (response.body === undefined || response.body === null) {
    const whole = new Uint8Array(await response.arrayBuffer())
    return whole.length <= max ? whole : undefined
  }
  const reader = response.body.getReader()
  const pieces: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { value } = await reader.read()
    if (value === undefined) return concatBytes(pieces)
    length += value.length
    if (length > max) break
    pieces.push(value)
  }
  // What the other end makes of that is of no interest any more.
  await reader.cancel().catch(() => undefined)
  return undefined
}
