/** The lines of data files, with bounds on what a file may cost. */
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ProblemError } from '@tocsin/core/base'

/** A file's name for people, and its bytes. */
export interface DataInput {
  readonly name: string
  readonly chunks: AsyncIterable<Uint8Array>
}

/** Bytes of one input after decompression, at most; the largest known one has 24 MB. */
export const INPUT_BYTES_MAX = 2 ** 28
/** Characters of a line, at most; a longer one is refused and what remains of it skipped. */
export const LINE_MAX = 4096

/** A file on disk, decompressed where its name ends in `.gz`. */
export function fileInput(path: string): DataInput {
  const file = createReadStream(path)
  // Errors of either stream come out where the last one is read.
  const chunks = path.endsWith('.gz') ? pipeline(file, createGunzip(), () => undefined) : file
  return { name: path, chunks }
}

/** A line by its number, from 1; `undefined` where it is too long or not UTF-8. */
export interface DataLine {
  readonly number: number
  readonly text: string | undefined
}

/** Splits an input into lines. Rejects with a `ProblemError` (`invalid`) for one that is too large. */
export async function* linesOf({ name, chunks }: DataInput): AsyncIterable<readonly DataLine[]> {
  let number = 0
  let bytes = 0
  let rest = ''
  let skipping = false
  const decoder = new TextDecoder()
  const lineOf = (text: string): DataLine => {
    const isWhole = !skipping && text.length <= LINE_MAX && !text.includes('\uFFFD')
    skipping = false
    return { number: ++number, text: isWhole ? text.replace(/\r$/, '') : undefined }
  }
  for await (const chunk of readable(name, chunks)) {
    bytes += chunk.length
    if (bytes > INPUT_BYTES_MAX) {
      const message = `Cannot read "${name}": it must have at most ${INPUT_BYTES_MAX} bytes after decompression, found more`
      throw new ProblemError({ code: 'invalid', message })
    }
    const texts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = texts.pop()!
    yield texts.map(lineOf)
    if (rest.length > LINE_MAX) {
      rest = ''
      skipping = true
    }
  }
  rest += decoder.decode()
  if (rest !== '' || skipping) yield [lineOf(rest)]
}

/** The chunks; what stands in the way of reading them is said with the name of the input. */
async function* readable(name: string, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* chunks
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ProblemError({ code: 'invalid', message: `Cannot read "${name}": ${why}` }, { cause: error })
  }
}
