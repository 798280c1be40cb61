/** Lines out of bytes as they come, with bounded memory whatever is sent. */

/** One line, without its end; or that it was longer than may be, and its text is lost. */
export type Line = { readonly bytes: Uint8Array } | { readonly tooLong: true }

const LINE_FEED = 0x0a

/**
 * Splits bytes at line feeds. A last line without one counts too, for the end of the stream is the end of the body;
 * a stream that breaks off rejects instead, so half a line is never taken for a whole one.
 *
 * @param lineBytesMax longer lines are skipped and told as `tooLong`.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, lineBytesMax: number): AsyncGenerator<Line> {
  let held: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      yield lineOf([...held, chunk.subarray(start, end)], length + end - start, lineBytesMax)
      held = []
      length = 0
      start = end + 1
    }
    length += chunk.length - start
    if (length > lineBytesMax) held = []
    else if (start < chunk.length) held.push(chunk.subarray(start))
  }
  if (length > 0) yield lineOf(held, length, lineBytesMax)
}

function lineOf(parts: readonly Uint8Array[], length: number, lineBytesMax: number): Line {
  return length > lineBytesMax ? { tooLong: true } : { bytes: Buffer.concat(parts, length) }
}
